import type { Command } from 'commander';
import { EXIT, UsageError } from './exit.ts';
import { readText } from './read-text.ts';

/** `slipway plan check FILE`: the same parser as the server's, so no server is needed. */
export function registerPlan(program: Command): void {
  const plan = program.command('plan').description('work with plan documents');
  plan
    .command('check <file>')
    .description('say whether a plan is valid, and what to mend; - reads from standard input')
    .option('--json', 'print JSON')
    .action(async (file: string, options: { json?: boolean }) => {
      const [{ load }, { parsePlan }] = await Promise.all([import('js-yaml'), import('../domain.ts')]);
      const result = check(readText(file), load, parsePlan);
      if (options.json) console.log(JSON.stringify(result));
      else if (result.valid) console.log(`${file} is valid`);
      else
        for (const { path, message } of result.errors) console.error(path ? `${path}: ${message}` : message);
      process.exitCode = result.valid ? EXIT.done : EXIT.refused;
    });
}

type Load = typeof import('js-yaml').load;
type Parse = typeof import('../domain.ts').parsePlan;

function check(text: string, load: Load, parse: Parse) {
  if (text.length > 262_144) throw new UsageError('a plan may have at most 256 KB');
  let document: unknown;
  try {
    document = load(text, { maxAliases: 0 });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { valid: false, errors: [{ path: '', message }], plan: null };
  }
  const { plan, errors } = parse(document);
  return { valid: errors === null, errors: errors ?? [], plan };
}
