/**
 * The check that the workflow runs on each pull request, as arguments of `deno task check`.
 *
 * The tolerance lies between two measurements of the first epoch: TensorFlow.js on wasm, op by op, moves these values by
 * at most 5.9e-5 of themselves (RK-Net's loss; in `rmnist` 3.3e-6), and the least of the injected defects (no trace term)
 * those of `rmnist` by 9.7e-4.
 */
export const smokeGate: readonly string[] = [
  ...["--tier", "smoke"],
  ...["--against", "reports/reference/smoke"],
  ...["--metrics", "testMse@1,validationLogLikelihood@1,loss@1,logDensity@1"],
  ...["--tolerance", "0.02%"],
];
