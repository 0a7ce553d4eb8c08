/**
 * What the speed page says in words: what each contestant computes, and where the time goes that products do not take.
 *
 * @module
 */
import type { CostMeasurement } from "../../benchmarks/speed/cost_measurement.ts";
import {
  type Measurement,
  shareOfPeak,
  type SizeMeasurement,
} from "../../benchmarks/speed/measurement.ts";
import { formatSeconds } from "../../benchmarks/speed/measurement_table.ts";
import { medianSeconds } from "../../benchmarks/speed/cost_measurement.ts";
import { isSizeName, SIZES } from "../../benchmarks/speed/sizes.ts";
import { tableau } from "../../models/ode/tableaus.ts";
import { html, type Markup } from "../markup.ts";
import { formatCount } from "../../benchmarks/statistics/numbers.ts";
import { formatShare } from "./speed_parts.ts";

/** Kinds of contestants, by the beginning of their names, with what each computes. */
const KINDS: readonly (readonly [prefix: string, what: string])[] = Object.freeze([
  [
    "compiled",
    "Compiled: this suite's training step, traced once into an ONNX graph and run by ONNX Runtime. " +
    "The trace of ∂f/∂v is in closed form, the rollout is one Scan, its gradient a second one.",
  ],
  [
    "pytorch-released",
    "PyTorch as released: the trace as the released code finds it, by q backward passes through the " +
    "field at every evaluation, which are differentiated once more for the gradient.",
  ],
  [
    "pytorch",
    "PyTorch, closed-form trace: the same model with our formula for the trace in place of those " +
    "passes, so that what is compared is the execution and not the formula. Eager code, written for " +
    "this comparison.",
  ],
  [
    "jax",
    "JAX: the same model with the closed-form trace, one jit over loss, gradients and update, the " +
    "rollout a scan. Written for this comparison.",
  ],
  [
    "wasm",
    "Op by op: the suite's own step on TensorFlow.js's WebAssembly kernels, nothing compiled. It is " +
    "the reference that the compiler is tested against.",
  ],
]);

function kindOf(id: string): string | undefined {
  return KINDS.find(([prefix]) => id.startsWith(prefix))?.[1];
}

/** What the contestants compute. */
export function contestantsSection({ sizes }: Measurement): Markup {
  const ids = sizes.flatMap(({ contestants, leftOut }) =>
    [...contestants, ...leftOut].map(({ id }) => id)
  );
  const there = new Set(ids.map(kindOf));
  const kinds = KINDS.map(([, what]) => what).filter((what) => there.has(what));
  return html`
    <section id="contestants" class="group">
      <h2>What is compared</h2>
      <p>A step is the loss of ODE²VAE-KL, the gradients of all parameters and Adam's update. All
    contestants begin at the same parameters and get the same minibatch and noise; that their first
    losses agree is checked. Each is a process of its own, and they take turns step by step, so that
    what else the machine does hits all alike.</p>
      <ul class="points">${kinds.map((what) => {
        const end = what.indexOf(":");
        return html`<li><strong>${what.slice(0, end)}</strong>${what.slice(end)}</li>`;
      })}</ul>
    </section>
  `;
}

/** Evaluations of the field in the rollout of one step; undefined for a size that the suite does not know. */
function fieldEvaluations({ size, grid }: SizeMeasurement): number | undefined {
  if (!isSizeName(size)) return undefined;
  const { method, stepsPerFrame } = SIZES[size].settings;
  return (grid - 1) * stepsPerFrame * tableau(method).stages.length;
}

/** Shares of the fastest and of the median product's rate that a compiled step reaches: the best of the former. */
function bestShares(
  size: SizeMeasurement,
  { peak }: Measurement,
): readonly [fastest: number, median: number] | undefined {
  return size.contestants.filter(({ id }) => id.startsWith("compiled"))
    .flatMap((contestant) => {
      const fastest = shareOfPeak(contestant, size, peak, "fastest");
      const median = shareOfPeak(contestant, size, peak, "median");
      return fastest === undefined ? [] : [[fastest, median!] as const];
    })
    .toSorted(([a], [b]) => b - a)[0];
}

function shares(step: Measurement): string {
  const known = step.sizes.flatMap((size) => {
    const best = bestShares(size, step);
    return best === undefined ? [] : [`${best.map(formatShare).join(" and ")} (${size.title})`];
  });
  if (known.length === 0) return "The rest of a step goes to four things.";
  return "Compiled steps reach, of the rates of the fastest and the median large matrix product, " +
    `${
      known.join(", ").replaceAll(" %", "\u00a0%")
    }. What is missing from the fastest goes to four ` +
    "things.";
}

function evaluations(step: Measurement): string {
  const known = step.sizes.flatMap((size) => {
    const count = fieldEvaluations(size);
    return count === undefined ? [] : [`${formatCount(count)} (${size.title})`];
  });
  if (known.length === 0) return "";
  return ` A step evaluates the field ${known.join(", ")} times, and goes back through as many.`;
}

/** The constant terms along the minibatch: what the rollout's nodes cost, however little they compute. */
function constants({ axes }: CostMeasurement): string {
  const known = axes.flatMap(({ quantity, title, fit, points }) => {
    if (quantity !== "sequences" || fit.reported !== "withConstant") return [];
    const { constant } = fit.withConstant!;
    const first = points[0]!;
    const share = formatShare(Math.min(1, constant / medianSeconds(first)));
    const part = `${share} of one with ${first.value} sequences`;
    return [`${formatSeconds(constant)} of a step of ${title} (${part})`];
  });
  if (known.length === 0) return "";
  return ` As measured along the minibatch, ${
    known.join(" and ")
  } do not depend on the number of ` +
    "sequences.";
}

/** Where the time goes beside the products. */
export function restSection(
  { step, cost }: { readonly step: Measurement; readonly cost?: CostMeasurement },
): Markup {
  const { side } = step.peak;
  return html`
    <section id="rest" class="group">
      <h2>Where the rest goes</h2>
      <p>${shares(step)}</p>
      <ul class="points">
        <li><strong>Convolutions on few channels</strong> multiply small matrices: one side of each product
    is a number of channels, 1 to 128 at these sizes, where the peak is that of ${side} × ${side}.</li>
        <li><strong>Copies of patches</strong>: a convolution that is not computed in ONNX Runtime's blocked
    layout first copies its patches (im2col, and the reverse in gradients), each pixel up to 25
    times.</li>
        <li><strong>Element-wise passes and batch norm</strong> read and write whole activations and hardly
    compute: memory bounds them, not arithmetic. Those of neighbouring layers are computed as many images at a
    time as the cache holds.</li>
        <li><strong>The rollout</strong> is hundreds or thousands of tiny products, each of which waits for
    the one before: what counts there is the cost of a node, not its arithmetic.${evaluations(
      step,
    )}${cost !== undefined && constants(cost)}</li>
      </ul>
    </section>
  `;
}
