/** The check that the workflow runs on each pull request, as arguments of `deno task check`. */
export const smokeGate: readonly string[] = [
  ...["--tier", "smoke"],
  ...["--against", "reports/reference/smoke"],
  ...["--metrics", "testMse@1,validationLogLikelihood@1,loss@1,logDensity@1"],
  ...["--tolerance", "0.1%"],
];
