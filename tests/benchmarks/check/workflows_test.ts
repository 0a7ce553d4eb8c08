import { assertEquals, assertStringIncludes } from "@std/assert";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import { parseCheckArgs } from "../../../benchmarks/commands/check.ts";
import { chooseReference, readFinished } from "../../../benchmarks/check/reference.ts";
import { checkValueNames } from "../../../benchmarks/check/values.ts";
import { fewestPairs } from "../../../benchmarks/statistics/detectable.ts";
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

Deno.test("the smoke gate has its reference, on MNIST and on procedural threes, with seeds enough for the exact test", () => {
  const options = parseCheckArgs([...smokeGate]);
  if (options === "help") throw new Error(options);
  const { against, benchmark, metrics, tier } = options;
  assertEquals(benchmark, undefined, "the gate checks every benchmark that has references");
  const finished = readFinished(path(against));
  assertEquals(new Set(finished.map(({ cell }) => cell.benchmark)), new Set(["rmnist"]));
  const wanted = { benchmark: "rmnist", version: benchmarks.rmnist!.version, tier };
  const { records } = chooseReference(path(against), finished, wanted);
  checkValueNames(metrics!, records);
  const cells = new Map<string, number>();
  for (const { cell, dataOrigin } of records) {
    const key = `${dataOrigin.split(" ")[0]} ${cell.model}`;
    cells.set(key, (cells.get(key) ?? 0) + 1);
  }
  const names = [...cells.keys()].sort();
  assertEquals(names, [
    "MNIST ode2vae",
    "MNIST ode2vae-kl",
    "procedural ode2vae",
    "procedural ode2vae-kl",
  ]);
  // Two models and four metrics share α = 0.05.
  const needed = fewestPairs(0.05 / (2 * metrics!.length));
  for (const [name, seeds] of cells) assertEquals(seeds >= needed, true, `${name}: ${seeds} seeds`);
});
