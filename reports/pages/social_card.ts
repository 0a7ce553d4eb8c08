/**
 * The picture that a link to the site shows elsewhere: its name, and a digit on its way round, drawn by the suite's own
 * generator (images of MNIST are not ours to publish).
 *
 * @module
 */
import { proceduralThrees } from "../../data/procedural_threes.ts";
import { rotate } from "../../data/rotation.ts";
import { textPixels } from "./pixel_font.ts";
import { encodePng, type Palette } from "./png.ts";

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
  const turned = new Float32Array(SIDE * SIDE);
  const scale = 4;
  const pitch = (WIDTH - 2 * MARGIN - SIDE * scale) / 7;
  for (let turn = 0; turn < 16; turn++) {
    rotate(three, SIDE, turn, turned);
    const left = Math.round(MARGIN + (turn % 8) * pitch);
    const top = 304 + Math.floor(turn / 8) * 150;
    // The angle that no training sequence shows.
    if (turn === 3) fill(left - 8, top - 8, SIDE * scale + 16, SIDE * scale + 16, FRAME);
    turned.forEach((value, i) => {
      const [row, column] = [Math.floor(i / SIDE), i % SIDE];
      const colour = Math.round(value * WHITE);
      fill(left + scale * column, top + scale * row, scale, scale, colour);
    });
  }
  return encodePng(pixels, WIDTH, HEIGHT, PALETTE);
}
