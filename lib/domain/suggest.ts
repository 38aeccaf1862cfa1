/** The known word nearest to a mistyped one, for "did you mean"; null when none is near. */
export const suggest = (word: string, known: readonly string[]): string | null => {
  const near = known
    .map((candidate) => ({ candidate, distance: editDistance(word.toLowerCase(), candidate.toLowerCase()) }))
    .filter(
      ({ candidate, distance }) =>
        distance <= Math.max(candidate.length < 3 ? 1 : 2, Math.floor(candidate.length / 3)),
    )
    .sort((a, b) => a.distance - b.distance);
  return near[0]?.candidate ?? null;
};

/** Levenshtein distance by the usual row-by-row recurrence. */
const editDistance = (a: string, b: string): number => {
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min((previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, substitution));
    }
    previous = row;
  }
  return previous[b.length] ?? 0;
};
