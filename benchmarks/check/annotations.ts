/**
 * Annotations of GitHub Actions: lines on standard output that its runner shows on a pull request.
 *
 * GitHub documentation, "Workflow commands for GitHub Actions".
 *
 * @module
 */
import { comparisonParts } from "./lines.ts";
import { type CheckResult, severityOf } from "./result.ts";

/** `::error title=…::…` for what fails, `::warning` for what is underpowered, `::notice` for changed numerics. */
export function annotationLines(result: CheckResult): string[] {
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

/** The annotation of a check that came to no verdict. */
export function failureLine(message: string): string {
  return command("error", "Drift check", message);
}

function command(name: string, title: string, message: string): string {
  return `::${name} title=${escapeProperty(title)}::${escapeData(message)}`;
}

/** As the runner unescapes a message. */
function escapeData(text: string): string {
  return text.replace(/%/g, "%25").replace(/\r/g, "%0D").replace(/\n/g, "%0A");
}

/** As the runner unescapes a property. */
function escapeProperty(text: string): string {
  return escapeData(text).replace(/:/g, "%3A").replace(/,/g, "%2C");
}
