/**
 * What a merge tells its user.
 *
 * @module
 */
import { counted } from "../statistics/numbers.ts";
import { outputFolders } from "../runner/output_folders.ts";
import type { CellRecord, CellStatus } from "../record/record.ts";
import { isFinished, recordFileName } from "../record/record_file.ts";
import { cellLabel } from "../runner/run_cells.ts";

/** What two results must share to be comparable bit for bit, and what it is called. */
const comparability: Readonly<Record<string, (record: CellRecord) => string>> = {
  "commits": ({ fingerprint }) => fingerprint.commit || "unknown",
  "versions of Deno": ({ fingerprint }) => fingerprint.deno,
  "versions of the computing library": ({ fingerprint }) => fingerprint.backendVersion,
  "maths probes": ({ fingerprint }) => fingerprint.mathsProbe,
  "data sets": ({ cell, dataOrigin }) => `${dataOrigin} ${cell.dataSha256.slice(0, 8)}`,
};

/**
 * Lines on the merged records: how many, which cells have no result or are still under way, and what they were made
 * with where that is not the same for all of a benchmark's tier.
 *
 * @param sources Folders that were merged, for what is under way in them.
 */
export function summaryLines(
  records: readonly CellRecord[],
  sources: readonly string[],
  out: string,
): string[] {
  const statuses: readonly CellStatus[] = ["completed", "diverged", "failed", "interrupted"];
  const counts = statuses.flatMap((status) => {
    const count = records.filter((record) => record.status === status).length;
    return count === 0 ? [] : [`${count} ${status}`];
  });
  const unfinished = records.filter((record) => !isFinished(record));
  return [
    `${counted(records.length, "record")} of ${counted(sources.length, "folder")} in ${out}: ${
      counts.join(", ")
    }`,
    ...unfinished.map(({ cell, note, status }) =>
      `no result of ${cell.benchmark} ${cell.tier} ${cellLabel(cell)}: ${status}${
        note && `: ${note}`
      }`
    ),
    ...sources.flatMap((source) => underWayLines(records, source)),
    ...mixtureLines(records),
  ];
}

/** Checkpoints of cells that no merged result makes needless. */
function underWayLines(records: readonly CellRecord[], source: string): string[] {
  const done = new Set(
    records.filter(isFinished).map(({ cell }) => recordFileName(cell).replace(/json$/, "")),
  );
  const { checkpoints } = outputFolders(source);
  try {
    return [...Deno.readDirSync(checkpoints)]
      .map(({ name }) => name)
      .filter((name) => /^[^.].*\.ckpt$/.test(name) && !done.has(name.replace(/ckpt$/, "")))
      .sort()
      .map((name) => `still under way in ${source}: ${name.replace(/\.ckpt$/, "")}`);
  } catch {
    // A folder of records alone, as an artifact may be, has nothing under way.
    return [];
  }
}

function mixtureLines(records: readonly CellRecord[]): string[] {
  const groups = Map.groupBy(
    records.filter(isFinished),
    ({ cell }) => `${cell.benchmark} v${cell.version} ${cell.tier} ${cell.backend}`,
  );
  return [...groups].flatMap(([group, members]) =>
    Object.entries(comparability).flatMap(([what, of]) => {
      const values = [...new Set(members.map(of))].sort();
      return values.length === 1
        ? []
        : [`notice: the records of ${group} have ${values.length} ${what}: ${values.join(", ")}`];
    })
  );
}
