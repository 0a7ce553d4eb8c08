/**
 * How far a run is and how long it will take, as pure functions: state in, text out.
 *
 * @module
 */
import type { CellProgress } from "./messages.ts";
import type { CellRecord } from "../record/record.ts";
import { isFinished } from "../record/record_file.ts";
import { totalSeconds } from "./time_split.ts";

/** A cell that is running. */
export interface RunningCell {
  /** Model and seed, e.g. "model-a seed 0". */
  readonly label: string;
  /** Undefined until training begins. */
  readonly progress?: CellProgress;
  /** Seconds until its training ends; undefined while unknown. */
  readonly remainingSeconds?: number;
}

/** A run at one moment. */
export interface RunProgress {
  /** Cells in all. */
  readonly total: number;
  /** Cells with a result, including those of earlier runs. */
  readonly finished: number;
  /** Cells that failed in this run. */
  readonly failed: number;
  /** Cells that are running. */
  readonly running: readonly RunningCell[];
  /** Seconds until the run ends; undefined while unknown. */
  readonly remainingSeconds?: number;
}

const widestBar = 20;
/** A narrower bar would show no more than the numbers. */
const narrowestBar = 5;
const gap = 2;

/** Share of a cell's training that is done, 0 … 1. */
export function shareDone({ epoch, epochs, step, steps }: CellProgress): number {
  if (epochs === 0) return 1;
  return Math.min(1, (epoch + (steps === 0 ? 0 : step / steps)) / epochs);
}

/** A bar of `width` characters. */
export function bar(share: number, width: number): string {
  const full = Math.min(width, Math.max(0, Math.floor(share * width)));
  return "█".repeat(full) + "░".repeat(width - full);
}

/**
 * Loss terms in four significant digits: "loss 412.3, latent prior -3.210". Terms that do not fit into `columns` are left
 * out: a number that is cut off would be read as another number.
 */
export function formatLive(live: CellProgress["live"], columns = Infinity): string {
  let text = "";
  for (const [name, value] of Object.entries(live)) {
    const term = `${words(name)} ${formatValue(value)}`;
    const longer = text === "" ? term : `${text}, ${term}`;
    if (longer.length > columns) break;
    text = longer;
  }
  return text;
}

/** "latentPrior" as "latent prior". */
function words(name: string): string {
  return name.replace(/([a-z])([A-Z])/g, "$1 $2").toLowerCase();
}

function formatValue(value: number | null): string {
  // JSON between the processes turns not-finite numbers into null.
  if (value === null || !Number.isFinite(value)) return "not finite";
  const size = Math.abs(value);
  return size !== 0 && (size < 1e-3 || size >= 1e6) ? value.toExponential(2) : value.toPrecision(4);
}

/** One line for each running cell and one for the run, no wider than the terminal, in aligned columns. */
export function renderProgress(run: RunProgress, columns: number): string[] {
  const width = (texts: readonly string[]) => Math.max(0, ...texts.map(({ length }) => length));
  const labelWidth = width(run.running.map(({ label }) => label));
  const epochs = run.running.map(({ progress }) => epochsText(progress));
  const epochsWidth = width(epochs);
  const times = run.running.map(timeText);
  // Reserve the width of the longest likely time, so that the bar does not change its width with it.
  const timeWidth = Math.max(width(times), "59 min 59 s left".length);
  const room = columns - labelWidth - epochsWidth - timeWidth - 3 * gap;
  const shortLoss = "loss 412.3".length + gap;
  const barWidth = Math.min(widestBar, room - shortLoss >= narrowestBar ? room - shortLoss : room);
  const lines = run.running.map(({ label, progress }, i) => {
    const name = label.padEnd(labelWidth);
    if (progress === undefined) return `${name}  starting`;
    const parts = [name, epochs[i]!.padStart(epochsWidth)];
    if (barWidth >= narrowestBar) parts.splice(1, 0, bar(shareDone(progress), barWidth));
    if (times[i] !== "") parts.push(times[i]!);
    const line = parts.join("  ");
    const live = formatLive(progress.live, columns - line.length - gap);
    return live === "" ? line : `${line}  ${live}`;
  });
  lines.push(summaryLine(run));
  return lines.map((line) => truncate(line, columns));
}

function epochsText(progress: CellProgress | undefined): string {
  return progress === undefined ? "" : `${progress.epoch}/${progress.epochs} epochs`;
}

function timeText({ progress, remainingSeconds }: RunningCell): string {
  if (progress === undefined) return "";
  if (progress.epoch === progress.epochs) return "evaluating";
  return remainingSeconds === undefined ? "" : `${formatDuration(remainingSeconds)} left`;
}

/** "3/9 cells · 1 failed · 2 running · about 12 min 5 s left". */
export function summaryLine(run: RunProgress): string {
  const parts = [`${run.finished}/${run.total} cells`];
  if (run.failed > 0) parts.push(`${run.failed} failed`);
  if (run.running.length > 0) parts.push(`${run.running.length} running`);
  if (run.remainingSeconds !== undefined) {
    parts.push(`about ${formatDuration(run.remainingSeconds)} left`);
  }
  return parts.join(" · ");
}

/** The line of a running cell where lines cannot be redrawn: "model-a seed 1: epoch 12/40, loss 412.3, 45 s left". */
export function plainProgressLine({ label, progress, remainingSeconds }: RunningCell): string {
  if (progress === undefined) return `${label}: starting`;
  const parts = [`epoch ${progress.epoch}/${progress.epochs}`];
  if (Object.keys(progress.live).length > 0) parts.push(formatLive(progress.live));
  if (remainingSeconds !== undefined) parts.push(`${formatDuration(remainingSeconds)} left`);
  return `${label}: ${parts.join(", ")}`;
}

/** A line cut to the terminal's width: a line that wraps cannot be redrawn. */
export function truncate(line: string, columns: number): string {
  const characters = [...line];
  return characters.length <= columns
    ? line
    : `${characters.slice(0, Math.max(0, columns - 1)).join("")}…`;
}

/** The remaining work of one cell. */
export interface RemainingCell {
  /** Registry name of the model. */
  readonly model: string;
  /** Share of its training that is still to do, 0 … 1. */
  readonly share: number;
}

/** Mean seconds of a whole cell of each model. */
export function secondsPerModel(records: readonly CellRecord[]): Map<string, number> {
  const sums = new Map<string, { seconds: number; cells: number }>();
  for (const { cell, time } of records.filter(isFinished)) {
    const sum = sums.get(cell.model) ?? { seconds: 0, cells: 0 };
    sum.seconds += totalSeconds(time);
    sum.cells++;
    sums.set(cell.model, sum);
  }
  return new Map([...sums].map(([model, { seconds, cells }]) => [model, seconds / cells]));
}

/**
 * Seconds until all cells are done, `jobs` at a time.
 *
 * @returns undefined when a remaining model has not been timed: one model may take a second and another hours, so the
 * others say nothing about it
 */
export function estimateSeconds(
  remaining: readonly RemainingCell[],
  known: ReadonlyMap<string, number>,
  jobs: number,
): number | undefined {
  if (remaining.length === 0) return 0;
  const seconds = remaining.map(({ model, share }) => share * (known.get(model) ?? NaN));
  if (seconds.some(Number.isNaN)) return undefined;
  // A cell runs in one process, so the run takes at least as long as its longest cell.
  return Math.max(seconds.reduce((sum, x) => sum + x, 0) / jobs, ...seconds);
}

/** A duration in one or two units: "45 s", "3 min 20 s", "2 h 5 min". */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  const minutes = Math.round(whole / 60);
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
