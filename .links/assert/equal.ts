import { isDeepStrictEqual } from "node:util";

type Pair = readonly [object, object];

/**
 * Deep structural equality with the rules of `@std/assert`: `NaN` equals `NaN`, 0 equals -0, constructors must agree
 * (a null prototype counts as `Object`), and an absent property differs from an undefined one.
 */
export function equal(a: unknown, b: unknown): boolean {
  return compare(a, b, []);
}

function compare(a: unknown, b: unknown, open: readonly Pair[]): boolean {
  if (Object.is(a, b) || (a === 0 && b === 0)) return true;
  if (
    typeof a !== "object" || typeof b !== "object" || a === null || b === null
  ) return false;
  // A pair that is already being compared further up closes a cycle: it differs only if something else does.
  if (open.some(([x, y]) => x === a && y === b)) return true;
  const inner: readonly Pair[] = [...open, [a, b]];
  if (kind(a) !== kind(b)) return false;
  if (ArrayBuffer.isView(a) && ArrayBuffer.isView(b)) return equalViews(a, b);
  if (a instanceof Set && b instanceof Set) {
    return a.size === b.size &&
      [...a].every((x) => b.has(x) || [...b].some((y) => compare(x, y, inner)));
  }
  if (a instanceof Map && b instanceof Map) {
    return a.size === b.size &&
      [...a].every(([key, value]) =>
        b.has(key)
          ? compare(value, b.get(key), inner)
          : [...b].some(([k, v]) => compare(key, k, inner) && compare(value, v, inner))
      );
  }
  if (a instanceof Error && b instanceof Error && a.message !== b.message) {
    return false;
  }
  const isOpaque = a instanceof Date || a instanceof RegExp ||
    a instanceof URL ||
    a instanceof Number || a instanceof String || a instanceof Boolean ||
    a instanceof ArrayBuffer || a instanceof WeakMap || a instanceof WeakSet ||
    a instanceof WeakRef || a instanceof Promise;
  if (isOpaque) {
    return a instanceof URL && b instanceof URL ? a.href === b.href : isDeepStrictEqual(a, b);
  }
  const keys = Reflect.ownKeys(a).filter((key) => isEnumerable(a, key));
  return (!Array.isArray(a) || a.length === (b as unknown[]).length) &&
    keys.length ===
      Reflect.ownKeys(b).filter((key) => isEnumerable(b, key)).length &&
    keys.every((key) =>
      isEnumerable(b, key) &&
      compare(Reflect.get(a, key), Reflect.get(b, key), inner)
    );
}

function isEnumerable(object: object, key: PropertyKey): boolean {
  return Object.prototype.propertyIsEnumerable.call(object, key);
}

function kind(object: object): unknown {
  const constructor: unknown = Reflect.get(object, "constructor");
  return typeof constructor === "function" ? constructor : Object;
}

function equalViews(a: ArrayBufferView, b: ArrayBufferView): boolean {
  if (a.byteLength !== b.byteLength) return false;
  if (a instanceof DataView || b instanceof DataView) {
    return isDeepStrictEqual(a, b);
  }
  const x = a as Float64Array;
  const y = b as Float64Array;
  for (let i = 0; i < x.length; i++) {
    if (!(x[i] === y[i] || (Number.isNaN(x[i]) && Number.isNaN(y[i])))) {
      return false;
    }
  }
  return true;
}
