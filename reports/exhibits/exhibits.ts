/**
 * The one door to the renderers: exhibits of several models, or of one record, as figures.
 *
 * @module
 */
import type { Exhibit, FrameStrips } from "../../models/training/exhibit.ts";
import { capitalise } from "../../benchmarks/statistics/numbers.ts";
import { html, type Markup, raw } from "../markup.ts";
import { modelOrder, modelTitle, type ReportGroup } from "../catalogue.ts";
import { commonLabel, differingLabels } from "../pages/labels.ts";
import { hasConverged } from "../summary.ts";
import type { Shown } from "./drawing.ts";
import { framesFigures, startFrame } from "./frames.ts";
import { matrixFigure } from "./matrix.ts";
import { motionFigure } from "./motion.ts";
import { fieldFigure, pointsFigure } from "./plane.ts";
import { tracesFigure } from "./traces.ts";

/** A page with more sequences of frames than this is slow to read and to load. */
const MOST_SEQUENCES = 4;

/** How exhibits are shown. */
export interface ExhibitOptions {
  /** Level of an exhibit's heading. */
  readonly heading: "h3" | "h4";
  /** False where the values can be had from the same page in another form; true by default. */
  readonly withValues?: boolean;
  /** Frame at which a player begins; by default the first marked one. */
  readonly start?: number;
}

/** What one model has of an exhibit, without its heading. */
function content({ exhibit, ...of }: Shown, withValues: boolean): Markup {
  switch (exhibit.kind) {
    case "traces":
      return tracesFigure({ ...of, exhibit }, withValues);
    case "matrix":
      return matrixFigure({ ...of, exhibit }, withValues);
    case "points":
      return pointsFigure({ ...of, exhibit }, withValues);
    case "field":
      return fieldFigure({ ...of, exhibit }, withValues);
    case "motion":
      return motionFigure({ ...of, exhibit }, withValues);
    case "frames":
      return framesFigures([{ ...of, exhibit }], "h4", startFrame([exhibit]));
  }
}

function isFrames(shown: Shown): shown is Shown<FrameStrips> {
  return shown.exhibit.kind === "frames";
}

/**
 * Exhibits of one name as figures: beside each other, or in one figure where their kind lets them be held against each
 * other.
 *
 * @param shown Exhibits of one kind, in the order of the models; one at least.
 */
export function renderExhibit(shown: readonly Shown[], options: ExhibitOptions): Markup {
  const { heading, withValues = true } = options;
  const frames = shown.filter(isFrames);
  if (frames.length > 0) {
    const { start = startFrame(frames.map(({ exhibit }) => exhibit)) } = options;
    return framesFigures(frames, heading, start);
  }
  const labels = shown.map(({ method, exhibit }) => ({ name: method, label: exhibit.label }));
  const note = differingLabels(labels);
  const title = html`${capitalise(commonLabel(labels))}`.text;
  const wide = shown[0]!.exhibit.kind === "motion";
  return html`${raw(`<${heading} class="exhibit-title">${title}</${heading}>`)}${
    note !== "" && html`<p class="explain">${note}</p>`
  }<div class="${wide ? "motions" : "charts"}">${
    shown.map((one) =>
      html`
        <figure class="${wide ? "exhibit wide" : "exhibit"}"
          data-model="${one.model}"><figcaption><strong>${one.method}</strong>, seed ${one
            .seed}</figcaption>${content(one, withValues)}</figure>
      `
    )
  }</div>`;
}

/** Exhibits of a group by name, each from the first seed of every model that converged and has it. */
function exhibitsByName(group: ReportGroup): readonly (readonly Shown[])[] {
  const byName = new Map<string, Shown[]>();
  for (const model of modelOrder(group)) {
    const records = group.records.map(({ record }) => record)
      .filter((record) => record.cell.model === model && hasConverged(record));
    const found = new Map<string, Shown>();
    for (const { cell: { seed }, exhibits } of records) {
      for (const exhibit of exhibits) {
        if (found.has(exhibit.name)) continue;
        found.set(exhibit.name, {
          ...{ model, method: modelTitle(group.about, model), seed, exhibit },
        });
      }
    }
    for (const [name, shown] of found) byName.set(name, [...(byName.get(name) ?? []), shown]);
  }
  // A name that two models use for things of different kinds is two exhibits.
  return [...byName.values()].flatMap((all) =>
    [...new Set(all.map(({ exhibit }) => exhibit.kind))].map((kind: Exhibit["kind"]) =>
      all.filter(({ exhibit }) => exhibit.kind === kind)
    )
  );
}

/** All exhibits of a group, sequences of frames first; undefined where no record has any. */
export function exhibitFigures(
  group: ReportGroup,
  options: Omit<ExhibitOptions, "start">,
): Markup | undefined {
  const all = exhibitsByName(group);
  if (all.length === 0) return undefined;
  const frames = all.map((shown) => shown.filter(isFrames)).filter((shown) => shown.length > 0)
    .slice(0, MOST_SEQUENCES);
  const start = startFrame(frames.map(([first]) => first!.exhibit));
  const others = all.filter(([first]) => first!.exhibit.kind !== "frames");
  return html`${frames.map((shown) => renderExhibit(shown, { ...options, start }))}${
    others.map((shown) => renderExhibit(shown, options))
  }`;
}
