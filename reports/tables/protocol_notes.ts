/**
 * How our protocol differs from the published one, as far as it holds for the records of a table.
 *
 * @module
 */
import type {
  ProtocolDifference,
  PublishedRow,
  PublishedTable,
} from "../published/published_cell.ts";
import { hasPublishedNumbers } from "../published/registry.ts";
import type { RecordGroup, StoredRecord } from "../../benchmarks/record/read_records.ts";

/**
 * A sentence on the settings of the records that are not the table's; undefined where all are. Of a table with a base
 * only the base is held against them: what the other rows change is what they are for.
 */
export function settingsDifference(
  group: RecordGroup,
  table: PublishedTable | undefined,
): string | undefined {
  const { settings = [], base } = table ?? {};
  const records = base === undefined
    ? group.records
    : group.records.filter(({ record }) => record.cell.model === base);
  const departures = settings.flatMap(({ setting, label, value }): string[] => {
    const ours = new Set(
      records.flatMap(({ record }) => {
        const own = record.settings[setting];
        return own === undefined || own === value ? [] : [own];
      }),
    );
    return ours.size === 0 ? [] : [`${label} ${[...ours].join(" or ")} instead of ${value}`];
  });
  if (departures.length === 0) return undefined;
  const isPaper = group.tier === "paper";
  const whose = hasPublishedNumbers(group.benchmark)
    ? "the published settings"
    : isPaper
    ? "the tier's settings"
    : 'the settings of tier "paper"';
  const where = isPaper ? "Not" : `Tier "${group.tier}": not`;
  return `${where} ${whose}: ${departures.join(", ")}.`;
}

/** Texts of the differences that hold for what ran. */
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
  if (row === undefined) return [];
  return [
    ...applyingDifferences(row.differences, records, standIn),
    ...(row.protocol === undefined ? [] : [`Other protocol: ${row.protocol}.`]),
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
