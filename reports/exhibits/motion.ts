/**
 * A moving skeleton as rows of stick figures at a few times, one row for each motion.
 *
 * @module
 */
import type { Motion } from "../../models/training/exhibit.ts";
import { formatShort } from "../../benchmarks/statistics/numbers.ts";
import { html, type Markup, valuesTable } from "../markup.ts";
import { line, spacedIndices, TICK_TEXT } from "../pages/plot.ts";
import { finiteRange, type Shown } from "./drawing.ts";

const WIDTH = 720;
/** Stick figures in a row. */
const FIGURES = 6;
const MARGIN = 8;
/** Height of the line of times under a row; of several models only the last row has one. */
const TIMES = 22;
/** Height of the line that says what a row is. */
const LABEL = 16;
/** Most height of a figure, of one model and of several. */
const [TALL, SHORT] = [180, 72];

type Point = readonly [x: number, y: number, z: number];

function joint({ joints }: Motion, positions: readonly number[], frame: number, j: number): Point {
  const at = 3 * (frame * joints.length + j);
  return [positions[at]!, positions[at + 1]!, positions[at + 2]!];
}

function frameCount({ joints }: Motion, positions: readonly number[]): number {
  return positions.length / (3 * joints.length);
}

/** Frames that are drawn: evenly spaced over the longest motion, so that a column is one time. */
function shownFrames(motion: Motion): readonly number[] {
  const counts = motion.motions.map(({ positions }) => frameCount(motion, positions));
  return spacedIndices(Math.max(...counts), FIGURES);
}

/** Index of the root joint. */
const rootOf = ({ parents }: Motion) => Math.max(0, parents.indexOf(-1));

/**
 * Models whose first motion is the same, such as the truth, with their second one as one exhibit: the common motion, then
 * each model's. Others stay as they are.
 */
export function joinedMotions(shown: readonly Shown<Motion>[]): readonly Shown<Motion>[] {
  const groups = Map.groupBy(
    shown,
    ({ exhibit: { motions: [first, ...others] }, file }) =>
      others.length === 1 ? JSON.stringify(first) : file,
  );
  return [...groups.values()].map(([one, ...rest]) => {
    if (rest.length === 0) return one!;
    const { exhibit, seed } = one!;
    const models = [one!, ...rest].map(({ method, exhibit: { motions }, ...of }) => ({
      label: of.seed === seed ? method : `${method}, seed ${of.seed}`,
      positions: motions[1]!.positions,
    }));
    return {
      ...one!,
      method: models.map(({ label }) => label).join(", "),
      exhibit: { ...exhibit, motions: [exhibit.motions[0]!, ...models] },
    };
  });
}

/** The rows as inline SVG: every figure on one scale, its root in the middle of its column. */
export function motionSvg(motion: Motion, description: string): Markup {
  const frames = shownFrames(motion);
  const root = rootOf(motion);
  const rows = motion.motions.map(({ positions }) =>
    frames.filter((frame) => frame < frameCount(motion, positions)).map((frame) => {
      const [rootX] = joint(motion, positions, frame, root);
      return motion.joints.map((_, j) => {
        const [x, y] = joint(motion, positions, frame, j);
        return [x - rootX, y] as const;
      });
    })
  );
  const points = rows.flat(2);
  const wide = points.reduce((most, [x]) => Math.max(most, Math.abs(x)), 1e-9);
  const [low, high] = finiteRange(points.map(([, y]) => y)) ?? [0, 1];
  const column = WIDTH / frames.length;
  const isJoint = rows.length > 2;
  const scale = Math.min(
    (column / 2 - MARGIN) / wide,
    (isJoint ? SHORT : TALL) / (high - low || 1),
  );
  const tall = LABEL + scale * (high - low) + 2 * MARGIN;
  const rowHeight = tall + (isJoint ? 0 : TIMES);
  /** The time of a column under a row. */
  const time = (i: number, row: number) =>
    html`
      <text ${TICK_TEXT} x="${((i + 0.5) * column).toFixed(1)}"
        y="${(row * rowHeight + tall + 12).toFixed(1)}"
        text-anchor="middle">${formatShort(frames[i]! * motion.frameSeconds, 3)} s</text>
    `;
  return html`
    <svg class="still" viewBox="0 0 ${WIDTH} ${Math.ceil(
      rowHeight * rows.length + (isJoint ? TIMES : 0),
    )}" role="img"
      aria-label="${description}">
      <g fill="none" stroke-width="2" stroke-linecap="round">${rows.map((figures, row) =>
        html`<text ${TICK_TEXT} x="0" y="${(row * rowHeight + 12).toFixed(1)}">${
          motion.motions[row]!.label
        }</text>${
          figures.map((figure, i) => {
            const at = (j: number) => {
              const [x, y] = figure[j]!;
              return `${((i + 0.5) * column + scale * x).toFixed(1)} ${
                (row * rowHeight + LABEL + MARGIN + scale * (high - y)).toFixed(1)
              }`;
            };
            const bones = motion.parents.map((parent, j) =>
              parent < 0 ? "" : `M${at(parent)}L${at(j)}`
            );
            return html`${line(bones.join(""), row)}${!isJoint && time(i, row)}`;
          })
        }`
      )}${isJoint && frames.map((_, i) => time(i, rows.length - 1))}</g>
    </svg>
  `;
}

/** The motions of one model beside each other, and where the root goes. */
export function motionFigure({ exhibit, method }: Shown<Motion>, withValues: boolean): Markup {
  const { motions, joints, frameSeconds } = exhibit;
  const frames = shownFrames(exhibit);
  const root = rootOf(exhibit);
  const lengths = motions.map(({ label, positions }) => {
    const seconds = (frameCount(exhibit, positions) - 1) * frameSeconds;
    return `${label} of ${formatShort(seconds, 3)} s`;
  });
  const description =
    `Stick figures of ${joints.length} joints at ${frames.length} times, ${method}: ${
      lengths.join(", ")
    }.`;
  // Rows have labels; how long each is matters where one is compared with the truth.
  return html`<p>${
    motions.length === 2 && `From top to bottom: ${lengths.join("; ")}. `
  }Each figure is drawn with its ${joints[root]} in the middle.</p>${
    motionSvg(exhibit, description)
  }${
    withValues && valuesTable(
      `${exhibit.label}, ${method}`,
      `${method}: where the ${joints[root]} is (right; up; to the viewer).`,
      ["Time (s)", ...motions.map(({ label }) => label)],
      frames.map((frame) => [
        formatShort(frame * frameSeconds, 3),
        ...motions.map(({ positions }) =>
          frame >= frameCount(exhibit, positions)
            ? "–"
            : joint(exhibit, positions, frame, root).map((v) => formatShort(v, 3)).join("; ")
        ),
      ]),
      "matrix",
    )
  }`;
}
