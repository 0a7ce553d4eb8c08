/**
 * Reconstructed sequences beside the truth: strips of frames, from which a script also makes a player.
 *
 * @module
 */
import type { SequenceSample } from "../../benchmarks/record/record.ts";
import { modelOrder, modelTitle, type ReportGroup } from "../catalogue.ts";
import { html, type Markup } from "../markup.ts";
import { capitalise } from "../../benchmarks/statistics/numbers.ts";
import { commonLabel, differingLabels } from "./labels.ts";
import { HEAT, type Palette } from "./png.ts";
import { stripDataUri } from "./strip.ts";

/** A page with more digits than this is slow to read and to load. */
const MOST_SEQUENCES = 4;

interface Sample {
  readonly model: string;
  readonly seed: number;
  readonly sequence: SequenceSample;
}

/** Samples of the same sequence by each model: the lowest seed that completed. */
function samplesBySequence(group: ReportGroup): readonly (readonly Sample[])[] {
  const byTruth = new Map<string, Sample[]>();
  for (const model of modelOrder(group)) {
    const stored = group.records.find(({ record }) =>
      record.cell.model === model && record.status === "completed" && record.sequences.length > 0
    );
    for (const sequence of stored?.record.sequences ?? []) {
      const key = `${sequence.truth}\n${sequence.missing}`;
      const sample = { model, seed: stored!.record.cell.seed, sequence };
      byTruth.set(key, [...(byTruth.get(key) ?? []), sample]);
    }
  }
  return [...byTruth.values()].slice(0, MOST_SEQUENCES);
}

function strip(
  label: string,
  alt: string,
  bytes: string,
  sequence: SequenceSample,
  options: { readonly palette?: Palette; readonly kind: string; readonly marks?: Markup },
): Markup {
  const uri = stripDataUri(bytes, sequence, options.palette);
  return html`<div class="strip-row ${options.kind}"><span class="strip-label">${label}</span>
<div class="strip"><img src="${uri}" width="${
    sequence.frames * sequence.width
  }" height="${sequence.height}"
 alt="${alt}" data-row="${label}">${options.marks}</div></div>`;
}

function missingMarks({ missing, frames }: SequenceSample): Markup {
  const percent = (value: number) => Number(((100 * value) / frames).toFixed(4));
  return html`${
    missing.map((frame) =>
      html`<span class="missing" style="left:${percent(frame)}%;width:${percent(1)}%"></span>`
    )
  }`;
}

/** Where a player begins: the first frame hidden in every sequence, else the first hidden one. */
function startFrame(sequences: readonly (readonly Sample[])[]): number {
  const missing = sequences.map((samples) => samples[0]!.sequence.missing);
  const all = missing[0]!.filter((frame) => missing.every((frames) => frames.includes(frame)));
  return Math.min(...all) === Infinity ? missing[0]![0] ?? 0 : Math.min(...all);
}

function sequenceFigure(
  group: ReportGroup,
  samples: readonly Sample[],
  start: number,
): Markup {
  const first = samples[0]!.sequence;
  const labels = samples.map(({ model, sequence }) => ({
    name: modelTitle(group.about, model),
    label: sequence.label,
  }));
  const label = commonLabel(labels);
  const hidden = first.missing.length === 0
    ? "No frame was hidden from training."
    : `Framed in the top row: frames hidden from training (${first.missing.join(", ")}; counted ` +
      "from 0).";
  return html`
    <figure class="sequence" data-frames="${first.frames}" data-width="${first.width}"
      data-height="${first.height}" data-missing="${first.missing.join(" ")}" data-start="${start}">
    <figcaption><h4>${capitalise(label)}</h4><p>${differingLabels(labels)}${hidden}</p></figcaption>
    <div class="player-slot"></div>
    ${strip("Truth", `${label}: ${first.frames} true frames`, first.truth, first, {
      kind: "truth",
      marks: missingMarks(first),
    })}
    ${samples.map(({ model, seed, sequence }) => {
      const name = modelTitle(group.about, model);
      return html`${
        strip(
          name,
          `${sequence.label}: frames reconstructed by ${name}, seed ${seed}`,
          sequence.reconstruction,
          sequence,
          { kind: "reconstruction" },
        )
      }${
        sequence.deviation !== undefined &&
        strip(
          `${name}, deviation`,
          `${sequence.label}: standard deviation of ${name} over posterior samples, by pixel`,
          sequence.deviation,
          sequence,
          { kind: "deviation", palette: HEAT },
        )
      }`;
    })}
    </figure>
  `;
}

/** All sequences of a group; undefined where no record has any. */
export function sequencesSection(group: ReportGroup): Markup | undefined {
  const sequences = samplesBySequence(group);
  if (sequences.length === 0) return undefined;
  const seeds = [...new Set(sequences.flat().map((sample) => sample.seed))].sort((a, b) => a - b);
  const hasDeviation = sequences.flat().some(({ sequence }) => sequence.deviation !== undefined);
  return html`<h3>Reconstructions</h3>
<p class="explain">The truth and what each model makes of it (seed ${seeds.join(", ")}).
${
    hasDeviation &&
    "Deviation rows show the standard deviation over posterior samples: black is 0, the palest is 0.5."
  }</p>
${sequences.map((samples) => sequenceFigure(group, samples, startFrame(sequences)))}`;
}
