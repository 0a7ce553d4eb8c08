/**
 * JSON with one spelling: equal values give equal bytes.
 *
 * @module
 */

/**
 * Keys in code-unit order at every level; `undefined` properties left out; numbers as `JSON.stringify` writes them
 * (shortest form that reads back to the same bits).
 *
 * @param indent Spaces for each level; 0 for one line.
 * @throws {TypeError} when a number is not finite, or a value has no JSON form
 */
export function canonicalJson(value: unknown, indent = 0): string {
  return JSON.stringify(sorted(value), undefined, indent);
}

function sorted(value: unknown): unknown {
  if (typeof value === "number" && !Number.isFinite(value)) {
    throw new TypeError(
      `Cannot write JSON: numbers must be finite or tagged: current value is ${value}`,
    );
  }
  if (typeof value === "function" || typeof value === "symbol" || typeof value === "bigint") {
    throw new TypeError(`Cannot write JSON: a ${typeof value} has no JSON form`);
  }
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, property]) => property !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
      .map(([key, property]) => [key, sorted(property)]),
  );
}
