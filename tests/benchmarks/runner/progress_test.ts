import { assertEquals } from "@std/assert";
import {
  bar,
  estimateSeconds,
  formatDuration,
  formatLive,
  plainProgressLine,
  renderProgress,
  type RunProgress,
  secondsPerModel,
  shareDone,
  summaryLine,
  truncate,
} from "../../../benchmarks/runner/progress.ts";
import { exampleRecord } from "../_example_record.ts";

const run: RunProgress = {
  total: 9,
  finished: 3,
  failed: 1,
  remainingSeconds: 725,
  running: [
    {
      label: "ode2vae-kl seed 0",
      progress: { epoch: 12, epochs: 40, step: 3, steps: 6, live: { loss: 412.34, kl: 3.21 } },
      remainingSeconds: 80,
    },
    { label: "ode2vae seed 0", progress: { epoch: 4, epochs: 4, step: 0, steps: 0, live: {} } },
    { label: "mean seed 0" },
  ],
};

Deno.test("renderProgress() draws a line a cell and one for the run", () => {
  assertEquals(renderProgress(run, 200), [
    "ode2vae-kl seed 0  ██████░░░░░░░░░░░░░░  12/40 epochs  1 min 20 s left  loss 412.3, kl 3.210",
    "ode2vae seed 0     ████████████████████    4/4 epochs  evaluating",
    "mean seed 0        starting",
    "3/9 cells · 1 failed · 3 running · about 12 min 5 s left",
  ]);
});

Deno.test("renderProgress() shortens the bar and leaves out loss terms when the terminal is narrow", () => {
  const drawn = (columns: number) => renderProgress(run, columns)[0];
  assertEquals(
    drawn(79),
    "ode2vae-kl seed 0  █████░░░░░░░░░░░  12/40 epochs  1 min 20 s left  loss 412.3",
  );
  assertEquals(drawn(59), "ode2vae-kl seed 0  ██░░░░░░  12/40 epochs  1 min 20 s left");
  assertEquals(drawn(50), "ode2vae-kl seed 0  12/40 epochs  1 min 20 s left");
});

Deno.test("renderProgress() keeps within the terminal when it is narrow", () => {
  for (const columns of [1, 20, 39]) {
    const lines = renderProgress(run, columns);
    assertEquals(lines.length, 4);
    assertEquals(lines.every((line) => [...line].length <= columns), true);
  }
});

Deno.test("summaryLine() leaves out what is nought or unknown", () => {
  assertEquals(summaryLine({ total: 2, finished: 2, failed: 0, running: [] }), "2/2 cells");
});

Deno.test("plainProgressLine() holds the label, epoch, loss terms and time", () => {
  assertEquals(run.running.map(plainProgressLine), [
    "ode2vae-kl seed 0: epoch 12/40, loss 412.3, kl 3.210, 1 min 20 s left",
    "ode2vae seed 0: epoch 4/4",
    "mean seed 0: starting",
  ]);
});

Deno.test("shareDone() counts the steps of the epoch that runs", () => {
  assertEquals(shareDone({ epoch: 1, epochs: 4, step: 1, steps: 2, live: {} }), 0.375);
  assertEquals(shareDone({ epoch: 0, epochs: 0, step: 0, steps: 0, live: {} }), 1);
});

Deno.test("bar() has its width at any share", () => {
  assertEquals([-1, 0, 0.049, 0.5, 1, 2].map((share) => bar(share, 20).indexOf("░")), [
    0,
    0,
    0,
    10,
    -1,
    -1,
  ]);
  assertEquals([bar(0.5, 20).length, bar(0.5, 7)], [20, "███░░░░"]);
});

Deno.test("formatLive() shows small, large and not-finite values", () => {
  assertEquals(
    formatLive({ a: 0, b: 1.5e-5, c: -12345678, d: NaN }),
    "a 0.000, b 1.50e-5, c -1.23e+7, d not finite",
  );
  assertEquals(formatLive(JSON.parse('{"a":null}')), "a not finite");
});

Deno.test("formatLive() leaves out whole terms when they do not fit", () => {
  const live = { loss: 412.34, latentPrior: -3.21 };
  assertEquals(formatLive(live), "loss 412.3, latent prior -3.210");
  assertEquals(formatLive(live, 31), "loss 412.3, latent prior -3.210");
  assertEquals(formatLive(live, 30), "loss 412.3");
  assertEquals(formatLive(live, 9), "");
});

Deno.test("truncate() cuts between characters and marks the cut", () => {
  assertEquals(truncate("12345", 5), "12345");
  assertEquals(truncate("123456", 5), "1234…");
  assertEquals(truncate("████", 3), "██…");
});

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
