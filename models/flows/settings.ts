/**
 * Settings of flows of the plane.
 *
 * @module
 */
import { count, number, type TableOf } from "../training/settings.ts";

/** Parsed settings of how a flow is trained. */
export type FlowTrainingSettings = Readonly<
  Record<"batchSize" | "learningRate" | "stepsPerEpoch" | "epochs", number>
>;

/** Parsed settings of a continuous flow. */
export type CnfSettings =
  & FlowTrainingSettings
  & Readonly<Record<"width" | "hyperHidden" | "solverSteps" | "testRefinement", number>>;

/** Parsed settings of a planar flow. */
export type PlanarSettings = FlowTrainingSettings & Readonly<Record<"depth", number>>;

const training = (
  batchSize: number,
  optimiser: string,
  learningRate: number,
  stepsPerEpoch: number,
  epochs: number,
): TableOf<FlowTrainingSettings> => ({
  batchSize: count(batchSize, "draws of each target's density in an optimiser step"),
  learningRate: number(learningRate, `rate of ${optimiser}`),
  stepsPerEpoch: count(stepsPerEpoch, "optimiser steps of an epoch"),
  epochs: count(epochs, "times so many steps"),
});

/** A continuous normalising flow (Chen et al. 2018). */
export const CNF_SETTINGS: TableOf<CnfSettings> = {
  width: count(32, "M: hidden units of the field"),
  hyperHidden: count(
    32,
    "units of both hidden layers of the network from time to the field's weights",
  ),
  solverSteps: count(20, "Runge–Kutta steps of fourth order from time 0 to 10; ours"),
  testRefinement: count(4, "times as many steps where the trained flow is tested; ours"),
  ...training(512, "Adam", 1e-3, 100, 100),
};

/** A planar flow (Rezende and Mohamed 2015). */
export const PLANAR_SETTINGS: TableOf<PlanarSettings> = {
  depth: count(32, "K: layers"),
  ...training(100, "RMSprop", 1e-5, 1000, 500),
};
