import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { fileURLToPath } from "node:url";
import { UsageError } from "../../../benchmarks/errors.ts";
import { COST_AXES, COST_AXIS_IDS, sizeAt } from "../../../benchmarks/speed/cost_axes.ts";
import { parseCost } from "../../../benchmarks/speed/cost_file.ts";
import {
  checkCompilation,
  operationsExponent,
} from "../../../benchmarks/speed/cost_measurement.ts";
import { parseCostOptions } from "../../../benchmarks/speed/cost_options.ts";
import { costTables } from "../../../benchmarks/speed/cost_table.ts";
import { workload } from "../../../benchmarks/speed/workload.ts";
import { exampleAxis, exampleCost } from "./_example_cost.ts";

const SCRIPT = fileURLToPath(new URL("../../../benchmarks/speed/cost.ts", import.meta.url));

async function cost(...args: string[]) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--allow-all", SCRIPT, ...args],
    env: { NO_COLOR: "1" },
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

Deno.test("COST_AXES span a factor of 16 with 5 values each", () => {
  for (const { id, values } of COST_AXES) {
    assertEquals([id, values.length], [id, 5]);
    assert(values.at(-1)! / values[0]! >= 16, id);
    assertEquals(values.toSorted((a, b) => a - b), values);
  }
});

Deno.test("sizeAt() varies one size, and its minibatch can be built", async () => {
  for (const axis of COST_AXES) {
    const value = axis.values[0]!;
    const size = sizeAt(axis, value);
    const { settings: { latentDimensions: q, fieldHidden }, sequences, frames, grid } = size;
    const of = { sequences, frames, latentDimensions: q, fieldHidden };
    const expected = { ...of, ...axis.base, [axis.quantity]: value };
    assertEquals({ ...of, grid: axis.base.grid }, expected);
    assertEquals(grid, axis.quantity === "frames" ? value : axis.base.grid);
    const inputs = await workload(size);
    assertEquals(inputs.selection!.shape, [sequences, frames, grid]);
    assertEquals(inputs["noise/initial"]!.shape, [sequences, 2 * q]);
    assertEquals(inputs.frames!.shape.slice(0, 2), [sequences, frames]);
  }
});

Deno.test("operationsExponent() is 1 along sequences, and nears 2 along the field's width", () => {
  const exponent = (id: string) => operationsExponent(exampleAxis(id, () => 1).points);
  assertAlmostEquals(exponent("mocap_many/sequences"), 1, 0.01);
  assertAlmostEquals(exponent("mocap_many/fieldHidden"), 2, 0.05);
});

Deno.test("parseCostOptions() takes all axes unless told", () => {
  assertEquals(parseCostOptions([]), { axes: COST_AXIS_IDS, steps: 12 });
  const args = ["--axis", "mocap_many/frames,rmnist/sequences", "--steps=3", "--out", "f"];
  assertEquals(parseCostOptions(args), {
    axes: ["rmnist/sequences", "mocap_many/frames"],
    steps: 3,
    out: "f",
  });
  assertEquals(parseCostOptions(["--help"]), "help");
});

Deno.test("parseCostOptions() throws when an argument is unknown or malformed", () => {
  for (
    const [args, message] of [
      [["--stepz", "3"], `Cannot measure costs: unknown argument "--stepz" (see --help)`],
      [["extra"], `Cannot measure costs: unknown argument "extra" (see --help)`],
      [["--steps", "0"], `from 1 to 9999: current value is "0"`],
      [["--steps", "1.5"], `current value is "1.5"`],
      [["--axis", "frames"], `Cannot measure costs along "frames": it must be one of rmnist/seq`],
      [["--out", ""], "Cannot use option --out: it must have a value"],
    ] as const
  ) assertThrows(() => parseCostOptions(args), UsageError, message);
});

Deno.test("checkCompilation() throws when compilation is long or grows with the frames", () => {
  const axis = exampleAxis("mocap_many/frames", (frames) => 0.001 * frames);
  const last = (change: object) => [{
    ...axis,
    points: axis.points.with(-1, { ...axis.points.at(-1)!, ...change }),
  }];
  checkCompilation([axis]);
  assertThrows(
    () => checkCompilation(last({ compileSeconds: 6.24 })),
    Error,
    "mocap_many/frames at 240: it must take less than 5 s: current value is 6.2 s",
  );
  assertThrows(
    () => checkCompilation(last({ nodeCount: 9000 })),
    Error,
    "must not grow with the frames: current numbers of nodes are 844, 844, 844, 844, 9000",
  );
  checkCompilation(last({ nodeCount: 850 })); // another form of a convolution
  // With another width the graph may be another one.
  checkCompilation(last({ nodeCount: 9000 }).map((one) => ({ ...one, quantity: "fieldHidden" })));
});

Deno.test("costTables() shows points, both laws and which is reported", () => {
  const lines = costTables(exampleCost()).split("\n");
  const find = (text: string) => lines.filter((line) => line.includes(text));
  assertEquals(
    find("motion capture")[0],
    "motion capture, many walks: frames of a sequence; B = 20, q = 3, Hf = 30",
  );
  assertStringIncludes(find("168 ms")[0]!, "240");
  assertStringIncludes(find("168 ms")[0]!, "160 ms … 185 ms"); // of 0.9, 1 and 1.2 × 168 ms
  assertEquals(find("(reported)"), [
    "power law                exponent 1.00 ± < 0.01  (reported)",
    "with a constant term     exponent 2.00 ± < 0.01, constant 40 ms ± < 1 %  (reported)",
  ]);
  assertStringIncludes(
    lines.at(-1)!,
    "1 thread; AMD EPYC, 2 cores, linux x86_64, Deno 2.9.6; load 0.03",
  );
});

Deno.test("parseCost() gives back what JSON.stringify() wrote", () => {
  const example = exampleCost();
  assertEquals(parseCost(JSON.parse(JSON.stringify(example))), example);
});

Deno.test("parseCost() says which field is wrong", () => {
  const example = JSON.parse(JSON.stringify(exampleCost()));
  const changed = (change: (results: typeof example) => void) => {
    const copy = structuredClone(example);
    change(copy);
    return () => parseCost(copy);
  };
  for (
    const [wrong, message] of [
      [() => parseCost([]), "results must be an object"],
      [changed((r) => r.schema = 2), "schema must be 1: current value is 2"],
      [changed((r) => r.date = "today"), `date must be an ISO 8601 time: current value is "today"`],
      [changed((r) => r.axes = []), "axes must have one entry at least"],
      [
        changed((r) => delete r.machine.cpu),
        "machine.cpu must be a string, is absent",
      ],
      [changed((r) => r.axes[0].quantity = "depth"), "axes[0].quantity must be one of sequences, "],
      [changed((r) => r.axes[0].fixed.depth = 3), "axes[0].fixed must be one of sequences, "],
      [changed((r) => r.axes[0].points.length = 3), "axes[0].points must be 4 points at least"],
      [
        changed((r) => r.axes[0].points[1].value = 1),
        "axes[0].points[1].value must be above the one before it: current value is 1",
      ],
      [
        changed((r) => r.axes[1].points[2].stepSeconds[0] = 0),
        "axes[1].points[2].stepSeconds[0] must be > 0: current value is 0",
      ],
      [
        changed((r) => delete r.axes[1].fit.withConstant),
        "axes[1].fit.withConstant must be an object",
      ],
    ] as const
  ) assertThrows(wrong, SyntaxError, message);
});

Deno.test("cost.ts prints a table and writes JSON", async () => {
  const out = await Deno.makeTempFile({ prefix: "ode2vae_cost_", suffix: ".json" });
  try {
    const { code, stdout, stderr } = await cost(
      "--axis",
      "mocap_many/frames",
      "--steps",
      "2",
      "--out",
      out,
    );
    assertEquals(code, 0, stderr);
    assertStringIncludes(
      stdout,
      "motion capture, many walks: frames of a sequence; B = 20, q = 3, Hf = 30",
    );
    const { axes, threads } = parseCost(JSON.parse(await Deno.readTextFile(out)));
    assertEquals([axes.length, threads], [1, 1]);
    const { points, fit } = axes[0]!;
    assertEquals(points.map(({ value }) => value), [15, 30, 60, 120, 240]);
    assertEquals(points.map(({ stepSeconds }) => stepSeconds.length), [2, 2, 2, 2, 2]);
    // A loop of 16 times as many turns, on a machine with whatever else to do.
    assert(fit.powerLaw.exponent > 0.3 && fit.powerLaw.exponent < 2, `${fit.powerLaw.exponent}`);
  } finally {
    await Deno.remove(out);
  }
});

Deno.test("cost.ts ends with code 2 and one line when its usage is wrong", async () => {
  const { code, stdout, stderr } = await cost("--axis", "depth");
  assertEquals([code, stdout], [2, ""]);
  assertEquals(stderr.trim().split("\n").length, 1);
  assertStringIncludes(stderr, `Cannot measure costs along "depth"`);
});
