/**
 * A moving skeleton as rows of stick figures at a few times, one row for each motion.
 *
 * @module
 */
import type { Motion } from "../../models/training/exhibit.ts";
import { formatShort } from "../../benchmarks/statistics/numbers.ts";
import { html, type Markup, raw, valuesTable } from "../markup.ts";
import { inkLine, line, linePath, type Place, spacedIndices, TICK_TEXT } from "../pages/plot.ts";
import { finiteRange, type Shown } from "./drawing.ts";
import { type PlayedMotion, playedMotion } from "./motion_player.ts";

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

/** Frames of the longest motion. */
function mostFrames(motion: Motion): number {
  return Math.max(...motion.motions.map(({ positions }) => frameCount(motion, positions)));
}

/** Frames that are drawn: evenly spaced over the longest motion, so that a column is one time. */
const shownFrames = (motion: Motion) => spacedIndices(mostFrames(motion), FIGURES);

/** Index of the root joint. */
const rootOf = ({ parents }: Motion) => Math.max(0, parents.indexOf(-1));

/** A motion exhibit of one model, or of several. */
export interface ShownMotion extends Shown<Motion> {
  /** Colours of the motions after the first, where these are of several models. */
  readonly colours?: readonly number[];
}

/**
 * Models whose first motion is the same, such as the truth, with their second one as one exhibit: the common motion, then
 * each model's. Others stay as they are.
 */
export function joinedMotions(shown: readonly Shown<Motion>[]): readonly ShownMotion[] {
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
      colours: [one!, ...rest].map(({ colour }) => colour),
    };
  });
}

/** Where the joints of a frame are drawn: their distance from the root, and their height; none beyond the last frame. */
function placesOf(motion: Motion, row: number, frame: number): readonly Place[] {
  const { positions } = motion.motions[row]!;
  if (frame >= frameCount(motion, positions)) return [];
  const [rootX] = joint(motion, positions, frame, rootOf(motion));
  return motion.joints.map((_, j) => {
    const [x, y] = joint(motion, positions, frame, j);
    return [x - rootX, y];
  });
}

/** The bones as few lines: a bone goes on where one ends, so that most joints are written once. */
function chainsOf({ parents }: Motion): readonly (readonly number[])[] {
  const left = new Set(parents.keys().filter((j) => parents[j]! >= 0));
  const chains: number[][] = [];
  for (const first of left) {
    const chain = [parents[first]!];
    for (let j: number | undefined = first; j !== undefined;) {
      chain.push(j);
      left.delete(j);
      j = left.values().find((child) => parents[child] === chain.at(-1));
    }
    chains.push(chain);
  }
  return chains;
}

/** The rows as inline SVG, every figure on one scale, its root in the middle of its column; and what a player needs. */
function motionSvg(
  { exhibit: motion, colours }: ShownMotion,
  description: string,
  played?: PlayedMotion,
): Markup {
  const frames = shownFrames(motion);
  const chains = chainsOf(motion);
  const rows = motion.motions.map((_, row) =>
    frames.map((frame) => placesOf(motion, row, frame)).filter(({ length }) => length > 0)
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
  const drawn = (figure: readonly Place[], i: number, row: number) => {
    const top = row * rowHeight + LABEL + MARGIN;
    const at = (j: number): Place => {
      const [x, y] = figure[j]!;
      return [(i + 0.5) * column + scale * x, top + scale * (high - y)];
    };
    const bones = chains.map((chain) => linePath(chain.map(at), 1)).join("");
    if (colours === undefined) return line(bones, row);
    return row === 0 ? inkLine(bones) : line(bones, colours[row - 1]!);
  };
  const { motions, parents } = motion;
  const skeleton = played && raw(` data-parents="${parents.join(" ")}" data-view="${played.view}"`);
  const places = (row: number) =>
    played && html`
      data-row="${motions[row]!.label}" data-places="${played.places[row]}"
    `;
  return html`
    <svg class="still" viewBox="0 0 ${WIDTH} ${Math.ceil(
      rowHeight * rows.length + (isJoint ? TIMES : 0),
    )}" role="img"
      aria-label="${description}" ${skeleton}>
      <g fill="none" stroke-width="2" stroke-linecap="round">${rows.map((figures, row) =>
        html`<g${places(row)}><text ${TICK_TEXT} x="0" y="${(row * rowHeight + 12).toFixed(1)}">${
          motions[row]!.label
        }</text>${
          figures.map((figure, i) => html`${drawn(figure, i, row)}${!isJoint && time(i, row)}`)
        }</g>`
      )}${isJoint && frames.map((_, i) => time(i, rows.length - 1))}</g>
    </svg>
  `;
}

/** Where a script puts the player. */
function playerSlot({ label, frameSeconds }: Motion, { frames, step }: PlayedMotion): Markup {
  return html`
    <div class="player-slot" data-title="${label}" data-frames="${frames}" data-step="${step}"
      data-seconds="${frameSeconds}"></div>
  `;
}

/**
 * The motions of a model, or of several, below each other, and where the root goes.
 *
 * @param playable True on a page whose script makes players.
 */
export function motionFigure(
  shown: ShownMotion,
  withValues: boolean,
  playable: boolean,
): Markup {
  const { exhibit, method } = shown;
  const { motions, joints, frameSeconds } = exhibit;
  const most = mostFrames(exhibit);
  const played = playable && most > 1
    ? playedMotion(exhibit, most, (row, frame) => placesOf(exhibit, row, frame))
    : undefined;
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
    played && playerSlot(exhibit, played)
  }${motionSvg(shown, description, played)}${
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
