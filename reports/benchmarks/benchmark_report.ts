/**
 * What a report needs of a benchmark beyond its definition and records: published numbers as data, each bound to a cell
 * of a paper's table, claims about the order of rows, differences of protocol, and the words of its page.
 *
 * @module
 */
import type { MethodSection } from "../methods/mathematics.ts";
import type { Source } from "../sources.ts";

/** A published number with the digits that were printed. */
export interface PublishedValue {
  /** The number before ±. */
  readonly mean: number;
  /** The number after ±, whose meaning papers seldom state; undefined where none was printed. */
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
  /** True where it holds for the real data only, not for stand-ins. */
  readonly realDataOnly?: true;
  /** Only where our setting has this value; always, when absent. */
  readonly when?: { readonly setting: string; readonly equals: number | string | boolean };
}

/** A setting of the protocol that a table's records are compared with. */
export interface ProtocolSetting {
  /** Name in a record's settings. */
  readonly setting: string;
  /** What a sentence calls it, e.g. "learning rate". */
  readonly label: string;
  /** The protocol's value. */
  readonly value: number | string | boolean;
  /** Registry names of models whose setting of this name is that of another method; none by default. */
  readonly except?: readonly string[];
}

/** One row of a published table. */
export interface PublishedRow {
  /** Name as printed; shown where the benchmark has no model of that name. */
  readonly method: string;
  /** Registry name of our model of that method. */
  readonly model: string;
  /** The printed number; undefined where the table says N/A. */
  readonly value: PublishedValue | undefined;
  /** Where the number is from. */
  readonly source: Source;
  /** True for work that appeared after the table's own paper. */
  readonly later?: boolean;
  /** Differences of this row beyond those of its table. */
  readonly differences?: readonly ProtocolDifference[];
  /** Why the number is of another protocol and so is not compared with ours; absent for the table's own protocol. */
  readonly protocol?: string;
}

/** What a published table says of two neighbouring rows. */
export interface OrderClaim {
  /** Registry name of the model with the worse value. */
  readonly worse: string;
  /** Registry name of the model with the better value. */
  readonly better: string;
  /** True where equal values would agree with the table too. */
  readonly orEqual: boolean;
}

/** A metric and what a table calls it. */
export interface LabelledMetric {
  /** Registry name. */
  readonly metric: string;
  /** What a row or a sentence calls it. */
  readonly label: string;
}

/** A table of one metric, with published numbers or without. */
export interface MetricTable {
  /** Registry name of the metric. */
  readonly metric: string;
  /** What the numbers are; by default the metric's label and unit in the records. */
  readonly caption?: string;
  /** Unit, where the caption does not say it. */
  readonly unit?: string;
  /** Which way is better; by default as the definition or the records say. */
  readonly direction?: "lower" | "higher";
  /** Where the published table is in its paper. */
  readonly location?: string;
  /** Published rows in the paper's order, later work last. */
  readonly rows?: readonly PublishedRow[];
  /** Footnotes of rows that are not published, by registry name of the model. */
  readonly notes?: Readonly<Record<string, string>>;
  /** Differences of protocol that hold for every row. */
  readonly differences?: readonly ProtocolDifference[];
  /** Settings of the published protocol, or of tier paper where nothing is published, in the order of the sentence. */
  readonly settings?: readonly ProtocolSetting[];
  /** Order of the paper's own rows, worst first, pair by pair; absent where none is tested. */
  readonly order?: readonly OrderClaim[];
  /** Other metrics of the same direction by which each claim is examined as well. */
  readonly alsoBy?: readonly LabelledMetric[];
  /** Registry name of the model that every other trained one is compared with. */
  readonly base?: string;
  /** Other metrics of the base, of the same direction, compared with its own value of this metric. */
  readonly variants?: readonly LabelledMetric[];
}

/** One method in a published figure. */
export interface PublishedCurve {
  /** Name as printed. */
  readonly method: string;
  /** Registry name of our model of that method. */
  readonly model: string;
  /** Positions, increasing. */
  readonly x: readonly number[];
  /** Values read from the figure, as many. */
  readonly y: readonly number[];
}

/** A published figure as numbers, drawn dashed in the chart of our curve. */
export interface PublishedFigure {
  /** Registry name of our curve of the same quantity. */
  readonly curve: string;
  /** Where the figure is in its paper. */
  readonly location: string;
  /** The paper. */
  readonly source: Source;
  /** How the numbers were read, and what is known of their spread. */
  readonly note: string;
  /** Why the figure is of another protocol; absent for the benchmark's own. */
  readonly protocol?: string;
  /** One for each method. */
  readonly curves: readonly PublishedCurve[];
}

/** Words and marks of a curve's chart. */
export interface CurveWords {
  /** Heading; by default the curve's label in the records. */
  readonly title?: string;
  /** Distance between ticks of the x axis, where round decimals do not fit. */
  readonly xStep?: number;
  /** A position on the x axis to be marked. */
  readonly mark?: { readonly x: number; readonly label: string };
}

/** All of it for one benchmark; every part may be left out. */
export interface BenchmarkReport {
  /** What is measured, for a reader who has not read the paper. */
  readonly lead?: string;
  /** Tables in order. One of the headline metric always comes first, and is made where none is given. */
  readonly tables?: readonly MetricTable[];
  /** Published figures. */
  readonly figures?: readonly PublishedFigure[];
  /** Curves by registry name, in the order of the page; others follow by name. */
  readonly curves?: Readonly<Record<string, CurveWords>>;
  /** Whose the data are that exhibits show, and the licence that allows it; without it they are not published. */
  readonly credit?: { readonly text: string; readonly url: string };
  /** Data, protocol and metrics, for the page on methods; benchmarks may share one. */
  readonly protocol?: MethodSection;
}

/** A report, frozen with all that is in it: several benchmarks share parts. */
export function defineReport(report: BenchmarkReport): BenchmarkReport {
  return deepFreeze(report);
}

function deepFreeze<T>(value: T): T {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  Object.values(value).forEach(deepFreeze);
  return Object.freeze(value);
}

/**
 * A published value from the printed text, so that no digit is lost: "0.0188 ± 0.0003", "45.74", "−85.1".
 *
 * @throws {SyntaxError} when the text is not a number with an optional ±
 */
export function publishedValue(text: string): PublishedValue {
  const match = /^([-−]?)(\d+(?:\.(\d+))?)(?: ± (\d+(?:\.(\d+))?))?$/.exec(text);
  if (match === null) {
    throw new SyntaxError(
      `Cannot read a published value: it must look like "0.0188 ± 0.0003", is "${text}"`,
    );
  }
  const [, sign, mean, decimals, plusMinus, plusMinusDecimals] = match;
  return Object.freeze({
    mean: Number(mean) * (sign === "" ? 1 : -1),
    plusMinus: plusMinus === undefined ? undefined : Number(plusMinus),
    decimals: decimals?.length ?? 0,
    plusMinusDecimals: plusMinusDecimals?.length ?? 0,
  });
}

/** A published value as it was printed, with a true minus sign: the inverse of {@link publishedValue}. */
export function formatPublished(value: PublishedValue): string {
  const centre = value.mean.toFixed(value.decimals).replace("-", "−");
  return value.plusMinus === undefined
    ? centre
    : `${centre} ± ${value.plusMinus.toFixed(value.plusMinusDecimals)}`;
}
