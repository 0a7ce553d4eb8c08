/**
 * Has `gpu_agreement.ts` compare a backend with `ort-cpu`, in a process of its own.
 *
 * @module
 */
import type { AgreementSize } from "./agreement_cases.ts";
import { type Agreement, describeAgreement } from "./gpu_agreement_result.ts";
import { runScript } from "./gpu_child.ts";

/** A training run that is compared. */
export interface AgreementRun {
  /** The models. */
  readonly size: AgreementSize;
  /** Steps of each. */
  readonly steps: number;
}

/** What is compared on a GPU: small models for long, and the paper's. */
export const AGREEMENT_RUNS: readonly AgreementRun[] = Object.freeze([
  { size: "tiny", steps: 50 },
  { size: "rmnist", steps: 20 },
]);

/** What is compared on a software adapter. */
export const SOFTWARE_AGREEMENT_RUNS: readonly AgreementRun[] = Object.freeze([
  { size: "tiny", steps: 5 },
]);

/** All that was compared of a backend. */
export interface BackendAgreement {
  /** Its name. */
  readonly backend: string;
  /** Whether every run came to its end, and every loss agrees. */
  readonly agrees: boolean;
  /** The models that were trained. */
  readonly cases: readonly Agreement[];
  /** Why a run came to no result; absent where all did. */
  readonly failure?: string;
}

/** Seconds after which a run is given up. */
const MOST_SECONDS = 240;

function casesOf(value: unknown): readonly Agreement[] | undefined {
  const cases = typeof value === "object" && value !== null && "cases" in value
    ? value.cases
    : undefined;
  return Array.isArray(cases) ? cases : undefined;
}

/** Compares a backend with `ort-cpu`; a run that fails is the last. */
export async function compareBackend(
  backend: string,
  runs: readonly AgreementRun[],
): Promise<BackendAgreement> {
  const cases: Agreement[] = [];
  for (const { size, steps } of runs) {
    const args = [backend, "--size", size, "--steps", String(steps), "--json"];
    const { value, reason } = await runScript("./gpu_agreement.ts", args, MOST_SECONDS);
    const more = casesOf(value);
    if (more === undefined) return { backend, agrees: false, cases, failure: reason };
    cases.push(...more);
  }
  return { backend, agrees: cases.every(({ agrees }) => agrees), cases };
}

/** A line for each model, and one where a run failed. */
export function describeBackendAgreement(
  { backend, cases, failure }: BackendAgreement,
): readonly string[] {
  return [
    ...cases.map((agreement) =>
      `${backend} ${agreement.agrees ? "agrees" : "DOES NOT AGREE"}: ${
        describeAgreement(agreement)
      }`
    ),
    ...(failure === undefined ? [] : [`${backend} FAILED: ${failure}`]),
  ];
}
