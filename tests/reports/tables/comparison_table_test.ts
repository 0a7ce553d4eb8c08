import { assertEquals } from "@std/assert";
import type { CellRecord, Tier } from "../../../benchmarks/record/record.ts";
import { anyBenchmark } from "../../../benchmarks/registry.ts";
import { rmnist } from "../../../benchmarks/rmnist/definition.ts";
import { GPPVAE_SETTINGS } from "../../../models/gppvae/settings.ts";
import { ode2vae } from "../../../models/ode2vae/method.ts";
import { defaultSettings, parseSettings } from "../../../models/training/settings.ts";
import { betaKl } from "../../../models/ode2vae/loss.ts";
import { fieldWidths, RMNIST_SETTINGS } from "../../../models/ode2vae/settings.ts";
import { kernelParameters, NUGGET, variances } from "../../../models/gppvae/covariance.ts";
import { resolveSettings } from "../../../benchmarks/settings.ts";
import { REPORTS } from "../../../reports/benchmarks/registry.ts";
import { reportGroups } from "../../../reports/catalogue.ts";
import { comparisonTable } from "../../../reports/tables/comparison_table.ts";
import { type FixtureOptions, makeRecord, makeRecords, STAND_IN, store } from "../fixtures.ts";

function tableOf(...options: readonly FixtureOptions[]) {
  return comparisonTable(reportGroups(options.map((one) => store(makeRecord(one))))[0]!);
}

function groupOf(...records: readonly CellRecord[]) {
  return reportGroups(records.map(store))[0]!;
}

function seeds(...values: readonly number[]): FixtureOptions[] {
  return values.map((value, seed) => ({
    seed,
    metrics: [{ name: "testMse", label: "MSE", value, unit: "per pixel", direction: "lower" }],
  }));
}

const defaults = defaultSettings(ode2vae.settings);

Deno.test("comparisonTable() sets ours beside theirs", () => {
  const row = tableOf(...seeds(0.0185, 0.0191, 0.0197)).rows
    .find((candidate) => candidate.model === "ode2vae-kl")!;
  assertEquals(row.ours, "0.01910 ± 0.00060");
  assertEquals(row.published, "0.0188 ± 0.0003");
  assertEquals(row.differenceText, "+0.0003 (+1.6 %)");
  assertEquals(row.inInterval, "inside");
  assertEquals(row.interval, "[0.01761, 0.02059]");
  assertEquals(row.seeds, "3 seeds");
});

Deno.test("comparisonTable() tells where the published value lies only where we have an interval", () => {
  const lies = (...values: readonly number[]) =>
    tableOf(...seeds(...values)).rows.find(({ model }) => model === "ode2vae-kl")!.inInterval;
  assertEquals(lies(0.0185, 0.0191, 0.0197), "inside");
  assertEquals(lies(0.0195, 0.0196, 0.0197), "outside");
  assertEquals(lies(0.0191), "–");
  const { rows, caption } = tableOf(...seeds(0.0185, 0.0191));
  assertEquals(rows.filter(({ inInterval }) => inInterval !== "–").length, 1);
  assertEquals(caption.includes("In our interval: whether the published value lies"), true);
});

Deno.test("comparisonTable() makes no yardstick of the published ±", () => {
  for (const group of reportGroups(makeRecords())) {
    assertEquals(/σ|standard deviations/.test(JSON.stringify(comparisonTable(group))), false);
  }
});

Deno.test("comparisonTable() keeps every published row and says not run where nothing ran", () => {
  const rows = tableOf(...seeds(0.0185)).rows;
  assertEquals(
    rows.map((row) => row.model),
    REPORTS.rmnist!.tables![0]!.rows!.map((row) => row.model),
  );
  assertEquals(
    rows.filter((row) => row.ours === "not run").length,
    rows.length - 1,
  );
});

Deno.test("comparisonTable() sets nothing against a row of another protocol", () => {
  const group = groupOf(...[0.0118, 0.0119, 0.012].map((value, seed) => {
    const record = makeRecord(seeds(value)[0]);
    return { ...record, cell: { ...record.cell, model: "inimnet", seed } };
  }));
  const { rows, footnotes, caption } = comparisonTable(group);
  const row = rows.find(({ model }) => model === "inimnet")!;
  assertEquals([row.kind, row.ours], ["later-other-protocol", "0.01190 ± 0.00010"]);
  assertEquals([row.difference, row.differenceText, row.inInterval], [
    undefined,
    "other protocol",
    "–",
  ]);
  assertEquals(caption.includes("Difference"), false);
  assertEquals(row.footnotes.map((note) => footnotes[note - 1]), [
    "Other protocol: the 5th frame and three random angles are removed; ± over 10 initialisations; the best of eight variants.",
  ]);
  // Two rows of one source and protocol share a footnote; both stand behind the later rows of the table's own.
  const others = rows.filter(({ kind }) => kind === "later-other-protocol");
  assertEquals(others.map(({ method }) => method), [
    "InImNet",
    "CNN-ODE",
    "Zeng et al. 2023",
  ]);
  assertEquals(others[1]!.footnotes, others[2]!.footnotes);
  assertEquals(rows.indexOf(others[0]!), rows.findIndex(({ kind }) => kind === "later") + 1);
});

Deno.test("comparisonTable() counts seeds that diverged", () => {
  const [row] = tableOf(...seeds(0.0185, 0.0191), { seed: 2, status: "diverged" }).rows
    .filter((candidate) => candidate.model === "ode2vae-kl");
  assertEquals(row!.seeds, "2/3 converged");
  const all = tableOf({ seed: 0, status: "diverged" });
  assertEquals(all.rows.find((r) => r.model === "ode2vae-kl")!.ours, "diverged");
  assertEquals(all.caption.includes("No cell of this group has a result yet"), true);
});

Deno.test("comparisonTable() shows a completed seed whose value is not a number as that", () => {
  const [row] = tableOf(
    ...seeds(NaN).map((one) => ({
      ...one,
      metrics: [{ ...one.metrics![0]!, value: "NaN" as const }],
    })),
  ).rows.filter(({ model }) => model === "ode2vae-kl");
  assertEquals([row!.ours, row!.seeds, row!.interval], [
    "not a number",
    "1 seed, 1 not a number",
    "–",
  ]);
});

Deno.test("comparisonTable() notes that the mean image of other digits is of the test digits", () => {
  const record = makeRecord({ model: "mean-image" });
  const cell = { ...record.cell, benchmark: "rmnist_new_digits", version: 1 };
  const { rows, footnotes } = comparisonTable(groupOf({ ...record, cell }));
  const [note] = rows.find(({ model }) => model === "mean-image")!.footnotes;
  assertEquals(footnotes[note! - 1]!.startsWith("The mean of the test digits' own observed"), true);
});

Deno.test("comparisonTable() compares nothing when the data are stand-ins or the tier is smoke", () => {
  for (
    const table of [
      tableOf({ standIn: STAND_IN }),
      tableOf({ tier: "smoke" }),
    ]
  ) {
    const row = table.rows.find((candidate) => candidate.model === "ode2vae-kl")!;
    assertEquals(row.differenceText, "not comparable");
    assertEquals([row.difference, row.inInterval], [undefined, "–"]);
    assertEquals(table.caption.includes("for orientation only"), true);
  }
});

Deno.test("comparisonTable() makes its caption from the typed ±", () => {
  const [group] = reportGroups(makeRecords());
  const { caption } = comparisonTable(group!);
  assertEquals(
    caption.startsWith("Ours: mean ± sample standard deviation (ddof 1) over 3 seeds."),
    true,
  );
  assertEquals(tableOf(...seeds(0.0185)).caption.startsWith("One seed each"), true);
});

Deno.test("comparisonTable() claims no number of seeds for all rows when they differ", () => {
  const run = (model: string, count: number) =>
    Array.from({ length: count }, (_, seed) => ({ model, seed }));
  const { rows, caption } = tableOf(...run("ode2vae", 5), ...run("ode2vae-kl", 8));
  assertEquals(
    rows.filter(({ seeds }) => seeds !== "").map(({ seeds }) => seeds),
    ["5 seeds", "8 seeds"],
  );
  const over =
    "Ours: mean ± sample standard deviation (ddof 1) over the seeds of each row, 5 to 8 " +
    "of them.";
  assertEquals([caption, caption.startsWith(over)], [caption, true]);
});

Deno.test("comparisonTable() tells a protocol difference only where our setting makes it", () => {
  const sentence = "The released code leaves the encoder's entropy out";
  const has = (table: ReturnType<typeof tableOf>) =>
    table.footnotes.some((text) => text.startsWith(sentence));
  assertEquals(has(tableOf(...seeds(0.0185))), true);
  const record = makeRecord();
  const changed = { ...record, settings: { initialLogDensity: "released-code" } };
  assertEquals(has(comparisonTable(reportGroups([store(changed)])[0]!)), false);
});

Deno.test("comparisonTable() names every setting that is not the published one, whatever the tier", () => {
  const first = (tier: Tier, settings: CellRecord["settings"]) =>
    comparisonTable(reportGroups([store({ ...makeRecord({ tier }), settings })])[0]!)
      .differences[0]!;
  const quick = { epochs: 60, batchSize: 60, stepsPerFrame: 1, learningRate: 2e-3 };
  assertEquals(
    first("quick", quick),
    'Tier "quick": not the published settings: epochs 60 instead of 1000, ' +
      "learning rate 0.002 instead of 0.001, solver steps per frame 1 instead of 5.",
  );
  assertEquals(
    first("paper", { ...defaults, epochs: 120 }),
    "Not the published settings: epochs 120 instead of 1000.",
  );
  // The definition's own defaults are the published protocol: nothing to tell.
  assertEquals(first("paper", defaults).includes("published settings"), false);
});

Deno.test("comparisonTable() leaves out settings of a name that are those of another method", () => {
  const first = (model: string) => {
    const record = makeRecord({ tier: "paper" });
    const cell = { ...record.cell, benchmark: "bouncing_balls", version: 1, model };
    const settings = { epochs: 200, learningRate: 1e-4 };
    return comparisonTable(reportGroups([store({ ...record, cell, settings })])[0]!)
      .differences[0]!;
  };
  assertEquals(
    first("ode2vae"),
    "Not the published settings: epochs 200 instead of 1000, learning rate 0.0001 instead of 0.0008.",
  );
  assertEquals(first("dtsbn-s").includes("published settings"), false);
});

Deno.test("comparisonTable() names the settings of rmnist's quick tier", () => {
  const settings = resolveSettings(anyBenchmark(rmnist), "quick", "ode2vae-kl");
  const record = { ...makeRecord({ tier: "quick" }), settings };
  const [first] = comparisonTable(reportGroups([store(record)])[0]!).differences;
  for (const label of ["epochs", "learning rate", "solver steps per frame"]) {
    assertEquals(first!.includes(`${label} `), true);
  }
});

Deno.test("comparisonTable() tells where the digits are from only when they are MNIST's", () => {
  const told = (standIn: string) =>
    tableOf({ standIn }).differences.some((text) => text.includes("rebuilt from MNIST"));
  assertEquals(told(""), true);
  assertEquals(told(STAND_IN), false);
});

Deno.test("comparisonTable() tells of GPPVAE what the code does", () => {
  const { rows, footnotes } = comparisonTable(reportGroups(makeRecords())[0]!);
  for (const model of ["gppvae-dis", "gppvae-joint"]) {
    assertEquals(rows.find((row) => row.model === model)!.footnotes, [1, 2, 3, 4]);
  }
  const notes = footnotes.slice(0, 4).join(" ");
  const settings = (model: string) => resolveSettings(anyBenchmark(rmnist), "paper", model);
  const dis = parseSettings("GPPVAE", GPPVAE_SETTINGS, settings("gppvae-dis"));
  const joint = settings("gppvae-joint");
  const exponent = (value: number) => value.toExponential();
  for (
    const told of [
      `${dis.codeDimensions} code dimensions, object vectors of ${dis.objectRank} `,
      `Gaussian pixel of fixed variance ${dis.pixelVariance} `,
      `ℓ from ${dis.lengthScale}, α from ${dis.noiseVariance}, `,
      `rate ${exponent(dis.vaeLearningRate)} of the networks`,
      `nugget of ${exponent(NUGGET)} `,
      `After ${dis.vaeEpochs} epochs of the VAE come ${dis.processEpochs} of the ` +
      `Gaussian process alone, at rate ${exponent(dis.processLearningRate)}, `,
      `for GPPVAE-joint ${joint.jointEpochs} of everything, at ` +
      `${exponent(dis.jointLearningRate)} `,
    ]
  ) {
    assertEquals([told, notes.includes(told)], [told, true]);
  }
  const { signal, noise } = variances(kernelParameters(1, 0.3));
  assertEquals([notes.includes("v + α = 1"), signal + noise], [true, 1]);
});

Deno.test("comparisonTable() tells the β that the code computes, and the paper's", () => {
  const widths = fieldWidths(RMNIST_SETTINGS);
  assertEquals(widths, [16, 50, 50, 8]);
  // Weights and biases of the field.
  const weights = widths.slice(1).reduce((sum, to, i) => sum + (widths[i]! + 1) * to, 0);
  const { latentDimensions: q, fieldHidden } = RMNIST_SETTINGS;
  const told =
    `${(1000 * betaKl(q, fieldHidden)).toFixed(3)}e-3, where the paper's |q|/|W| gives ` +
    `${(1000 * q / weights).toFixed(2)}e-3. `;
  const { footnotes } = comparisonTable(reportGroups(makeRecords())[0]!);
  assertEquals([told, footnotes.some((text) => text.includes(told))], [told, true]);
});

Deno.test("comparisonTable() tells of γ only where there is an encoder's term", () => {
  const has = (klEncoder: boolean) => {
    const record = makeRecord();
    return comparisonTable(groupOf({ ...record, settings: { klEncoder } })).footnotes
      .some((text) => text.startsWith("γ multiplies log q summed over all L frames"));
  };
  assertEquals([has(true), has(false)], [true, false]);
});

Deno.test("comparisonTable() gives each row its footnotes in rising order", () => {
  // The second row has one of its own beside those that it shares with the first.
  const records = makeRecords().map(({ record }) => {
    const klEncoder = record.cell.model === "ode2vae-kl";
    return store({ ...record, settings: { ...record.settings, klEncoder } });
  });
  const { rows } = comparisonTable(reportGroups(records)[0]!);
  const numbersOf = (model: string) => rows.find((row) => row.model === model)!.footnotes;
  assertEquals([numbersOf("ode2vae"), numbersOf("ode2vae-kl")], [[5, 6], [5, 6, 7]]);
});
