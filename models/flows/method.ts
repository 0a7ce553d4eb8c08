/**
 * Flows of the plane as they are trained: a standard normal variable is moved so that its density has the least KL
 * divergence from each of several targets.
 *
 * @module
 */
import type { DensityData, DensityModel } from "../training/density.ts";
import type { Method } from "../training/method.ts";
import { CNF_SETTINGS, PLANAR_SETTINGS } from "./settings.ts";

/** A continuous normalising flow: moved along an ordinary differential equation. */
export const cnf: Method<DensityData, DensityModel> = {
  name: "CNF",
  settings: CNF_SETTINGS,
  start: async (task) => (await import("./training.ts")).startCnf(task),
};

/** A planar flow: moved by a sequence of maps. */
export const planarFlow: Method<DensityData, DensityModel> = {
  name: "Planar flow",
  settings: PLANAR_SETTINGS,
  start: async (task) => (await import("./training.ts")).startPlanarFlow(task),
};
