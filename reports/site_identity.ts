/**
 * What the site calls itself, and the picture that a link to it shows elsewhere: its name, and a rotating digit drawn by
 * the suite's own generator (images of MNIST are not ours to publish).
 *
 * @module
 */
import { proceduralThrees } from "../data/procedural_threes.ts";
import { rotate } from "../data/rotation.ts";
import { encodePng, type Palette } from "./pages/png.ts";

/** Name of the site. */
export const SITE_NAME = "ODE2VAE, reproduced";

/** What the first page begins with. */
export const SITE_LEAD =
  "Our numbers beside those of Yıldız, Heinonen and Lähdesmäki, “ODE2VAE: Deep generative second " +
  "order ODEs with Bayesian neural networks” (NeurIPS 2019). Every number links to its record and " +
  "to the command that reproduces it.";

/** A sentence for search engines and previews of the first page. */
export const SITE_DESCRIPTION =
  "The tables of ODE2VAE (NeurIPS 2019) reproduced: our numbers beside the published ones, with " +
  "the record and the command behind each.";

/** What pages say of the picture. */
export const SOCIAL_CARD = Object.freeze({
  path: "social-card.png",
  width: 1200,
  height: 630,
  alt: "ODE²VAE, reproduced: a handwritten three at 16 angles, one of them framed",
});

const { width: WIDTH, height: HEIGHT } = SOCIAL_CARD;
const SIDE = 28;
const MARGIN = 60;

/** Colours by index: 0 … 251 from the ground to white, then the frame and muted text. */
const FRAME = 252;
const MUTED = 253;
const WHITE = 251;
const GROUND = [0x13, 0x15, 0x18];

const PALETTE: Palette = Uint8Array.from({ length: 768 }, (_, i) => {
  const [index, channel] = [Math.floor(i / 3), i % 3];
  if (index === FRAME) return [0xff, 0x8a, 0x3d][channel]!;
  if (index === MUTED) return [0xa4, 0xab, 0xb5][channel]!;
  const ground = GROUND[channel]!;
  return Math.round(ground + (Math.min(index, WHITE) / WHITE) * (255 - ground));
});

/** The picture's file: equal bytes each time. */
export function socialCard(): Uint8Array {
  const pixels = new Uint8Array(WIDTH * HEIGHT);
  const fill = (x: number, y: number, width: number, height: number, colour: number) => {
    for (let row = y; row < y + height; row++) {
      pixels.fill(colour, row * WIDTH + x, row * WIDTH + x + width);
    }
  };
  const write = (text: string, y: number, scale: number, colour: number) => {
    for (const at of textPixels(text)) {
      fill(MARGIN + scale * at.x, y + scale * at.y, scale, scale, colour);
    }
  };
  write("ODE²VAE, reproduced", 66, 9, WHITE);
  write("Second-order latent ODEs, trained anew.", 166, 4, MUTED);
  write("Every number beside the paper and its record.", 210, 4, MUTED);

  const three = proceduralThrees(1);
  const rotated = new Float32Array(SIDE * SIDE);
  const scale = 4;
  const pitch = (WIDTH - 2 * MARGIN - SIDE * scale) / 7;
  for (let frame = 0; frame < 16; frame++) {
    rotate(three, SIDE, frame, rotated);
    const left = Math.round(MARGIN + (frame % 8) * pitch);
    const top = 304 + Math.floor(frame / 8) * 150;
    // The angle that no training sequence shows.
    if (frame === 3) fill(left - 8, top - 8, SIDE * scale + 16, SIDE * scale + 16, FRAME);
    rotated.forEach((value, i) => {
      const [row, column] = [Math.floor(i / SIDE), i % SIDE];
      const colour = Math.round(value * WHITE);
      fill(left + scale * column, top + scale * row, scale, scale, colour);
    });
  }
  return encodePng(pixels, WIDTH, HEIGHT, PALETTE);
}

/** Columns of a letter: letters have 5 × 7 pixels, so that a picture needs no font. */
const COLUMNS = 5;

/** Each letter with its five columns from left to right, two hexadecimal digits each; bit 0 is the top row. */
const GLYPHS: ReadonlyMap<string, string> = new Map(
  (" 0000000000|,0050300000|-0808080808|.0060600000|²0019151200|A7E1111117E|D7F4141221C|" +
    "E7F49494941|I00417F4100|M7F020C027F|N7F0408107F|O3E4141413E|P7F09090906|S4649494931|" +
    "T01017F0101|V1F2040201F|a2054545478|b7F48444438|c3844444420|d384444487F|e3854545418|" +
    "f087E090102|g0C5252523E|h7F08040478|i00447D4000|k7F10284400|l00417F4000|m7C04180478|" +
    "n7C08040478|o3844444438|p7C14141408|r7C08040408|s4854545420|t043F444020|u3C4040207C|" +
    "v1C2040201C|w3C4030403C|x4428102844|y0C5050503C")
    .split("|").map((glyph) => [glyph[0]!, glyph.slice(1)]),
);

/** Pixels that are set, as rows and columns of one line of text; letters are 6 columns apart. */
export function textPixels(text: string): readonly { readonly x: number; readonly y: number }[] {
  return [...text].flatMap((letter, i) => {
    const glyph = GLYPHS.get(letter);
    if (glyph === undefined) {
      throw new RangeError(
        `Cannot draw "${text}": every letter must be one of "${[...GLYPHS.keys()].join("")}", ` +
          `is "${letter}"`,
      );
    }
    return Array.from(
      { length: COLUMNS * 7 },
      (_, at) => ({ column: at % COLUMNS, y: Math.floor(at / COLUMNS) }),
    )
      .filter(({ column, y }) =>
        (Number.parseInt(glyph.slice(2 * column, 2 * column + 2), 16) >> y) & 1
      )
      .map(({ column, y }) => ({ x: (COLUMNS + 1) * i + column, y }));
  });
}
