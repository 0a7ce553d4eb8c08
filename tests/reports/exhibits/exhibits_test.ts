import { assert, assertEquals } from "@std/assert";
import type {
  Exhibit,
  FrameStrips,
  PlanePoints,
  Traces,
} from "../../../models/training/exhibit.ts";
import { reportGroups } from "../../../reports/catalogue.ts";
import type { CellRecord } from "../../../benchmarks/record/record.ts";
import { exhibitFigures, renderExhibit } from "../../../reports/exhibits/exhibits.ts";
import { matrixSvg } from "../../../reports/exhibits/matrix.ts";
import { makeRecord, store } from "../fixtures.ts";
import {
  allKinds,
  codes,
  covariance,
  exhibitRecords,
  field,
  motion,
  points,
  prediction,
} from "./_examples.ts";

const groupOf = (all: readonly CellRecord[]) => reportGroups(all.map(store))[0]!;
const shown = (exhibit: Exhibit, method = "A") => (
  { model: "a", method, colour: 0, seed: 0, file: "a.json", exhibit }
);
const draw = (exhibit: Exhibit) => renderExhibit([shown(exhibit)], { heading: "h4" }).text;
const count = (text: string, pattern: RegExp) => text.match(pattern)?.length ?? 0;
const cells = (text: string) => [...text.matchAll(/<td>([^<]*)<\/td>/g)].map((match) => match[1]);

Deno.test("renderExhibit() gives every kind a heading, a described drawing and a table with a caption", () => {
  for (const exhibit of allKinds) {
    const text = draw(exhibit);
    assert(text.toLowerCase().includes(`${exhibit.label}</h4>`), exhibit.name);
    const drawings = count(text, /<svg class="still"|<img/g);
    const described = count(
      text,
      /<svg[^>]*role="img"[^>]*aria-label="[^"]+"|<img[^>]*alt="[^"]+"/g,
    );
    assert(drawings > 0 && drawings === described, exhibit.name);
    assertEquals([
      exhibit.name,
      /NaN|Infinity|undefined/.exec(text.replaceAll(/<td>NaN|base64,[^"]*/g, ""))?.[0],
    ], [
      exhibit.name,
      undefined,
    ]);
    if (exhibit.kind === "frames") continue;
    assertEquals([count(text, /<table/g), count(text, /<caption>[^<]+</g)], [1, 1]);
    const bare = renderExhibit([shown(exhibit)], { heading: "h3", withValues: false }).text;
    assertEquals([count(bare, /<table/g), count(bare, /<h3/g)], [0, 1]);
  }
});

Deno.test("renderExhibit() draws one that has next to nothing in it", () => {
  const empty: readonly Exhibit[] = [
    { ...codes, panels: [{ y: { label: "y", unit: "" }, series: [] }] },
    {
      ...prediction,
      panels: [{
        y: { label: "y", unit: "" },
        series: [
          { label: "a", colour: 0, style: "line", x: [1], y: ["NaN"] },
        ],
      }],
    },
    { ...covariance, values: covariance.values.map(() => "NaN" as const) },
    { ...points, points: [] },
    { ...field, columns: 1, rows: 1, density: [0], vectors: [0, 0] },
    { ...motion, motions: [{ label: "still", positions: Array(21).fill(0) }] },
  ];
  for (const exhibit of empty) {
    const drawing = /<svg[^]*<\/svg>/.exec(draw(exhibit))![0].replace(/aria-label="[^"]*"/, "");
    assertEquals([exhibit.kind, /NaN|Infinity/.exec(drawing)?.[0]], [exhibit.kind, undefined]);
  }
});

Deno.test("renderExhibit() escapes what an exhibit says", () => {
  const text = JSON.stringify(allKinds).replaceAll(/"label":"[^"]*"/g, '"label":"<script>"');
  for (const exhibit of JSON.parse(text) as Exhibit[]) {
    assertEquals([exhibit.name, draw(exhibit).includes("<script>")], [exhibit.name, false]);
  }
});

Deno.test("exhibitFigures() takes each exhibit from the first seed that converged", () => {
  const text = exhibitFigures(groupOf(exhibitRecords()), { heading: "h4" })!.text;
  assertEquals(count(text, /<figure class="exhibit/g), 2);
  assertEquals(count(text, /<\/strong>, seed 1</g), 2);
  assertEquals(
    exhibitFigures(groupOf([{ ...makeRecord(), exhibits: [] }]), { heading: "h4" }),
    undefined,
  );
});

Deno.test("exhibitFigures() puts exhibits of one name beside each other, model by model", () => {
  const joint = { ...covariance, label: "covariance between views, trained jointly" };
  const others = exhibitRecords([joint]).map((record) => ({
    ...record,
    cell: { ...record.cell, model: "gppvae-joint" },
  }));
  const { text } = exhibitFigures(groupOf([...exhibitRecords(), ...others]), { heading: "h4" })!;
  assertEquals([...text.matchAll(/<h4[^>]*>([^<]*)</g)].map((match) => match[1]), [
    "Covariance between views",
    "Codes along the angle",
  ]);
  assert(text.includes("GPPVAE-dis: for a signal of variance 1. GPPVAE-joint: trained jointly."));
  assertEquals([...text.matchAll(/data-model="([^"]*)"/g)].map((match) => match[1]), [
    "gppvae-dis",
    "gppvae-joint",
    "gppvae-dis",
  ]);
});

Deno.test("exhibitFigures() shows at most two sequences, whose players begin at a frame marked in all", () => {
  const [first] = makeRecord().exhibits as FrameStrips[];
  const sequences = [0, 1, 2, 3, 4].map((i) => ({
    ...first!,
    name: `sequence${i}`,
    marked: [i, 6, 9],
  }));
  const { text } = exhibitFigures(groupOf(exhibitRecords(sequences)), { heading: "h4" })!;
  assertEquals([...text.matchAll(/data-start="(\d+)"/g)].map((match) => match[1]), [
    ...["6", "6"],
  ]);
  assert(text.includes("Not shown here: 3 more sequences, which the records have."));
});

Deno.test("renderExhibit() shows once the first strip that models share, and apart what they do not", () => {
  const [one, other] = [true, false].map((deviation) => {
    const exhibits = makeRecord({ model: deviation ? "ode2vae" : "mean-image" }).exhibits;
    return exhibits[0] as FrameStrips;
  });
  const together = renderExhibit([shown(one!, "A"), shown(other!, "B")], { heading: "h4" }).text;
  const labels = [...together.matchAll(/data-row="([^"]*)"/g)].map((match) => match[1]);
  assertEquals(labels, ["Truth", "A", "A, standard deviation", "B"]);
  assert(together.includes("Rows “standard deviation”: black is 0, the palest is 0.5."));
  assert(together.includes("frames hidden from training (1, 3, 6, 9, 14; counted from 0)"));
  const elsewhere = { ...other!, strips: other!.strips.toReversed() };
  const apart = renderExhibit([shown(one!, "A"), shown(elsewhere, "B")], { heading: "h4" }).text;
  assertEquals(count(apart, /<figure/g), 2);
  // A single strip, e.g. of samples, is shared by nobody.
  const samples = [one!, other!].map((exhibit) => ({
    ...exhibit,
    ...{ marked: [], markedLabel: "", strips: exhibit.strips.slice(1, 2) },
  }));
  const alone = renderExhibit(samples.map((s, i) => shown(s, "AB"[i])), { heading: "h4" }).text;
  assertEquals([...alone.matchAll(/data-row="([^"]*)"/g)].map((match) => match[1]), ["A", "B"]);
  assertEquals(alone.includes("counted from 0"), false);
});

Deno.test("matrixSvg() colours each value by its sign and magnitude, and leaves out what is not finite", () => {
  const { text } = matrixSvg(covariance, "description");
  const [map, scale] = text.split('class="frame"');
  const group = (colour: string) => map!.split(`class="cell ${colour}"`)[1]!.split("</g>")[0]!;
  const drawn = (colour: string) =>
    [...group(colour).matchAll(/stroke-opacity="([\d.]+)" d="([^"]+)"/g)].flatMap((
      [, opacity, d],
    ) =>
      [...d!.matchAll(/M([\d.]+) ([\d.]+)h/g)].map((
        [, x, y],
      ) => [Number(x), Number(y), Number(opacity)])
    );
  assertEquals([drawn("s0").length, drawn("s1").length], [11, 4]);
  assertEquals(new Set(drawn("s0").map(([, , opacity]) => opacity)), new Set([1, 0.25]));
  assertEquals(drawn("s1")[0]![2], 0.5);
  // The second value lies to the right of the first, the fifth under it; equal ones share a path.
  const [first] = drawn("s0");
  const [second, , fifth] = drawn("s0").filter(([, , opacity]) => opacity === 0.25);
  assert(second![0]! > first![0]! && second![1] === first![1]);
  assert(fifth![1]! > first![1]!);
  assertEquals(count(map!, /<path/g), 3);
  // From −0.5 to 1: the first of twenty steps is in the colour of negative values.
  assert(scale!.includes('class="cell s1"'));
  assert(text.includes(">−0.5</text>") && text.includes(">1</text>"));
});

Deno.test("renderExhibit() gives every value of a matrix, and its names where it has some", () => {
  const values = cells(draw(covariance));
  assertEquals(values.slice(0, 4), ["1", "0.25", "−0.5", "0.25"]);
  assertEquals([values.length, values.at(-1)], [16, "NaN"]);
  const names = { ...covariance.rows, names: ["cat", "dog", "hen", "owl"] };
  const named = draw({ ...covariance, rows: names, columns: names });
  for (const name of names.names) assertEquals(count(named, new RegExp(`>${name}</t`, "g")), 4);
});

Deno.test("renderExhibit() draws traces on one scale where they share it: lines, points, marks", () => {
  const text = draw(codes);
  const [first, second] = text.split('<svg class="still"').slice(1);
  const line = /class="line s0" d="([^"]+)"/.exec(first!)![1]!;
  const steps = [...line.matchAll(/[Ml]([\d.-]+?)[ ]?(-?[\d.]+)(?=l|$)/g)];
  // The second of four points lies between its neighbours.
  assertEquals(steps.length, 3);
  const start = steps[0]!.slice(1).map(Number);
  const dots = [...first!.matchAll(/M([\d.]+) ([\d.]+)h0/g)]
    .map((match) => match.slice(1).map(Number));
  assertEquals(dots.length, 2);
  // 0 degrees is at the same place for both, 2.5 above 2, and 270 where the axis ends.
  assertEquals(dots[0]![0], start[0]);
  assert(dots[0]![1]! < start[1]! && dots[1]![0] === 350);
  const mark = Number(/class="mark" x1="([\d.]+)"/.exec(first!)![1]);
  assert(Math.abs(mark - (start[0]! + (350 - start[0]!) / 3)) < 0.11);
  assert(text.includes("Dashed: never shown in training (angle 90 degrees)."));
  const ticks = (svg: string) =>
    [...svg.split('text-anchor="end"')[1]!.split("</g>")[0]!.matchAll(/>([^<]+)</g)].map((m) =>
      m[1]
    );
  assertEquals(ticks(first!), ticks(second!));
  const own: Traces = { ...codes, sharedY: false };
  const [one, other] = draw(own).split('<svg class="still"').slice(1);
  assert(ticks(one!).join() !== ticks(other!).join());
});

Deno.test("renderExhibit() draws a band, and breaks a line where a value is missing", () => {
  const text = draw(prediction);
  assertEquals(count(text, /class="band s0"/g), 2);
  assert(text.includes("Bands: ± 2 standard deviations."));
  // Two lines a panel, the first of each in two pieces.
  assertEquals(count(text, /class="line s0"/g), 4);
  assertEquals(count(text, /class="line s1"/g), 2);
  assertEquals(cells(text).length, 8 * 4);
});

Deno.test("renderExhibit() counts and places the points of each class", () => {
  const two: PlanePoints = {
    ...points,
    classes: ["a", "b", "none"],
    points: [[0, 0, 0], [2, 1, 0], [1, 5, 1]],
  };
  const text = draw(two);
  assertEquals(cells(text), ["2", "1", "0.5", "1", "1", "5", "0", "–", "–"]);
  assert(/3 points, A: .* a 2, b 1, none 0\./.test(text));
  const drawn = [...text.matchAll(/class="points s(\d)" d="([^"]*)"/g)]
    .map(([, colour, d]) => [colour, count(d!, /M/g)]);
  assertEquals(drawn, [["0", 2], ["1", 1], ["2", 0]]);
});

Deno.test("renderExhibit() describes where a density is greatest and draws at most 20 × 20 arrows", () => {
  const text = draw(field);
  assert(text.includes("greatest at x 1, y 0.5; arrows with components from −1 to 3."));
  const arrows = /class="arrows over" d="([^"]*)"/.exec(text)![1]!;
  assertEquals(count(arrows, /M/g), 14 * 16);
  const { density: _, ...flow } = field;
  const bare = draw(flow);
  assertEquals([count(bare, /<image/g), count(bare, /class="arrows"/g)], [0, 1]);
  assert(cells(bare)[0]!.includes("; "));
});

Deno.test("renderExhibit() draws stick figures of both motions at the same times, as far as they go", () => {
  const text = draw(motion);
  assertEquals(count(text, /class="line s0"/g), 6);
  // Twelve of twenty-four frames.
  assertEquals(count(text, /class="line s1"/g), 3);
  const bones = /class="line s0"[^>]* d="([^"]*)"/.exec(text)![1]!;
  assertEquals(count(bones, /l/g), motion.joints.length - 1);
  // Two of them go on where another ends: hips, neck, head.
  assertEquals(count(bones, /M/g), motion.joints.length - 2);
  assertEquals(cells(text).slice(0, 4), ["0; 1; 0", "0; 1; 0", "0.5; 1; 0", "0.5; 1; 0"]);
  assertEquals(cells(text).at(-1), "–");
  assert(text.includes("truth of 0.767 s, prediction of 0.367 s"));
});

Deno.test("renderExhibit() gives a motion what its player needs, on pages that have the script only", () => {
  const brief = renderExhibit([shown(motion)], { heading: "h4", brief: true }).text;
  const drawing = (text: string) => /<svg class="still"[^]*<\/svg>/.exec(text)![0];
  const still = draw(motion);
  const data = /\s+data-(?:parents|view|row|places)="[^"]*"/g;
  assertEquals(count(brief, /class="player-slot" data-title="a walk" data-frames="24"/g), 1);
  assertEquals(count(brief, data), 6);
  assertEquals(count(still, /player-slot| data-places/g), 0);
  const without = (text: string) => text.replaceAll(data, "").replaceAll(/\s*(>|\s)/g, "$1");
  assertEquals(without(drawing(brief)), without(drawing(still)));
  // Nothing moves in a single frame.
  const one = { ...motion, motions: [{ label: "still", positions: Array(21).fill(0) }] };
  assertEquals(
    renderExhibit([shown(one)], { heading: "h4", brief: true }).text.includes("slot"),
    false,
  );
  const hostile = {
    ...{ ...motion, label: '"><script>' },
    motions: motion.motions.map((one) => ({ ...one, label: '"><script>' })),
  };
  const escaped = renderExhibit([shown(hostile)], { heading: "h4", brief: true }).text;
  assertEquals(count(escaped, /<script>/g), 0);
  assertEquals(count(escaped, /data-(?:title|row)="&quot;&gt;&lt;script&gt;"/g), 3);
});

Deno.test("exhibitFigures() shows on a brief page the method that the paper is about, whatever comes before", () => {
  const all = ["gpdm", "vgplvm", "dtsbn-s", "npode", "neural-ode", "ode2vae", "ode2vae-kl"];
  const records = [...all, "latent-sde"].map((model) => ({
    ...makeRecord(),
    cell: { ...makeRecord().cell, benchmark: "mocap_single", version: 1, model },
    exhibits: [motion, codes],
  }));
  const { text } = exhibitFigures(groupOf(records), { heading: "h4", brief: true })!;
  assertEquals([...text.matchAll(/data-row="([^"]*)"/g)].map((match) => match[1]), [
    "truth",
    ...["DTSBN-S", "npODE", "NeuralODE", "ODE²VAE", "ODE²VAE-KL"],
  ]);
  assertEquals([...text.matchAll(/data-model="([^"]*)"/g)].map((match) => match[1]), [
    "dtsbn-s",
    ...["npode", "neural-ode", "ode2vae", "ode2vae-kl"],
  ]);
});

Deno.test("renderExhibit() draws the motion that models share once, and a row for each model", () => {
  const one = (method: string, seed: number, motions = motion.motions) => ({
    ...{ model: method, method, colour: seed + 1, seed, file: `${method}.json` },
    exhibit: { ...motion, motions },
  });
  const figures = (shown: Parameters<typeof renderExhibit>[0]) =>
    renderExhibit(shown, { heading: "h3" }).text.split("<figure").slice(1);
  const [joint, ...others] = figures([one("A", 0), one("B", 3)]);
  assertEquals(others, []);
  // The truth in the colour of the text, models in theirs.
  assertEquals(["", " s1", " s4"].map((s) => count(joint!, new RegExp(`class="line${s}"`, "g"))), [
    ...[6, 3, 3],
  ]);
  assert(joint!.includes("truth of 0.767 s, A of 0.367 s, B, seed 3 of 0.367 s"));
  const still = [{ label: "truth", positions: motion.motions[1]!.positions }, motion.motions[1]!];
  assertEquals(figures([one("A", 0), one("B", 0, still)]).length, 2);
});

Deno.test("renderExhibit() labels few places of an axis, however small or large its step", () => {
  for (const xStep of [1e-8, 1e-320, 90, 1e300]) {
    const [svg = ""] = /<svg[^]*?<\/svg>/.exec(draw({ ...codes, xStep }))!;
    const labels = count(svg, /<text class="tick"/g);
    assertEquals([xStep, labels < 25, /NaN|Infinity/.exec(svg)], [xStep, true, null]);
  }
});

Deno.test("exhibitFigures() has one sentence in place of an exhibit that cannot be drawn, and all others", () => {
  const [sequence] = makeRecord().exhibits as FrameStrips[];
  const half = {
    ...sequence!,
    strips: sequence!.strips.with(1, { ...sequence!.strips[1]!, pixels: "" }),
  };
  const sound = exhibitRecords([sequence!, codes]);
  const damaged = exhibitRecords([half, { ...field, columns: 0, rows: 0, density: [] }, covariance])
    .map((record) => ({ ...record, cell: { ...record.cell, model: "gppvae-joint" } }));
  const warnings: string[] = [];
  const options = { heading: "h4", warn: (line: string) => warnings.push(line) } as const;
  const { text } = exhibitFigures(groupOf([...sound, ...damaged]), options)!;
  const of = " of rmnist-v2_paper_gppvae-joint_seed1_ort-cpu_5d1f0c9a.json: ";
  assertEquals(warnings, [
    `Cannot draw exhibit "sequence0"${of}Cannot lay out frames: they must be 16 × 28 × 28 bytes, are 0`,
    `Cannot draw exhibit "density"${of}Cannot encode a PNG: it must have width × height = 0 × 0 > 0 ` +
    "bytes, has 0",
  ]);
  assertEquals(count(text, /class="banner" role="note">Cannot draw exhibit/g), 2);
  // The same sequence of the other model, and the other exhibits of the same one.
  assertEquals([count(text, /class="sequence"/g), count(text, /<svg class="still"/g)], [1, 3]);
});

Deno.test("renderExhibit() leaves out marks beyond the axis, and says so", () => {
  const marks = [90, -1e4, 1e4].map((x) => ({ x, label: `at ${x}` }));
  const text = draw({ ...codes, marks });
  assertEquals(count(text, /class="mark"/g), 2); // one in each panel
  assert(
    text.includes("Dashed: at 90 (angle 90 degrees). Not drawn, beyond the axis: at -10000 ("),
  );
});

Deno.test("renderExhibit() shows small numbers by their digits", () => {
  const tiny = 0.00004123;
  const [panel] = codes.panels;
  const series = [{ ...panel!.series[0]!, y: [tiny, tiny, tiny, tiny] }];
  const all: readonly Exhibit[] = [
    { ...codes, panels: [{ ...panel!, series }] },
    { ...covariance, values: covariance.values.map(() => tiny) },
    { ...points, points: [[tiny, tiny, 0]] },
    { ...field, density: field.density!.map(() => tiny) },
    { ...motion, frameSeconds: tiny },
  ];
  for (const exhibit of all) {
    const text = draw(exhibit);
    assertEquals([exhibit.kind, /0\.0000412|0\.000948/.test(text), />0\.0+</.exec(text)], [
      ...[exhibit.kind, true, null],
    ]);
  }
});

Deno.test("renderExhibit() finds a density's peak among the numbers, and says what is none", () => {
  const { density = [] } = field;
  const gap = draw({ ...field, density: density.with(0, "NaN") });
  assert(gap.includes("greatest at x 1, y 0.5; 1 not finite, drawn black"));
  const none = draw({ ...field, density: density.map(() => "NaN" as const) });
  assert(none.includes("Values (per unit of area): without a finite value;"));
  assertEquals(/greatest|class="scale"/.exec(none), null);
});

Deno.test("renderExhibit() has a number in every caption", () => {
  const captions = allKinds.map((exhibit) =>
    /<p>([^]*?)<svg|<figcaption>[^]*?<p>([^]*?)<\/p>/.exec(draw(exhibit))!
  );
  for (const [i, [caption]] of captions.entries()) {
    assert(/\d/.test(caption.replaceAll(/<[^>]*>/g, "")), allKinds[i]!.name);
  }
  const strip = (pixels: string) => ({ label: pixels, pixels, white: 2 });
  const frames: FrameStrips = {
    ...makeRecord().exhibits[0] as FrameStrips,
    ...{ height: 1, width: 3, frames: 1, marked: [], strips: [strip("AAAA"), strip("////")] },
  };
  assert(draw(frames).includes("Mean squared difference from the top row: A 4."));
  const parts = { ...frames, strips: [...frames.strips, { ...strip("/wAA"), part: true }] };
  assert(draw(parts).includes("Mean squared difference from the top row: A 4. "));
});
