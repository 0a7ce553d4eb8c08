/** MAT v5 files of many kinds of values, and the values. */
import type { MatData, MatValue } from "../../data/mat.ts";
import { columnMajor, LOGICAL, MatWriter } from "./_mat_writer.ts";

/** A numeric value. */
export const numeric = (shape: readonly number[], data: MatData): MatValue => (
  { kind: "numeric", shape, data }
);
/** A text. */
export const text = (shape: readonly number[], ...rows: string[]): MatValue => (
  { kind: "text", shape, rows }
);
/** Numbers from 0. */
export const range = (length: number): number[] => Array.from({ length }, (_, i) => i);

// Made by SciPy 1.10:
// cell = np.empty((2, 2), object); inner = np.empty((1, 2), object); inner[0] = ["ab", np.float32([[1, 2]])]
// cell[:] = [[np.float64([[7]]), inner], ["x", np.zeros((0, 3))]]
// savemat(f, dict(
//     d=np.arange(6).reshape(2, 3) / 8, f=np.float32([[1.5], [-2]]),
//     u=np.arange(12, dtype=np.uint8).reshape(2, 3, 2), i=np.int64([[-3, 2**40]]), big=np.int64([[2**60]]),
//     l=np.array([[True, False]]), c=cell, t=np.array(["one", "twö"]), e="", z=np.array([[1 + 2j]]),
//     p=scipy.sparse.eye(2), r=dict(a=1)), do_compression=True)
// base64.b64encode(b"MATLAB 5.0".ljust(124) + f.getvalue()[124:])
/** A compressed file of SciPy's. */
export const SCIPY_FILE = Uint8Array.from(
  atob(`
TUFUTEFCIDUuMCAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAg
ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAABSU0PAAAANgAAAHic42NgYEgAYjYg5oDS
IMAK5TMBMTMQMwJhCpDmBGIDBnRwwx5CH4DSD6D0BSj9xB4Aun0Gmw8AAAAqAAAAeJzjY2BgsABiNiDmAGJ2BghghfKZgJgRjBkZ
0qDyHGAVB+xBBAAm1QKiDwAAADYAAAB4nC3JCwoAIAgD0GnZn87Vhbp/k5w8xnADOFSoUceP0SKlFO0R3o3tfxRteUhN3abPBzV3
AU0PAAAAMAAAAHic42NgYHAAYjYg5gBiPgYIYIXyGYGYCUwzMmQCaR4gFgDiv/8hAKwYqAgAkAEI+Q8AAAAnAAAAeJzjY2BgsABi
NiDmAGI+BghghfIZ4ZiZISkznYEHKg4FAgAwzwHMDwAAACcAAAB4nONjYGAwAGI2IOYAYk4mBjBghfIZgZgJTDMy5IDZTGAxABhM
ANsPAAAAbwAAAHic42NgYGhgZGBgA9IcQAxkggErlM8ExYxAmAyk+YDYggGhng1NPSMSBgFOqDgEyDiA9Bsg6WchoF8AyKqA2ruA
Abc7GeHuhABi7EFWLwDkJSZh+o+dgD52uP8a7IEEhv/QwwcEmNHCBwQATQsGvw8AAAAxAAAAeJzjY2BgsABiNiDmAGIWBghghfKZ
gJgZiBmBsARICwAxOxDnl+SVpx7exgAAMnIEng8AAAAjAAAAeJzjY2BgMABiNiDmAGIWBghghfJhgBEIU4G0AJQPABcCANUPAAAA
KwAAAHic42NgYPAAYjYg5gDRIAIIWKF8RjhmZKgC0pxQcQj4YI/KZ3AAAE4hAo8PAAAANgAAAHic42NgYMgAYjYg5gBiViBmgtIc
UDYIMwJhAZI4A1gMwudB4jNB2ZxALMAAAx/sYTQAdPwDqA8AAAA4AAAAeJzjY2BgqABiNiDmAGImBghghfIZ4ZiRoQgszgJWwwgk
E4E0HxBbIOnnw6kfAniQxEEAAKx2AhA=
  `),
  (character) => character.charCodeAt(0),
);

/** What it holds. */
export const SCIPY_VALUES: Record<string, MatValue> = {
  d: numeric([2, 3], Float64Array.of(0, 0.125, 0.25, 0.375, 0.5, 0.625)),
  f: numeric([2, 1], Float32Array.of(1.5, -2)),
  u: numeric([2, 3, 2], Uint8Array.from(range(12))),
  i: numeric([1, 2], Float64Array.of(-3, 2 ** 40)),
  big: { kind: "unsupported", className: "int64 numbers beyond 2^53" },
  l: numeric([1, 2], Uint8Array.of(1, 0)),
  c: {
    kind: "cell",
    shape: [2, 2],
    cells: [
      numeric([1, 1], Float64Array.of(7)),
      {
        kind: "cell",
        shape: [1, 2],
        cells: [text([1, 2], "ab"), numeric([1, 2], Float32Array.of(1, 2))],
      },
      text([1, 1], "x"),
      numeric([0, 3], new Float64Array()),
    ],
  },
  t: text([2, 3], "one", "twö"),
  e: text([0, 0]),
  z: { kind: "unsupported", className: "a complex double array" },
  p: { kind: "unsupported", className: "a sparse array" },
  r: { kind: "unsupported", className: "a struct array" },
};

/** A generated file of small variables. */
export function varietyFile(isLittle: boolean, isCompressed: boolean): Uint8Array {
  const w = new MatWriter(isLittle);
  const codes = columnMajor([2, 2], [..."abcö"].map((character) => character.charCodeAt(0)));
  const characters = w.element("uint16", w.numbers("uint16", codes));
  const cells = [
    w.array("double", "uint8", [1, 1], "", [7]),
    w.matrix("cell", [1, 1], "", [w.matrix("char", [2, 2], "", [characters])]),
    w.element("matrix", new Uint8Array()),
    w.matrix("struct", [1, 1], "", []),
    w.array("single", "float32", [2, 1], "", [0.5, -1]),
    w.array("int64", "int64", [1, 2], "", [-(2 ** 53 - 1), 3]),
  ];
  const variables = [
    w.array("double", "float64", [2, 3, 4], "angles", range(24).map((i) => i / 3)),
    w.array("uint8", "uint8", [1, 3], "l", [1, 0, 1], LOGICAL),
    w.matrix("cell", [2, 3], "c", columnMajor([2, 3], cells)),
    w.matrix("char", [1, 3], "utf", [w.element("utf8", new TextEncoder().encode("\ufeffö€"))]),
    w.array("char", "utf32", [1, 2], "wide", [0x1f600, 0x41]),
    // Without a name, as MATLAB keeps what its function handles need.
    w.array("int32", "int16", [2, 2], "", [1, 2, 3, 4]),
  ];
  return w.file(isCompressed ? variables.map((variable) => w.compressed(variable)) : variables);
}

/** What it holds. */
export const VARIETY_VALUES: Record<string, MatValue> = {
  angles: numeric([2, 3, 4], Float64Array.from(range(24), (i) => i / 3)),
  l: numeric([1, 3], Uint8Array.of(1, 0, 1)),
  c: {
    kind: "cell",
    shape: [2, 3],
    cells: [
      numeric([1, 1], Float64Array.of(7)),
      { kind: "cell", shape: [1, 1], cells: [text([2, 2], "ab", "cö")] },
      numeric([0, 0], new Float64Array()),
      { kind: "unsupported", className: "a struct array" },
      numeric([2, 1], Float32Array.of(0.5, -1)),
      numeric([1, 2], Float64Array.of(-(2 ** 53 - 1), 3)),
    ],
  },
  utf: text([1, 3], "\ufeffö€"),
  wide: text([1, 2], "😀A"),
};
