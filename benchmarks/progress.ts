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

const barWidth = 20;

/** Share of a cell's training that is done, 0 … 1. */
export function shareDone({ epoch, epochs, step, steps }: CellProgress): number {
  if (epochs === 0) return 1;
  return Math.min(1, (epoch + (steps === 0 ? 0 : step / steps)) / epochs);
}

/** A bar of 20 characters. */
export function bar(share: number): string {
  const full = Math.min(barWidth, Math.max(0, Math.floor(share * barWidth)));
  return "█".repeat(full) + "░".repeat(barWidth - full);
}

/** Loss terms in four significant digits: "loss 412.3, kl 3.210". */
export function formatLive(live: CellProgress["live"]): string {
  return Object.entries(live).map(([name, value]) => `${name} ${formatValue(value)}`).join(", ");
}

function formatValue(value: number | null): string {
  // JSON between the processes turns not-finite numbers into null.
  if (value === null || !Number.isFinite(value)) return "not finite";
  const size = Math.abs(value);
  return size !== 0 && (size < 1e-3 || size >= 1e6) ? value.toExponential(2) : value.toPrecision(4);
}

/** One line a running cell and one for the run, each no wider than the terminal. */
export function renderProgress(run: RunProgress, columns: number): string[] {
  const labelWidth = Math.max(0, ...run.running.map(({ label }) => label.length));
  const lines = run.running.map(({ label, progress, remainingSeconds }) => {
    const name = label.padEnd(labelWidth);
    if (progress === undefined) return `${name}  starting`;
    const { epoch, epochs, live } = progress;
    const parts = [name, bar(shareDone(progress)), `${epoch}/${epochs} epochs`];
    if (epoch === epochs) parts.push("evaluating");
    else if (remainingSeconds !== undefined) parts.push(`${formatDuration(remainingSeconds)} left`);
    if (Object.keys(live).length > 0) parts.push(formatLive(live));
    return parts.join("  ");
  });
  lines.push(summaryLine(run));
  return lines.map((line) => truncate(line, columns));
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
