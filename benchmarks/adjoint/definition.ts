/**
 * Gradients of solvers against tolerance: by the adjoint, and through the steps. Nothing is trained.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { untrained } from "../../models/reference/untrained.ts";
import type { BenchmarkDefinition, ModelEntry } from "../definition.ts";
import { evaluate, type GradientSolver, type ReferenceSolution } from "./evaluate.ts";
import type { Solve } from "./solvers.ts";

type Row = ModelEntry<ReferenceSolution, GradientSolver>;

/** @param solve picks its function from the module of solvers, which is heavy */
const row = (
  title: string,
  precision: "double" | "single",
  solve: (solvers: typeof import("./solvers.ts")) => Solve,
): Row => ({
  title: `${title}, ${precision} precision`,
  method: untrained(title, {}, ({ backend }) => ({
    trained: {
      // Single precision does not reach 1e-7.
      digits: precision === "double" ? [3, 4, 5, 6, 7, 8, 9, 10] : [3, 4, 5, 6],
      scoredDigits: precision === "double" ? 8 : 5,
      solve: async (tolerance) => await solve(await import("./solvers.ts"))(tolerance, backend),
    },
  })),
  deterministic: true,
  expectedSeconds: precision === "double" ? { smoke: 2, quick: 2 } : { smoke: 4, quick: 4 },
});

/** Relative difference of gradients from a reference. */
export const adjoint: BenchmarkDefinition<ReferenceSolution, GradientSolver> = {
  name: "adjoint",
  version: 1,
  title: "Gradients of solvers",
  headline: { metric: "gradientError", direction: "lower" },
  fasterOnCpu: true,
  models: {
    "dopri5-adjoint": row("dopri5, adjoint", "double", ({ double }) => double("adjoint")),
    "dopri5-backprop": row("dopri5, through steps", "double", ({ double }) => double("backprop")),
    "bosh3-adjoint": row("bosh3, adjoint", "double", ({ bosh3Adjoint }) => bosh3Adjoint),
    "rk4-backprop": row("rk4, through steps", "double", ({ doubleFixed }) => doubleFixed),
    "dopri5-adjoint-single": row("dopri5, adjoint", "single", (of) => of.singleAdjoint),
    "dopri5-backprop-single": row("dopri5, through steps", "single", (of) => of.singleBackprop),
    "rk4-backprop-single": row("rk4, through steps", "single", (of) => of.singleFixed),
  },
  // There is nothing to shorten.
  tiers: { smoke: { seeds: 1, settings: {} }, quick: { seeds: 1, settings: {} } },
  async loadData() {
    const { double } = await import("./solvers.ts");
    const { gradient, last } = await double("backprop")(1e-13);
    return {
      // Fewer digits than the solve has, so that the last bit of a tanh changes nothing.
      sha256: createHash("sha256").update(Float32Array.from([...gradient, ...last])).digest("hex"),
      origin: "a perceptron of state and time, solved to 1e-13 in double precision",
      data: { gradient, last },
    };
  },
  evaluate: (solver, { data }) => evaluate(solver, data),
};
