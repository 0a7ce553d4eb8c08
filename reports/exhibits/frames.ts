/**
 * Sequences of images as strips of frames, from which a script also makes a player.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import type { FrameStrips } from "../../models/training/exhibit.ts";
import { capitalise, formatShort } from "../../benchmarks/statistics/numbers.ts";
import { mean } from "../../benchmarks/statistics/spread.ts";
import { html, type Markup, raw } from "../markup.ts";
import { commonLabel, differingLabels } from "../pages/labels.ts";
import { encodePng, HEAT, type Palette, pngDataUri } from "../pages/png.ts";
import type { Shown } from "./drawing.ts";

type Strip = FrameStrips["strips"][number];
/** Size of a sequence. */
export type FrameSize = Pick<FrameStrips, "frames" | "height" | "width">;

/**
 * Frames after each other (frames·height·width, as in a record) to frames beside each other (height × frames·width).
 *
 * @throws RangeError when the bytes do not fit the size.
 */
export function layFramesSideBySide(bytes: Uint8Array, size: FrameSize): Uint8Array {
  const { frames, height, width } = size;
  if (bytes.length !== frames * height * width) {
    throw new RangeError(
      `Cannot lay out frames: they must be ${frames} × ${height} × ${width} bytes, are ` +
        `${bytes.length}`,
    );
  }
  const strip = new Uint8Array(bytes.length);
  for (let t = 0; t < frames; t++) {
    for (let y = 0; y < height; y++) {
      const from = (t * height + y) * width;
      strip.set(bytes.subarray(from, from + width), (y * frames + t) * width);
    }
  }
  return strip;
}

/** Grey levels of a strip: more are hardly told apart, and make a page three times as large. */
const LEVELS = 16;

/** The strip of a record's base64 frames as a PNG data URI, in {@link LEVELS} levels. */
export function stripDataUri(base64: string, size: FrameSize, palette?: Palette): string {
  const step = 255 / (LEVELS - 1);
  const strip = layFramesSideBySide(Buffer.from(base64, "base64"), size)
    .map((byte) => Math.round(byte / step) * step);
  return pngDataUri(encodePng(strip, size.frames * size.width, size.height, palette));
}

/** A strip of another quantity than the first one's has colours of its own, e.g. a deviation. */
function isOther({ white }: Strip, { strips }: FrameStrips): boolean {
  return white !== strips[0]!.white;
}

function stripRow(strip: Strip, of: FrameStrips, label: string, marks?: Markup): Markup {
  const other = isOther(strip, of);
  const uri = stripDataUri(strip.pixels, of, other ? HEAT : undefined);
  const kind = marks !== undefined ? "first" : other ? "other" : "";
  return html`<div class="${`strip-row ${kind}`.trim()}"><span class="strip-label">${label}</span>
<div class="strip"><img src="${uri}" width="${of.frames * of.width}" height="${of.height}"
 alt="${label}: ${of.frames} frames of ${of.label}" data-row="${label}">${marks}</div></div>`;
}

function markedFrames({ marked, frames }: FrameStrips): Markup {
  const percent = (value: number) => Number(((100 * value) / frames).toFixed(4));
  return html`${
    marked.map((frame) =>
      html`<span class="marked" style="left:${percent(frame)}%;width:${percent(1)}%"></span>`
    )
  }`;
}

/** Where players begin: the first frame that is marked in all sequences, else the first one of the first sequence. */
export function startFrame(sequences: readonly FrameStrips[]): number {
  const all = sequences[0]?.marked.filter((frame) =>
    sequences.every(({ marked }) => marked.includes(frame))
  );
  return all?.[0] ?? sequences[0]?.marked[0] ?? 0;
}

/** Models whose first strips are the same, which one figure shows. */
export function byFirstStrip(
  shown: readonly Shown<FrameStrips>[],
): readonly (readonly Shown<FrameStrips>[])[] {
  const groups = new Map<string, Shown<FrameStrips>[]>();
  for (const one of shown) {
    const { strips, marked, frames, height, width } = one.exhibit;
    const first = strips.length > 1 ? strips[0]!.pixels : "";
    const key = JSON.stringify([first, marked, frames, height, width]);
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()];
}

/** Mean squared difference of two strips of one quantity, pixel by pixel. */
function meanSquaredDifference(one: Strip, other: Strip): number {
  const bytes = Buffer.from(other.pixels, "base64");
  return mean(
    [...Buffer.from(one.pixels, "base64")]
      .map((byte, i) => ((byte - bytes[i]!) * one.white / 255) ** 2),
  );
}

/**
 * A figure for models whose sequences have the same first strip.
 *
 * @param start Frame at which a player begins.
 */
export function frameFigure(
  shown: readonly Shown<FrameStrips>[],
  heading: "h3" | "h4",
  start: number,
): Markup {
  const first = shown[0]!.exhibit;
  const { marked, markedLabel, frames, width, height } = first;
  const labels = shown.map(({ method, exhibit }) => ({ name: method, label: exhibit.label }));
  const label = commonLabel(labels);
  // The first strip of several is common to all models.
  const common = first.strips.length > 1 ? first.strips[0] : undefined;
  const isCommon = (strip: Strip) =>
    common !== undefined && strip.pixels === common.pixels &&
    strip.label === common.label;
  const others = [
    ...new Set(
      shown.flatMap(({ exhibit }) =>
        exhibit.strips.filter((strip) => isOther(strip, exhibit))
          .map(({ label, white }) =>
            `Rows “${label}”: black is 0, the palest is ${formatShort(white)}. `
          )
      ),
    ),
  ].join("");
  const marks = markedLabel === ""
    ? ""
    : marked.length === 0
    ? `No frame is ${markedLabel}.`
    : `Framed in the top row: frames ${markedLabel} (${marked.join(", ")}; counted from 0).`;
  const rows = shown.flatMap(({ method, exhibit }) =>
    exhibit.strips.filter((strip) => !isCommon(strip)).map((strip, i) => ({
      strip,
      exhibit,
      name: i === 0 ? method : `${method}, ${strip.label}`,
    }))
  );
  const drawnRows = rows.map(({ strip, exhibit, name }, i) =>
    stripRow(
      strip,
      exhibit,
      name,
      common === undefined && i === 0 ? markedFrames(first) : undefined,
    )
  );
  const errors = rows
    .filter(({ strip: { white, part } }) => white === common?.white && part !== true)
    .map(({ strip, name }) => `${name} ${formatShort(meanSquaredDifference(strip, common!), 3)}`);
  const error = errors.length === 0
    ? ""
    : ` Mean squared difference from the top row: ${errors.join(", ")}.`;
  return html`
    <figure class="sequence" data-frames="${frames}" data-width="${width}"
      data-height="${height}" data-marked="${marked.join(" ")}" data-marked-label="${markedLabel}"
      data-start="${start}">
    <figcaption>${raw(
      `<${heading}>${html`${capitalise(label)}`.text}</${heading}>`,
    )}<p>${differingLabels(
      labels,
    )}${others}${marks}${error} Drawn in ${LEVELS} levels.</p></figcaption>
    <div class="player-slot" data-title="${capitalise(label)}"></div>
    ${common !== undefined &&
      stripRow(common, first, capitalise(common.label), markedFrames(first))}
    ${drawnRows}
    </figure>
  `;
}
