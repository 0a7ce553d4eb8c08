import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { escapeControls } from "../../../data/printable.ts";
import { annotationLines, checkJson, checkMarkdown } from "../../../benchmarks/check/formats.ts";
import { gatherEvidence } from "../../../benchmarks/check/evidence.ts";
import { judge } from "../../../benchmarks/check/verdict.ts";
import { evidenceOf } from "./_evidence.ts";
import { pairsOf } from "./_records.ts";
import { exampleResult } from "./_result.ts";

const result = exampleResult();
const [same, , worse, few] = result.comparisons;

Deno.test("checkJson() holds what other programs need, seed by seed", () => {
  const json = JSON.parse(checkJson(result));
  assertEquals(
    [json.schema, json.benchmark, json.tier, json.alpha, json.correction, json.failed],
    [1, "rmnist", "smoke", 0.1, "Holm", true],
  );
  assertEquals(json.summary, "drift in 1 of 4 metrics: worse testMse (drift-worse)");
  const [, , drift, open] = json.comparisons;
  assertEquals([drift.verdict, drift.severity, drift.difference.n], ["drift-worse", "error", 6]);
  assertEquals(drift.difference.mean, worse!.differences.reduce((a, b) => a + b) / 6);
  assertEquals(drift.pairs[5], { seed: 5, reference: 1.02, current: 1.37, identical: false });
  assertEquals(drift.test, worse!.test);
  assertEquals(drift.margin, worse!.scale!.margin);
  assertEquals([open.detectable, open.pairsNeeded], [few!.detectable, few!.pairsNeeded]);
  assert(!("differences" in drift) && !("scale" in drift));
});

Deno.test("checkJson() writes a difference that has no other half", () => {
  const comparisons = judge([evidenceOf([1], [NaN])], 0.05);
  const [only] = JSON.parse(checkJson(exampleResult({ comparisons }))).comparisons;
  assertEquals([only.verdict, only.difference, only.pairs], ["drift-worse", undefined, [
    { seed: 0, reference: 1, identical: false },
  ]]);
});

Deno.test("checkMarkdown() is a table with a row a value, and what to do", () => {
  const lines = checkMarkdown(exampleResult({
    notCompared: ["few seed 3: failed"],
    settingChanges: ["worse rate 0.1 (reference: 0.2)"],
    machineChanges: ["device A | B (reference: <C>)"],
  })).split("\n");
  assertEquals(lines.slice(0, 8), [
    "### ❌ rmnist smoke: drift in 1 of 4 metrics: worse testMse (drift-worse)",
    "",
    "| Verdict | Model | Metric | Reference | Now | Difference | Test | Margin | Detectable | Seeds | Note |",
    "| --- | --- | --- | --: | --: | --: | --- | --: | --: | --: | --- |",
    "| ✅ identical | same | testMse | 0.5000 | 0.5000 | – | – | – | – | 1 |  |",
    "| ℹ️ numerics-changed | rounded | testMse | 1.003 | 1.004 | +0.0005 | p = 0.5 (seed-spread) | ±0.071 | ±0.22 | 6 |  |"
      .replace("p = 0.5 (seed-spread)", testOf(1)).replace("±0.22", detectableOf(1)),
    `| ❌ drift-worse | worse | testMse | 1.003 | 1.328 | +0.325 | ${testOf(2)} | ±0.071 | ${
      detectableOf(2)
    } | 6 |  |`,
    `| ⚠️ underpowered | few | testMse | 1.000 | 1.117 | +0.117 | ${testOf(3)} | ±0.1 | ${
      detectableOf(3)
    } | 3 of ~${few!.pairsNeeded} |  |`,
  ]);
  const rest = lines.slice(8).join("\n");
  for (
    const text of [
      "- few seed 3: failed",
      "- worse rate 0.1 (reference: 0.2)",
      "- device A \\| B (reference: \\<C\\>)",
      "deno task accept rmnist --tier smoke",
      "data 01234567, against reports/reference. α = 0.1",
    ]
  ) assertStringIncludes(rest, text);
  // Every row has the columns of the head.
  for (const line of lines.filter((text) => text.startsWith("|"))) {
    assertEquals(line.split("|").length, 13, line);
  }
});

const testOf = (i: number) => {
  const { name, adjustedP } = result.comparisons[i]!.test!;
  return `p = ${Number(adjustedP.toPrecision(2))} (${name})`;
};
const detectableOf = (i: number) => `±${Number(result.comparisons[i]!.detectable!.toPrecision(2))}`;

Deno.test("checkMarkdown() says no more than the table when all is well", () => {
  const text = checkMarkdown(exampleResult({ comparisons: [same!] }));
  assertStringIncludes(text, "### ✅ rmnist smoke: no drift in 1 metric (1 identical)");
  assert(!text.includes("accept") && !text.includes("Not compared"), text);
});

Deno.test("checkMarkdown() shows the tolerance of every seed instead of tests", () => {
  const comparisons = judge([evidenceOf([1, 2], [1.01, 2], { tolerance: 0.001 })], 0.05);
  const text = checkMarkdown(exampleResult({ comparisons }));
  assertStringIncludes(
    text,
    "| ❌ drift-worse | m | testMse | 1.500 | 1.505 | +0.005 | – | ±0.1 % a seed | – | 2 | every seed is allowed " +
      "0.1 %, seed 0 differs by 1 % |",
  );
  assert(!text.includes("Holm"), text);
});

Deno.test("annotationLines() are GitHub's commands, with its escapes", () => {
  const lines = annotationLines(exampleResult({
    notCompared: ["few seed 3: failed"],
    settingChanges: ["worse share 10%\nof it (reference: 1)"],
  }));
  assertEquals(lines.map((line) => line.split(" ")[0]), [
    "::notice",
    "::error",
    "::warning",
    "::warning",
    "::warning",
  ]);
  assert(
    lines[1]!.startsWith(
      "::error title=rmnist smoke%3A worse testMse%3A drift-worse::1.328 against 1.003 per pixel, ",
    ),
    lines[1],
  );
  assertEquals(lines[3], "::warning title=rmnist smoke%3A not compared::few seed 3: failed");
  assertStringIncludes(lines[4]!, "::worse share 10%25%0Aof it (reference: 1)");
  assertStringIncludes(lines[2]!, "found with 80 %25 power");
});

Deno.test("annotations and Markdown hold names and texts of records as mere texts", () => {
  const metric = "::error::x\r\n|[a](b)<i>@me\x1b[2J";
  const [comparison] = judge([evidenceOf([1, 2], [2, 3])], 0.05);
  const check = exampleResult({
    comparisons: [{ ...comparison!, metric }],
    settingChanges: [metric],
  });
  for (const line of annotationLines(check)) {
    const [, title, message] = /^::\w+ title=([^:,]*)::(.*)$/.exec(line) ?? [];
    // deno-lint-ignore no-control-regex
    assertEquals([/[\x00-\x1f]/.test(line), title === undefined, message === ""], [
      false,
      false,
      false,
    ], line);
  }
  const markdown = checkMarkdown(check);
  assertEquals(/(?<!\\)[[|<](?=a\]|i>|\[a)|@me/.test(markdown), false, markdown);
  assertEquals([escapeControls(markdown), markdown.includes("\\x1b")], [markdown, true]);
  assertStringIncludes(markdown, "\\|\\[a\\](b)\\<i\\>@<!-- -->me");
});

Deno.test("checkJson() is an array for several benchmarks, with the error of one without a verdict", () => {
  const error = "Cannot check b: no reason";
  const json = JSON.parse(checkJson([result, { benchmark: "b", tier: "smoke", error }]));
  assertEquals(json.map(({ benchmark, failed }: CheckJson) => [benchmark, failed]), [
    ["rmnist", true],
    ["b", true],
  ]);
  assertEquals(json[0], JSON.parse(checkJson(result)));
  assertEquals(json[1], { schema: 1, benchmark: "b", tier: "smoke", failed: true, error });
  assertEquals(JSON.parse(checkJson([])), []);
});

Deno.test("checkMarkdown() is a heading and the error for a benchmark without a verdict", () => {
  assertEquals(
    checkMarkdown({ benchmark: "b", tier: "smoke", error: "Cannot check <b>" }),
    "### ❌ b smoke: not checked\n\nCannot check \\<b\\>\n",
  );
});

interface CheckJson {
  readonly benchmark: string;
  readonly failed: boolean;
}

Deno.test("a check of huge and tiny values has a verdict in every format", () => {
  for (
    const [reference, current] of [
      [[1, 2, 3], [1e308, 1e308, 1e308]],
      [[1.7e308, -1.7e308], [-1.7e308, 1.7e308]],
      [[1e160, 2e160, 3e160], [5e-324, 0, 1]],
    ] as const
  ) {
    const pairs = pairsOf(reference, current);
    const evidence = gatherEvidence({
      ...{ metric: "testMse", pairs, reference: pairs.map((pair) => pair.reference) },
      ...{ deterministic: false, margin: undefined, tolerance: undefined },
    });
    const result = exampleResult({ comparisons: judge([evidence], 0.05) });
    assertStringIncludes(checkJson(result), '"verdict"');
    assert(!/NaN|undefined/.test(checkMarkdown(result) + annotationLines(result).join("")));
  }
});
