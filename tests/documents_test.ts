/** The documents: short, with links that lead somewhere and numbers that a committed file holds. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  medianStep,
  peakRates,
  productRates,
  sharesOfPeak,
  timesBaseline,
} from "../benchmarks/speed/analysis.ts";
import {
  type ContestantMeasurement,
  parseGpu,
  parseMeasurement,
  type SizeMeasurement,
} from "../benchmarks/speed/results.ts";
import { formatSeconds } from "../benchmarks/speed/tables.ts";
import type { Tier } from "../benchmarks/record/record.ts";
import { benchmarks } from "../benchmarks/registry.ts";
import { totalSeconds } from "../benchmarks/runner/time_split.ts";
import { README_BEGIN, README_END } from "../reports/readme_table.ts";
import { readRecordFolder } from "../benchmarks/record/read_records.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const DOCUMENTS = [
  "README.md",
  ...["data", "data/mocap", "models", "benchmarks", "benchmarks/speed", "reports"].map((room) =>
    `${room}/README.md`
  ),
];

/** A document without the generated results, whose length is not its author's. */
function written(path: string): string {
  const text = Deno.readTextFileSync(join(root, path));
  if (path !== "README.md") return text;
  const [before, rest] = text.split(README_BEGIN);
  return before! + rest!.split(README_END)[1]!;
}

/** A document on one line, for sentences that the formatter breaks. */
const flat = (path: string) => written(path).replaceAll(/\s+/g, " ");

/** What is between backticks, code blocks aside. */
function inlineCode(text: string): string[] {
  return [...text.replaceAll(/```[^]*?```/g, "").matchAll(/`([^`\n]+)`/g)].map(([, code]) => code!);
}

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}

Deno.test("README.md has at most 150 lines of its own, each other document two screens", () => {
  for (const path of DOCUMENTS) {
    const lines = written(path).split("\n");
    const most = path === "README.md" ? 150 : 120;
    assert(lines.length - 1 <= most, `${path} has ${lines.length} lines, may have ${most}`);
    for (const line of lines) {
      const fits = line.length <= 100 || line.startsWith("![");
      assert(fits, `${path}: ${line.length} columns: ${line}`);
    }
  }
});

Deno.test("every document links to files that are there, and each is linked from README.md", () => {
  for (const path of DOCUMENTS) {
    const targets = [...written(path).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target!)
      .filter((target) => !target.startsWith("https://"));
    for (const target of targets) {
      assert(exists(join(root, dirname(path), target)), `${path} links to ${target}`);
    }
  }
  for (const path of DOCUMENTS.slice(1)) assertStringIncludes(written("README.md"), `](${path})`);
});

/** Folders and files of a user, and those that an author is to add. */
const ELSEWHERE = /^(OUT|DIR|out|\.\/\.data|mnist)\/|NAME|^\.\/\.data$/;

Deno.test("every path that a document names is there, from the root or from the document's folder", () => {
  for (const path of DOCUMENTS) {
    const named = inlineCode(written(path))
      .filter((code) => /^[\w./-]+(\/|\.(ts|py|json|jsonl|yml|md))$/.test(code))
      .filter((code) => !ELSEWHERE.test(code));
    for (const name of named) {
      const places = [name, join(dirname(path), name)].map((place) => join(root, place));
      assert(places.some(exists), `${path} names ${name}`);
    }
  }
});

Deno.test("README.md names every benchmark, and the tiers' seeds", () => {
  const readme = written("README.md");
  const firstCells = readme.split("\n").filter((line) => line.startsWith("| `"))
    .map((line) => line.split("|")[1]!.trim().split(", ")).flat();
  for (const name of Object.keys(benchmarks)) assert(firstCells.includes(`\`${name}\``), name);
  const seedsOf = (tier: Tier) =>
    // The tables are about benchmarks of all tiers.
    [
      ...new Set(
        Object.values(benchmarks).filter(({ tiers }) => tiers.paper !== undefined)
          .flatMap(({ tiers }) => tiers[tier]?.seeds ?? []),
      ),
    ]
      .sort((a, b) => b - a);
  const tierTables = [readme, written("benchmarks/README.md")];
  for (const tier of ["smoke", "quick", "reduced", "paper"] as const) {
    const counts = seedsOf(tier).join(", ").replace(/, (\d+)$/, " or $1");
    for (const text of tierTables) {
      const row = text.split("\n").find((line) => line.startsWith(`| \`${tier}\``));
      assertEquals(row?.split("|").at(-2)?.trim(), counts, tier);
    }
  }
});

Deno.test("benchmarks/speed/README.md has the medians of benchmarks/speed/results/gpu.json", () => {
  const { sizes, gpu } = parseGpu(
    JSON.parse(Deno.readTextFileSync(join(root, "benchmarks/speed/results/gpu.json"))),
  );
  const text = flat("benchmarks/speed/README.md");
  for (const { name, driver } of gpu.cards) {
    assertStringIncludes(text, `${name} (driver ${driver})`);
  }
  for (const row of rowsOf(sizes)) assertStringIncludes(text, row);
});

/** Three digits, as the table of speeds has them. */
const ratio = (value: number) => `${value < 10 ? value.toFixed(2) : value.toFixed(1)} ×`;
/** Rows of a table of speeds, without their heads: a cell for each size. */
function rowsOf(sizes: readonly SizeMeasurement[]): readonly string[] {
  return sizes[0]!.contestants.map(({ id }, i) => {
    const cells = sizes.map((size) => {
      const contestant = size.contestants[i]!;
      assertEquals(contestant.id, id);
      const time = formatSeconds(medianStep(contestant));
      return `${time} · ${ratio(timesBaseline(contestant, size))}`;
    });
    return `| ${cells.join(" | ")} |`;
  });
}
const percent = (share: number) => Number((100 * share).toPrecision(2));

Deno.test("benchmarks/speed/README.md has the speeds of benchmarks/speed/results/step.json", () => {
  const { sizes, peak, machine } = parseMeasurement(
    JSON.parse(Deno.readTextFileSync(join(root, "benchmarks/speed/results/step.json"))),
  );
  const text = flat("benchmarks/speed/README.md");
  assertStringIncludes(text, `${machine.cores} cores of an ${machine.cpu}`);
  for (const row of rowsOf(sizes)) assertStringIncludes(text, row);
  for (const { parameters, sequences, frames } of sizes) {
    assertStringIncludes(text, parameters.toLocaleString("en-US"));
    assertStringIncludes(text, `${sequences} × ${frames}`);
  }
  const compilation = (prefix: string) => {
    const seconds = sizes.flatMap(({ contestants }) =>
      contestants.filter(({ id }) => id.startsWith(prefix))
        .flatMap(({ compileSeconds }) => compileSeconds ?? [])
    );
    return [Math.min(...seconds), Math.max(...seconds)] as const;
  };
  const range = ([least, most]: readonly [number, number], digits: number) =>
    `${least.toFixed(digits)} to ${most.toFixed(digits)} s`;
  assertStringIncludes(text, `Compilation took ${range(compilation("compiled-"), 2)}`);
  assertStringIncludes(text, `JAX's ${range(compilation("jax"), 0)}`);
  assertStringIncludes(text, `torch.compile's ${range(compilation("pytorch-compile"), 0)}`);

  const rates = (id: string) =>
    productRates(peak.contestants.find((c) => c.id === id)!, peak)
      .map((rate) => Math.round(rate / 1e9)) as [number, number];
  const [two, one, pyTorch] = [rates("ort-cpu-2"), rates("ort-cpu-1"), rates("pytorch-2")];
  const { side } = peak;
  assertStringIncludes(
    text,
    `two ${side} × ${side} matrices with two threads at ${two[0]} GFLOP/s ` +
      `in the fastest of ${peak.contestants[0]!.productSeconds.length} products and at ` +
      `${two[1]} in the median one; with one thread at ${one[0]} and ${one[1]}, PyTorch ` +
      `with two at ${pyTorch[0]} and ${pyTorch[1]}.`,
  );
  // The best of both libraries with two threads is PyTorch's.
  assertEquals(Math.round(peakRates(peak, 2)![1] / 1e9), pyTorch[1]);
  const shares = (which: 0 | 1) => {
    const all = sizes.map((size) => {
      const [compiled] = size.contestants as readonly [ContestantMeasurement];
      return percent(sharesOfPeak(compiled, size, peak)![which]);
    });
    return `${all.slice(0, -1).join(", ")} and ${all.at(-1)} %`;
  };
  assertStringIncludes(
    text,
    `at ${shares(0)} of the fastest rate, and at ${shares(1)} of the median`,
  );
});

Deno.test("benchmarks/speed/README.md has the exponents of cost.json and the verdict of memory.json", () => {
  const read = (name: string) =>
    JSON.parse(Deno.readTextFileSync(join(root, `benchmarks/speed/results/${name}.json`)));
  const { axes } = read("cost") as {
    axes: { quantity: string; fit: Record<string, { exponent: number }> & { reported: string } }[];
  };
  const exponents = (...quantities: string[]) =>
    axes.filter(({ quantity }) => quantities.includes(quantity))
      .map(({ fit }) => fit[fit.reported]!.exponent);
  const along = exponents("sequences", "frames");
  const text = flat("benchmarks/speed/README.md");
  const [least, most] = [Math.min(...along).toFixed(2), Math.max(...along).toFixed(2)];
  assertStringIncludes(text, `exponents of ${least} to ${most}, along the field's width with `);
  assertStringIncludes(text, `width with ${exponents("fieldHidden")[0]!.toFixed(2)} (`);
  const memory = read("memory");
  assertEquals([memory.steps, memory.trend.verdict], [1000, "flat"]);
});

Deno.test("benchmarks/README.md has the times of the committed records of rmnist_t10k", () => {
  const { records } = readRecordFolder(join(root, "reports/reference"));
  const minutes = (tier: Tier, family: string) => {
    const all = records.map(({ record }) => record)
      .filter(({ cell }) => cell.benchmark === "rmnist_t10k" && cell.tier === tier)
      .filter(({ cell }) => cell.model.startsWith(family))
      .map(({ time }) => totalSeconds(time) / 60);
    const digits = tier === "quick" ? 1 : 0;
    return `${Math.min(...all).toFixed(digits)} to ${Math.max(...all).toFixed(digits)} min`;
  };
  assertStringIncludes(
    flat("benchmarks/README.md"),
    `took at the quick tier ${minutes("quick", "ode2vae")} (ODE²VAE) and ` +
      `${minutes("quick", "gppvae")} (GPPVAE), at the paper tier ${minutes("paper", "ode2vae")} ` +
      `and ${minutes("paper", "gppvae")}.`,
  );
});
