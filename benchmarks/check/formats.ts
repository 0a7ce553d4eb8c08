/**
 * A check in other formats: JSON for programs, Markdown for people, annotations for GitHub Actions.
 *
 * @module
 */
import { escapeControls } from "../../data/printable.ts";
import { escapeMarkdown } from "../markdown.ts";
import { decimalsFor, formatFixed, formatShort } from "../statistics/numbers.ts";
import { mean, sampleStd } from "../statistics/spread.ts";
import { toJsonNumber } from "../../models/training/json_number.ts";
import { canonicalJson } from "../record/canonical_json.ts";
import {
  adviceLine,
  CHECK_SCHEMA,
  type CheckOutcome,
  type CheckResult,
  comparisonParts,
  differenceText,
  isFailed,
  pText,
  severityOf,
  summaryLine,
} from "./result.ts";
import type { Comparison } from "./verdict.ts";

/**
 * The JSON of `--json`: the check's identity, `failed`, `summary`, and for each comparison its verdict, severity, means,
 * differences, tests, margin, detectable difference and the values of each seed; an array of these for several
 * benchmarks, with `error` for one that came to no verdict. Keys are in canonical order; what was not computed is absent.
 */
export function checkJson(check: CheckOutcome | readonly CheckOutcome[]): string {
  const value = "benchmark" in check ? outcomeJson(check) : check.map(outcomeJson);
  // The spread of huge values may be infinite.
  const tagged = JSON.stringify(
    value,
    (_, part) => typeof part === "number" ? toJsonNumber(part) : part,
  );
  return `${canonicalJson(JSON.parse(tagged), 1)}\n`;
}

function outcomeJson(outcome: CheckOutcome): object {
  if ("error" in outcome) return { schema: CHECK_SCHEMA, ...outcome, failed: true };
  const { comparisons, ...rest } = outcome;
  return {
    schema: CHECK_SCHEMA,
    ...rest,
    correction: "Holm",
    failed: isFailed(outcome),
    summary: summaryLine(comparisons),
    comparisons: comparisons.map((comparison) => ({
      ...comparisonJson(comparison),
      severity: severityOf(comparison, outcome.strict),
    })),
  };
}

function comparisonJson(comparison: Comparison) {
  const { differences, scale, values, ...rest } = comparison;
  return {
    ...rest,
    ...(values === undefined ? {} : { means: values }),
    ...(differences.length === 0 ? {} : {
      difference: {
        mean: mean(differences),
        ...(differences.length < 2 ? {} : { std: sampleStd(differences) }),
        n: differences.length,
      },
    }),
    ...(scale === undefined ? {} : {
      reference: {
        seeds: scale.seeds,
        ...(scale.spread === undefined ? {} : { std: scale.spread }),
      },
      ...(scale.margin === undefined ? {} : { margin: scale.margin }),
      ...(scale.tolerance === undefined ? {} : { tolerance: scale.tolerance }),
    }),
  };
}

const marks = { error: "❌", warning: "⚠️", notice: "ℹ️", none: "✅" } as const;

/** A heading, a table with one row per value, and what a reader needs in order to act. */
export function checkMarkdown(result: CheckOutcome): string {
  if ("error" in result) {
    return `### ❌ ${result.benchmark} ${result.tier}: not checked\n\n${
      escapeMarkdown(result.error)
    }\n`;
  }
  const { benchmark, version, tier, backend, dataSha256, comparisons, strict } = result;
  const rows = comparisons.map((comparison) =>
    tableRow([
      `${marks[severityOf(comparison, strict)]} ${comparison.verdict}`,
      comparison.model,
      comparison.metric,
      ...numbers(comparison),
      comparison.note,
    ])
  );
  const list = (title: string, lines: readonly string[]) =>
    lines.length === 0
      ? []
      : [`${title}:`, "", ...lines.map((line) => `- ${escapeMarkdown(line)}`), ""];
  return [
    `### ${isFailed(result) ? "❌" : "✅"} ${benchmark} ${tier}: ${
      escapeMarkdown(summaryLine(comparisons))
    }`,
    "",
    tableRow(columns.map(([title]) => title)),
    `| ${columns.map(([, rule]) => rule).join(" | ")} |`,
    ...rows,
    "",
    ...(isFailed(result) ? [escapeMarkdown(adviceLine(result)), ""] : []),
    ...list("Settings differ from the reference's", result.settingChanges),
    ...list("Not compared", result.notCompared),
    ...list("Computed on another machine than the reference", result.machineChanges),
    `<sub>${escapeMarkdown(benchmark)} v${version}, ${backend}, data ${
      dataSha256.slice(0, 8)
    }, against ` +
    `${escapeMarkdown(result.against)}.${testNote(result)}</sub>`,
    "",
  ].join("\n");
}

/** What the columns of tests mean, where anything was tested. */
function testNote({ alpha, comparisons }: CheckResult): string {
  return comparisons.every(({ test }) => test === undefined)
    ? ""
    : ` α = ${formatShort(alpha)}, shared by Holm's correction. ` +
      "Detectable: the least drift that is found with 80 % power.";
}

const columns = [
  ["Verdict", "---"],
  ["Model", "---"],
  ["Metric", "---"],
  ["Reference", "--:"],
  ["Now", "--:"],
  ["Difference", "--:"],
  ["Test", "---"],
  ["Margin", "--:"],
  ["Detectable", "--:"],
  ["Seeds", "--:"],
  ["Note", "---"],
] as const;

function numbers(comparison: Comparison): string[] {
  const { values, differences, scale, detectable, test, pairs, identical, verdict } = comparison;
  const decimals = values === undefined ? 0 : decimalsFor(values.reference, 4);
  const size = (value: number | undefined) =>
    value === undefined ? "–" : `±${formatShort(value, 2)}`;
  const needed = comparison.pairsNeeded === undefined ? "" : ` of ~${comparison.pairsNeeded}`;
  return [
    values === undefined ? "–" : formatFixed(values.reference, decimals),
    values === undefined ? "–" : formatFixed(values.current, decimals),
    differences.length === 0 || verdict === "identical" ? "–" : differenceText(differences),
    test === undefined ? "–" : `${pText(test.adjustedP)} (${test.name})`,
    verdict === "identical"
      ? "–"
      : scale?.tolerance === undefined
      ? size(scale?.margin?.value)
      : `${size(100 * scale.tolerance)} % a seed`,
    size(detectable),
    identical > 0 && verdict !== "identical"
      ? `${pairs.length}${needed} (${identical} identical)`
      : `${pairs.length}${needed}`,
  ];
}

const tableRow = (cells: readonly string[]) => `| ${cells.map(escapeMarkdown).join(" | ")} |`;

/**
 * Annotations: lines on standard output that GitHub's runner shows on a pull request. `::error` for what fails the check,
 * `::warning` for what is underpowered, `::notice` for changed numerics. GitHub documentation, "Workflow commands".
 */
export function annotationLines(result: CheckOutcome): string[] {
  if ("error" in result) return [failureLine(result.error)];
  const { benchmark, tier } = result;
  const verdicts = result.comparisons.flatMap((comparison) => {
    const severity = severityOf(comparison, result.strict);
    if (severity === "none") return [];
    const { model, metric, verdict } = comparison;
    const title = `${benchmark} ${tier}: ${model} ${metric}: ${verdict}`;
    return [command(severity, title, comparisonParts(comparison).join(", "))];
  });
  const missing = result.notCompared.map((line) =>
    command("warning", `${benchmark} ${tier}: not compared`, line)
  );
  const settings = result.settingChanges.map((line) =>
    command("warning", `${benchmark} ${tier}: settings differ from the reference's`, line)
  );
  return [...verdicts, ...missing, ...settings];
}

/** The annotation of a check without a verdict. */
export function failureLine(message: string): string {
  return command("error", "Drift check", message);
}

function command(name: string, title: string, message: string): string {
  return `::${name} title=${escapeProperty(title)}::${escapeData(message)}`;
}

/** A message, escaped as the runner expects it. */
function escapeData(text: string): string {
  return escapeControls(text.replace(/%/g, "%25").replace(/\r/g, "%0D").replace(/\n/g, "%0A"));
}

/** A property, escaped as the runner expects it. */
function escapeProperty(text: string): string {
  return escapeData(text).replace(/:/g, "%3A").replace(/,/g, "%2C");
}
