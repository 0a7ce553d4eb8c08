import { assertEquals, assertThrows } from "@std/assert";
import { RunError } from "../../../benchmarks/errors.ts";
import { parseMeasurement } from "../../../benchmarks/speed/measurement_file.ts";
import { readResults } from "../../../benchmarks/speed/results_file.ts";
import { exampleSteps } from "./_example_steps.ts";

Deno.test("parseMeasurement() gives back what JSON.stringify() wrote", () => {
  const example = exampleSteps();
  assertEquals(parseMeasurement(JSON.parse(JSON.stringify(example))), example);
});

Deno.test("parseMeasurement() reads the results that are kept with the suite", () => {
  const url = new URL("../../../benchmarks/speed/results/step.json", import.meta.url);
  const { sizes } = parseMeasurement(JSON.parse(Deno.readTextFileSync(url)));
  assertEquals(sizes.map(({ size }) => size), ["rmnist", "bouncing_balls", "mocap_many"]);
});

Deno.test("parseMeasurement() says which field is wrong", () => {
  const example = JSON.parse(JSON.stringify(exampleSteps()));
  const changed = (change: (results: typeof example) => void) => {
    const copy = structuredClone(example);
    change(copy);
    return () => parseMeasurement(copy);
  };
  for (
    const [wrong, message] of [
      [changed((r) => r.schema = 1), "schema must be 2: current value is 1"],
      [changed((r) => r.sizes = []), "sizes must have one entry at least"],
      [changed((r) => delete r.peak), "peak must be an object, is absent"],
      [
        changed((r) => r.sizes[1].arithmetic.total = 0),
        "sizes[1].arithmetic.total must be > 0: current value is 0",
      ],
      // Without single times there is no median.
      [
        changed((r) => r.peak.contestants[0].productSeconds = []),
        "peak.contestants[0].productSeconds must have one entry at least",
      ],
      [
        changed((r) => r.sizes[0].contestants[1].stepSeconds = []),
        "sizes[0].contestants[1].stepSeconds must have one entry at least",
      ],
      [
        changed((r) => r.sizes[0].contestants[0].nodeCount = 1.5),
        "sizes[0].contestants[0].nodeCount must be a whole number >= 0, is 1.5",
      ],
      [changed((r) => delete r.machine.loadBefore), "machine.loadBefore must be a number"],
    ] as const
  ) assertThrows(wrong, SyntaxError, message);
});

Deno.test("readResults() gives undefined without a file, and one line when it is damaged", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const path = `${folder}/step.json`;
    assertEquals(readResults(path, parseMeasurement), undefined);
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
