import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { suiteFolder } from "../../../data/user_paths.ts";
import { codeSha256 } from "../../../benchmarks/record/fingerprint.ts";
import { readRecords } from "../../../benchmarks/record/read_records.ts";
import type { CellRequest } from "../../../benchmarks/runner/messages.ts";
import { outputFolders } from "../../../benchmarks/runner/output_folders.ts";
import { bench, temporaryFolder } from "../_bench_process.ts";

const definitions = join(suiteFolder, "tests/benchmarks/toy_definition.ts");

Deno.test("a cell's record names the code that its process read, also when it was edited since the run began", async () => {
  using folder = temporaryFolder();
  await bench([
    "toy",
    "--tier",
    "smoke",
    "--models",
    "start",
    "--seeds",
    "1",
    "--out",
    folder.path,
  ]);
  const records = outputFolders(folder.path).records;
  const { cell, command, fingerprint } = readRecords(records)[0]!;
  const code = codeSha256(suiteFolder, definitions);
  assertEquals(fingerprint.codeSha256, code);
  // What the run would have passed on before the edit.
  const request: CellRequest = {
    ...{ cell, command, outDir: folder.path, checkpointSeconds: 1 },
    fingerprint: { ...fingerprint, commit: "abc", codeSha256: "9".repeat(64) },
  };
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", "benchmarks/runner/cell_worker.ts", JSON.stringify(request)],
    ...{ cwd: suiteFolder, env: { ODE2VAE_DEFINITIONS: definitions } },
    ...{ stdin: "piped", stdout: "piped", stderr: "inherit" },
  }).spawn();
  const [said] = await Promise.all([new Response(child.stdout).text(), child.status]);
  await child.stdin.abort().catch(() => {});
  assertStringIncludes(said, "the code has been edited since the run began");
  const [record] = readRecords(records);
  assertEquals([record!.fingerprint.commit, record!.fingerprint.codeSha256], ["", code]);
});
