import { assert, assertEquals } from "@std/assert";
import { statSync } from "node:fs";
import { join } from "node:path";
import { decodeCheckpoint } from "../../../benchmarks/runner/checkpoint_file.ts";
import { canonicalJson } from "../../../benchmarks/record/canonical_json.ts";
import { readRecords } from "../../../benchmarks/record/read_records.ts";
import { fold, rootKey, uniform } from "../../../data/random/mod.ts";
import { contents, temporaryFolder, waitUntil } from "../_bench_process.ts";
import { LONG_SMOKE, rmnistCommand, runRmnist } from "./_rmnist_process.ts";

const one = ["--models", "ode2vae-kl", "--seeds", "1", "--checkpoint-seconds", "0"];

/** All of a folder's records that a run is a function of: without times and host. */
function results(outDir: string): string[] {
  return readRecords(join(outDir, "records")).map((record) => {
    const { time: _, finishedAt: __, fingerprint: ___, ...rest } = record;
    return canonicalJson(rest);
  });
}

/** Names and times of the checkpoints that are there. */
function checkpoints(outDir: string): string {
  const folder = join(outDir, "checkpoints");
  try {
    return [...Deno.readDirSync(folder)]
      .filter(({ name }) => /^[^.].*\.ckpt$/.test(name))
      .map(({ name }) => statSync(join(folder, name), { throwIfNoEntry: false })?.mtimeMs)
      .join();
  } catch {
    return "";
  }
}

Deno.test("bench rmnist gives the bytes of an uninterrupted run when killed with SIGKILL at a random moment", async () => {
  using whole = temporaryFolder();
  using torn = temporaryFolder();
  using empty = temporaryFolder();
  const uninterrupted = await runRmnist([...one, "--out", whole.path], empty.path, LONG_SMOKE);
  assertEquals(uninterrupted.code, 0, uninterrupted.stderr);
  assert(uninterrupted.stderr.includes("NOT MNIST"), "it says that drawn threes stand in");

  const args = [...one, "--out", torn.path];
  // Counted from the first checkpoint. An epoch takes 0.1 to 0.3 s: all ten outlast that.
  const [moment] = [...uniform(fold(rootKey(2), "kill"), 1)].map((u) => 200 * u);
  const child = rmnistCommand(args, empty.path, LONG_SMOKE).spawn();
  let ended = false;
  // Both ends are read, or a full pipe would stop the run.
  const output = child.output().finally(() => ended = true);
  await waitUntil("this process saves", () => ended || checkpoints(torn.path) !== "");
  await new Promise((resolve) => setTimeout(resolve, moment));
  if (!ended) child.kill("SIGKILL");
  assertEquals((await output).signal, "SIGKILL");
  const last = await runRmnist(args, empty.path, LONG_SMOKE);
  assertEquals(last.code, 0, last.stderr);
  assert(last.stderr.includes("cells: 1 (0 done, 1 to resume, 0 to start)"), last.stderr);
  assertEquals(results(torn.path), results(whole.path), `killed at ${moment} ms`);
  assertEquals(contents(join(torn.path, "checkpoints")), {});
});

/** Epochs that a folder's one checkpoint holds; 0 where there is none. */
function savedEpochs(outDir: string): number {
  const folder = join(outDir, "checkpoints");
  try {
    const names = [...Deno.readDirSync(folder)].map(({ name }) => name);
    const file = names.find((name) => /^[^.].*\.ckpt$/.test(name));
    return file === undefined ? 0 : decodeCheckpoint(Deno.readFileSync(join(folder, file))).epoch;
  } catch {
    return 0;
  }
}

Deno.test("bench rmnist gives the bytes of an uninterrupted run when GPPVAE-joint is killed with SIGKILL in each of its stages", async () => {
  using whole = temporaryFolder();
  using torn = temporaryFolder();
  using empty = temporaryFolder();
  const gppvae = ["--models", "gppvae-joint", "--seeds", "1", "--checkpoint-seconds", "0"];
  const uninterrupted = await runRmnist([...gppvae, "--out", whole.path], empty.path, LONG_SMOKE);
  assertEquals(uninterrupted.code, 0, uninterrupted.stderr);

  const args = [...gppvae, "--out", torn.path];
  // Three epochs of the VAE, three of the Gaussian process, four of both.
  const killedAt: number[] = [];
  for (const epochs of [1, 4, 7]) {
    const child = rmnistCommand(args, empty.path, LONG_SMOKE).spawn();
    let ended = false;
    // Both ends are read, or a full pipe would stop the run.
    const output = child.output().finally(() => ended = true);
    while (!ended && savedEpochs(torn.path) < epochs) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    if (!ended) child.kill("SIGKILL");
    assertEquals((await output).signal, "SIGKILL");
    killedAt.push(savedEpochs(torn.path));
  }
  const stages = killedAt.map((epoch) => epoch < 3 ? "VAE" : epoch < 6 ? "process" : "joint");
  assertEquals(stages, ["VAE", "process", "joint"], `killed after epochs ${killedAt}`);
  const last = await runRmnist(args, empty.path, LONG_SMOKE);
  assertEquals(last.code, 0, last.stderr);
  assert(last.stderr.includes("cells: 1 (0 done, 1 to resume, 0 to start)"), last.stderr);
  assertEquals(results(torn.path), results(whole.path), `killed after epochs ${killedAt}`);
  assertEquals(contents(join(torn.path, "checkpoints")), {});
});
