/**
 * A registry with a benchmark of one's own: the module that ODE2VAE_DEFINITIONS names.
 *
 * @module
 */
import { type AnyBenchmark, anyBenchmark } from "../../benchmarks/registry.ts";
import type { BenchmarkReport } from "../../reports/benchmarks/benchmark_report.ts";
import { twoMoons } from "./two_moons/definition.ts";

/** By registry name. */
export const benchmarks: Readonly<Record<string, AnyBenchmark>> = {
  two_moons: anyBenchmark(twoMoons),
};

/** Words of the pages; the suite's own are in reports/benchmarks/. */
export const reports: Readonly<Record<string, BenchmarkReport>> = {
  two_moons: {
    lead: "Two interleaved half circles are told apart by the class probabilities of a point.",
    tables: [{ metric: "accuracy" }, { metric: "logLikelihood" }],
  },
};
