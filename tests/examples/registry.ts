/**
 * A registry with a benchmark of one's own: the module that ODE2VAE_DEFINITIONS names.
 *
 * @module
 */
import { type AnyBenchmark, anyBenchmark } from "../../benchmarks/registry.ts";
import { twoMoons } from "./two_moons/definition.ts";

/** By registry name. */
export const benchmarks: Readonly<Record<string, AnyBenchmark>> = {
  two_moons: anyBenchmark(twoMoons),
};
