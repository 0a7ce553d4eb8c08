/**
 * The page on speed: training steps against PyTorch, how their cost grows, memory of a long run; and what was measured on
 * which machine, when, with which commands.
 *
 * @module
 */
import { join } from "node:path";
import { messageOf } from "../../benchmarks/errors.ts";
import {
  type CostMeasurement,
  type GpuResults,
  type Measurement,
  type MemoryMeasurement,
  type Occasion,
  parseCost,
  parseGpu,
  parseMeasurement,
  parseMemory,
  readResults,
  wasBusy,
} from "../../benchmarks/speed/results.ts";
import { gpuContestants } from "../../benchmarks/speed/contestants.ts";
import { GPU_BACKENDS } from "../../benchmarks/speed/options.ts";
import { SIZE_NAMES } from "../../benchmarks/speed/sizes.ts";
import { formatBytes } from "../../benchmarks/speed/tables.ts";
import { capitalise } from "../../benchmarks/statistics/numbers.ts";
import { commandWords, definitions, html, type Markup } from "../markup.ts";
import { htmlDocument, type SiteFrame } from "../pages/document.ts";
import { costSection, memorySection } from "./growth.ts";
import { cardNames, gpuSections, sizeAnchor, stepSections } from "./steps.ts";

/** Results of `measure.ts`, `gpu.ts`, `cost.ts` and `memory.ts`, as far as there are any. */
export interface SpeedResults {
  /** Training steps of all contestants. */
  readonly step?: Measurement;
  /** The same on a GPU. */
  readonly gpu?: GpuResults;
  /** Cost of a step along its sizes. */
  readonly cost?: CostMeasurement;
  /** Memory of many steps. */
  readonly memory?: MemoryMeasurement;
}

const PARSERS = { step: parseMeasurement, gpu: parseGpu, cost: parseCost, memory: parseMemory };

/**
 * Reads `step.json`, `gpu.json`, `cost.json` and `memory.json` of a folder.
 *
 * @returns readable results, undefined where there are none, and a line for each file that could not be used
 */
export function readSpeedFolder(
  folder: string,
): { readonly results: SpeedResults | undefined; readonly problems: readonly string[] } {
  const problems: string[] = [];
  const results = Object.entries(PARSERS).flatMap(([name, parse]) => {
    try {
      const found = readResults<object>(join(folder, `${name}.json`), parse);
      return found === undefined ? [] : [[name, found] as const];
    } catch (error) {
      problems.push(messageOf(error));
      return [];
    }
  });
  return { results: results.length > 0 ? Object.fromEntries(results) : undefined, problems };
}

/** File name of the page. */
export const SPEED_PAGE = "speed.html";

/** Title of the page, also where it is linked from. */
export const SPEED_TITLE = "Speed of a training step";

/** What the page is about, in a sentence. */
export const SPEED_LEAD =
  "What one training step of ODE²VAE-KL (loss, gradients, Adam) takes at sizes of the paper: this " +
  "suite's compiled step beside PyTorch on the same machine, how the cost grows, and whether memory " +
  "does.";

const FOLDER = "benchmarks/speed/results";

/** The command with these sizes and contestants. */
function gpuCommand({ sizes, machine }: GpuResults): string {
  const ids = sizes.flatMap(({ contestants, leftOut }) => [...contestants, ...leftOut])
    .map(({ id }) => id);
  const backends = GPU_BACKENDS.filter((name) => ids.includes(name));
  const only = gpuContestants(backends, machine.cores).map(({ id }) => id)
    .filter((id) => ids.includes(id));
  const names = sizes.map(({ size }) => size);
  return [
    ...["deno task speed:gpu", "--size", names.join(","), "--backend", backends.join(",")],
    ...["--only", only.join(","), `--out ${FOLDER}/gpu.json`],
  ].join(" ");
}

function stepCommand({ sizes }: Measurement): string {
  const most = Math.max(
    ...sizes.flatMap(({ contestants }) => contestants.map(({ stepSeconds }) => stepSeconds.length)),
  );
  const names = sizes.map(({ size }) => size);
  const all = SIZE_NAMES.every((name) => names.includes(name));
  return `deno task speed${all ? "" : ` --size ${names.join(",")}`} --steps ${most} ` +
    `--out ${FOLDER}/step.json`;
}

function memoryCommand({ size, steps, sequences }: MemoryMeasurement): string {
  return `deno run -A benchmarks/speed/memory.ts --size ${size} --steps ${steps} ` +
    `--sequences ${sequences} --out ${FOLDER}/memory.json`;
}

/** What made the files: title, occasion and command of each. */
function runs(
  { step, gpu, cost, memory }: SpeedResults,
): readonly (readonly [title: string, occasion: Occasion, command: string])[] {
  const costCommand = `deno run -A benchmarks/speed/cost.ts --out ${FOLDER}/cost.json`;
  return [
    ...(step ? [["Training steps", step, stepCommand(step)] as const] : []),
    ...(gpu ? [[`Training steps on ${cardNames(gpu)}`, gpu, gpuCommand(gpu)] as const] : []),
    ...(cost ? [["Cost along the sizes", cost, costCommand] as const] : []),
    ...(memory ? [["Memory", memory, memoryCommand(memory)] as const] : []),
  ];
}

function facts({ machine, date }: Occasion, command: string): Markup {
  const entries = [
    ["measured", `${date.slice(0, 10)}, ${date.slice(11, 16)} UTC`],
    ["processor", machine.cpu],
    ["cores", String(machine.cores)],
    ["memory", formatBytes(machine.memoryBytes)],
    ["system", machine.system],
    ["Deno", machine.deno],
    ["load before", machine.loadBefore.toFixed(2)],
    ["commit", machine.commit === "" ? "outside a checkout" : machine.commit],
  ] as const;
  return html`
    ${definitions(entries, "wide")}
    <p class="command"><code>${commandWords(command)}</code></p>
  `;
}

/** A loud notice where the machine had something else to do. */
function busyBanner(results: SpeedResults): Markup | undefined {
  const busy = runs(results).filter(([, { machine }]) => wasBusy(machine));
  if (busy.length === 0) return undefined;
  return html`
    <p class="banner"
      role="note"><strong>The machine was busy.</strong> ${busy.map(([title, { machine }], i) =>
        `${i > 0 ? "; " : ""}${title}: load ${machine.loadBefore.toFixed(2)} before it began`
      )}. These times are longer than they would be on a quiet machine, and ratios less certain.</p>
  `;
}

function machineSection(results: SpeedResults): Markup {
  return html`<section id="machine" class="group"><h2>Machine and commands</h2>${
    runs(results).map(([title, occasion, command]) =>
      html`<h3>${title}</h3>${facts(occasion, command)}`
    )
  }</section>`;
}

function sections(
  { step, gpu, cost, memory }: SpeedResults,
): readonly (readonly [string, string])[] {
  return [
    ...(step?.sizes ?? []).map((size) => [sizeAnchor(size), capitalise(size.title)] as const),
    ...(gpu?.sizes ?? []).map((size) =>
      [sizeAnchor(size, "gpu"), `${capitalise(size.title)} on a GPU`] as const
    ),
    ...(step === undefined ? [] : [
      ["contestants", "What is compared"] as const,
      ["rest", "Where the rest goes"] as const,
    ]),
    ...(cost === undefined ? [] : [["cost", "How the cost grows"] as const]),
    ...(memory === undefined ? [] : [["memory", "Memory"] as const]),
    ["machine", "Machine and commands"],
  ];
}

/** The whole page, from whichever results there are. Pure: equal results give equal bytes. */
export function speedPage(results: SpeedResults, frame: SiteFrame): string {
  const { step, gpu, cost, memory } = results;
  const body = html`
    <header><h1>${SPEED_TITLE}</h1><p class="lead">${SPEED_LEAD}</p>${busyBanner(results)}
    <nav aria-label="Sections" class="groups"><ul>${sections(results).map(([anchor, title]) =>
      html`<li><a href="#${anchor}">${title}</a></li>`
    )}</ul></nav></header>
    <main id="main">${step !== undefined && stepSections(step, cost)}${gpu !== undefined &&
      gpuSections(gpu)}${cost !== undefined &&
      costSection(cost)}${memory !== undefined && memorySection(memory)}${machineSection(
        results,
      )}</main>
    <footer>
      <p>Made from <code>benchmarks/speed/results</code> by <code>deno task report</code>.</p>
    </footer>
  `;
  return htmlDocument({
    path: SPEED_PAGE,
    title: SPEED_TITLE,
    description: SPEED_LEAD,
    body,
    charts: true,
  }, frame);
}
