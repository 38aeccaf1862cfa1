/** The public door of the delivery metrics: pure functions from raw rows to the answer. */

export { isTimezone } from '../time-zone.ts';
export { answerOf, type DoraAnswer, detailsOf, windowOf } from './answer.ts';
export { type ConfigProblem, type DoraConfig, parseDoraConfig } from './config.ts';
export { deriveFacts } from './facts.ts';
export { parseDay, type Window } from './local-days.ts';
export { endsOf, factsOfService } from './scope.ts';
export type { Summary } from './summary.ts';
export {
  type DoraSettings,
  doraSettingsDefault,
  type Facts,
  type History,
} from './types.ts';
