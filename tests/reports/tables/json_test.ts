import { assertEquals } from "@std/assert";
import { reportGroups } from "../../../reports/catalogue.ts";
import { resultsJson } from "../../../reports/tables/files.ts";
import { makeRecord, makeRecords, store } from "../fixtures.ts";

Deno.test("resultsJson() has means, deviations, intervals and every seed's value", () => {
  const records = [0, 1, 2].map((seed) => makeRecord({ seed }));
  const { groups, benchmark } = JSON.parse(
    resultsJson("rmnist", reportGroups(records.map(store))),
  );
  assertEquals([benchmark, groups.length, groups[0].models.length], ["rmnist", 1, 1]);
  const metric = groups[0].models[0].metrics
    .find(({ name }: { name: string }) => name === "testMse");
  const values = records.map(({ metrics }) => Number(metrics[0]!.value));
  const mean = values.reduce((sum, value) => sum + value) / 3;
  const std = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 2);
  // t of 2 degrees of freedom at 0.975.
  const half = 4.302652729911275 * std / Math.sqrt(3);
  const close = (a: number, b: number) => Math.abs(a - b) < 1e-12;
  assertEquals([metric.n, metric.ddof, metric.over], [3, 1, "seeds"]);
  assertEquals([close(metric.mean, mean), close(metric.std, std)], [true, true]);
  assertEquals(close(metric.interval.high, mean + half), true);
  assertEquals(metric.seeds.map(({ value }: { value: number }) => value), values);
  const ours = groups[0].published[0].rows
    .find(({ model }: { model: string }) => model === "ode2vae-kl");
  assertEquals([ours.mean, ours.plusMinus, ours.std], [0.0188, 0.0003, undefined]);
  assertEquals(close(ours.difference.absolute, mean - 0.0188), true);
  assertEquals(close(ours.difference.relative, mean / 0.0188 - 1), true);
  assertEquals(ours.difference.inInterval, Math.abs(mean - 0.0188) <= half);
});

Deno.test("resultsJson() says which published rows are of another protocol", () => {
  const { groups } = JSON.parse(resultsJson("rmnist", reportGroups(makeRecords())));
  const rows: { model: string; protocol?: string; difference?: unknown }[] =
    groups[0].published[0].rows;
  const others = rows.filter(({ protocol }) => protocol !== undefined);
  assertEquals(others.map(({ model }) => model), ["inimnet", "cnn-ode", "latent-sde-homogeneous"]);
  assertEquals(others.some(({ difference }) => difference !== undefined), false);
});

Deno.test("resultsJson() counts what diverged and gives the same text in any order", () => {
  const text = resultsJson("rmnist", reportGroups(makeRecords()));
  assertEquals(resultsJson("rmnist", reportGroups(makeRecords().toReversed())), text);
  const model = JSON.parse(text).groups[0].models
    .find(({ model }: { model: string }) => model === "ode2vae");
  assertEquals([model.results, model.converged], [4, 3]);
});
