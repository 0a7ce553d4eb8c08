/** State of one download. */
export interface Progress {
  /** Name of the source. */
  readonly name: string;
  /** Bytes so far, with those of earlier attempts. */
  readonly received: number;
  /** Bytes of the whole file, where the server told. */
  readonly total?: number;
}

/**
 * One line about a download, e.g. `t10k-labels-idx1-ubyte.gz [=====>    ]  52 %  0.9 MB of 1.6 MB`.
 *
 * @param progress State of the download.
 * @param width Characters inside the bar.
 */
export function progressLine(progress: Progress, width = 24): string {
  const { name, received, total } = progress;
  if (total === undefined || total <= 0) return `${name} ${megabytes(received)}`;
  const share = Math.min(1, received / total);
  const filled = Math.round(share * width);
  const bar = filled === width ? "=".repeat(width) : `${"=".repeat(filled)}>`.padEnd(width);
  const percent = `${Math.floor(share * 100)}`.padStart(3);
  return `${name} [${bar}] ${percent} %  ${megabytes(received)} of ${megabytes(total)}`;
}

/** A size with one decimal, e.g. `1.6 MB`. */
export function megabytes(bytes: number): string {
  return bytes < 1e5 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
