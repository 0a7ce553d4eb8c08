/**
 * What the speed page's numbers were measured on, when, and with which commands.
 *
 * @module
 */
import type { Machine } from "../../benchmarks/speed/machine.ts";
import type { Measurement } from "../../benchmarks/speed/measurement.ts";
import { formatBytes, type MemoryMeasurement } from "../../benchmarks/speed/memory_measurement.ts";
import { SIZE_NAMES } from "../../benchmarks/speed/sizes.ts";
import { commandWords, html, type Markup } from "../markup.ts";
import type { SpeedResults } from "./speed_results.ts";

/** Load average above which something else was running. */
const QUIET_LOAD = 0.5;

const FOLDER = "benchmarks/speed/results";

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

interface Run {
  readonly title: string;
  readonly machine: Machine;
  readonly date: string;
  readonly command: string;
}

function runs({ step, cost, memory }: SpeedResults): readonly Run[] {
  return [
    ...(step === undefined
      ? []
      : [{ title: "Training steps", ...pick(step), command: stepCommand(step) }]),
    ...(cost === undefined ? [] : [{
      ...{ title: "Cost along the sizes", ...pick(cost) },
      command: `deno run -A benchmarks/speed/cost.ts --out ${FOLDER}/cost.json`,
    }]),
    ...(memory === undefined
      ? []
      : [{ title: "Memory", ...pick(memory), command: memoryCommand(memory) }]),
  ];
}

function pick({ machine, date }: Pick<Run, "machine" | "date">): Pick<Run, "machine" | "date"> {
  return { machine, date };
}

function facts({ machine, date, command }: Run): Markup {
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
    <dl class="wide">${entries.map(([name, value]) =>
      html`
        <div>
          <dt>${name}</dt>
          <dd>${value}</dd>
        </div>
      `
    )}</dl>
    <p class="command"><code>${commandWords(command)}</code></p>
  `;
}

/** A loud notice where the machine had something else to do. */
export function busyBanner(results: SpeedResults): Markup | undefined {
  const busy = runs(results).filter(({ machine }) => machine.loadBefore > QUIET_LOAD);
  if (busy.length === 0) return undefined;
  return html`
    <p class="banner"
      role="note"><strong>The machine was busy.</strong> ${busy.map(({ title, machine }, i) =>
        `${i > 0 ? "; " : ""}${title}: load ${machine.loadBefore.toFixed(2)} before it began`
      )}. These times are longer than they would be on a quiet machine, and ratios less certain.</p>
  `;
}

/** Machine, date and command of each file. */
export function machineSection(results: SpeedResults): Markup {
  return html`<section id="machine" class="group"><h2>Machine and commands</h2>${
    runs(results).map((run) => html`<h3>${run.title}</h3>${facts(run)}`)
  }</section>`;
}
