/**
 * Training steps of all contestants: a table and bars for each size, the machine's matrix products, what each contestant
 * computes, and where the time goes that products do not take.
 *
 * @module
 */
import {
  medianStep,
  productRates,
  productTimes,
  sharesOfPeak,
  stepQuartiles,
  stepRate,
  timesBaseline,
} from "../../benchmarks/speed/analysis.ts";
import { fieldEvaluations } from "../../benchmarks/speed/arithmetic.ts";
import type {
  ContestantMeasurement,
  CostMeasurement,
  GpuResults,
  Measurement,
  PeakMeasurement,
  SizeMeasurement,
} from "../../benchmarks/speed/results.ts";
import { isSizeName, SIZES } from "../../benchmarks/speed/sizes.ts";
import {
  formatBillions,
  formatBytes,
  formatRange,
  formatSeconds,
  formatShare,
  NONE,
} from "../../benchmarks/speed/tables.ts";
import { capitalise, formatCount } from "../../benchmarks/statistics/numbers.ts";
import { html, type Markup } from "../markup.ts";
import { barFigure, type SpeedCell, speedTable } from "./parts.ts";

const HEADS = ["Training step", "Median", "Times the first", "GFLOP/s"];
const SHARE = "Share of peak";
const LAST_HEADS = ["Compilation", "Peak memory"];

function row(
  contestant: ContestantMeasurement,
  size: SizeMeasurement,
  peak?: PeakMeasurement,
): SpeedCell[] {
  const { label, library, compileSeconds, nodeCount, peakMemoryBytes } = contestant;
  const shares = peak && sharesOfPeak(contestant, size, peak)?.map(formatShare);
  return [
    { text: label, small: library },
    {
      text: formatSeconds(medianStep(contestant)),
      small: stepQuartiles(contestant).map(formatSeconds).join(" to "),
    },
    timesBaseline(contestant, size).toFixed(2),
    formatBillions(stepRate(contestant, size)),
    ...(peak === undefined
      ? []
      : [shares === undefined ? NONE : { text: shares[0]!, small: `${shares[1]} of the median` }]),
    compileSeconds === undefined ? NONE : {
      text: formatSeconds(compileSeconds),
      small: nodeCount === undefined ? "" : `${formatCount(nodeCount)} nodes`,
    },
    peakMemoryBytes === undefined ? NONE : formatBytes(peakMemoryBytes),
  ];
}

/** Anchor of a size's section. @param on what it was measured on: steps of all contestants, or a GPU */
export function sizeAnchor({ size }: SizeMeasurement, on: "step" | "gpu" = "step"): string {
  return `${on}-${size}`;
}

/** Name of the GPUs of a measurement. */
export function cardNames({ gpu }: GpuResults): string {
  return [...new Set(gpu.cards.map(({ name }) => name))].join(", ");
}

/** Sections of the sizes that were measured on a GPU; no shares of a peak, as a step uses GPU and CPU. */
export function gpuSections(results: GpuResults): Markup {
  return html`${
    results.sizes.map((size) =>
      sizeSection(
        { ...size, title: `${size.title} on ${cardNames(results)}` },
        undefined,
        sizeAnchor(size, "gpu"),
      )
    )
  }`;
}

function sizeSection(
  size: SizeMeasurement,
  peak: PeakMeasurement | undefined,
  id = sizeAnchor(size),
): Markup {
  const { title, sequences, frames, grid, parameters, arithmetic, contestants, leftOut } = size;
  const steps = formatRange(contestants.map(({ stepSeconds }) => stepSeconds.length));
  const { total, forward, backward } = arithmetic;
  return html`<section id="${id}" class="group">
<h2>${capitalise(title)}</h2>
<p class="facts">Batch ${sequences} × ${frames} frames on a grid of ${grid} points ·
 ${formatCount(parameters)} parameters · ${formatBillions(total)} GFLOP a step, products only
 (${formatBillions(forward)} forward, ${formatBillions(backward)} backward)</p>
${
    speedTable(
      `${capitalise(title)}: ${steps} warm steps of ` +
        "each contestant, taking turns. Under the median: quartiles.",
      [...HEADS, ...(peak === undefined ? [] : [SHARE]), ...LAST_HEADS],
      contestants.map((contestant) => row(contestant, size, peak)),
    )
  }${
    leftOut.length > 0 &&
    html`
      <p class="explain">Left out: ${leftOut.map(({ label, reason }, i) =>
        `${i > 0 ? "; " : ""}${label} (${reason})`
      )}.</p>
    `
  }
${barFigure(size)}
</section>`;
}

function peakSection(peak: PeakMeasurement): Markup | undefined {
  if (peak.contestants.length === 0) return undefined;
  const counts = peak.contestants.map(({ productSeconds }) => productSeconds.length);
  const rows = peak.contestants.map((contestant) => {
    const rates = productRates(contestant, peak).map(formatBillions);
    const cells = productTimes(contestant)
      .map((time, i) => ({ text: formatSeconds(time), small: `${rates[i]} GFLOP/s` }));
    return [contestant.label, ...cells, contestant.library];
  });
  return html`<section id="peak" class="group"><h2>Matrix products of this machine</h2>
<p>“Share of peak” divides by the best rate that any library here reached with as many threads, in its
 fastest product; the smaller line under it divides by the best median. Where the two are far apart,
 the machine's own speed changed while it multiplied, and shares are less certain.</p>
${
    speedTable(
      `Products of two ${peak.side} × ${peak.side} matrices of 32-bit floats, ` +
        `${formatRange(counts)} of each`,
      ["Who", "Fastest", "Median", "Library"],
      rows,
    )
  }</section>`;
}

/** Kinds of contestants, by the beginning of their names, with what each computes. */
const KINDS: readonly (readonly [prefix: string, name: string, what: string])[] = [
  [
    "compiled",
    "Compiled",
    "this suite's training step, traced once into an ONNX graph and run by ONNX Runtime. " +
    "The trace of ∂f/∂v is in closed form, the rollout is one Scan, its gradient a second one.",
  ],
  [
    "pytorch-released",
    "PyTorch as released",
    "the trace as the released code finds it, by q backward passes through the " +
    "field at every evaluation, which are differentiated once more for the gradient.",
  ],
  [
    "pytorch",
    "PyTorch, closed-form trace",
    "the same model with our formula for the trace in place of those " +
    "passes, so that what is compared is the execution and not the formula. Eager code, written for " +
    "this comparison.",
  ],
  [
    "jax",
    "JAX",
    "the same model with the closed-form trace, one jit over loss, gradients and update, the " +
    "rollout a scan. Written for this comparison.",
  ],
  [
    "wasm",
    "Op by op",
    "the suite's own step on TensorFlow.js's WebAssembly kernels, nothing compiled. It is " +
    "the reference that the compiler is tested against.",
  ],
];

function contestantsSection({ sizes }: Measurement): Markup {
  const all = sizes.flatMap(({ contestants, leftOut }) => [...contestants, ...leftOut]);
  const there = new Set(all.map(({ id }) => KINDS.find(([prefix]) => id.startsWith(prefix))));
  return html`
    <section id="contestants" class="group">
      <h2>What is compared</h2>
      <p>A step is the loss of ODE²VAE-KL, the gradients of all parameters and Adam's update. All
    contestants begin at the same parameters and get the same minibatch and noise; that their first
    losses agree is checked. Each is a process of its own, and they take turns step by step, so that
    what else the machine does hits all alike.</p>
      <ul class="points">${KINDS.filter((kind) => there.has(kind)).map(([, name, what]) =>
        html`<li><strong>${name}</strong>: ${what}</li>`
      )}</ul>
    </section>
  `;
}

/** "27 % and 48 % (rotating MNIST)" of each size: the best of its compiled steps. */
function shares({ sizes, peak }: Measurement): string {
  const known = sizes.flatMap((size) => {
    const [best] = size.contestants.filter(({ id }) => id.startsWith("compiled"))
      .map((contestant) => sharesOfPeak(contestant, size, peak))
      .filter((shares) => shares !== undefined)
      .toSorted(([a], [b]) => b - a);
    return best === undefined ? [] : [`${best.map(formatShare).join(" and ")} (${size.title})`];
  });
  if (known.length === 0) return "The rest of a step goes to four things.";
  return "Compiled steps reach, of the rates of the fastest and the median large matrix product, " +
    known.join(", ").replaceAll(" %", "\u00a0%") +
    ". What is missing from the fastest goes to four things.";
}

function evaluations({ sizes }: Measurement): string {
  const known = sizes.flatMap(({ size, title, grid }) => {
    if (!isSizeName(size)) return [];
    return [`${formatCount(fieldEvaluations({ ...SIZES[size], grid }))} (${title})`];
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
    const share = formatShare(Math.min(1, constant / medianStep(first)));
    const part = `${share} of one with ${first.value} sequences`;
    return [`${formatSeconds(constant)} of a step of ${title} (${part})`];
  });
  if (known.length === 0) return "";
  return ` As measured along the minibatch, ${
    known.join(" and ")
  } do not depend on the number of ` +
    "sequences.";
}

function restSection(step: Measurement, cost?: CostMeasurement): Markup {
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

/** Sections of all sizes and of the products, what is compared, and where the rest of the time goes. */
export function stepSections(step: Measurement, cost?: CostMeasurement): Markup {
  const { sizes, peak } = step;
  return html`${sizes.map((size) => sizeSection(size, peak))}${peakSection(peak)}${
    contestantsSection(step)
  }${restSection(step, cost)}`;
}
