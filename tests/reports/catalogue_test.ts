import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../benchmarks/errors.ts";
import { rmnist } from "../../benchmarks/rmnist/definition.ts";
import {
  aboutBenchmark,
  catalogueOf,
  isTrivial,
  modelOrder,
  modelTitle,
  reportGroups,
  SUITE,
  tablesOf,
} from "../../reports/catalogue.ts";
import { ABLATION, ablationRecord, ablationRecords, BASE, groupOf } from "./_ablation_records.ts";
import { makeRecord, makeRecords, store } from "./fixtures.ts";

const about = aboutBenchmark(SUITE, "rmnist");

Deno.test("modelTitle() prefers the definition's title, then the paper's name, then the registry's", () => {
  assertEquals(modelTitle(about, "ode2vae-kl"), "ODE²VAE-KL");
  for (const model of ["mean-image", "nearest-angle", "linear-interpolation"]) {
    assertEquals(modelTitle(about, model), rmnist.models[model]!.title);
  }
  assertEquals(modelTitle(about, "inimnet"), "InImNet");
  for (const model of ["not-there", "toString"]) assertEquals(modelTitle(about, model), model);
});

Deno.test("isTrivial() is what the definition says", () => {
  const trivial = Object.keys(rmnist.models).filter((model) => isTrivial(about, model));
  assertEquals(trivial, ["mean-image", "nearest-angle", "linear-interpolation"]);
  assertEquals(isTrivial(aboutBenchmark(SUITE, "other"), "mean-image"), false);
});

Deno.test("aboutBenchmark() has the definition's title, or the name of a benchmark without one", () => {
  assertEquals(about.title, rmnist.title);
  assertEquals(aboutBenchmark(SUITE, "toString"), {
    title: "toString",
    headline: undefined,
    models: {},
    report: {},
  });
});

Deno.test("catalogueOf() lets a registry's reports take precedence over the suite's", () => {
  const own = { lead: "Another lead." };
  const { reports } = catalogueOf({ benchmarks: {}, reports: { rmnist: own } });
  assertEquals([reports.rmnist, reports.rmnist_t10k], [own, SUITE.reports.rmnist_t10k]);
});

Deno.test("catalogueOf() refuses a table whose base or claim is of a model that is not defined", () => {
  const order = [{ worse: "base", better: "no-growht", orEqual: false }];
  for (const table of [{ base: "no-growht" }, { order }]) {
    const reports = { [ABLATION]: { tables: [{ metric: "testMse", ...table }] } };
    assertThrows(
      () => catalogueOf({ benchmarks: SUITE.benchmarks, reports }),
      UsageError,
      `Cannot compare rows of the testMse table of ${ABLATION} with "no-growht": it must be one of `,
    );
    // Of a benchmark without a definition nothing is known.
    assertEquals(catalogueOf({ benchmarks: {}, reports }).reports[ABLATION], reports[ABLATION]);
  }
});

Deno.test("modelOrder() is that of the tables: the paper's rows, then the definition's models, then others", () => {
  assertEquals(modelOrder(reportGroups(makeRecords())[0]!), [
    "ode2vae",
    "ode2vae-kl",
    "mean-image",
    "nearest-angle",
    "linear-interpolation",
  ]);
  const records = ["no-growth", "zeta", "mean-image", "base", "alpha"]
    .flatMap((model) => ablationRecords({ [model]: BASE }));
  assertEquals(modelOrder(groupOf(records)), ["base", "no-growth", "mean-image", "alpha", "zeta"]);
});

Deno.test("reportGroups() gives a model one colour in all groups, and neighbours different ones", () => {
  const groups = reportGroups([...makeRecords(), ...ablationRecords({ base: BASE, alpha: BASE })]);
  const [first] = groups;
  for (const { colours } of groups) assertEquals(colours, first!.colours);
  for (const group of groups) {
    const own = modelOrder(group).map((model) => group.colours.get(model));
    assertEquals(new Set(own).size, own.length);
  }
  // Other records change no colour.
  const alone = reportGroups(makeRecords().slice(0, 1))[0]!;
  assertEquals(alone.colours.get("ode2vae"), first!.colours.get("ode2vae"));
});

Deno.test("reportGroups() gives the first group the benchmark's page, and each other one of its own", () => {
  assertEquals(reportGroups(makeRecords()).map(({ page }) => page), [
    "rmnist.html",
    "rmnist-v2-quick-ort-cpu-b42e77d1.html",
  ]);
});

Deno.test("tablesOf() makes a table of the headline metric where no report gives one", () => {
  const record = store(makeRecord());
  const [own] = reportGroups([record], { ...SUITE, reports: {} });
  const [table, ...others] = tablesOf(own!);
  assertEquals([table.metric, table.direction, table.rows, others], ["testMse", "lower", [], []]);
  assertEquals([table.title, table.unit], [record.record.metrics[0]!.label, "per pixel"]);
  // Without a definition the first recorded metric stands in.
  const [foreign] = reportGroups([record], { benchmarks: {}, reports: {} });
  assertEquals(tablesOf(foreign!)[0].metric, "testMse");
  assertEquals(tablesOf(groupOf([ablationRecord("base", 0, 0.02)]))[0].base, "base");
});
