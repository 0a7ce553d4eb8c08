/**
 * The part of a page that shows Gaussian-process priors: covariance between views, and codes along the angle.
 *
 * @module
 */
import { fromJsonNumber } from "../../benchmarks/record/json_number.ts";
import { html, type Markup } from "../markup.ts";
import { formatFixed, formatShort } from "../../benchmarks/statistics/numbers.ts";
import { codePanels } from "./code_panels.ts";
import { heatMapSvg, matrixTable } from "./heat_map.ts";
import { firstMark, type ReportGroup } from "../catalogue.ts";
import { type PriorData, priorData } from "./prior_data.ts";

/** What the covariance of the first view with the others is, in a sentence. */
function covarianceDescription({ name, covariance }: PriorData): string {
  const row = covariance.columns.coordinates.map((x, i) =>
    `${formatFixed(fromJsonNumber(covariance.values[i]!), 2)} at ${formatShort(x)}`
  );
  return `Covariance between views of ${name}, of ${
    formatShort(covariance.rows.coordinates[0]!)
  } with each ${covariance.columns.label}: ${row.join(", ")}.`;
}

function priorFigure(data: PriorData, mark: ReturnType<typeof firstMark>): Markup {
  const { name, seed, noise, covariance, panels } = data;
  const variances = noise === undefined
    ? ""
    : ` The signal's variance v is ${formatShort(1 - noise, 3)} and the noise's, α, ` +
      `${formatShort(noise, 3)}.`;
  return html`<figure class="prior" data-model="${data.model}">
<figcaption><h4>${name}, seed ${seed}</h4><p>Covariance between views for a signal of variance
 1.${variances}</p></figcaption>
${heatMapSvg(covariance, covarianceDescription(data))}
${matrixTable(covariance, `View covariance of ${name}`)}
${codePanels(panels, `Codes of ${name}`, mark)}
</figure>`;
}

/** A figure for each model with a Gaussian-process prior; nothing where no record tells one. */
export function priorSection(group: ReportGroup): Markup | undefined {
  const priors = priorData(group);
  if (priors.length === 0) return undefined;
  const mark = firstMark(group);
  const hasCodes = priors.some(({ panels }) => panels.length > 0);
  return html`
    <h3>The Gaussian process and its codes</h3>
    <p class="explain">From the first seed of each model.${hasCodes &&
      html`
        Codes are shown in the principal directions of the posterior-mean codes of all training
              digits at all angles, panels of a model on one scale. Lines: posterior mean given all
              observed frames of a digit. Dots: what the encoder makes of each observed frame.${mark !==
                  undefined && html`
                Dashed: the angle ${mark.label}.
              `}
      `}</p>
    <div class="charts">${priors.map((data) => priorFigure(data, mark))}</div>
  `;
}
