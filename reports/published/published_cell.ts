/**
 * Published numbers as data: each is bound to a cell of a table of a paper.
 *
 * @module
 */
import type { BibtexEntry } from "./bibtex.ts";

/** A paper that numbers come from. */
export interface Source {
  /** "Yıldız et al. 2019". */
  readonly short: string;
  /** Full reference. */
  readonly reference: string;
  /** Where to read it. */
  readonly url: string;
  /** The same for a bibliography. */
  readonly bibtex: BibtexEntry;
}

/** A published number with the digits that were printed. */
export interface PublishedValue {
  /** What stands before ±. */
  readonly mean: number;
  /** What stands after it; papers seldom say what it is. undefined where no ± was printed. */
  readonly plusMinus: number | undefined;
  /** Decimals printed for the mean. */
  readonly decimals: number;
  /** Decimals printed after ±. */
  readonly plusMinusDecimals: number;
}

/** A sentence on how our protocol differs from theirs. */
export interface ProtocolDifference {
  /** The sentence. */
  readonly text: string;
  /** True where it only holds for the real data, not for procedurally drawn stand-ins. */
  readonly realDataOnly?: true;
  /** Only where our setting has this value; always, when absent. */
  readonly when?: { readonly setting: string; readonly equals: number | string | boolean };
}

/** A setting of the published protocol, held against those of our records. */
export interface PublishedSetting {
  /** Name in a record's settings. */
  readonly setting: string;
  /** What a sentence calls it, e.g. "learning rate". */
  readonly label: string;
  /** The published value. */
  readonly value: number | string | boolean;
}

/** One row of a published table. */
export interface PublishedRow {
  /** Name as printed, e.g. "ODE2VAE-KL". */
  readonly method: string;
  /** Registry name of our model of that method. */
  readonly model: string;
  /** undefined where the table says N/A. */
  readonly value: PublishedValue | undefined;
  /** Where the number is from. */
  readonly source: Source;
  /** True for work that appeared after the table's own paper. */
  readonly later: boolean;
  /** Differences of this row beyond those of its table. */
  readonly differences: readonly ProtocolDifference[];
  /**
   * Why the number is of another protocol, so that none is set against it, e.g. the paper's own number where the table is
   * of another data set; absent where it is of the table's own.
   */
  readonly protocol?: string;
}

/** What a table says of two neighbouring rows. */
export interface OrderClaim {
  /** Registry name of the model with the worse value. */
  readonly worse: string;
  /** Registry name of the model with the better value. */
  readonly better: string;
  /** True where equal values would be the table's order too. */
  readonly orEqual: boolean;
}

/** A metric and what a table calls it. */
export interface LabelledMetric {
  /** Registry name. */
  readonly metric: string;
  /** What a row or a sentence calls it. */
  readonly label: string;
}

/** The table of one benchmark and one metric; without rows where nothing is published. */
export interface PublishedTable {
  /** Registry name of the benchmark. */
  readonly benchmark: string;
  /** Where the table stands in its paper. */
  readonly location: string;
  /** Registry name of the metric that is compared. */
  readonly metric: string;
  /** What the numbers are, e.g. "per-pixel MSE at the angle never shown in training". */
  readonly caption: string;
  /** Which way is better. */
  readonly direction: "lower" | "higher";
  /** Rows in the paper's order, later work last. */
  readonly rows: readonly PublishedRow[];
  /** Differences that hold for every row. */
  readonly differences: readonly ProtocolDifference[];
  /**
   * Settings of the published protocol, or of tier paper where nothing is published, in the order in which departures are
   * told; absent where none are known.
   */
  readonly settings?: readonly PublishedSetting[];
  /** Order of the table's own rows, worst first, pair by pair; absent where none is tested. */
  readonly order?: readonly OrderClaim[];
  /** Other metrics, of the same direction, by which a claim of the order is looked at too. */
  readonly alsoBy?: readonly LabelledMetric[];
  /** Registry name of the model that every other trained one is compared with; absent where there is none. */
  readonly base?: string;
  /** Other metrics of the base, of the same direction, compared with its headline metric. */
  readonly variants?: readonly LabelledMetric[];
}

/**
 * A published value from the text that was printed, so that no digit is lost: "0.0188 ± 0.0003", "45.74".
 *
 * @throws SyntaxError when the text is not a number with an optional ±.
 */
export function publishedValue(text: string): PublishedValue {
  const match = /^(\d+(?:\.(\d+))?)(?: ± (\d+(?:\.(\d+))?))?$/.exec(text);
  if (match === null) {
    throw new SyntaxError(
      `Cannot read a published value as it must look like "0.0188 ± 0.0003": current value is "${text}"`,
    );
  }
  return Object.freeze({
    mean: Number(match[1]),
    plusMinus: match[3] === undefined ? undefined : Number(match[3]),
    decimals: match[2]?.length ?? 0,
    plusMinusDecimals: match[4]?.length ?? 0,
  });
}

/** A published value as it was printed: the inverse of {@link publishedValue}. */
export function formatPublished(value: PublishedValue): string {
  const centre = value.mean.toFixed(value.decimals);
  return value.plusMinus === undefined
    ? centre
    : `${centre} ± ${value.plusMinus.toFixed(value.plusMinusDecimals)}`;
}

/** A table and all below it, made immutable. */
export function freezeTable(table: PublishedTable): PublishedTable {
  for (const row of table.rows) {
    Object.freeze(row.differences);
    Object.freeze(row);
  }
  Object.freeze(table.rows);
  Object.freeze(table.differences);
  if (table.settings !== undefined) Object.freeze(table.settings);
  if (table.order !== undefined) {
    table.order.forEach(Object.freeze);
    Object.freeze(table.order);
  }
  for (const metrics of [table.alsoBy, table.variants]) {
    metrics?.forEach(Object.freeze);
    Object.freeze(metrics);
  }
  return Object.freeze(table);
}
