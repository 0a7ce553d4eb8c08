/**
 * Records that a folder under git held before: the reference results are kept there, so that their history is.
 *
 * @module
 */
import { parseRecord } from "../../benchmarks/record/parse_record.ts";
import type { CellRecord } from "../../benchmarks/record/record.ts";

/** What git keeps of a folder. */
export interface GitRecords {
  /** Every version of every record that a commit up to the present one held, the present ones among them. */
  readonly records: readonly CellRecord[];
  /** Versions that are not records of a schema that this suite reads. */
  readonly unreadable: number;
}

const NOTHING: GitRecords = Object.freeze({ records: [], unreadable: 0 });

async function git(
  folder: string,
  args: readonly string[],
  input = "",
): Promise<Uint8Array | undefined> {
  try {
    const child = new Deno.Command("git", {
      args: ["-C", folder, ...args],
      stdin: "piped",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    // Read while writing: git answers before it has read everything.
    const output = child.output();
    const writer = child.stdin.getWriter();
    await writer.write(new TextEncoder().encode(input)).catch(() => {});
    await writer.close().catch(() => {});
    const { success, stdout } = await output;
    return success ? stdout : undefined;
  } catch {
    return undefined; // no git, or no permission to run it
  }
}

/** Contents in the answer of `git cat-file --batch`: a line "HASH blob SIZE", SIZE bytes and a line break each. */
function* batchContents(answer: Uint8Array): Generator<string> {
  const decoder = new TextDecoder();
  for (let at = 0; at < answer.length;) {
    const end = answer.indexOf(10, at);
    const [, , size] = decoder.decode(answer.subarray(at, end)).split(" ");
    const length = Number(size ?? 0);
    yield decoder.decode(answer.subarray(end + 1, end + 1 + length));
    at = end + length + 2;
  }
}

/**
 * All versions of a folder's records in the history of the present commit. Outside a checkout, without git, or where
 * git does not keep the folder, there are none: a history is optional and never a reason to fail.
 *
 * @param folder Folder of the records.
 */
export async function readGitRecords(folder: string): Promise<GitRecords> {
  const log = await git(folder, [
    ...["log", "--format=", "--raw", "--no-abbrev", "--no-renames", "--relative", "--", "."],
  ]);
  if (log === undefined) return NOTHING;
  // :100644 100644 FORMER NEW M<tab>PATH
  const blobs = new Set(
    [...new TextDecoder().decode(log).matchAll(/^:\d+ \d+ \w+ (\w+) [AM]\t[^/\n]+\.json$/gm)]
      .map((match) => match[1]!),
  );
  if (blobs.size === 0) return NOTHING;
  const answer = await git(folder, ["cat-file", "--batch"], [...blobs, ""].join("\n"));
  if (answer === undefined) return NOTHING;
  const records: CellRecord[] = [];
  let unreadable = 0;
  for (const text of batchContents(answer)) {
    try {
      records.push(parseRecord(JSON.parse(text)));
    } catch {
      unreadable++;
    }
  }
  return { records, unreadable };
}
