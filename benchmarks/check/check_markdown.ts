/**
 * A check as Markdown, for a comment on a pull request or a job's summary.
 *
 * @module
 */
import { decimalsFor, formatFixed, formatShort } from "../statistics/numbers.ts";
import { differenceText, pText, summaryLine } from "./lines.ts";
import { adviceLine, type CheckResult, isFailed, severityOf } from "./result.ts";
import type { Comparison } from "./verdict.ts";

const marks = { error: "❌", warning: "⚠️", notice: "ℹ️", none: "✅" } as const;

/** A heading, a table with a row a value, and what a reader must know to act. */
export function checkMarkdown(result: CheckResult): string {
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
    lines.length === 0 ? [] : [`${title}:`, "", ...lines.map((line) => `- ${escape(line)}`), ""];
  return [
    `### ${isFailed(result) ? "❌" : "✅"} ${benchmark} ${tier}: ${summaryLine(comparisons)}`,
    "",
    tableRow(columns.map(([title]) => title)),
    tableRow(columns.map(([, rule]) => rule)),
    ...rows,
    "",
    ...(isFailed(result) ? [escape(adviceLine(result)), ""] : []),
    ...list("Settings differ from the reference's", result.settingChanges),
    ...list("Not compared", result.notCompared),
    ...list("Made on another machine than the reference", result.machineChanges),
    `<sub>${escape(benchmark)} v${version}, ${backend}, data ${dataSha256.slice(0, 8)}, against ` +
    `${escape(result.against)}.${testNote(result)}</sub>`,
    "",
  ].join("\n");
}

/** What the columns of tests mean, where anything was tested. */
function testNote({ alpha, comparisons }: CheckResult): string {
  return comparisons.every(({ test }) => test === undefined)
    ? ""
    : ` α = ${
      formatShort(alpha)
    }, shared by Holm's correction. Detectable: the least drift that is ` +
      "found with 80 % power.";
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

const tableRow = (cells: readonly string[]) => `| ${cells.map(escape).join(" | ")} |`;

/** Names and paths hold no Markdown: a bar would end a cell, a bracket begin a tag. */
function escape(text: string): string {
  return text.replace(/[|<>]/g, (sign) => `&#${sign.charCodeAt(0)};`).replace(/\n/g, " ");
}
