import { assert, assertEquals, assertThrows } from "@std/assert";
import { benchArgs, parseCheckArgs, usage } from "../../../benchmarks/commands/check_options.ts";
import { UsageError } from "../../../benchmarks/errors.ts";
import { parseBenchArgs } from "../../../benchmarks/commands/bench_options.ts";

function options(...args: string[]) {
  const command = parseCheckArgs(args);
  assert(command.kind === "check");
  return command.options;
}

Deno.test("parseCheckArgs() gives the defaults when only a name is given", () => {
  const { bench, ...rest } = options("rmnist");
  assertEquals(rest, { against: "reports/reference", run: true, alpha: 0.05, strict: false });
  assertEquals([bench.benchmark, bench.tier, bench.outDir], ["rmnist", "quick", "out"]);
  assertEquals([bench.models, bench.seeds, bench.fresh, bench.plan], [
    undefined,
    undefined,
    false,
    false,
  ]);
});

Deno.test("parseCheckArgs() reads every option", () => {
  const given = options(
    ...["rmnist", "--against", "a", "--tier=smoke", "--models", "x,y", "--seeds", "3,5"],
    ...["--backend", "wasm", "--jobs", "2", "--data-dir", "d", "--out", "o", "--no-run"],
    ...["--margin", "2%", "--alpha", "0.01", "--metrics", "testMse,loss", "--strict"],
    ...["--json", "c.json", "--markdown=c.md"],
  );
  const { bench, ...rest } = given;
  assertEquals(rest, {
    against: "a",
    run: false,
    backend: "wasm",
    margin: { value: 0.02, of: "mean" },
    alpha: 0.01,
    metrics: ["testMse", "loss"],
    strict: true,
    json: "c.json",
    markdown: "c.md",
  });
  assertEquals(parseBenchArgs(benchArgs(bench)), { kind: "run", options: bench });
  assertEquals([bench.models, bench.seeds, bench.jobs, bench.dataDir, bench.outDir], [
    ["x", "y"],
    [3, 5],
    2,
    "d",
    "o",
  ]);
  assertEquals(options("rmnist", "--tolerance", "0.1%").tolerance, 0.001);
  const margin = (text: string) => options("rmnist", "--margin", text, "--run").margin;
  assertEquals(margin("1e-3"), { value: 1e-3, of: "mean" });
  assertEquals(margin("1.5sd"), { value: 1.5, of: "sd" });
  assertEquals(options("rmnist", "--run").run, true);
});

Deno.test("parseCheckArgs() gives the help, which names every option", () => {
  assertEquals(parseCheckArgs(["--help"]), { kind: "help" });
  assertEquals(parseCheckArgs(["-h"]), { kind: "help" });
  const error = assertThrows(() => parseCheckArgs(["rmnist", "--fresh"]), UsageError);
  const [, list] = /must be one of (.*)$/.exec(error.message) ?? [];
  const names = list!.split(", ");
  assert(names.includes("--against") && names.includes("--no-run"));
  for (const name of names) assert(usage.includes(name), name);
});

const refused = [
  [["rmnist", "--fresh"], 'Cannot use option "--fresh": it must be one of --tier, '],
  [["rmnist", "--no-help"], 'Cannot use option "--no-help": it must be one of '],
  [["rmnist", "--against"], "Cannot use option --against: it must have a value"],
  [["rmnist", "--margin=-1"], 'such as 1.5sd: current value is "-1"'],
  [["rmnist", "--margin=few"], 'such as 1.5sd: current value is "few"'],
  [["rmnist", "--margin=0"], 'such as 1.5sd: current value is "0"'],
  [["rmnist", "--margin=2 %"], 'such as 1.5sd: current value is "2 %"'],
  [["rmnist", "--tolerance=1%", "--margin=1%"], "with --margin or --alpha"],
  [["rmnist", "--tolerance=1%", "--alpha=0.1"], "with --margin or --alpha"],
  [["rmnist", "--tolerance=0"], 'such as 0.001 or 0.1%: current value is "0"'],
  [["rmnist", "--tolerance=1sd"], 'such as 0.001 or 0.1%: current value is "1sd"'],
  [["rmnist", "--alpha=0.5"], 'from 0.000001 to below 0.5: current value is "0.5"'],
  [["rmnist", "--alpha=0"], 'from 0.000001 to below 0.5: current value is "0"'],
  [["rmnist", "--alpha=five"], 'from 0.000001 to below 0.5: current value is "five"'],
  [["rmnist", "--metrics=,"], 'it must name a metric: current value is ","'],
  [["rmnist", "--json"], "Cannot use option --json: it must have a value"],
  [
    ["rmnist", "--tier", "fast"],
    'Cannot run tier "fast": it must be one of smoke, quick, reduced, paper',
  ],
  [["rmnist", "--seeds", "x"], "Cannot read --seeds"],
  [["rmnist", "--backend", "cuda"], 'Cannot use backend "cuda": it must be one of auto, '],
  [[], "there must be one benchmark name"],
  [["rmnist", "balls"], "there must be one benchmark name"],
] as const;

for (const [args, message] of refused) {
  Deno.test(`parseCheckArgs() throws when the arguments are "${args.join(" ")}"`, () => {
    assertThrows(() => parseCheckArgs(args), UsageError, message);
  });
}
