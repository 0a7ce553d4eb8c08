import { assertEquals } from "@std/assert";
import { machineChanges, matchCells, settingChanges } from "../../../benchmarks/check/match.ts";
import { recordWith } from "./_records.ts";

const cell = (model: string, seed: number) => recordWith(1, { model, seed });
const models = ["mean", "a", "b"];

Deno.test("matchCells() pairs by model and seed, and names what only one side has", () => {
  const { pairs, notCompared } = matchCells(
    [cell("b", 1), cell("b", 0), cell("a", 0), cell("a", 1), cell("gone", 0)],
    [
      cell("a", 1),
      cell("b", 0),
      cell("b", 2),
      recordWith(1, { model: "b", seed: 1 }, { status: "failed" }),
    ],
    { models, deterministic: [] },
  );
  assertEquals(
    pairs.map(({ reference, current }) =>
      [reference.cell, current.cell].map((c) => c.model + c.seed)
    ),
    [["a1", "a1"], ["b0", "b0"]],
  );
  assertEquals(notCompared, [
    ...["a seed 0: no result", "b seed 1: failed"],
    "b seed 2: no reference",
  ]);
});

Deno.test("matchCells() looks at the selected seeds alone, and names those without a reference", () => {
  const reference = [cell("a", 0), cell("a", 1)];
  const { pairs, notCompared } = matchCells(reference, [cell("a", 0), cell("a", 1)], {
    models: ["a"],
    seeds: [1, 5],
    deterministic: [],
  });
  assertEquals(pairs.map(({ current }) => current.cell.seed), [1]);
  assertEquals(notCompared, ["a seed 5: no reference"]);
});

Deno.test("matchCells() takes any seed of a model without randomness", () => {
  const { pairs, notCompared } = matchCells([cell("mean", 0)], [cell("mean", 3)], {
    models,
    seeds: [3],
    deterministic: ["mean"],
  });
  assertEquals(pairs.map(({ current }) => current.cell.seed), [3]);
  assertEquals(notCompared, ["a seed 3: no reference", "b seed 3: no reference"]);
});

Deno.test("machineChanges() and settingChanges() name what differs, once", () => {
  const [reference, current] = [recordWith(1), recordWith(2)];
  const pair = {
    reference,
    current: {
      ...current,
      fingerprint: { ...current.fingerprint, device: "Other", commit: "1" },
      settings: { ...current.settings, rate: 2e-3, added: true },
    },
  };
  assertEquals(machineChanges([pair, pair]), ["device Other (reference: CPU)"]);
  assertEquals(settingChanges([pair, pair]), [
    "ode2vae-kl added true (reference: absent)",
    "ode2vae-kl rate 0.002 (reference: 0.001)",
  ]);
  assertEquals(machineChanges([{ reference, current }]), []);
  assertEquals(settingChanges([{ reference, current }]), []);
});
