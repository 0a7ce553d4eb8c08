/**
 * The page on speed: training steps against PyTorch, how their cost grows, memory of a long run.
 *
 * @module
 */
import { html } from "../markup.ts";
import { capitalise } from "../../benchmarks/statistics/numbers.ts";
import { htmlDocument, type SiteFrame } from "./document.ts";
import { costSection } from "./speed_cost.ts";
import { busyBanner, machineSection } from "./speed_machine.ts";
import { memorySection } from "./speed_memory.ts";
import type { SpeedResults } from "./speed_results.ts";
import { sizeAnchor, stepSections } from "./speed_steps.ts";
import { contestantsSection, restSection } from "./speed_text.ts";

/** File name of the page. */
export const SPEED_PAGE = "speed.html";

/** Title of the page, also where it is linked from. */
export const SPEED_TITLE = "Speed of a training step";

/** What the page is about, in a sentence. */
export const SPEED_LEAD =
  "What one training step of ODE²VAE-KL (loss, gradients, Adam) takes at sizes of the paper: this " +
  "suite's compiled step beside PyTorch on the same machine, how the cost grows, and whether memory " +
  "does.";

function sections({ step, cost, memory }: SpeedResults): readonly (readonly [string, string])[] {
  return [
    ...(step?.sizes ?? []).map((size) => [sizeAnchor(size), capitalise(size.title)] as const),
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
  const { step, cost, memory } = results;
  const body = html`
    <header><h1>${SPEED_TITLE}</h1><p class="lead">${SPEED_LEAD}</p>${busyBanner(results)}
    <nav aria-label="Sections" class="groups"><ul>${sections(results).map(([anchor, title]) =>
      html`<li><a href="#${anchor}">${title}</a></li>`
    )}</ul></nav></header>
    <main id="main">${step !== undefined &&
      html`${stepSections(step)}${contestantsSection(step)}${
        restSection(cost === undefined ? { step } : { step, cost })
      }`}${cost !== undefined && costSection(cost)}${memory !== undefined &&
      memorySection(memory)}${machineSection(results)}</main>
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
