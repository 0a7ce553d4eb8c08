/**
 * Notes under a table: how our protocol differs from the published one, as far as it holds for the records, and
 * which commits and processors the records are of.
 *
 * @module
 */
import type { RecordGroup, StoredRecord } from "../../benchmarks/record/read_records.ts";
import { counted } from "../../benchmarks/statistics/numbers.ts";
import type { ProtocolDifference, PublishedRow } from "../benchmarks/benchmark_report.ts";
import { type GroupTable, modelTitle, type ReportGroup } from "../catalogue.ts";

/**
 * A sentence on the settings of the records that differ from the table's; undefined where none does. In a table with a
 * base only the base is compared: what the other rows change is their purpose.
 */
export function settingsDifference(group: RecordGroup, table: GroupTable): string | undefined {
  const { settings = [], base, rows } = table;
  const records = group.records.filter(({ record }) =>
    base === undefined || record.cell.model === base
  );
  const departures = settings.flatMap(({ setting, label, value, except = [] }): string[] => {
    const compared = records.filter(({ record }) => !except.includes(record.cell.model));
    const ours = new Set(compared.map(({ record }) => record.settings[setting] ?? value));
    ours.delete(value);
    return ours.size === 0 ? [] : [`${label} ${[...ours].join(" or ")} instead of ${value}`];
  });
  if (departures.length === 0) return undefined;
  const isPaper = group.tier === "paper";
  const whose = rows.length > 0
    ? "the published settings"
    : isPaper
    ? "the tier's settings"
    : 'the settings of tier "paper"';
  const where = isPaper ? "Not" : `Tier "${group.tier}": not`;
  return `${where} ${whose}: ${departures.join(", ")}.`;
}

/** Texts of the differences that hold for what ran. @param standIn whether stand-ins were used for the real data */
export function applyingDifferences(
  differences: readonly ProtocolDifference[],
  records: readonly StoredRecord[],
  standIn: boolean,
): string[] {
  return differences.filter(({ when, realDataOnly }) =>
    !(standIn && realDataOnly === true) &&
    (when === undefined ||
      records.some(({ record }) => record.settings[when.setting] === when.equals))
  ).map(({ text }) => text);
}

/** Footnotes of a published row: its own differences, and why it is of another protocol. */
export function rowNotes(
  row: PublishedRow | undefined,
  records: readonly StoredRecord[],
  standIn: boolean,
): readonly string[] {
  return [
    ...applyingDifferences(row?.differences ?? [], records, standIn),
    ...(row?.protocol === undefined ? [] : [`Other protocol: ${row.protocol}.`]),
  ];
}

/** Footnotes with their numbers, from 1; equal texts share one. */
export class Footnotes {
  /** Footnote k is at k - 1. */
  readonly texts: string[] = [];

  /** The number of a text. */
  number(text: string): number {
    const known = this.texts.indexOf(text);
    return known >= 0 ? known + 1 : this.texts.push(text);
  }
}

/** The records of one commit and one processor: rows of several may differ by more than their method. */
export interface RecordOrigin {
  /** Git commit, with "+dirty" where tracked files differed from it; "" outside a checkout. */
  readonly commit: string;
  /** Processor that computed. */
  readonly device: string;
  /** Models with the seeds that are of this origin, ascending. */
  readonly models: readonly {
    readonly model: string;
    readonly seeds: readonly number[];
    /** Whether these are all seeds of the model. */
    readonly whole: boolean;
  }[];
}

/** The origins of a group's records. @param models in the order of the rows */
export function recordOrigins(
  group: RecordGroup,
  models: readonly string[],
): readonly RecordOrigin[] {
  const ofModel = (model: string) =>
    group.records.flatMap(({ record }) => record.cell.model === model ? [record] : []);
  const rows = models.map((model) => ({ model, records: ofModel(model) }));
  const all = new Map(
    rows.flatMap(({ records }) => records).map(({ fingerprint: { commit, device } }) => [
      JSON.stringify([commit, device]),
      { commit, device },
    ]),
  );
  return [...all.values()].map(({ commit, device }) => ({
    commit,
    device,
    models: rows.flatMap(({ model, records }) => {
      const own = records.filter(({ fingerprint }) =>
        fingerprint.commit === commit && fingerprint.device === device
      );
      const seeds = own.map(({ cell }) => cell.seed);
      return seeds.length === 0 ? [] : [{ model, seeds, whole: own.length === records.length }];
    }),
  }));
}

/** "77f6254877, AMD EPYC". */
function originText({ commit, device }: RecordOrigin): string {
  const [hash = "", dirty] = commit.split("+");
  const named = hash === "" ? "unknown commit" : hash.slice(0, 10);
  return `${named}${dirty === undefined ? "" : " with uncommitted changes"}, ${device}`;
}

/** "5 commits and 2 processors". */
function originCounts(origins: readonly RecordOrigin[]): string {
  const count = (select: (origin: RecordOrigin) => string) => new Set(origins.map(select)).size;
  return `${counted(count(({ commit }) => commit), "commit")} and ${
    counted(count(({ device }) => device), "processor")
  }`;
}

/** Notes under a table on where its records are from. */
export interface OriginText {
  /** "All records: commit 77f6254877, AMD EPYC.", or what precedes the items; "" where there is no record. */
  readonly lead: string;
  /** One for each origin, where there are several: "77f6254877, AMD EPYC: Method (seeds 3, 4)". */
  readonly items: readonly string[];
  /** One line for a terminal; undefined where all records are of one origin. */
  readonly short: string | undefined;
}

/** The origins of a group's records in words. */
export function originsInWords(group: ReportGroup, origins: readonly RecordOrigin[]): OriginText {
  if (origins.length === 0) return { lead: "", items: [], short: undefined };
  if (origins.length === 1) {
    return { lead: `All records: commit ${originText(origins[0]!)}.`, items: [], short: undefined };
  }
  const counts = originCounts(origins);
  const rows = ({ models }: RecordOrigin) =>
    models.map(({ model, seeds, whole }) => {
      const name = modelTitle(group.about, model);
      return whole ? name : `${name} (seed${seeds.length === 1 ? "" : "s"} ${seeds.join(", ")})`;
    }).join(", ");
  return {
    lead: `The records are of ${counts}, so that rows may differ by more than their method:`,
    items: origins.map((origin) => `${originText(origin)}: ${rows(origin)}`),
    short: `Records of ${counts}: see the report.`,
  };
}
