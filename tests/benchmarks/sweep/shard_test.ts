import { assert, assertEquals, assertThrows } from "@std/assert";
import { join } from "node:path";
import { UsageError } from "../../../benchmarks/errors.ts";
import { planCells, type PlanOptions } from "../../../benchmarks/runner/plan.ts";
import { writeRecord } from "../../../benchmarks/record/record_file.ts";
import { readRecords } from "../../../benchmarks/record/read_records.ts";
import { benchmarks as own } from "../../../benchmarks/registry.ts";
import { resolveSettings } from "../../../benchmarks/settings.ts";
import {
  expectedSeconds,
  parseShard,
  partition,
  shardCells,
} from "../../../benchmarks/sweep/shard.ts";
import { totalSeconds } from "../../../benchmarks/runner/time_split.ts";
import { integers, rootKey } from "../../../data/random/mod.ts";
import { bench, temporaryFolder } from "../_bench_process.ts";
import { exampleRecord } from "../_example_record.ts";
import { benchmarks as toys } from "../toy_definition.ts";

Deno.test("parseShard() reads i/n", () => {
  assertEquals(parseShard("2/4"), { index: 2, count: 4 });
  assertEquals(parseShard("1/1"), { index: 1, count: 1 });
});

for (
  const text of ["", "0/4", "5/4", "1/0", "1", "-1/4", "1/4/2", "a/b", "1.5/2", "1/10001", " 1/2"]
) {
  Deno.test(`parseShard() throws a UsageError when given "${text}"`, () => {
    const error = assertThrows(() => parseShard(text), UsageError);
    assert(error.message.endsWith(`, is "${text}"`));
  });
}

Deno.test("partition() gives the longest first to the shard with the least", () => {
  // Graham's example of LPT's worst case for two machines: 7 instead of 6.
  assertEquals(partition([3, 3, 2, 2, 2], (x) => x, 2), [[3, 2, 2], [3, 2]]);
  // Equal costs are dealt round, and items stay in their order.
  assertEquals(partition([..."abcdefg"], () => 1, 3), [["a", "d", "g"], ["b", "e"], ["c", "f"]]);
  assertEquals(partition([..."abc"], () => 0, 2), [["a", "c"], ["b"]]);
  assertEquals(partition(["a"], () => 1, 3), [["a"], [], []]);
});

Deno.test("partition() puts each item into one shard, and balances them", () => {
  for (let trial = 0; trial < 20; trial++) {
    const costs = [...integers(rootKey(trial), 25, 100)].map((x, i) => ({ i, cost: x + 1 }));
    const count = 1 + trial % 7;
    const shards = partition(costs, ({ cost }) => cost, count);
    assertEquals(shards.length, count);
    assertEquals(shards.flat().map(({ i }) => i).sort((a, b) => a - b), costs.map(({ i }) => i));
    const sums = shards.map((shard) => shard.reduce((sum, { cost }) => sum + cost, 0));
    const total = sums.reduce((a, b) => a + b, 0);
    // Graham's bound for any greedy list: when the longest shard got its last item, it was the shortest.
    const longest = Math.max(...costs.map(({ cost }) => cost));
    assert(Math.max(...sums) <= total / count + longest * (1 - 1 / count) + 1e-9, `${sums}`);
  }
});

const definition = toys.toy!;

function options(outDir: string): PlanOptions {
  const dataSha256 = "a".repeat(64);
  return {
    ...{ definition, tier: "smoke", seeds: [0, 4, 7], backend: "ort-cpu", dataSha256, outDir },
    fresh: false,
    freshCode: false,
    host: exampleRecord().fingerprint,
  };
}

Deno.test("planCells() gives each cell to one shard, whatever is done already", () => {
  using folder = temporaryFolder();
  const all = planCells(options(folder.path)).map(({ cell }) => cell);
  const shards = () =>
    [1, 2, 3].map((index) => planCells({ ...options(folder.path), shard: { index, count: 3 } }));
  const before = shards().map((shard) => shard.map(({ cell }) => cell));
  const key = ({ model, seed }: { model: string; seed: number }) => `${model} ${seed}`;
  assertEquals(before.flat().map(key).sort(), all.map(key).sort());
  Deno.mkdirSync(join(folder.path, "records"));
  for (const cell of before[0]!.slice(0, 2)) {
    const settings = resolveSettings(definition, "smoke", cell.model);
    // A very long run of this model must not move cells.
    const time = { data: 0, compilation: 0, training: 1e6, evaluation: 0 };
    writeRecord(join(folder.path, "records"), exampleRecord({ cell, settings, time }));
  }
  const after = shards();
  assertEquals(after.map((shard) => shard.map(({ cell }) => cell)), before);
  assertEquals(after[0]!.filter(({ state }) => state === "done").length, 2);
});

Deno.test("planCells() does not mind what other shards left in the folder", () => {
  using folder = temporaryFolder();
  const planned = (index: number) =>
    planCells({ ...options(folder.path), shard: { index, count: 2 } });
  const [first, second] = [planned(1), planned(2)];
  Deno.mkdirSync(join(folder.path, "records"));
  const path = writeRecord(join(folder.path, "records"), exampleRecord({ cell: first[0]!.cell }));
  Deno.writeTextFileSync(path, "{");
  assertThrows(() => planned(1));
  assertEquals(planned(2), second);
});

Deno.test("expectedSeconds() takes the mean of the timed models for one that is not", () => {
  const timed = (seconds: number) => ({ smoke: seconds, quick: 0, paper: 0 });
  const { sgd, momentum, start } = definition.models;
  const models = {
    sgd: { ...sgd!, expectedSeconds: timed(2) },
    momentum: { ...momentum!, expectedSeconds: timed(6) },
    start: start!,
  };
  const seconds = expectedSeconds({ ...definition, models }, "smoke");
  assertEquals(["sgd", "momentum", "start"].map(seconds), [2, 6, 4]);
  assertEquals(expectedSeconds(definition, "smoke")("sgd"), 1);
  const cells = ["momentum", "sgd", "start", "sgd"].map((model) => ({ model }));
  assertEquals(
    shardCells({ ...definition, models }, "smoke", cells, 2).map((shard) =>
      shard.map(({ model }) => model)
    ),
    [["momentum", "sgd"], ["sgd", "start"]],
  );
});

Deno.test("definitions expect the seconds that the committed records took, within a factor of three", () => {
  const groups = Map.groupBy(
    readRecords("reports/reference").filter(({ cell }) => cell.backend === "ort-cpu"),
    ({ cell: { benchmark, model, tier } }) => [benchmark, model, tier].join(),
  );
  let compared = 0;
  for (const records of groups.values()) {
    const { benchmark, model, tier } = records[0]!.cell;
    const entry = own[benchmark]?.models[model];
    const expected = entry?.expectedSeconds?.[tier];
    if (expected === undefined) continue;
    // The fastest: whatever else its machine did made a cell longer.
    const fastest = Math.min(...records.map(({ time }) => totalSeconds(time)));
    // A second more or less moves no shard.
    const [low, high] = [expected / 3 - 1, expected * 3 + 1];
    assert(
      low <= fastest && fastest <= high,
      `${model} ${tier}: ${fastest} s, and not ${expected} s`,
    );
    compared++;
  }
  assert(compared >= 8, `only ${compared} groups of records were compared`);
});

Deno.test("bench --shard runs its cells alone, and --plan shows them", async () => {
  using folder = temporaryFolder();
  const out = join(folder.path, "out");
  const args = ["toy", "--tier", "smoke", "--out", out];
  const plan = await bench([...args, "--shard", "2/2", "--plan"]);
  assertEquals(plan.code, 0, plan.stderr);
  assertEquals(
    plan.stdout.split("\n").slice(0, -2),
    ["momentum seed 0  new", "sgd seed 1       new"],
  );
  const run = await bench([...args, "--shard", "2/2"]);
  assertEquals(run.code, 0, run.stderr);
  assert(
    run.stderr.includes("cells: 2 (0 done, 0 to resume, 2 to start)\nshard 2 of 2: "),
    run.stderr,
  );
  assertEquals(
    readRecords(join(out, "records")).map(({ cell }) => `${cell.model} ${cell.seed}`),
    ["momentum 0", "sgd 1"],
  );
  const empty = await bench([...args, "--shard", "9/9", "--out", join(folder.path, "empty")]);
  assertEquals(empty.code, 0, empty.stderr);
  const bad = await bench([...args, "--shard", "3/2"]);
  assertEquals([bad.code, bad.stderr.split("\n").length], [2, 2]);
});
