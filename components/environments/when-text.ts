import type { FreezeView } from '#lib/contract/freeze.ts';

/** When a window holds, in one line: `fri, sat 22:00 to 06:00, Europe/Berlin`. */
export const whenText = ({ when, timezone }: Pick<FreezeView, 'when' | 'timezone'>): string => {
  const days = when.kind === 'weekly' ? `${when.days.join(', ')} ` : '';
  const every = when.kind === 'yearly' ? 'every year ' : '';
  const [from, until] = [when.from, when.until].map((text) => text.replace('T', ' '));
  return `${every}${days}${from} to ${until}, ${timezone}`;
};
