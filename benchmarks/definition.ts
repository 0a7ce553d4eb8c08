/**
 * What a benchmark is: its models, their settings, its tiers, its data and how a cell's trainer is made.
 *
 * A definition is a typed difference from the models' defaults, and each difference says why in a comment. It is kept
 * light to import (the command line loads all of them): heavy modules are imported inside `loadData` and
 * `createTrainer`.
 *
 * @module
 */
import type { Tier } from "./record/record.ts";
import type { Trainer } from "./trainer.ts";

/** Flat settings of a model and of its training. */
export type Settings = Readonly<Record<string, number | string | boolean>>;

/** One model of a benchmark. */
export interface ModelEntry {
  /** Name in tables, e.g. "ODE²VAE-KL". */
  readonly title: string;
  /** True for a reference that learns nothing: tables set it apart, and no claim is about it. */
  readonly trivial?: boolean;
  /** Every setting that the model has, at the model's own default. */
  readonly defaults: Settings;
  /** This benchmark's differences from the defaults. */
  readonly overrides?: Settings;
  /** True when every seed gives the same numbers: only the first seed is run. */
  readonly deterministic?: boolean;
  /**
   * About how many seconds a cell takes on one core, by tier: balances the shards of a sweep, and nothing else. Absent:
   * as the benchmark's other models on average.
   */
  readonly expectedSeconds?: Readonly<Partial<Record<Tier, number>>>;
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

/** All that a cell's training is a function of. */
export interface TrainerContext<Data> {
  /** Registry name of the model. */
  readonly model: string;
  /** Defaults ⊕ benchmark overrides ⊕ tier overrides. */
  readonly settings: Settings;
  /** Seed of all randomness, a 32-bit unsigned integer. */
  readonly seed: number;
  /** The data. */
  readonly data: Data;
  /** Name of the backend that runs, never `auto`. */
  readonly backend: string;
  /** Compute threads to use. */
  readonly threads: number;
  /** Takes one line for the user. */
  readonly log: (line: string) => void;
}

/** The metric that tables are about. */
export interface Headline {
  /** Registry name, e.g. `testMse`. */
  readonly metric: string;
  /** Which way is better. */
  readonly direction: "lower" | "higher";
}

/** A benchmark, generic in its data. */
export interface BenchmarkDefinition<Data> {
  /** Registry name, e.g. `rmnist`. */
  readonly name: string;
  /** Raised with each change of protocol, so that old results are not mistaken for new ones. */
  readonly version: number;
  /** Name in reports, e.g. "Rotating MNIST". */
  readonly title: string;
  /** The metric that tables, claims and drift checks are about. */
  readonly headline: Headline;
  /** Models by registry name, in the order of the table. */
  readonly models: Readonly<Record<string, ModelEntry>>;
  /** What each tier changes; a benchmark need not have all of them. */
  readonly tiers: Readonly<Partial<Record<Tier, TierDefinition>>>;
  /**
   * Reads, downloads or generates the data. Called once by the command line, which may download, and once in each
   * cell's process, which may only read what is there.
   */
  loadData(options: LoadDataOptions): Promise<LoadedData<Data>>;
  /** Makes the trainer of one cell, at epoch 0. */
  createTrainer(context: TrainerContext<Data>): Promise<Trainer>;
}
