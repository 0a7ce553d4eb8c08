/**
 * What a run shows while it runs, as pure functions: state in, text out.
 *
 * @module
 */
import { formatDuration } from "./estimate.ts";
import type { CellProgress } from "./messages.ts";

/** A cell that is running. */
export interface RunningCell {
  /** Model and seed, e.g. "ode2vae-kl seed 0". */
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
  /** Cells that have a result, those of earlier runs included. */
  readonly finished: number;
  /** Cells that failed in this run. */
  readonly failed: number;
  /** Cells that are running. */
  readonly running: readonly RunningCell[];
  /** Seconds until the run ends; undefined while unknown. */
  readonly remainingSeconds?: number;
}

const widestBar = 20;
/** A narrower bar shows nothing that the numbers do not. */
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
 * out: a number that is cut reads as another number.
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

/** One line a running cell and one for the run, each no wider than the terminal; the columns of the cells are aligned. */
export function renderProgress(run: RunProgress, columns: number): string[] {
  const width = (texts: readonly string[]) => Math.max(0, ...texts.map(({ length }) => length));
  const labelWidth = width(run.running.map(({ label }) => label));
  const epochs = run.running.map(({ progress }) => epochsText(progress));
  const epochsWidth = width(epochs);
  const times = run.running.map(timeText);
  // Room for the longest time in sight, lest the bar change its width as a time does.
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

/** A running cell where lines cannot be redrawn: "ode2vae seed 1: epoch 12/40, loss 412.3, 45 s left". */
export function plainProgressLine({ label, progress, remainingSeconds }: RunningCell): string {
  if (progress === undefined) return `${label}: starting`;
  const parts = [`epoch ${progress.epoch}/${progress.epochs}`];
  if (Object.keys(progress.live).length > 0) parts.push(formatLive(progress.live));
  if (remainingSeconds !== undefined) parts.push(`${formatDuration(remainingSeconds)} left`);
  return `${label}: ${parts.join(", ")}`;
}

/** A line cut to the terminal's width: one that wraps could not be redrawn. */
export function truncate(line: string, columns: number): string {
  const characters = [...line];
  return characters.length <= columns
    ? line
    : `${characters.slice(0, Math.max(0, columns - 1)).join("")}…`;
}
