/** What a target tells about a wish; `seenBasisPoints` is the share read back from the router. */
export type Report = {
  target: string;
  generation: number;
  outcome: 'applied' | 'refused' | 'superseded' | 'failed';
  reason: string | null;
  seenBasisPoints: number | null;
};

/** Fits a text into the protocol's limit for reasons and problems. */
export function shorten(text: string, length = 500): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}
