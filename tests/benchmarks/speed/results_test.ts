import { assertEquals, assertThrows } from "@std/assert";
import { RunError } from "../../../benchmarks/errors.ts";
import {
  parseCost,
  parseMeasurement,
  parseMemory,
  readResults,
  writeResults,
} from "../../../benchmarks/speed/results.ts";
import { assertReadsMutants } from "../../data/_mutants.ts";
import { temporaryFolder } from "../_bench_process.ts";
import { exampleCost, exampleMemory, exampleSteps } from "./_examples.ts";

const FORMS = [
  { name: "step", example: exampleSteps, parse: parseMeasurement },
  { name: "cost", example: exampleCost, parse: parseCost },
  { name: "memory", example: exampleMemory, parse: parseMemory },
];

for (const { name, example, parse } of FORMS) {
  Deno.test(`results of ${name}.json come back as JSON.stringify() wrote them`, () => {
    assertEquals<unknown>(parse(JSON.parse(JSON.stringify(example()))), example());
  });

  Deno.test(`results/${name}.json, which is kept with the suite, is read whole`, () => {
    const url = new URL(`../../../benchmarks/speed/results/${name}.json`, import.meta.url);
    const kept = JSON.parse(Deno.readTextFileSync(url));
    assertEquals<unknown>(parse(kept), kept);
  });
}

// deno-lint-ignore no-explicit-any
type Change = (results: any) => void;

/** What the parser of a form says when something of the example is changed. */
const WRONG: Readonly<Record<string, readonly (readonly [Change, string])[]>> = {
  step: [
    [(r) => r.schema = 1, "schema must be 2, is 1"],
    [(r) => r.sizes = [], "sizes must be a list of at least 1, is []"],
    [(r) => delete r.peak, "peak must be an object"],
    [(r) => r.sizes[1].arithmetic.total = 0, "sizes[1].arithmetic.total must be > 0, is 0"],
    [
      (r) => r.peak.contestants[0].productSeconds = [],
      "peak.contestants[0].productSeconds must be a list of at least 1",
    ],
    [
      (r) => r.sizes[0].contestants[1].stepSeconds = [],
      "sizes[0].contestants[1].stepSeconds must be a list of at least 1",
    ],
    [
      (r) => r.sizes[0].contestants[0].nodeCount = 1.5,
      "sizes[0].contestants[0].nodeCount must be a whole number >= 0",
    ],
    [(r) => delete r.machine.loadBefore, "machine.loadBefore must be a number"],
  ],
  cost: [
    [(r) => r.schema = 2, "schema must be 1, is 2"],
    [(r) => delete r.schema, "schema must be 1, is absent"],
    [(r) => r.date = "today", `date must be an ISO 8601 time, is "today"`],
    [(r) => r.axes = [], "axes must be a list of at least 1"],
    [(r) => delete r.machine.cpu, "machine.cpu must be a string"],
    [(r) => r.axes[0].quantity = "depth", "axes[0].quantity must be one of sequences, "],
    [(r) => r.axes[0].fixed.depth = 3, "axes[0].fixed must be one of sequences, "],
    [(r) => r.axes[0].points.length = 3, "axes[0].points must be a list of at least 4, is [{"],
    [
      (r) => r.axes[0].points[1].value = 1,
      "axes[0].points[1].value must be above the one before it, is 1",
    ],
    [
      (r) => r.axes[1].points[2].stepSeconds[0] = 0,
      "axes[1].points[2].stepSeconds[0] must be > 0, is 0",
    ],
    [(r) => delete r.axes[1].fit.withConstant, "axes[1].fit.withConstant must be an object"],
  ],
  memory: [
    [(r) => r.schema = 3, "schema must be 1, is 3"],
    [(r) => r.lastLoss = null, "lastLoss must be a number"],
    [(r) => r.series = [], "series must be a list of at least 1"],
    [(r) => r.series[1].step = 0, "series[1].step must be above the one before it"],
    [(r) => r.series[1].residentBytes = -1, "series[1].residentBytes must be > 0"],
    [(r) => r.trend.verdict = "fine", "trend.verdict must be one of flat, growing"],
  ],
};

Deno.test("results say which field is wrong", () => {
  for (const { name, example, parse } of FORMS) {
    assertThrows(() => parse([]), SyntaxError, "results must be an object");
    for (const [change, message] of WRONG[name]!) {
      const copy = JSON.parse(JSON.stringify(example()));
      change(copy);
      assertThrows(() => parse(copy), SyntaxError, message);
    }
  }
});

Deno.test("readResults() gives what writeResults() wrote, undefined without a file, one line when it is damaged", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const path = `${folder}/step.json`;
    writeResults(undefined, exampleSteps());
    assertEquals(readResults(path, parseMeasurement), undefined);
    writeResults(path, exampleSteps());
    assertEquals(readResults(path, parseMeasurement), exampleSteps());
    for (const text of ["", '{"schema": 2,', "[]", '{"schema": 7}']) {
      Deno.writeTextFileSync(path, text);
      const error = assertThrows(() => readResults(path, parseMeasurement), RunError);
      assertEquals(error.message.startsWith(`Cannot read speed results ${path}: `), true);
      assertEquals(error.message.includes("\n"), false);
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

for (const { name, example, parse } of FORMS) {
  Deno.test(`readResults() reads mutants of ${name}.json or says what is wrong, and no pipe`, async () => {
    using folder = temporaryFolder();
    const path = `${folder.path}/${name}.json`;
    await assertReadsMutants(
      new TextEncoder().encode(JSON.stringify(example())),
      (bytes) => {
        Deno.writeFileSync(path, bytes);
        readResults<object>(path, parse);
      },
      { error: RunError, message: /^Cannot read speed results [^\n]*\b(?:must|unknown)\b[^\n]*$/ },
    );
    Deno.removeSync(path);
    Deno.symlinkSync("/dev/zero", path);
    assertThrows(
      () => readResults<object>(path, parse),
      RunError,
      "it must be a regular file",
    );
  });
}
