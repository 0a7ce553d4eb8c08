/**
 * Colours of methods, classes and libraries, on a white and on a dark page.
 *
 * @module
 */

const PALETTE: readonly (readonly [light: string, dark: string])[] = Object.freeze([
  ["#0b62a8", "#6fb3f2"],
  ["#c2410c", "#ff9466"],
  ["#00795c", "#4fd1a5"],
  ["#7b4ba8", "#c79cf2"],
  ["#8a6500", "#e6b84d"],
  ["#5c6370", "#b3b9c2"],
  ["#b0306a", "#f286b8"],
  ["#2f6f8f", "#7fcbe6"],
  ["#8c1d18", "#ff8a80"],
  ["#3b7a1e", "#9ccc65"],
  ["#1d3f8f", "#9fa8ff"],
  ["#6b3e1f", "#d7a98c"],
  ["#9a3b9a", "#e08ee0"],
]);

/** How many colours there are; their classes are s0, s1, … */
export const COLOURS: number = PALETTE.length;

/**
 * A colour on a white page, for attributes of drawings: a server that forbids a page's own styles, as Jenkins does by
 * default, leaves these. Elsewhere the style sheet overrides them.
 *
 * @param colour Index; beyond the last one they begin anew.
 */
export function hexOf(colour: number): string {
  return PALETTE[colour % COLOURS]![0];
}

/** Dashes of a line: of none, or of long ones where the colours have begun anew. @param colour Index */
export function dashesOf(colour: number): readonly number[] {
  return colour < COLOURS ? [] : [9, 4];
}

/** The classes s0, s1, … in CSS. */
export function paletteStyle(): string {
  const rules = (scheme: 0 | 1) =>
    PALETTE.map((pair, i) => `.s${i}{color:${pair[scheme]}}`).join("\n");
  return `${rules(0)}\n@media (prefers-color-scheme: dark){\n${rules(1)}\n}`;
}
