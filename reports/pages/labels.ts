/**
 * Labels of one thing by several models: what they share, and where they differ.
 *
 * @module
 */

/** "time (seconds)", or the label alone for a pure number: what is printed of a quantity. */
export function withUnit(label: string, unit: string): string {
  return unit === "" ? label : `${label} (${unit})`;
}

/** A label together with the model that gave it. */
export interface GivenLabel {
  /** Display name of the model. */
  readonly name: string;
  /** Phrases between commas, e.g. "test error, all frames predicted from the first". */
  readonly label: string;
}

/** The phrases that all labels share at the same place; the first phrase at least. */
export function commonLabel(given: readonly GivenLabel[]): string {
  const [first = [""], ...others] = given.map(({ label }) => label.split(", "));
  return first.filter((phrase, i) => i === 0 || others.every((other) => other[i] === phrase))
    .join(", ");
}

/** What the models do not share, as sentences: "A, B: from the first frame. " */
export function differingLabels(given: readonly GivenLabel[]): string {
  const common = commonLabel(given).split(", ");
  const byRest = new Map<string, string[]>();
  for (const { name, label } of given) {
    const rest = label.split(", ").filter((phrase) => !common.includes(phrase)).join(", ");
    if (rest === "") continue;
    byRest.set(rest, [...(byRest.get(rest) ?? []), name]);
  }
  return [...byRest].map(([rest, names]) => `${names.join(", ")}: ${rest}. `).join("");
}
