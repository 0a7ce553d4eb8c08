/**
 * Numbers as text: one place decides on digits, minus signs and ±.
 *
 * @module
 */
import type { Difference, Interval, PlusMinus } from "./spread.ts";

/** From here on a number has an exponent. */
const MOST_PLAIN = 1e9;
/** Most decimals of a number without an exponent. */
const MOST_DECIMALS = 8;
/** Most decimals of a number with an exponent. */
const MOST_EXPONENT_DECIMALS = 5;

/** A number with an exponent, without zeros at its end and without a plus sign: 3e38. */
function exponential(value: number, decimals: number): string {
  return value.toExponential(decimals).replace(/\.?0+e/, "e").replace("e+", "e");
}

/** A magnitude to so many decimals; with an exponent where it would be a row of zeros or of digits. */
function formatSize(size: number, decimals: number): string {
  if (size === 0 && decimals > MOST_DECIMALS) return "0";
  const isTiny = size < 1e-3 && decimals > MOST_DECIMALS;
  if (!isTiny && size < MOST_PLAIN) return size.toFixed(Math.min(decimals, MOST_DECIMALS));
  const digits = decimals + Math.floor(Math.log10(size));
  return exponential(size, Math.min(Math.max(digits, 0), MOST_EXPONENT_DECIMALS));
}

/**
 * Fixed decimals with a true minus sign (U+2212); `NaN` and infinities by name. Numbers from 10^9, and small ones that
 * need more than 8 decimals, have an exponent.
 */
export function formatFixed(value: number, decimals: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  const text = formatSize(Math.abs(value), decimals);
  // A value that rounds to zero has no sign: "−0.000" would claim one.
  return value < 0 && Number(text) !== 0 ? `−${text}` : text;
}

/** {@link formatFixed} with an explicit plus sign. */
export function formatSigned(value: number, decimals: number): string {
  const text = formatFixed(value, decimals);
  return value > 0 && Number(text) !== 0 ? `+${text}` : text;
}

/** A number of things, whose plural takes an s: "1 cell", "3 cells". */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** Decimals that show `digits` significant digits of a value, at least 0. */
export function decimalsFor(value: number, digits: number): number {
  if (value === 0 || !Number.isFinite(value)) return 0;
  const exponent = Math.floor(Math.log10(Math.abs(value)));
  return Math.max(0, digits - 1 - exponent);
}

/** Decimals for mean ± std: two digits of the std, and never fewer than `least`. */
export function decimalsOf(spread: { mean: number; std: number | undefined }, least = 0): number {
  const own = spread.std !== undefined && spread.std > 0
    ? Math.min(
      decimalsFor(spread.std, 2),
      spread.mean === 0 ? Infinity : decimalsFor(spread.mean, 6),
    )
    : decimalsFor(spread.mean, 3);
  return Math.max(least, own);
}

/** "0.01885 ± 0.00031"; a single observation has no ±. */
export function formatPlusMinus(spread: PlusMinus, decimals: number): string {
  const centre = formatFixed(spread.mean, decimals);
  if (spread.std === 0) return `${centre} ± 0`;
  return spread.std === undefined ? centre : `${centre} ± ${formatFixed(spread.std, decimals)}`;
}

/** "[0.0181, 0.0196]". */
export function formatInterval(interval: Interval, decimals: number): string {
  return `[${formatFixed(interval.low, decimals)}, ${formatFixed(interval.high, decimals)}]`;
}

/** "−0.0085 (−27.5 %)": ours minus theirs, and as a share of theirs. */
export function formatDifference(difference: Difference, decimals: number): string {
  const absolute = formatSigned(difference.absolute, decimals);
  return difference.relative === undefined
    ? absolute
    : `${absolute} (${formatPercent(difference.relative)})`;
}

/** A share with its sign: "−27.5 %". */
export function formatPercent(share: number): string {
  return `${formatSigned(100 * share, 1)} %`;
}

/** Seconds as "0.4 s", "42 s", "3 min 05 s" or "2 h 07 min"; decades stay seconds. */
export function formatDuration(seconds: number): string {
  if (!(seconds < MOST_PLAIN)) return `${formatFixed(seconds, 0)} s`;
  if (seconds < 9.95) return `${formatFixed(seconds, 1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const pad = (value: number) => String(value).padStart(2, "0");
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${pad(whole % 60)} s`;
  const minutes = Math.round(whole / 60);
  return `${Math.floor(minutes / 60)} h ${pad(minutes % 60)} min`;
}

/** An integer with thin spaces between thousands: 123 456. */
export function formatCount(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, "\u202f");
}

/** A setting or a chart value with up to `digits` significant digits and no trailing zeros. */
export function formatShort(value: number, digits = 4): string {
  if (!Number.isFinite(value)) return formatFixed(value, 0);
  const rounded = Number(value.toPrecision(digits));
  const isPlain = Math.abs(rounded) < MOST_PLAIN;
  return (isPlain ? String(rounded) : exponential(value, digits - 1)).replace(/^-/, "−");
}

/** A sentence's first letter in upper case. */
export function capitalise(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
