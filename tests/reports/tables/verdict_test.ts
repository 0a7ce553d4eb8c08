import { assertEquals, assertMatch } from "@std/assert";
import { reportGroups } from "../../../reports/catalogue.ts";
import { comparisonTable } from "../../../reports/tables/comparison_table.ts";
import { htmlGroup } from "../../../reports/tables/html.ts";
import { bestRow, verdict } from "../../../reports/tables/verdict.ts";
import { ablationRecords, BASE, groupOf } from "../_ablation_records.ts";
import { makeRecord, makeRecords, store } from "../fixtures.ts";

const [paper, quick] = reportGroups(makeRecords()).map((group) => comparisonTable(group));

Deno.test("verdict() says what the best of ours is, how many published values are inside, and the order", () => {
  const { ours, interval, seeds } = paper!.rows.find(({ model }) => model === "ode2vae-kl")!;
  assertEquals(
    verdict(paper!),
    `Best of 2 methods: ODE²VAE-KL: ${ours.split(" ± ")[0]} ${interval} (${seeds}), ` +
      "published 0.0188. " +
      "2 of 2 published values in our 95 % interval. Of 3 claims on the order, 3 are undecided.",
  );
});

Deno.test("verdict() has no comparison where numbers do not compare, and nothing where nothing ran", () => {
  assertEquals(
    /^ODE²VAE-KL: 0\.018\d+ \(1 seed\), published 0\.0188\.$/.test(verdict(quick!)),
    true,
  );
  const record = store(makeRecord({ model: "ode2vae", status: "diverged" }));
  assertEquals(verdict(comparisonTable(reportGroups([record])[0]!)), "");
});

Deno.test("bestRow() follows the direction, and leaves references that learn nothing aside", () => {
  const group = groupOf(
    ablationRecords({
      base: BASE,
      "no-growth": BASE.map((value) => value / 2),
      "mean-image": [1e-3],
    }),
  );
  const table = comparisonTable(group);
  assertEquals(bestRow(table)?.model, "no-growth");
  const higher = { ...table, table: { ...table.table, direction: "higher" as const } };
  assertEquals(bestRow(higher)?.model, "base");
  assertEquals(bestRow(quick!), undefined); // no choice
});

Deno.test("verdict() names references that are better than every method, bounds aside", () => {
  const withReference = (value: number, bound: boolean) => {
    const group = groupOf(
      ablationRecords({ base: BASE, "no-growth": BASE.map((x) => 2 * x), "mean-image": [value] }),
    );
    const models = { ...group.about.models };
    models["mean-image"] = { ...models["mean-image"]!, bound };
    return verdict(comparisonTable({ ...group, about: { ...group.about, models } }));
  };
  assertMatch(withReference(1e-3, false), / Better without learning: Mean image 0\.0010*\./);
  assertEquals(withReference(1e-3, true).includes("Better without"), false);
  assertEquals(withReference(1, false).includes("Better without"), false);
});

Deno.test("htmlGroup() has the verdict before the table, the best mean alone in bold, and says so", () => {
  const page = htmlGroup(paper!.group, { prefix: "p", ours: () => undefined }).text;
  assertEquals(page.indexOf('class="verdict"') < page.indexOf("<table"), true);
  assertEquals(page.match(/class="best"/g)?.length, 1);
  assertEquals(/data-model="ode2vae-kl"[^]*?class="best"/.test(page), true);
  assertEquals(page.includes("Bold: the best of our means."), true);
});
