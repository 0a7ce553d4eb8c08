import { assertEquals, assertStringIncludes } from "@std/assert";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import { parseCheckArgs } from "../../../benchmarks/commands/check.ts";
import { chooseReference, readFinished } from "../../../benchmarks/check/reference.ts";
import { checkValueNames } from "../../../benchmarks/check/values.ts";
import { fewestPairs } from "../../../benchmarks/statistics/detectable.ts";
import type { CellRecord } from "../../../benchmarks/record/record.ts";
import { benchmarks } from "../../../benchmarks/registry.ts";
import { smokeGate } from "./smoke_gate.ts";

const path = (relative: string) => fileURLToPath(new URL(`../../../${relative}`, import.meta.url));
const workflow = (name: string) =>
  parse(Deno.readTextFileSync(path(`.github/workflows/${name}.yml`)));

Deno.test("the drift workflow runs the smoke gate when its caller gives no arguments", () => {
  const { jobs, on } = workflow("drift");
  assertEquals(Object.keys(on), ["pull_request", "workflow_call"]);
  const step = jobs.check.steps.find(({ env }: { env?: unknown }) => env !== undefined);
  assertStringIncludes(step.env.CHECK, `|| '${smokeGate.join(" ")}'`);
});

Deno.test("the workflows take the same Deno and may write no more than they need", () => {
  const [drift, pages] = [workflow("drift"), workflow("pages")];
  const version = (job: { steps: { uses?: string; with?: Record<string, string> }[] }) =>
    job.steps.find(({ uses }) => uses?.startsWith("denoland/setup-deno"))!.with!["deno-version"];
  assertEquals(version(drift.jobs.check), version(pages.jobs.publish));
  assertEquals(drift.permissions, { contents: "read" });
  assertEquals(pages.permissions, { contents: "read", pages: "write", "id-token": "write" });
});

const reference = (benchmark: string, finished: readonly CellRecord[], folder: string) =>
  chooseReference(folder, finished, {
    benchmark,
    version: benchmarks[benchmark]!.version,
    tier: "smoke",
  }).records;

Deno.test("the smoke gate has its references, rmnist's with seeds enough for the exact test", () => {
  const options = parseCheckArgs([...smokeGate]);
  if (options === "help") throw new Error(options);
  const { against, benchmark, metrics, tier } = options;
  assertEquals([benchmark, tier], [undefined, "smoke"], "every benchmark that has references");
  const finished = readFinished(path(against));
  assertEquals([...new Set(finished.map(({ cell }) => cell.benchmark))].sort(), [
    "adjoint",
    "bouncing_balls",
    "cnf",
    "odenet",
    "rmnist",
    "spirals",
    "spirals_low_noise",
  ]);
  const cells = new Map<string, number>();
  for (const name of ["rmnist", "odenet"]) {
    const records = reference(name, finished, path(against));
    if (name === "rmnist") checkValueNames(metrics!, records);
    for (const { cell, dataOrigin } of records) {
      const key = `${name} ${dataOrigin.split(/\W/)[0]} ${cell.model}`;
      cells.set(key, (cells.get(key) ?? 0) + 1);
    }
  }
  const names = [...cells.keys()].sort();
  // Also on the drawn digits that stand in for MNIST.
  assertEquals(names.filter((name) => !name.startsWith("odenet")), [
    "rmnist MNIST ode2vae",
    "rmnist MNIST ode2vae-kl",
    "rmnist procedural ode2vae",
    "rmnist procedural ode2vae-kl",
  ]);
  const rows = Object.keys(benchmarks.odenet!.models);
  assertEquals(
    names.filter((name) => name.startsWith("odenet")),
    ["MNIST", "digits"].flatMap((data) => rows.map((row) => `odenet ${data} ${row}`)).sort(),
  );
  // Two models and four metrics share α = 0.05.
  const needed = fewestPairs(0.05 / (2 * metrics!.length));
  for (const [name, seeds] of cells) {
    if (name.startsWith("rmnist")) assertEquals(seeds >= needed, true, `${name}: ${seeds} seeds`);
  }
});

Deno.test("smoke references hold no exhibits, and of adjoint what rounding does not make", () => {
  const finished = readFinished(path("reports/reference/smoke"));
  assertEquals(finished.filter(({ exhibits }) => exhibits.length > 0), []);
  const models = reference("adjoint", finished, "").map(({ cell }) => cell.model);
  assertEquals(models.filter((model) => model.endsWith("-single")), []);
});
