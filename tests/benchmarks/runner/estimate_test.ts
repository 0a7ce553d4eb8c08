import { assertEquals } from "@std/assert";
import {
  estimateSeconds,
  formatDuration,
  secondsPerModel,
} from "../../../benchmarks/runner/estimate.ts";
import { exampleRecord } from "../_example_record.ts";

Deno.test("secondsPerModel() averages whole cells and leaves failed ones out", () => {
  const { cell, time } = exampleRecord();
  const records = [
    exampleRecord(),
    exampleRecord({ time: { ...time, training: 18 } }),
    exampleRecord({ status: "failed", time: { ...time, training: 500 } }),
    exampleRecord({ cell: { ...cell, model: "other" }, status: "diverged" }),
  ];
  assertEquals([...secondsPerModel(records)], [["ode2vae-kl", 15], ["other", 10]]);
});

const known = new Map([["a", 10], ["b", 30]]);

Deno.test("estimateSeconds() shares the work among the jobs", () => {
  const cells = ["a", "b", "a", "b"].map((model) => ({ model, share: 1 }));
  assertEquals(estimateSeconds(cells, known, 1), 80);
  assertEquals(estimateSeconds(cells, known, 2), 40);
});

Deno.test("estimateSeconds() is no less than the longest cell", () => {
  assertEquals(
    estimateSeconds([{ model: "b", share: 1 }, { model: "a", share: 0.5 }], known, 8),
    30,
  );
});

Deno.test("estimateSeconds() gives undefined when a model that is left has not been timed", () => {
  assertEquals(estimateSeconds([{ model: "a", share: 1 }], new Map(), 1), undefined);
  const mixed = [{ model: "a", share: 1 }, { model: "c", share: 0.5 }];
  assertEquals(estimateSeconds(mixed, known, 1), undefined);
  assertEquals(estimateSeconds([], new Map(), 1), 0);
});

Deno.test("formatDuration() uses two units when it is long", () => {
  assertEquals(
    [0.2, 59.4, 60, 200, 3599.6, 7500, -3].map(formatDuration),
    ["0 s", "59 s", "1 min 0 s", "3 min 20 s", "1 h 0 min", "2 h 5 min", "0 s"],
  );
});
