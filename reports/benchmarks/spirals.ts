/**
 * Spirals at irregular times: a published table, a column for each number of observations.
 *
 * @module
 */
import { CHEN_2018 } from "../sources.ts";
import {
  type BenchmarkReport,
  defineReport,
  type MetricTable,
  type ProtocolDifference,
  publishedValue,
} from "./benchmark_report.ts";

/** Printed errors with 30, 50 and 100 observations. */
const PUBLISHED = {
  "rnn": ["RNN", "0.3937", "0.3202", "0.1813"],
  "latent-ode": ["Latent ODE", "0.1642", "0.1502", "0.1346"],
} as const;

const OBSERVATIONS = [30, 50, 100] as const;
const LOCATION = "Neural ODE paper, table 2";

/** What differs in single rows, by registry name. */
const DIFFERENCES: Readonly<Record<string, string>> = {
  "rnn": "The paper has two such networks, one of which is told the time until the next " +
    "observation, and does not say which one its table has. Ours is told it, in units of the mean " +
    "time between observations.",
  "latent-ode":
    "The paper's field has one hidden layer; ours has two, as in the released code. That code's " +
    "encoder reads evenly sampled points without their times; ours reads the grid of all 100 points " +
    "with a mask that says which are observed. With 100 observations both read the same.",
};

const COMMON: readonly ProtocolDifference[] = [
  {
    text:
      "The data of the table are not public. Ours follow the released code's generator, with a " +
      "seed of ours; there no point is left out, and nothing beyond the window is tested.",
  },
  {
    text:
      "The released code starts windows at points 100 to 399 of 500, and so does our training. " +
      "Those of the test start at points 100 to 300: after later ones no 100 points would follow.",
  },
  {
    text:
      "The paper names 1000 spirals and no split. Ours has 1000 to train, 200 to validate and " +
      "1000 to test (tier quick: 300, 100 and 300).",
  },
  {
    text:
      "Whether the published errors are against points with noise, and whether per coordinate " +
      "or per point, is not stated. Ours are against the spiral without noise, per coordinate.",
  },
  {
    text:
      "The released code takes the parameters of the last iteration; ours those with the best " +
      "likelihood of the validation spirals' observations, of every 20th iteration. Errors of the " +
      "last iteration are listed beside them.",
  },
  {
    text:
      "The released code solves by dopri5 with tolerances of 1e-7 and 1e-9, below what single " +
      "precision tells apart. Ours takes classic Runge–Kutta steps of three points (0.11), cubic " +
      "between them.",
  },
  { text: "The published values have no spread; ours is over seeds." },
];

/** Differences of the paper's noise, which its table does not state. */
const NOISE = {
  published: "The noise of the table is not stated. A user of the released code, which sets 0.3, " +
    "reported errors of 0.3 to 0.4 with it, and of the paper's size with less noise or none.",
  low: "The noise has a standard deviation of 0.1, the default of the released code's generator. " +
    "Its script sets 0.3, as in benchmark spirals; the noise of the table is not stated.",
};

/** The table of one number of observations; the first one has what differs in all of them. */
function table(column: number, noise: string): MetricTable {
  const n = OBSERVATIONS[column]!;
  return {
    location: LOCATION,
    metric: `testRmse${n}`,
    caption: `RMSE of the 100 points after the window, ${n} observations`,
    direction: "lower",
    rows: Object.entries(PUBLISHED).map(([model, [method, ...values]]) => ({
      ...{ method, model, source: CHEN_2018, value: publishedValue(values[column]!) },
      differences: [{ text: DIFFERENCES[model]! }],
    })),
    notes: {
      "nearest-window": "Knows the generator: of its 402 possible windows the one nearest to the " +
        "observations. No model that learns the spirals from noisy points can be expected below.",
    },
    settings: [
      { setting: "epochs", label: "blocks of 20 iterations", value: 100 },
      { setting: "learningRate", label: "learning rate", value: 0.01 },
    ],
    differences: column === 0 ? [{ text: noise }, ...COMMON] : [],
    order: [{ worse: "rnn", better: "latent-ode", orEqual: false }],
    alsoBy: [{ metric: `testRmse${n}Last`, label: "The last iteration's parameters" }],
  };
}

function report(noise: string, deviation: string): BenchmarkReport {
  return defineReport({
    lead: "Points of a spiral are seen at irregular times, with noise of standard deviation " +
      `${deviation}: 30, 50 or all of the 100 points of a window. A model predicts the 100 points ` +
      "after the window. Spirals turn both ways, and windows start anywhere on them.",
    tables: OBSERVATIONS.map((_, column) => table(column, noise)),
    figures: [{
      curve: "rmseByObservations",
      location: LOCATION,
      source: CHEN_2018,
      note: "The columns of the table; no spread was published.",
      curves: Object.entries(PUBLISHED).map(([model, [method, ...values]]) => ({
        ...{ method, model, x: [...OBSERVATIONS], y: values.map(Number) },
      })),
    }],
    curves: {
      rmseByObservations: { title: "Error by number of observations" },
      rmsePerPoint: { title: "Error of each point after the window, 30 observations" },
      testRmse30: { title: "Error with 30 observations, by epoch" },
      validationLogLikelihood: { title: "Validation log-likelihood, by epoch" },
    },
  });
}

/** The released code's noise. */
export const SPIRALS: BenchmarkReport = report(NOISE.published, "0.3");

/** A third of it. */
export const SPIRALS_LOW_NOISE: BenchmarkReport = report(NOISE.low, "0.1");
