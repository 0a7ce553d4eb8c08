/**
 * How our protocol differs from the published one, as far as it holds for the records of a table.
 *
 * @module
 */
import type {
  ProtocolDifference,
  PublishedRow,
  PublishedSetting,
} from "../published/published_cell.ts";
import type { RecordGroup, StoredRecord } from "../records.ts";

/** A sentence on the settings of the records that are not the published ones; undefined where all are. */
export function settingsDifference(
  group: RecordGroup,
  published: readonly PublishedSetting[],
): string | undefined {
  const departures = published.flatMap(({ setting, label, value }): string[] => {
    const ours = new Set(
      group.records.flatMap(({ record }) => {
        const own = record.settings[setting];
        return own === undefined || own === value ? [] : [own];
      }),
    );
    return ours.size === 0 ? [] : [`${label} ${[...ours].join(" or ")} instead of ${value}`];
  });
  if (departures.length === 0) return undefined;
  const where = group.tier === "paper" ? "Not" : `Tier "${group.tier}": not`;
  return `${where} the published settings: ${departures.join(", ")}.`;
}

/** Texts of the differences that hold for what ran. */
export function applyingDifferences(
  differences: readonly ProtocolDifference[],
  records: readonly StoredRecord[],
  procedural: boolean,
): string[] {
  return differences.filter(({ when, realDataOnly }) =>
    !(procedural && realDataOnly === true) &&
    (when === undefined ||
      records.some(({ record }) => record.settings[when.setting] === when.equals))
  ).map(({ text }) => text);
}

/** Footnotes of a published row: its own differences, and why it is of another protocol. */
export function rowNotes(
  row: PublishedRow | undefined,
  records: readonly StoredRecord[],
  procedural: boolean,
): readonly string[] {
  if (row === undefined) return [];
  return [
    ...applyingDifferences(row.differences, records, procedural),
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
