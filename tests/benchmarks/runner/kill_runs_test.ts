import { assertEquals } from "@std/assert";
import { cpSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { recordFileName, writeRecord } from "../../../benchmarks/record/record_file.ts";
import { temporaryFolder } from "../_bench_process.ts";
import { exampleRecord } from "../_example_record.ts";
import { damageOf, killRuns, recordTexts } from "./kill_runs.ts";

Deno.test("bench loses, alters and leaves nothing when all its processes are killed three times", async () => {
  const definitions = fileURLToPath(new URL("../../examples/registry.ts", import.meta.url));
  const options = { kills: 3, benchmark: "two_moons", definitions, log: () => {} };
  assertEquals(await killRuns(options), { lost: [], altered: [], unequal: [], leftover: [] });
});

Deno.test("damageOf() names what is lost, altered, unequal and left over", () => {
  using folder = temporaryFolder();
  const [whole, torn] = [join(folder.path, "whole"), join(folder.path, "torn")];
  const { cell } = exampleRecord();
  const seeds = [0, 1, 2].map((seed) => ({ ...cell, seed }));
  const names = seeds.map(recordFileName);
  Deno.mkdirSync(join(whole, "records"), { recursive: true });
  for (const each of seeds) writeRecord(join(whole, "records"), exampleRecord({ cell: each }));
  cpSync(whole, torn, { recursive: true });
  const seen = recordTexts(torn);
  const none = { lost: [], altered: [], unequal: [], leftover: [] };
  assertEquals(damageOf(whole, torn, seen), none);

  Deno.removeSync(join(torn, "records", names[0]!));
  writeRecord(join(torn, "records"), exampleRecord({ cell: seeds[1]!, steps: 1 }));
  const finishedAt = "2027-01-01T00:00:00.000Z";
  writeRecord(join(torn, "records"), exampleRecord({ cell: seeds[2]!, finishedAt }));
  Deno.writeTextFileSync(join(torn, ".a.json.1.tmp"), "");
  assertEquals(damageOf(whole, torn, seen), {
    lost: [names[0]],
    altered: [names[1], names[2]],
    unequal: [`${names[1]}: steps`],
    leftover: [".a.json.1.tmp"],
  });
});
