import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { UsageError } from "../../../benchmarks/errors.ts";
import {
  type BenchCommand,
  parseBenchArgs,
  usage,
} from "../../../benchmarks/commands/bench_options.ts";

Deno.test("parseBenchArgs() gives the defaults when only a name is given", () => {
  assertEquals(parseBenchArgs(["rmnist"]), {
    kind: "run",
    options: {
      benchmark: "rmnist",
      tier: "quick",
      backend: "auto",
      outDir: "out",
      plan: false,
      fresh: false,
      checkpointSeconds: 20,
    },
  });
});

Deno.test("parseBenchArgs() reads every option", () => {
  const args =
    "rmnist --tier paper --models a,b --seeds 0,3 --shard 2/5 --backend wasm --jobs 2 --data-dir d --out o " +
    "--plan --fresh --checkpoint-seconds 0.5";
  const expected: BenchCommand = {
    kind: "run",
    options: {
      benchmark: "rmnist",
      tier: "paper",
      models: ["a", "b"],
      seeds: [0, 3],
      shard: { index: 2, count: 5 },
      backend: "wasm",
      jobs: 2,
      dataDir: "d",
      outDir: "o",
      plan: true,
      fresh: true,
      checkpointSeconds: 0.5,
    },
  };
  assertEquals(parseBenchArgs(args.split(" ")), expected);
  const joined = args.replaceAll(/(--[a-z-]+) (?!--)/g, "$1=");
  assertEquals(parseBenchArgs(joined.split(" ")), expected);
});

Deno.test("parseBenchArgs() helps and lists without a name", () => {
  assertEquals(parseBenchArgs(["--help"]), { kind: "help" });
  assertEquals(parseBenchArgs(["-h"]), { kind: "help" });
  assertEquals(parseBenchArgs(["--list"]), { kind: "list" });
});

for (
  const args of [
    ["rmnist", "balls"],
    ["rmnist", "--tier", "long"],
    ["rmnist", "--tier", ""],
    ["rmnist", "--models", ","],
    ["rmnist", "--shard", "5/4"],
    ["rmnist", "--jobs", "-1"],
    ["rmnist", "--jobs", "two"],
    ["rmnist", "--checkpoint-seconds", "-1"],
    ["rmnist", "--no-plan"],
    ["rmnist", "-x"],
  ]
) {
  Deno.test(`parseBenchArgs() throws a UsageError when given ${args.join(" ")}`, () => {
    const error = assertThrows(() => parseBenchArgs(args), UsageError);
    assertStringIncludes(error.message, "Cannot ");
  });
}

Deno.test("usage names every option that parseBenchArgs() takes", () => {
  const error = assertThrows(() => parseBenchArgs(["x", "--unknown"]), UsageError);
  const options = error.message.match(/--[a-z-]+/g) ?? [];
  assertEquals(options.length, 14);
  for (const option of options.filter((name) => name !== "--unknown")) {
    assertStringIncludes(usage, option);
  }
});
