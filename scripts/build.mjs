/** `npm run build`: the production build of the console, after its set-up. */
import { setup } from './setup.mjs';
import { run, step } from './steps.mjs';

await setup();
await step('build', () =>
  run('node_modules/.bin/next', ['build'], { env: { NEXT_TELEMETRY_DISABLED: '1' }, quiet: true }),
);
