/**
 * What to suggest for a mistyped name.
 *
 * @module
 */

/**
 * " (did you mean X?)", for the end of an error, with the valid name that the fewest edits make of a mistyped one; ""
 * when more than a third of it would change.
 */
export function didYouMean(name: string, valid: readonly string[]): string {
  const edits = valid.map((candidate) => editDistance(name.toLowerCase(), candidate.toLowerCase()));
  const fewest = Math.min(...edits);
  const nearest = valid[edits.indexOf(fewest)];
  const isNear = nearest !== undefined && fewest <= Math.ceil(nearest.length / 3);
  return isNear ? ` (did you mean ${nearest}?)` : "";
}

/** Fewest insertions, deletions and substitutions that turn one text into the other (Levenshtein). */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(substitution, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}
