/**
 * ODE2VAE's tables, reproduced: models, solvers, data sets, the benchmark runner and reports as a typed library.
 *
 * Each part is a namespace:
 *
 * ```ts
 * import { models } from "@ode2vae/bench";
 *
 * const frames = models.vectorSequences(yours); // [sequence][frame][dimension]
 * await using model = await models.fit(models.ode2vaeVectors, frames, { settings: { epochs: 200 } });
 * const continued = await model.predict(first, 40);
 * ```
 *
 * @module
 */

/** What goes in: sources with checksums, readers, generators and random numbers. */
export * as data from "./data/mod.ts";
/** The mathematics: backends, layers, solvers, variational inference, ODE2VAE and the trivial references. */
export * as models from "./models/mod.ts";
/** Definitions, the runner, records and the check against reference results. */
export * as benchmarks from "./benchmarks/mod.ts";
/** Published numbers, statistics over seeds, tables and pages from records. */
export * as reports from "./reports/mod.ts";
