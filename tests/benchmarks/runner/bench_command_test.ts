import { assertEquals, assertThrows } from "@std/assert";
import { parseBenchArgs } from "../../../benchmarks/commands/bench.ts";
import { UsageError } from "../../../benchmarks/errors.ts";
import {
  benchArgs,
  type BenchOptions,
  firstSeeds,
  parseSeeds,
  quote,
  reproduceCommand,
  seedArgs,
} from "../../../benchmarks/runner/bench_command.ts";
import { exampleRecord } from "../_example_record.ts";

Deno.test("parseSeeds() counts from 0 when given a number", () => {
  assertEquals(parseSeeds("5"), [0, 1, 2, 3, 4]);
  assertEquals(parseSeeds("1"), firstSeeds(1));
});

Deno.test("parseSeeds() keeps the order when given a list", () => {
  assertEquals(parseSeeds("0,7,3"), [0, 7, 3]);
  assertEquals(parseSeeds("4294967295,"), [4294967295]);
});

for (
  const text of ["x", "", "0", "-1", "1.5", "1,,2", ",1", "1,1", "4294967296,", "10001", "1e3"]
) {
  Deno.test(`parseSeeds() throws a UsageError when given "${text}"`, () => {
    const error = assertThrows(() => parseSeeds(text), UsageError);
    assertEquals(error.message.endsWith(`, is "${text}"`), true, error.message);
  });
}

Deno.test("seedArgs() gives what parseBenchArgs() reads as these seeds", () => {
  for (const seeds of [[0], [0, 1, 2], [7], [3, 0], [0, 2], [4294967295]]) {
    const read = parseBenchArgs(["toy", ...seedArgs(seeds)]);
    assertEquals(typeof read === "object" && read.seeds, seeds);
  }
  assertEquals([seedArgs([0, 1, 2]), seedArgs([7])], [["--seeds", "3"], ["--seed", "7"]]);
});

Deno.test("parseBenchArgs() refuses --seed beside --seeds", () => {
  const both = ["toy", "--seed", "7", "--seeds", "2"];
  assertThrows(() => parseBenchArgs(both), UsageError, "Cannot use --seed and --seeds together");
});

Deno.test("benchArgs() gives what parseBenchArgs() reads", () => {
  const options: BenchOptions & { settings: boolean } = {
    ...{ benchmark: "toy", tier: "smoke", backend: "wasm", outDir: "o", checkpointSeconds: 20 },
    ...{ plan: false, notes: false, fresh: false, freshCode: false, settings: false },
  };
  assertEquals(parseBenchArgs(benchArgs(options)), options);
  const all = {
    ...options,
    ...{ models: ["a", "b"], seeds: [3, 5], jobs: 2, dataDir: "d", checkpointSeconds: 0.5 },
  };
  assertEquals(parseBenchArgs(benchArgs(all)), all);
});

Deno.test("reproduceCommand() asks for the cell and no other when read back", () => {
  const { cell } = exampleRecord();
  const command = reproduceCommand(cell, "../shared/data");
  assertEquals(
    command,
    "deno task bench rmnist --tier quick --models ode2vae-kl --seed 3 --backend ort-cpu " +
      "--data-dir ../shared/data",
  );
  const parsed = parseBenchArgs(command.split(" ").slice(3));
  if (typeof parsed === "string") throw new Error(`it must be a run, is ${parsed}`);
  const { benchmark, tier, models, seeds, backend, dataDir } = parsed;
  assertEquals(
    { benchmark, tier, models, seeds, backend, dataDir },
    {
      benchmark: cell.benchmark,
      tier: cell.tier,
      models: [cell.model],
      seeds: [cell.seed],
      backend: cell.backend,
      dataDir: "../shared/data",
    },
  );
});

Deno.test("reproduceCommand() names the definitions of a run whose definitions come from outside", () => {
  const { cell } = exampleRecord();
  const own = reproduceCommand(cell);
  try {
    Deno.env.set("ODE2VAE_DEFINITIONS", "my own/registry.ts");
    assertEquals(reproduceCommand(cell), `ODE2VAE_DEFINITIONS='my own/registry.ts' ${own}`);
    Deno.env.set("ODE2VAE_DEFINITIONS", "");
    assertEquals(reproduceCommand(cell), own);
  } finally {
    Deno.env.delete("ODE2VAE_DEFINITIONS");
  }
});

Deno.test("quote() gives the shell back the word", async () => {
  for (const word of ["plain", "with space", "it's", "$HOME", "a;b", "*"]) {
    const { stdout } = await new Deno.Command("sh", { args: ["-c", `printf %s ${quote(word)}`] })
      .output();
    assertEquals(new TextDecoder().decode(stdout), word);
  }
});
