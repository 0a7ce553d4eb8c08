/**
 * The doors between the rooms: which file may import which, and which rooms may name a benchmark.
 *
 * data ← models ← benchmarks ← reports. Nothing imports against the arrows, in a circle, or from a neighbour's folder.
 */
import { assert, assertEquals } from "@std/assert";
import { dirname, join, normalize } from "node:path/posix";
import { fileURLToPath } from "node:url";
import { WITHOUT_RESULTS } from "../benchmarks/record/fingerprint.ts";
import { readRecords } from "../benchmarks/record/read_records.ts";
import { benchmarks } from "../benchmarks/registry.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

/** From the bottom up: a room may import itself and those before it. */
const ROOMS = ["data", "models", "benchmarks", "reports"];
/** Folders of models/ that all families share; every other one is a family. */
const SHARED_MODELS = [
  ...["backend", "nn", "networks", "ode", "inference", "linalg", "training", "latent_paths"],
];
/** Folders of benchmarks/ that all benchmarks share; every other one is a benchmark. */
const SHARED_BENCHMARKS = [
  ...["runner", "record", "statistics", "check", "sweep", "speed", "commands"],
];
/** Folders that serve every benchmark, and so must not name one. */
const GENERIC = [
  ...["check", "runner", "record", "sweep", "statistics"].map((folder) => `benchmarks/${folder}/`),
  ...["reports/pages/", "reports/tables/"],
];

/** Names that are words of the language as well: a file that has one need not mean the model. */
const ORDINARY_WORDS = ["base", "last", "linear", "mean", "parameters", "zero"];

/** Paths of TypeScript files below a folder, from the repository's root, sorted. */
function filesBelow(folder: string): string[] {
  return [...Deno.readDirSync(join(root, folder))].flatMap(({ name, isDirectory }) => {
    const path = `${folder}/${name}`;
    return isDirectory ? filesBelow(path) : /\.tsx?$/.test(name) ? [path] : [];
  }).sort();
}

const read = (path: string) => Deno.readTextFileSync(join(root, path));
const files = ["mod.ts", ...ROOMS.flatMap(filesBelow)];

/** The files that a source imports or re-exports, types and dynamic imports included. */
function importsIn(path: string, source: string): string[] {
  const code = source.replaceAll(/\/\*[^]*?\*\//g, "").replaceAll(/^\s*\/\/.*$/gm, "");
  const statements = /^(?:import|export)\b[^;"'`]*?\bfrom\s*"(\.[^"]+)"/gm;
  const others = /\bimport\s*\(?\s*"(\.[^"]+)"/g;
  const found = [...code.matchAll(statements), ...code.matchAll(others)].map(([, to]) => to!)
    .filter((to) => to.endsWith(".ts"));
  return [...new Set(found.map((to) => normalize(join(dirname(path), to))))];
}

const graph = new Map(files.map((path) => [path, importsIn(path, read(path))]));
const arrows = [...graph].flatMap(([from, targets]) => targets.map((to) => ({ from, to })));

/** The folder of a family or of a benchmark that a file is in, e.g. "models/FAMILY"; undefined elsewhere. */
function guestFolder(path: string): string | undefined {
  const [room, folder, ...rest] = path.split("/");
  if (rest.length === 0) return undefined;
  const shared = { models: SHARED_MODELS, benchmarks: SHARED_BENCHMARKS }[room!];
  return shared === undefined || shared.includes(folder!) ? undefined : `${room}/${folder}`;
}

/** One circle that a file is in, as the paths along it; undefined for a file that is in none. */
function circleOf(start: string): string[] | undefined {
  const before = new Map<string, string>();
  const queue = [start];
  for (const from of queue) {
    for (const to of graph.get(from) ?? []) {
      if (to === start) {
        const path = [from];
        while (path[0] !== start) path.unshift(before.get(path[0]!)!);
        return path;
      }
      if (!before.has(to)) {
        before.set(to, from);
        queue.push(to);
      }
    }
  }
  return undefined;
}

/** A file and all that it imports, by way of others too. */
function importedBy(start: string): Set<string> {
  const found = new Set([start]);
  for (const from of found) graph.get(from)?.forEach((to) => found.add(to));
  return found;
}

Deno.test("importsIn() finds static, type, dynamic and bare imports and re-exports, and skips comments", () => {
  const source = [
    'import { a,\n  b } from "./a.ts";',
    'import type { T } from "../t.ts";',
    'export * from "./c.ts";',
    'import "./side.ts";',
    'const heavy = await import("./heavy.ts");',
    'import tf from "@tensorflow/tfjs";',
    '// import { x } from "./x.ts";',
    '/** import { y } from "./y.ts"; */',
  ].join("\n");
  assertEquals(importsIn("models/nn/here.ts", source).sort(), [
    ...["a", "c", "heavy", "side"].map((name) => `models/nn/${name}.ts`),
    "models/t.ts",
  ]);
});

Deno.test("every imported file exists, so that no import escapes these tests", () => {
  const missing = arrows.filter(({ to }) => !graph.has(to)).map(({ from, to }) =>
    `${from} → ${to}`
  );
  assertEquals(missing, []);
  assert(arrows.length > files.length, `${arrows.length} imports in ${files.length} files`);
});

Deno.test("rooms import downwards only: data ← models ← benchmarks ← reports", () => {
  const level = (path: string) => ROOMS.indexOf(path.split("/")[0]!);
  const upwards = arrows.filter(({ from, to }) =>
    level(from) >= 0 && (level(to) > level(from) || level(to) < 0) &&
    !(from.startsWith("benchmarks/commands/") && to.startsWith("reports/"))
  );
  assertEquals(upwards.map(({ from, to }) => `${from} → ${to}`), []);
});

Deno.test("what serves the command lines does not import them, nor through them the reports", () => {
  const wrong = arrows.filter(({ from, to }) =>
    to.startsWith("benchmarks/commands/") && GENERIC.some((folder) => from.startsWith(folder))
  );
  assertEquals(wrong.map(({ from, to }) => `${from} → ${to}`), []);
});

Deno.test("a cell's process imports nothing that the hash of its code leaves out", () => {
  const imported = [...importedBy("benchmarks/runner/cell_worker.ts")];
  assert(imported.length > 100, imported.join());
  assertEquals(imported.filter((path) => WITHOUT_RESULTS.test(path)), []);
});

Deno.test("no benchmark and no model family imports another one's inside", () => {
  const wrong = arrows.filter(({ from, to }) => {
    const [own, other] = [guestFolder(from), guestFolder(to)];
    return own !== undefined && other !== undefined && own !== other &&
      dirname(own) === dirname(other);
  });
  assertEquals(wrong.map(({ from, to }) => `${from} → ${to}`), []);
});

Deno.test("no file imports itself by way of others, types included", () => {
  const circles = files.flatMap((path) => {
    const circle = circleOf(path);
    return circle === undefined ? [] : [circle.join(" → ")];
  });
  assertEquals(circles, []);
});

Deno.test("what serves every benchmark names no benchmark, model or metric", () => {
  const records = ["reports/reference", "reports/reference/smoke"].flatMap((folder) =>
    readRecords(join(root, folder))
  );
  const definitions = Object.values(benchmarks);
  const entries = definitions.flatMap(({ models }) => Object.entries(models));
  const names = new Set([
    ...definitions.flatMap(({ name, title }) => [name, title]),
    ...entries.flatMap(([name, { title }]) => [name, title]),
    ...records.flatMap(({ metrics }) => metrics.map(({ name }) => name)),
  ]);
  for (const word of ORDINARY_WORDS) names.delete(word);
  assert(names.size > 20, [...names].join());
  const patterns = [...names].map((name) =>
    new RegExp(`(?<![\\p{L}\\p{N}_-])${RegExp.escape(name)}(?![\\p{L}\\p{N}_-])`, "u")
  );
  const found = GENERIC.flatMap((folder) => files.filter((path) => path.startsWith(folder)))
    .flatMap((path) => {
      const source = read(path);
      const matches = patterns.flatMap((pattern) => pattern.exec(source)?.[0] ?? []);
      return matches.length === 0 ? [] : [`${path}: ${matches.join(", ")}`];
    });
  assertEquals(found, []);
});
