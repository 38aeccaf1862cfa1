import type { EnvironmentView } from '#lib/contract/config.ts';
import { durationText, listText } from '#lib/domain/release/words.ts';

/** What protects an environment, in one line. */
export const protectionText = (protection: EnvironmentView['protection']): string => {
  const { approvals, groups, selfApproval, expiresAfterSeconds, requires, quarantine } = protection;
  const parts = [
    approvals > 0 ? `${approvals} ${approvals === 1 ? 'approval' : 'approvals'}` : 'no approval',
    ...(groups.length > 0 ? [`from ${listText(groups)}`] : []),
    ...(approvals > 0 && selfApproval ? ['also by who started'] : []),
    ...(expiresAfterSeconds ? [`for ${durationText(expiresAfterSeconds)}`] : []),
    ...(quarantine ? ['a second person for what was rolled back'] : []),
    ...(requires ? [`after ${durationText(requires.soakSeconds)} in ${requires.environment}`] : []),
  ];
  return parts.join(', ');
};
