import { assertEquals } from "@std/assert";
import { writeRecord } from "../../../benchmarks/record/record_file.ts";
import { readGitRecords } from "../../../reports/history/git_records.ts";
import { leaveOut } from "../../optional_tools.ts";
import { makeRecord } from "../fixtures.ts";

/** Whether git can be run. */
function hasGit(): boolean {
  try {
    return new Deno.Command("git", { args: ["--version"] }).outputSync().success;
  } catch {
    return false;
  }
}

const ignore = leaveOut("git", hasGit(), "apt-get install git");

async function inFolder(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await body(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function git(folder: string, ...args: string[]): void {
  const identity = [
    "-c",
    "user.name=a",
    "-c",
    "user.email=a@example.org",
    "-c",
    "commit.gpgsign=false",
  ];
  const { success, stderr } = new Deno.Command("git", {
    args: ["-C", folder, ...identity, ...args],
  })
    .outputSync();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
}

Deno.test(
  "readGitRecords() finds what commits replaced, and counts what is no record",
  { ignore },
  async () => {
    await inFolder(async (folder) => {
      const records = `${folder}/kept`;
      Deno.mkdirSync(records);
      git(folder, "init", "-q");
      const former = makeRecord();
      writeRecord(records, former);
      Deno.writeTextFileSync(`${records}/other.json`, '{"schema": 0}');
      git(folder, "add", "kept");
      git(folder, "commit", "-qm", "former");
      const present = { ...former, finishedAt: "2026-11-21T00:00:00.000Z" };
      writeRecord(records, present);
      git(folder, "commit", "-qam", "present");
      const { records: found, unreadable } = await readGitRecords(records);
      assertEquals(found.map(({ finishedAt }) => finishedAt).sort(), [
        former.finishedAt,
        present.finishedAt,
      ]);
      assertEquals(unreadable, 1);
    });
  },
);

Deno.test("readGitRecords() finds nothing outside a checkout", async () => {
  await inFolder(async (folder) => {
    assertEquals(await readGitRecords(folder), { records: [], unreadable: 0 });
    assertEquals((await readGitRecords(`${folder}/absent`)).records, []);
  });
});
