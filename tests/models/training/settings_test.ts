import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  choice,
  count,
  defaultSettings,
  flag,
  fraction,
  natural,
  number,
  parseSettings,
  positive,
  type Setting,
  type SettingsOf,
  share,
} from "../../../models/training/settings.ts";

const TABLE = {
  epochs: count(3, "passes over the data"),
  warmUp: natural(0, "epochs of warm-up"),
  width: positive(0.5, "width of the kernel"),
  noise: fraction(0.1, "share of the variance"),
  averaged: share(1, "share of the epochs"),
  rate: number(1e-3, "learning rate"),
  shuffle: flag(true, "new minibatches in each epoch"),
  solver: choice(["euler", "rk4"], "rk4", "fixed-step solver"),
} as const;

const WRONG: Readonly<Record<keyof typeof TABLE, readonly [string, readonly unknown[]]>> = {
  epochs: ["a positive integer", [0, -1, 2.5, NaN, Infinity, "3"]],
  warmUp: ["0 or a positive integer", [-1, 0.5, NaN, Infinity, "0"]],
  width: ["a positive number", [0, -1, NaN, Infinity, true]],
  noise: ["above 0 and below 1", [0, 1, -0.1, NaN, "0.1"]],
  averaged: ["above 0 and at most 1", [0, 1.1, NaN, false]],
  rate: ["a number", ["0.001", true]],
  shuffle: ["true or false", [1, 0, "true"]],
  solver: ["one of euler, rk4", ["", "RK4", "heun", 4]],
};

const RIGHT: Readonly<Record<keyof typeof TABLE, readonly unknown[]>> = {
  epochs: [1, 1000],
  warmUp: [0, 7],
  width: [1e-300, 1e300],
  noise: [1e-9, 0.999],
  averaged: [1e-9, 1],
  // A rate that is out of range is a divergence, which training reports.
  rate: [0, -1, NaN, Infinity],
  shuffle: [true, false],
  solver: ["euler", "rk4"],
};

const parse = (change: Readonly<Record<string, unknown>>) =>
  parseSettings("toy", TABLE, { ...defaultSettings(TABLE), ...change } as never);

for (const name of Object.keys(TABLE) as (keyof typeof TABLE)[]) {
  const [rule, wrong] = WRONG[name];
  Deno.test(`parseSettings() takes setting ${name} when it is ${rule}, and nothing else`, () => {
    for (const value of RIGHT[name]) assertEquals(parse({ [name]: value })[name], value);
    for (const value of [...wrong, undefined]) {
      assertEquals(
        assertThrows(() => parse({ [name]: value }), RangeError).message,
        `Cannot train toy: setting ${name} must be ${rule}, is ${value}`,
      );
    }
    const setting: Setting = TABLE[name];
    assert(setting.accepts(setting.default), "the default follows the rule");
    assertEquals([setting.rule, setting.meaning.length > 0], [rule, true]);
  });
}

Deno.test("defaultSettings() gives every setting, which parseSettings() takes with their types", () => {
  const defaults = defaultSettings(TABLE);
  assertEquals(Object.keys(defaults), Object.keys(TABLE));
  const settings: SettingsOf<typeof TABLE> = parse({});
  const solver: "euler" | "rk4" = settings.solver;
  assertEquals([settings, solver], [defaults, "rk4"]);
});

Deno.test("parseSettings() lists the settings when one is unknown", () => {
  assertEquals(
    assertThrows(() => parse({ epoch: 3 }), RangeError).message,
    "Cannot train toy: its settings are epochs, warmUp, width, noise, averaged, rate, shuffle, " +
      'solver, "epoch" is not one of them (did you mean epochs?)',
  );
  assertThrows(() => parse({ toString: 1 }), RangeError, '"toString" is not one of them');
  assertThrows(
    () => parseSettings("mean", {}, { epochs: 1 }),
    RangeError,
    "Cannot train mean: its settings are none",
  );
});
