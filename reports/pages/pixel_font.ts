/**
 * Letters of 5 × 7 pixels, as on the displays of old instruments: enough text for a picture without any font.
 *
 * @module
 */

/** Columns of a letter. */
const COLUMNS = 5;

/** Five columns from left to right, two hexadecimal digits each; bit 0 is the top row. */
const GLYPHS: Readonly<Record<string, string>> = Object.freeze({
  " ": "0000000000",
  ",": "0050300000",
  "-": "0808080808",
  ".": "0060600000",
  "²": "0019151200",
  A: "7E1111117E",
  D: "7F4141221C",
  E: "7F49494941",
  I: "00417F4100",
  M: "7F020C027F",
  N: "7F0408107F",
  O: "3E4141413E",
  P: "7F09090906",
  S: "4649494931",
  T: "01017F0101",
  V: "1F2040201F",
  a: "2054545478",
  b: "7F48444438",
  c: "3844444420",
  d: "384444487F",
  e: "3854545418",
  f: "087E090102",
  g: "0C5252523E",
  h: "7F08040478",
  i: "00447D4000",
  k: "7F10284400",
  l: "00417F4000",
  m: "7C04180478",
  n: "7C08040478",
  o: "3844444438",
  p: "7C14141408",
  r: "7C08040408",
  s: "4854545420",
  t: "043F444020",
  u: "3C4040207C",
  v: "1C2040201C",
  w: "3C4030403C",
  x: "4428102844",
  y: "0C5050503C",
});

/** Pixels that are set, as rows and columns of one line of text; letters are 6 columns apart. */
export function textPixels(text: string): readonly { readonly x: number; readonly y: number }[] {
  return [...text].flatMap((letter, i) => {
    const glyph = Object.hasOwn(GLYPHS, letter) ? GLYPHS[letter] : undefined;
    if (glyph === undefined) {
      throw new RangeError(
        `Cannot draw "${text}" as every letter must be one of "${Object.keys(GLYPHS).join("")}": ` +
          `current letter is "${letter}"`,
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
