import { assert, assertEquals, assertInstanceOf, assertMatch, assertThrows } from "@std/assert";
import { DataError } from "../../data/files.ts";
import { parseMat } from "../../data/mat.ts";
import { range, SCIPY_FILE, varietyFile } from "./_mat_files.ts";
import { concat, MatWriter } from "./_mat_writer.ts";

const w = new MatWriter();

const ONE = w.array("double", "float64", [1, 1], "x", [0.5]);
/** Eight bytes that are neither zlib data nor an element: HDF5's signature. */
const HDF5 = Uint8Array.of(0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a);
const EMPTY = w.element("matrix", new Uint8Array());

/** An array of one number, with a shape that may not fit it. */
const shaped = (...shape: number[]) =>
  w.matrix("double", shape, "x", [w.element("float64", w.numbers("float64", [0.5]))]);
const utf8 = (...shape: number[]) => w.matrix("char", shape, "t", [w.element("utf8", HDF5)]);
const cells = (shape: readonly number[], ...inner: Uint8Array[]) =>
  w.matrix("cell", shape, "c", inner);

/** Cells in cells without an end, `depth` deep. */
function nested(depth: number): Uint8Array {
  const { length } = cells([1, 1]);
  const bytes = concat(range(depth).map(() => cells([1, 1])));
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < depth; i++) view.setUint32(i * length + 4, length * (depth - i) - 8, true);
  return bytes;
}

/** Cells in cells, `depth` deep, around an array. */
function nestedArray(depth: number): Uint8Array {
  return depth === 0 ? ONE : cells([1, 1], nestedArray(depth - 1));
}

const OTHER_FORMATS: readonly (readonly [string, Uint8Array, RegExp])[] = [
  ["empty", new Uint8Array(), /a file of 0 bytes, fewer than the header's 128$/],
  ["a page", new TextEncoder().encode("<html>".repeat(30)), /without its version and byte order/],
  ["MAT v4", w.numbers("int32", [0, 1, 1, 0, 2, 0x78]), /a MAT v4 file; save it with "-v7"/],
  [
    "big-endian MAT v4",
    new MatWriter(false).numbers("int32", [1000, 1, 1, 0, 2]),
    /a MAT v4 file; save it with "-v7"/,
  ],
  ["MAT v7.3", w.file([ONE], "MATLAB 7.3", 0x0200), /a MAT v7\.3 \(HDF5\) file; .* "-v7"/],
  ["HDF5", HDF5, /a MAT v7\.3 \(HDF5\) file/],
  ["HDF5 after text", concat([new Uint8Array(512).fill(32), HDF5]), /a MAT v7\.3 \(HDF5\) file/],
  ["of an unknown version", w.file([ONE], "MATLAB 9", 0x0300), /without its version/],
];

const FAULTS: readonly (readonly [string, Uint8Array, RegExp])[] = [
  [
    "variable is cut",
    ONE.slice(0, -1),
    /byte 128, the content of an element must have 56 bytes, is 55$/,
  ],
  ["tag is cut", concat([ONE, ONE.slice(0, 7)]), /byte 192, the next tag must have 8 bytes, is 7$/],
  ["variable is no array", w.element("int8", HDF5), /element type of an array must be 14, is 1$/],
  ["small element is too large", w.numbers("uint32", [0x5000e, 0]), /must have 5 bytes, is 4$/],
  ["zlib data is damaged", w.element("compressed", HDF5), /zlib data must be complete/],
  [
    "compressed part holds two",
    w.compressed(concat([ONE, ONE])),
    /compressed array must be empty, is 64 bytes$/,
  ],
  [
    "compression is doubled",
    w.compressed(w.compressed(ONE)),
    /element type of an array must be 14, is 15$/,
  ],
  ["names are the same", concat([ONE, ONE]), /variable "x", its name must be unique/],
  [
    "class is unknown and its name in two lines",
    w.matrix("unknown", [1, 1], "a\nb", []),
    /variable "a\\nb", the class must be known, is 18$/,
  ],
  ["name is very long", w.matrix("double", [1, 1], "x".repeat(5000), []), /at most 2048 bytes/],
  [
    "element type is unknown",
    w.matrix("double", [1, 1], "x", [w.element("reserved", HDF5)]),
    /type must be known, is 8$/,
  ],
  [
    "shape is absurd",
    shaped(2 ** 31 - 1, 2 ** 31 - 1, 2 ** 31 - 1),
    /shape 2147483647×2147483647×2147483647 must have .* is 8$/,
  ],
  ["shape is too small", shaped(0, 1), /shape 0×1 must have 0 bytes .* is 8$/],
  ["shape is negative", shaped(-1, -1), /must be >= 0, is -1×-1$/],
  ["shape has one axis", shaped(1), /2 to 32 axes/],
  ["shape has 33 axes", shaped(...range(33).map(() => 1)), /2 to 32 axes/],
  [
    "number does not fit its class",
    w.array("int8", "int16", [1, 1], "x", [300]),
    /must fit int8, is 300$/,
  ],
  [
    "integer is none",
    w.array("int64", "float64", [1, 1], "x", [0.5]),
    /must fit int64, is 0\.5$/,
  ],
  [
    "array has more than its elements",
    w.matrix("double", [0, 0], "x", [w.element("float64", new Uint8Array()), ONE]),
    /the elements of the array must be empty, is 64 bytes$/,
  ],
  ["text is longer than its shape", utf8(1, 2), /the 2 characters of its shape, is 8 bytes/],
  ["text is longer than none", utf8(0, 0), /the 0 characters of its shape, is 8 bytes/],
  [
    "character has no code",
    w.array("char", "utf32", [1, 1], "t", [0x110000]),
    /0 to 1114111, is 1114112$/,
  ],
  ["cells are too many", cells([2 ** 31 - 1, 1], ONE), /2147483647 cells .* is 64 bytes$/],
  ["cell is missing", cells([2, 1], ONE), /variable "c", the next tag must have 8 bytes, is 0$/],
  [
    "cell is no array",
    cells([1, 1], w.element("float64", HDF5)),
    /element type of an array must be 14, is 9$/,
  ],
  ["cells are nested 65 deep", nestedArray(65), /depth of nested cells must be at most 64/],
  ["cells are nested 20,000 deep", nested(20_000), /depth of nested cells must be at most 64/],
];

for (
  const [fault, file, message] of [
    ...OTHER_FORMATS.map(([format, file, message]) =>
      [`file is ${format}`, file, message] as const
    ),
    ...FAULTS.map(([fault, content, message]) => [fault, w.file([content]), message] as const),
  ]
) {
  Deno.test(`parseMat() throws one clear line when the ${fault}`, () => {
    const error = assertThrows(() => parseMat(file, "bad.mat"), DataError, "bad.mat");
    assertEquals(error.code, "corrupt");
    assertMatch(error.message, message);
    assertEquals(error.message.includes("\n"), false);
  });
}

Deno.test("parseMat() reads cells when they are nested 64 deep", () => {
  assertEquals(parseMat(w.file([nestedArray(64)]), "x").get("c")?.kind, "cell");
});

const ZEROS = w.element("uint8", new Uint8Array(2 ** 20));
const BOMBS: readonly (readonly [string, Uint8Array])[] = [
  ["zeros", w.matrix("double", [2 ** 20, 1], "x", [ZEROS])],
  ["characters", w.matrix("char", [1, 2 ** 20], "x", [ZEROS])],
  ["empty cells", cells([2 ** 16, 1], ...range(2 ** 16).map(() => EMPTY))],
];

for (const [kind, bomb] of BOMBS) {
  Deno.test(`parseMat() refuses more than maxBytes when a small file unpacks to ${kind}`, () => {
    const file = w.file([w.compressed(bomb)]);
    assert(file.length < 10_000);
    // The first limit is met by what is unpacked, the second by the values.
    for (const maxBytes of [2 ** 18, 2 ** 21]) {
      const { message } = assertThrows(() => parseMat(file, "bomb.mat", maxBytes), DataError);
      assertMatch(message, new RegExp(`must take at most ${maxBytes} bytes of memory`));
      assertEquals(message.includes("\n"), false);
    }
    assertEquals(parseMat(file, "x").size, 1);
  });
}

Deno.test("parseMat() gives a value or a DataError when a file is cut or has a wrong byte", () => {
  const outcomes = { read: 0, refused: 0 };
  const attempt = (bytes: Uint8Array) => {
    try {
      parseMat(bytes, "x", 2 ** 26);
      outcomes.read++;
    } catch (error) {
      assertInstanceOf(error, DataError);
      assertEquals(error.message.includes("\n"), false);
      outcomes.refused++;
    }
  };
  const files = [SCIPY_FILE, varietyFile(true, false), varietyFile(false, true)];
  for (const file of files) {
    for (let at = 0; at < file.length; at++) {
      attempt(file.subarray(0, at));
      for (const flip of [0x01, 0xff]) attempt(file.with(at, file[at]! ^ flip));
    }
  }
  // Flips of text and of numbers are read as others; everything else is noticed.
  assert(outcomes.read > 500 && outcomes.refused > 2000, JSON.stringify(outcomes));
});
