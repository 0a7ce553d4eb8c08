/**
 * What holds for every model: statistics over seeds, and how the suite computes.
 *
 * @module
 */
import { EXACT_LIMIT } from "../../benchmarks/statistics/sign_flip.ts";
import { html } from "../markup.ts";
import { ORDER_LEVEL } from "../paired/published_order.ts";
import { SALMON_2011 } from "../sources.ts";
import { equation, inCode, m, type MethodSection } from "./mathematics.ts";

/** Statistics over seeds: what ±, the interval and the tests are. */
export const STATISTICS_METHOD: MethodSection = {
  anchor: "statistics",
  title: "Statistics",
  sources: [],
  body: html`
    <p>All are over the ${m`n`} seeds that converged; a seed that diverged is counted (“2/3 converged”) and
    has no number. A model without randomness has one seed, and no spread.</p>
    <h3>Mean, ± and interval</h3>
    ${equation(
      "Mean, sample standard deviation and t-interval",
      String
        .raw`\bar{y} = \frac{1}{n} \sum_{k=1}^{n} y_k, \qquad s = \sqrt{\frac{1}{n - 1} \sum_{k=1}^{n} (y_k - \bar{y})^2}, \qquad \bar{y} \pm t_{0.975,\, n-1} \frac{s}{\sqrt{n}}`,
    )}
    <p>The number after ± is ${m`s`}, the sample standard deviation (divisor ${m`n - 1`}): how far seeds
    scatter, not how well the mean is known. The latter is the 95 % interval, by Student's t.</p>
    <h3>Difference to a published number</h3>
    <p>Ours minus theirs, ${m`\bar{y} - \mu_{\mathrm{pub}}`}, also as a share of theirs, and whether theirs
    lies in our 95 % interval. What the published ± spreads over is seldom stated, so that nothing is measured
    by it.</p>
    <h3>Paired differences between two sets of results</h3>
    <p>Two sets of results with the same seeds are compared seed by seed. If nothing changed, each difference
    ${m`d_k`} is as likely to be positive as negative, so that all ${m`2^n`} assignments of signs
    ${m`\epsilon \in \{-1, 1\}^n`} are equally likely, and the exact two-sided p-value of the sign-flip test
    is</p>
    ${equation(
      "The p-value of the sign-flip test",
      String
        .raw`p = \frac{1}{2^n} \left| \left\{ \epsilon \in \{-1, 1\}^n : \left| \sum_{k} \epsilon_k |d_k| \right| \ge \left| \sum_{k} d_k \right| \right\} \right|`,
    )}
    <p>All assignments are counted up to ${m`n`} = ${EXACT_LIMIT}, a seeded sample of them beyond. The
    smallest p that ${m`n`} pairs can give is ${m`2^{1-n}`}: five pairs cannot reach 0.05. The same test asks
    whether the paper's order of two methods is ours, its p corrected over the order's claims: a claim holds or
    does not hold only where the corrected p is at most ${ORDER_LEVEL}, by the sign of the mean. And it compares
    the rows of an ablation with their base. That nothing
    changed is claimed only by a test of equivalence: two one-sided paired t-tests reject a mean difference of
    a margin or more in either direction. Several tests are corrected by Holm's method.</p>
    ${inCode(
      "benchmarks/statistics/spread.ts",
      "benchmarks/statistics/student_t.ts",
      "reports/paired/",
    )}
  `,
};

/** Compilation, random numbers, repeatability. */
export const COMPUTING_METHOD: MethodSection = {
  anchor: "computing",
  title: "How it computes",
  sources: [SALMON_2011],
  body: html`
    <ul class="points">
      <li>Models are pure functions over named tensors, written once against TensorFlow.js. A whole training
    step (loss, gradients, Adam) is traced once on a backend whose kernels record ONNX nodes, and ONNX
    Runtime runs the graph. Loops over time are one primitive, <code>scan</code>, whose gradient is a
    second loop backwards over the saved states.</li>
      <li>Networks compute in single precision, Gaussian processes, their inverses and the statistics in
    double precision.</li>
      <li>Random numbers come from Philox, a counter-based generator: a draw is a function of the seed, what
    it is for and the step, so that a run that was interrupted and resumed ends with the same bytes.</li>
      <li>A cell computes with one thread. On one machine and one set of versions results repeat bit for
    bit; the trace SHA-256 of a record is that of its metrics and curves, and its fingerprint (versions,
    processor, a hash of the maths functions) shows what may be compared.</li>
      <li>Kernels are tested against TensorFlow.js's own backends, forward and backward; the training step
    against a PyTorch version of the model; the log-densities, traces and gradients against closed forms
    or central differences.</li>
    </ul>
    ${inCode("models/backend/", "data/random/", "benchmarks/record/record.ts")}
  `,
};
