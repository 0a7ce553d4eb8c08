import { assertEquals, assertInstanceOf, assertRejects, assertThrows } from "@std/assert";
import { DataError, sha256Hex } from "../../data/files.ts";
import { matArray, type MatData, parseMat, readMat } from "../../data/mat.ts";
import { realDataDir, withDir } from "./_fixtures.ts";
import {
  numeric,
  range,
  SCIPY_FILE,
  SCIPY_VALUES,
  text,
  VARIETY_VALUES,
  varietyFile,
} from "./_mat_files.ts";
import { type ClassName, concat, MatWriter, type NumberType } from "./_mat_writer.ts";

const writer = new MatWriter();

// Shape and SHA-256 of the row-major float64, from SciPy 1.10, in the data folder:
// m = scipy.io.loadmat(file, mat_dtype=True)[name]
// print(m.shape, hashlib.sha256(numpy.ascontiguousarray(m).tobytes()).hexdigest())
const REAL = [
  ["mocap35/mocap35.mat", [
    ["Xtr", [16, 300, 50], "c8ad5fe85a8cbac7f08c7cb767673a00394da68867e89a4882a14e754aa5e5c5"],
    ["Xval", [3, 300, 50], "f99700d2a8235a29bc8f58ae4d280ae3704fe32d63c769490043139f6ca54753"],
    ["Xtest", [4, 300, 50], "bbc97cd81ce8e70779eea7a4eabee929063c5f45f1aee071895663d74c1c145c"],
  ]],
  ["cmu/cmu35WalkJog.mat", [
    ["Y", [2644, 62], "71c941fad2da27d5a43387bb9d3e29c938d235b968fb6597ac972fcd70cbf8bf"],
    ["lbls", [2644, 31], "125b22df359cf40589542f1cdf243a254885017ea50a04407ce7c38759639137"],
    ["Ytest", [169, 62], "31b62963c89c17d4992c32d99a822b03ea83df850cf16e439c426e97e8e2f1d0"],
    ["lblstest", [169, 2], "03afb05dc5ef4d5574997bf7d502061fb0b86fd3494ca86497029f3c55492fc5"],
  ]],
] as const;

for (const [file, variables] of REAL) {
  const dir = realDataDir(file);
  if (dir === undefined) {
    console.warn(
      `!! ${file} is not in the data folder: its test reads a generated file of its shapes`,
    );
  }
  Deno.test(`readMat() gives what SciPy does when it reads ${file}`, async () => {
    await withDir(async (temporary) => {
      const path = dir ? `${dir}/${file}` : `${temporary}/generated.mat`;
      if (dir === undefined) {
        const generated = variables.map(([name, shape]) =>
          writer.compressed(writer.array("double", "float64", shape, name, generatedValues(shape)))
        );
        await Deno.writeFile(path, writer.file(generated));
      }
      const mat = await readMat(path);
      for (const [name, shape, sha256] of variables) {
        const array = matArray(mat, name, path);
        assertEquals(array.shape, shape);
        assertInstanceOf(array.data, Float64Array);
        const expected = dir
          ? sha256
          : await sha256OfNumbers(new Float64Array(generatedValues(shape)));
        assertEquals(await sha256OfNumbers(array.data), expected, name);
      }
    });
  });
}

function generatedValues(shape: readonly number[]): number[] {
  return range(shape.reduce((size, length) => size * length, 1)).map((i) => i / 8);
}

function sha256OfNumbers(data: MatData): Promise<string> {
  return sha256Hex(new Uint8Array(data.slice().buffer));
}

Deno.test("parseMat() gives values of every kind when SciPy wrote the file", () => {
  assertEquals(Object.fromEntries(parseMat(SCIPY_FILE, "x")), SCIPY_VALUES);
});

for (const isLittle of [true, false]) {
  for (const isCompressed of [true, false]) {
    const order = isLittle ? "little-endian" : "big-endian";
    const form = isCompressed ? "compressed" : "not compressed";
    Deno.test(`parseMat() gives row-major values when the file is ${order} and ${form}`, () => {
      const file = varietyFile(isLittle, isCompressed);
      assertEquals(Object.fromEntries(parseMat(file, "x")), VARIETY_VALUES);
      // Amid other bytes, where no number is aligned.
      const part = concat([new Uint8Array(3), file, new Uint8Array(8)]).subarray(3, -8);
      assertEquals(Object.fromEntries(parseMat(part, "x")), VARIETY_VALUES);
    });
  }
}

const STORED: readonly (readonly [ClassName, NumberType, MatData])[] = [
  ["double", "int8", Float64Array.of(-5, 100)],
  ["double", "uint16", Float64Array.of(0, 65535)],
  ["double", "float64", Float64Array.of(NaN, -Infinity)],
  ["single", "int16", Float32Array.of(-300, 2)],
  ["int8", "int8", Int8Array.of(-128, 127)],
  ["uint8", "uint8", Uint8Array.of(0, 255)],
  ["int16", "uint8", Int16Array.of(0, 255)],
  ["uint16", "uint16", Uint16Array.of(0, 65535)],
  ["int32", "int8", Int32Array.of(-1, 1)],
  ["uint32", "uint32", Uint32Array.of(0, 2 ** 32 - 1)],
  ["int64", "int8", Float64Array.of(-1, 1)],
  ["uint64", "uint64", Float64Array.of(0, 2 ** 53 - 1)],
];

for (const [className, type, data] of STORED) {
  Deno.test(`parseMat() gives the numbers of ${className} when they are stored as ${type}`, () => {
    const file = writer.file([writer.array(className, type, [1, 2], "x", [...data])]);
    assertEquals(parseMat(file, "x").get("x"), numeric([1, 2], data));
  });
}

Deno.test("parseMat() gives no rows when text has any number of rows but no columns", () => {
  const file = writer.file([writer.array("char", "uint16", [2 ** 31 - 1, 0], "t", [])]);
  assertEquals(parseMat(file, "x").get("t"), text([2 ** 31 - 1, 0]));
});

Deno.test("matArray() gives an array when classes without support are beside it", () => {
  // An opaque object has no shape.
  const opaque = concat([writer.flags("opaque"), writer.name("o"), writer.name("MCOS")]);
  const file = parseMat(
    writer.file([
      writer.matrix("object", [1, 1], "b", []),
      writer.matrix("handle", [1, 1], "h", []),
      writer.element("matrix", opaque),
      writer.array("double", "float64", [1, 1], "x", [0.5]),
    ]),
    "x.mat",
  );
  assertEquals(matArray(file, "x", "x.mat").data, Float64Array.of(0.5));
  const classNames = { b: "an object array", h: "a function handle", o: "an opaque object" };
  for (const [name, className] of Object.entries(classNames)) {
    const error = assertThrows(() => matArray(file, name, "x.mat"), DataError);
    assertEquals(error.code, "corrupt");
    assertEquals(
      error.message,
      `Cannot use x.mat: its variable "${name}" must be an array of real numbers: ` +
        `is ${className}`,
    );
  }
});

Deno.test("matArray() lists the variables when there is none of that name", () => {
  const file = parseMat(SCIPY_FILE, "x.mat");
  const error = assertThrows(() => matArray(file, "Xtr", "x.mat"), DataError);
  assertEquals(error.code, "missing");
  assertEquals(
    error.message,
    'Cannot use x.mat: it must have a variable "Xtr", is ' +
      Object.keys(SCIPY_VALUES).map((name) => `"${name}"`).join(", "),
  );
  assertThrows(() => matArray(file, "t", "x.mat"), DataError, "is a text array");
  assertThrows(() => matArray(new Map(), "t", "x.mat"), DataError, "is no variable");
  const many = new Map(range(25).map((i) => [`v${i}\n`, file.get("d")!]));
  assertThrows(() => matArray(many, "t", "x.mat"), DataError, '"v19\\n" and 5 more');
});

Deno.test("readMat() throws when there is no such file", async () => {
  const error = await assertRejects(() => readMat("/nowhere/x.mat"), DataError, "/nowhere/x.mat");
  assertEquals(error.code, "missing");
});

Deno.test("readMat() refuses a file larger than its limit before it reads it", async () => {
  await withDir(async (dir) => {
    await Deno.writeFile(`${dir}/x.mat`, SCIPY_FILE);
    const error = await assertRejects(() => readMat(`${dir}/x.mat`, 500), DataError);
    assertEquals(error.code, "corrupt");
    assertEquals(
      error.message,
      `Cannot read ${dir}/x.mat: it must have at most 500 bytes, is ${SCIPY_FILE.length}`,
    );
  });
});
