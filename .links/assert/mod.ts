import nodeAssert from "node:assert/strict";
export function assertEquals<T>(a: T, b: T, msg?: string): void {
  nodeAssert.deepStrictEqual(a, b, msg);
}
