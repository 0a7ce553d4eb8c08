/**
 * The one door to the renderers: exhibits of several models, or of one record, as figures.
 *
 * @module
 */
import type { FrameStrips, Motion } from "../../models/training/exhibit.ts";
import { messageOf } from "../../benchmarks/errors.ts";
import { capitalise, counted } from "../../benchmarks/statistics/numbers.ts";
import { folded, html, type Markup, raw } from "../markup.ts";
import { modelTitle, recordsInOrder, type ReportGroup, tablesOf } from "../catalogue.ts";
import { commonLabel, differingLabels } from "../pages/labels.ts";
import type { Shown } from "./drawing.ts";
import { byFirstStrip, frameFigure, startFrame } from "./frames.ts";
import { matrixFigure } from "./matrix.ts";
import { joinedMotions, motionFigure, type ShownMotion } from "./motion.ts";
import { fieldFigure, pointsFigure } from "./plane.ts";
import { tracesFigure } from "./traces.ts";

/** A page with more sequences of frames than this is slow to read and to load. */
const MOST_SEQUENCES = 2;

/** Exhibits that are open; those after them are folded. */
const OPEN_EXHIBITS = 1;

/** Models whose exhibit is shown beside each other on a page that is brief; frames are of all. */
const MOST_MODELS = 4;

/** The same of motions: models that move the same skeleton share a figure, with a low row for each. */
const MOST_MOTIONS = 5;

const mostModels = ([first]: readonly Shown[]) =>
  first?.exhibit.kind === "motion" ? MOST_MOTIONS : MOST_MODELS;

/** As many models as a brief page shows: the first ones, or those up to `last`, the method that a paper is about. */
function fewModels(shown: readonly Shown[], last: string | undefined): readonly Shown[] {
  const end = Math.max(mostModels(shown), 1 + shown.findIndex(({ model }) => model === last));
  return shown.slice(end - mostModels(shown), end);
}

/** On such a page exhibits of more models have no tables of values. */
const MODELS_WITH_VALUES = 2;

/** How exhibits are shown. */
export interface ExhibitOptions {
  /** Level of an exhibit's heading. */
  readonly heading: "h3" | "h4";
  /** False where the values can be had from the same page in another form; true by default. */
  readonly withValues?: boolean;
  /**
   * True where the pages of records show more: one sequence of frames, other exhibits of a few models. The script that
   * makes players is on these pages only.
   */
  readonly brief?: boolean;
  /** Frame at which a player begins; by default the first marked one. */
  readonly start?: number;
  /** Takes the sentence that a page shows in place of an exhibit that could not be drawn. */
  readonly warn?: ((sentence: string) => void) | undefined;
}

/** What one model has of an exhibit, or several of one, without its heading. */
function content(
  { exhibit, ...of }: Shown & Pick<ShownMotion, "colours">,
  { withValues = true, brief = false }: ExhibitOptions,
): Markup {
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
      return motionFigure({ ...of, exhibit }, withValues, brief);
    case "frames":
      return frameFigure([{ ...of, exhibit }], "h4", startFrame([exhibit]));
  }
}

/** What `draw` makes of an exhibit, or one sentence where it fails: that costs no other exhibit. */
function drawn({ file, exhibit: { name } }: Shown, { warn }: ExhibitOptions, draw: () => Markup) {
  try {
    return draw();
  } catch (error) {
    const sentence = `Cannot draw exhibit "${name}" of ${file}: ${messageOf(error)}`;
    warn?.(sentence);
    return html`<p class="banner" role="note">${sentence}.</p>`;
  }
}

function isFrames(shown: Shown): shown is Shown<FrameStrips> {
  return shown.exhibit.kind === "frames";
}

function isMotion(shown: Shown): shown is Shown<Motion> {
  return shown.exhibit.kind === "motion";
}

/** A figure for all models whose sequences have the same first strip; where that fails, one for each. */
function sequenceFigures(frames: readonly Shown<FrameStrips>[], options: ExhibitOptions): Markup {
  const { heading, start = startFrame(frames.map(({ exhibit }) => exhibit)) } = options;
  return html`${
    byFirstStrip(frames).map((group) => {
      try {
        return frameFigure(group, heading, start);
      } catch {
        return group.map((one) => drawn(one, options, () => frameFigure([one], heading, start)));
      }
    })
  }`;
}

/**
 * Exhibits of one name as figures: side by side, or in one figure where their kind can be compared directly.
 *
 * @param shown Exhibits of one kind, in the order of the models; one at least.
 */
export function renderExhibit(shown: readonly Shown[], options: ExhibitOptions): Markup {
  const { heading } = options;
  const frames = shown.filter(isFrames);
  if (frames.length > 0) return sequenceFigures(frames, options);
  const labels = shown.map(({ method, exhibit }) => ({ name: method, label: exhibit.label }));
  const note = differingLabels(labels);
  const title = html`${capitalise(commonLabel(labels))}`.text;
  const motions = shown.filter(isMotion);
  const wide = motions.length > 0;
  return html`${raw(`<${heading} class="exhibit-title">${title}</${heading}>`)}${
    note !== "" && html`<p class="explain">${note}</p>`
  }<div class="${wide ? "motions" : "charts"}">${
    (wide ? joinedMotions(motions) : shown).map((one) =>
      html`
        <figure class="${wide ? "exhibit wide" : "exhibit"}"
          data-model="${one.model}"><figcaption><strong>${one.method}</strong>, seed ${one
            .seed}</figcaption>${drawn(one, options, () => content(one, options))}</figure>
      `
    )
  }</div>`;
}

/** Exhibits of a group by name and kind, each from the first seed of every model that converged and has it. */
function exhibitsByName(group: ReportGroup): readonly (readonly Shown[])[] {
  const byName = new Map<string, Shown[]>();
  for (
    const { file, record: { cell: { model, seed }, status, exhibits } } of recordsInOrder(group)
  ) {
    if (status !== "completed") continue;
    for (const exhibit of exhibits) {
      const key = `${exhibit.kind} ${exhibit.name}`;
      const shown = byName.get(key) ?? [];
      if (shown.some((other) => other.model === model)) continue;
      const method = modelTitle(group.about, model);
      const colour = group.colours.get(model) ?? group.colours.size;
      byName.set(key, [...shown, { model, method, colour, seed, file, exhibit }]);
    }
  }
  return [...byName.values()];
}

/** All exhibits of a group, sequences of frames first; undefined where no record has any. */
export function exhibitFigures(
  group: ReportGroup,
  options: Omit<ExhibitOptions, "start">,
): Markup | undefined {
  const all = exhibitsByName(group);
  if (all.length === 0) return undefined;
  const sequences = all.filter(([first]) => isFrames(first!));
  const frames = sequences.slice(0, options.brief === true ? 1 : MOST_SEQUENCES);
  const start = startFrame(
    sequences.slice(0, MOST_SEQUENCES).map(([first]) => first!.exhibit as FrameStrips),
  );
  const others = all.filter(([first]) => !isFrames(first!));
  const unshown = [
    [sequences.length - frames.length, "more sequence"],
    [
      options.brief === true
        ? Math.max(0, ...others.map((shown) => shown.length - mostModels(shown)))
        : 0,
      "more model",
    ],
  ].flatMap(([count, noun]) => count === 0 ? [] : [counted(Number(count), String(noun))]);
  const best = tablesOf(group)[0].order?.at(-1)?.better;
  const figures = [
    ...frames.map((shown) => renderExhibit(shown, { ...options, start })),
    ...others.map((shown) =>
      options.brief === true
        ? renderExhibit(fewModels(shown, best), {
          ...options,
          withValues: shown.length <= MODELS_WITH_VALUES,
        })
        : renderExhibit(shown, options)
    ),
  ];
  const more = figures.slice(OPEN_EXHIBITS);
  const { credit } = group.about.report;
  const showsData = group.standIn === "" &&
    all.some((shown) => shown.some(({ exhibit }) => exhibit.ofData === true));
  return html`${figures.slice(0, OPEN_EXHIBITS)}${
    more.length > 0 && folded(counted(more.length, "more exhibit"), more)
  }${
    unshown.length > 0 &&
    html`<p class="explain">Not shown here: ${unshown.join(", ")}, which the records have.</p>`
  }${
    showsData && credit !== undefined &&
    html`<p class="explain">${credit.text} <a href="${credit.url}">${
      credit.url.replace("https://", "")
    }</a></p>`
  }`;
}
