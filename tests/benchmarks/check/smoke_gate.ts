/**
 * The check that the workflow runs on each pull request, as arguments of `deno task check`.
 *
 * The tolerance lies between two measurements of the first epoch of `rmnist` version 2: TensorFlow.js on wasm, op by op,
 * moves these values by at most 3.3e-6 of themselves, and the least of the injected defects (no trace term) by 9.7e-4.
 */
export const smokeGate: readonly string[] = [
  ...["--tier", "smoke"],
  ...["--against", "reports/reference/smoke"],
  ...["--metrics", "testMse@1,validationLogLikelihood@1,loss@1,logDensity@1"],
  ...["--tolerance", "0.02%"],
];
