/**
 * Continuous normalising flows of the plane against planar flows, on the four energies of Rezende and Mohamed (2015). A figure
 * of Chen et al. (2018). A cell fits all four targets.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { cnf as cnfMethod, planarFlow } from "../../models/flows/method.ts";
import { bestGaussian, uniformDensity } from "../../models/reference/density.ts";
import type { DensityData, DensityModel } from "../../models/training/density.ts";
import type { Method } from "../../models/training/method.ts";
import type { BenchmarkDefinition, ModelEntry, Settings } from "../definition.ts";
import { evaluate, type PlaneData } from "./evaluate.ts";

type Row = ModelEntry<PlaneData, DensityModel>;
type Seconds = NonNullable<Row["expectedSeconds"]>;

const cnfRow = (width: number, expectedSeconds: Seconds): Row => ({
  title: `CNF, M = ${width}`,
  method: cnfMethod,
  overrides: { width },
  expectedSeconds,
});

const planarRow = (depth: number, expectedSeconds: Seconds): Row => ({
  title: `Planar flow, K = ${depth}`,
  method: planarFlow,
  overrides: { depth },
  expectedSeconds,
});

const trivial = (title: string, method: Method<DensityData, DensityModel>): Row => ({
  ...{ title, method, trivial: true, deterministic: true },
  expectedSeconds: { smoke: 2, quick: 3, reduced: 3, paper: 3 },
});

/** Pairs of flows of one size, the largest first: so their draws are shown side by side. */
const MODELS: Readonly<Record<string, Row>> = {
  "cnf-32": cnfRow(32, { smoke: 8, quick: 60, reduced: 450, paper: 900 }),
  "nf-32": planarRow(32, { smoke: 5, quick: 45, reduced: 320, paper: 1600 }),
  "cnf-8": cnfRow(8, { smoke: 5, quick: 28, reduced: 190, paper: 370 }),
  "nf-8": planarRow(8, { smoke: 3, quick: 27, reduced: 190, paper: 900 }),
  "cnf-2": cnfRow(2, { smoke: 4, quick: 18, reduced: 110, paper: 210 }),
  "nf-2": planarRow(2, { smoke: 3, quick: 22, reduced: 150, paper: 750 }),
  "gaussian": trivial("Best Gaussian", bestGaussian),
  "uniform-square": trivial("Uniform on the square", uniformDensity),
};

/** Differences of both families in a tier. */
const tier = (seeds: number, ofCnf: Settings, ofPlanar: Settings) => ({
  seeds,
  settings: {},
  models: Object.fromEntries(
    Object.entries(MODELS).flatMap(([name, { method }]) =>
      method === cnfMethod ? [[name, ofCnf]] : method === planarFlow ? [[name, ofPlanar]] : []
    ),
  ),
});

/** KL divergence from the four targets. */
export const cnf: BenchmarkDefinition<PlaneData, DensityModel> = {
  name: "cnf",
  version: 1,
  title: "Densities in the plane",
  headline: { metric: "kl", direction: "lower" },
  fasterOnCpu: true,
  models: MODELS,
  tiers: {
    // Seconds: shows that everything runs.
    smoke: tier(
      1,
      { epochs: 2, stepsPerEpoch: 5, batchSize: 64, learningRate: 3e-3, testRefinement: 2 },
      { epochs: 2, stepsPerEpoch: 25, learningRate: 1e-3 },
    ),
    // Half the draws a step and larger rates: a tenth of the steps, and a fiftieth of the planar flow's.
    quick: tier(
      3,
      { epochs: 20, stepsPerEpoch: 50, batchSize: 256, learningRate: 3e-3 },
      { epochs: 20, stepsPerEpoch: 500, learningRate: 1e-3 },
    ),
    // The planar flow's rate is ten times the published one and its steps a fifth.
    reduced: tier(
      5,
      { epochs: 50 },
      { epochs: 100, stepsPerEpoch: 1000, learningRate: 1e-4 },
    ),
    // Three claims need seven seeds that differ.
    paper: tier(8, {}, {}),
  },
  async loadData({ tier }) {
    const { planeTargets, SIDE } = await import("./targets.ts");
    const data: PlaneData = {
      targets: planeTargets(),
      side: SIDE,
      draws: tier === "smoke" ? 2000 : 50_000,
    };
    const hash = createHash("sha256").update(String(data.draws));
    for (const { energy, logNormaliser } of data.targets) {
      const places = Array.from({ length: 101 }, (_, i) => (i - 50) / 10);
      const values = places.flatMap((x) => places.map((y) => energy(x, y)));
      // Single precision: the last bits of a sine may differ between machines.
      hash.update(Float32Array.from([logNormaliser, ...values]));
    }
    return {
      sha256: hash.digest("hex"),
      origin: `four energies by their formulas, in the square of ±${SIDE}, ` +
        `${data.draws} draws of each density to test`,
      data,
    };
  },
  evaluate: (model, { data }) => evaluate(model, data),
};
