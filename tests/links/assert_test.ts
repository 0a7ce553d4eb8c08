import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertInstanceOf,
  AssertionError,
  assertIsError,
  assertLess,
  assertMatch,
  assertNotEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
  equal,
} from "@std/assert";

class Point {
  constructor(readonly x: number) {}
}

const cycle = (value: number) => {
  const object: { value: number; self?: unknown } = { value };
  object.self = object;
  return object;
};

const EQUAL: readonly (readonly [string, unknown, unknown])[] = [
  ["NaN", NaN, NaN],
  ["zeros of both signs", [0], [-0]],
  ["nested objects in another order", { a: 1, b: [{ c: 2 }] }, { b: [{ c: 2 }], a: 1 }],
  ["typed arrays", Float32Array.of(1, NaN), Float32Array.of(1, NaN)],
  ["maps and sets", new Map([["a", new Set([[1]])]]), new Map([["a", new Set([[1]])]])],
  ["dates", new Date(5), new Date(5)],
  ["patterns", /a/g, /a/g],
  ["addresses", new URL("http://x/"), new URL("http://x")],
  ["instances", new Point(1), new Point(1)],
  ["a null prototype", Object.assign(Object.create(null), { a: 1 }), { a: 1 }],
  ["cycles", cycle(1), cycle(1)],
];

for (const [name, a, b] of EQUAL) {
  Deno.test(`equal() holds for ${name}`, () => {
    assert(equal(a, b) && equal(b, a));
    assertEquals(a, b);
    assertThrows(() => assertNotEquals(a, b), AssertionError);
  });
}

const DIFFERENT: readonly (readonly [string, unknown, unknown])[] = [
  ["numbers and texts", 1, "1"],
  ["undefined and absent properties", { a: undefined }, {}],
  ["null and objects", null, {}],
  ["lengths", [1], [1, undefined]],
  ["element types", Float32Array.of(1), Float64Array.of(1)],
  ["classes", new Point(1), { x: 1 }],
  ["map values", new Map([["a", 1]]), new Map([["a", 2]])],
  ["sets", new Set([1]), new Set([2])],
  ["dates", new Date(5), new Date(6)],
  ["errors", new Error("a"), new Error("b")],
  ["typed elements", Int32Array.of(1, 2), Int32Array.of(1, 3)],
  ["symbol keys", { [Symbol.iterator]: 1 }, {}],
  ["cycles", cycle(1), cycle(2)],
];

for (const [name, a, b] of DIFFERENT) {
  Deno.test(`equal() tells apart ${name}`, () => {
    assert(!equal(a, b) && !equal(b, a));
    assertNotEquals(a, b);
    assertThrows(() => assertEquals(a, b), AssertionError, "Values are not equal");
  });
}

/** Calls that must pass beside calls of the same function that must fail. */
const PAIRS: readonly (readonly [string, () => void, () => void])[] = [
  ["assert", () => assert(1), () => assert(0, "m")],
  [
    "assertInstanceOf",
    () => assertInstanceOf(new Point(1), Point),
    () => assertInstanceOf({}, Point),
  ],
  ["assertAlmostEquals", () => assertAlmostEquals(1, 1 + 1e-8), () => assertAlmostEquals(1, 1.001)],
  [
    "assertAlmostEquals with a tolerance",
    () => assertAlmostEquals(1, 1.5, 0.5),
    () => assertAlmostEquals(1, 1.5, 0.4),
  ],
  [
    "assertAlmostEquals of NaN",
    () => assertAlmostEquals(NaN, NaN),
    () => assertAlmostEquals(NaN, 1),
  ],
  ["assertLess", () => assertLess(1, 2), () => assertLess(1, 1)],
  [
    "assertStringIncludes",
    () => assertStringIncludes("abc", "b"),
    () => assertStringIncludes("abc", "d"),
  ],
  ["assertMatch", () => assertMatch("abc", /b/), () => assertMatch("abc", /^b/)],
  [
    "assertIsError",
    () => assertIsError(new TypeError("no way"), TypeError, "way"),
    () => assertIsError(new TypeError("no way"), RangeError),
  ],
  [
    "assertThrows",
    () => void assertThrows(() => assert(0, "x"), AssertionError, "x"),
    () => void assertThrows(() => {}),
  ],
  [
    "assertThrows with a message",
    () => void assertThrows(() => assert(0)),
    () => void assertThrows(() => assert(0, "why"), AssertionError, "other"),
  ],
];

for (const [name, passes, fails] of PAIRS) {
  Deno.test(`${name}() passes or throws an AssertionError by its condition`, () => {
    passes();
    let thrown: unknown;
    try {
      fails();
    } catch (error) {
      thrown = error;
    }
    if (!(thrown instanceof AssertionError)) throw new Error(`${name} let it pass`);
  });
}

Deno.test("assertThrows() and assertRejects() return what was thrown", async () => {
  const error = new RangeError("far");
  const throwIt = () => {
    throw error;
  };
  assert(assertThrows(throwIt, RangeError) === error);
  assert(await assertRejects(() => Promise.reject(error), RangeError, "far") === error);
  await assertRejects(() => assertRejects(() => Promise.resolve()), AssertionError, "to reject");
  await assertRejects(() => assertRejects(throwIt), AssertionError, "Function throws");
});
