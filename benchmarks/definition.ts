/**
 * What a benchmark is: its models with their differences from the methods' defaults, its tiers, its data, and how a trained
 * model is scored.
 *
 * Each difference says why in a comment. A definition is light to import (the command line loads all of them): heavy
 * modules are imported inside `loadData`, `evaluate` and the methods' `start`.
 *
 * @module
 */
import type { Exhibit } from "../models/training/exhibit.ts";
import type { Method, Watch } from "../models/training/method.ts";
import type { Settings } from "../models/training/settings.ts";
import type { Curve, Metric, Tier } from "./record/record.ts";

export type { Settings } from "../models/training/settings.ts";

/** One model of a benchmark: a row of its tables. */
export interface ModelEntry<Data, Trained> {
  /** Name in tables, e.g. "ODE²VAE-KL". */
  readonly title: string;
  /** Who trains it. */
  readonly method: Method<Data, Trained>;
  /** This row's differences from the method's defaults. */
  readonly overrides?: Settings;
  /** True for a reference that learns nothing: tables set it apart, and no claim is about it. */
  readonly trivial?: boolean;
  /** True for a reference that knows what no method may, the answer or what made the data: no method need reach it. */
  readonly bound?: boolean;
  /** True when every seed gives the same numbers: only the first seed is run. */
  readonly deterministic?: boolean;
  /** Runs only the first so many of a tier's seeds, unless seeds are asked for. Absent: all of them. */
  readonly seeds?: number;
  /**
   * About how many seconds a cell takes on one core, by tier: balances the shards of a sweep, and is what a
   * plan says before a cell has been timed. Absent:
   * as the benchmark's other models on average.
   */
  readonly expectedSeconds?: Readonly<Partial<Record<Tier, number>>>;
}

/** A row that says itself what each tier changes; the paper's tier is the row as it is. */
export interface TieredRow<Data, Trained> extends ModelEntry<Data, Trained> {
  /** Differences of each tier, beside the row's own. */
  readonly tiers: Readonly<Partial<Record<Tier, Settings>>>;
}

/** What a tier changes. */
export interface TierDefinition {
  /** Number of seeds by default: 0 … seeds - 1. */
  readonly seeds: number;
  /** Differences for each model that has the setting; one that no model has is refused. */
  readonly settings: Settings;
  /** Differences for single models, by registry name; applied last. */
  readonly models?: Readonly<Record<string, Settings>>;
}

/** Arguments of {@link BenchmarkDefinition.loadData}. */
export interface LoadDataOptions {
  /** Folder with the data files, as given by `--data-dir`; absent: download or generate. */
  readonly dataDir?: string;
  /** The tier, for a definition that uses less data in its shorter tiers. */
  readonly tier: Tier;
  /** Takes one line for the user, e.g. a notice that procedural digits stand in. */
  readonly log: (line: string) => void;
}

/** A data set in memory. */
export interface LoadedData<Data> {
  /** SHA-256 (64 hex digits) of what the cells train and test on. */
  readonly sha256: string;
  /** Where it came from, one line for the log, the record and the report. */
  readonly origin: string;
  /** One sentence where these data stand in for those of the benchmark, for banners; absent for the real ones. */
  readonly standIn?: string;
  /** The data. */
  readonly data: Data;
}

/** A cell that is scored. */
export interface ScoredCell<Data> {
  /** Registry name of the model. */
  readonly model: string;
  /** Defaults ⊕ benchmark overrides ⊕ tier overrides. */
  readonly settings: Settings;
  /** The data. */
  readonly data: Data;
}

/** What a finished cell reports. */
export interface Evaluation {
  /** Scalar results. */
  readonly metrics: readonly Metric[];
  /** Curves beyond those of the epochs, e.g. the error at each time. */
  readonly curves: readonly Curve[];
  /** What there is to look at. */
  readonly exhibits: readonly Exhibit[];
}

/** The metric that tables are about. */
export interface Headline {
  /** Registry name, e.g. `testMse`. */
  readonly metric: string;
  /** Which way is better. */
  readonly direction: "lower" | "higher";
}

/** A benchmark, generic in its data and in what its trained models answer. */
export interface BenchmarkDefinition<Data, Trained> {
  /** Registry name, e.g. `rmnist`. */
  readonly name: string;
  /** Raised with each change of protocol, so that old results are not mistaken for new ones. */
  readonly version: number;
  /** Name in reports, e.g. "Rotating MNIST". */
  readonly title: string;
  /** The metric that tables, claims and drift checks are about. */
  readonly headline: Headline;
  /**
   * Whether its models train faster on a CPU, also where there is a GPU: those that make thousands of small products one
   * after another. The backend `auto` is then the CPU.
   */
  readonly fasterOnCpu?: boolean;
  /** Models by registry name, in the order of the table. */
  readonly models: Readonly<Record<string, ModelEntry<Data, Trained>>>;
  /** What each tier changes; a benchmark need not have all of them. */
  readonly tiers: Readonly<Partial<Record<Tier, TierDefinition>>>;
  /**
   * Reads, downloads or generates the data. Called once by the command line, which may download, and once in each
   * cell's process, which may only read what is there.
   */
  loadData(options: LoadDataOptions): Promise<LoadedData<Data>>;
  /** What is measured between epochs, for a curve; nothing by default. */
  watch?(cell: ScoredCell<Data>): Watch<Trained>;
  /** Scores a trained model: the same code for every row, trivial references included. */
  evaluate(trained: Trained, cell: ScoredCell<Data>): Promise<Evaluation>;
}
