/**
 * Curves over epochs, built from what each epoch reports.
 *
 * @module
 */
import { toJsonNumber } from "../../models/training/json_number.ts";
import type { Curve, JsonNumber } from "../record/record.ts";
import type { CurveDescriptions, EpochReport } from "../../models/training/method.ts";

/** Most points of a curve in a record. A thousand epochs of one step each would be most of the bytes of all records. */
const MOST_POINTS = 250;

/** Every so many-th point of a curve that has more than {@link MOST_POINTS}, counted back from the last, which stays. */
export function thinned(curve: Curve): Curve {
  const { length } = curve.x;
  const step = Math.ceil(length / MOST_POINTS);
  const kept = (_: unknown, i: number) => (length - 1 - i) % step === 0;
  return step <= 1 ? curve : { ...curve, x: curve.x.filter(kept), y: curve.y.filter(kept) };
}

/** Collects the values of each epoch. */
export class EpochCurves {
  readonly #descriptions: CurveDescriptions;
  readonly #points = new Map<string, { x: number[]; y: JsonNumber[] }>();

  /**
   * Begins with no epochs, or with those of a checkpoint.
   *
   * @param former Curves of the epochs done before a resume.
   */
  constructor(
    descriptions: CurveDescriptions,
    former: readonly Curve[] = [],
  ) {
    this.#descriptions = descriptions;
    for (const { name, x, y } of former) this.#points.set(name, { x: [...x], y: [...y] });
  }

  /**
   * Adds what an epoch reports.
   *
   * @param epoch Number of epochs done: 1 after the first.
   */
  add(epoch: number, report: EpochReport): void {
    for (const [name, value] of Object.entries(report)) {
      let points = this.#points.get(name);
      if (points === undefined) this.#points.set(name, points = { x: [], y: [] });
      points.x.push(epoch);
      points.y.push(toJsonNumber(value));
    }
  }

  /** The curves so far: those described first and in that order, the others by name. */
  toCurves(): Curve[] {
    const described = Object.keys(this.#descriptions);
    const others = [...this.#points.keys()].filter((name) => !described.includes(name)).sort();
    return [...described, ...others].flatMap((name) => {
      const points = this.#points.get(name);
      if (points === undefined) return [];
      return [{
        name,
        ...this.#descriptions[name] ?? { label: name, unit: "" },
        xLabel: "epoch",
        xUnit: "",
        x: [...points.x],
        y: [...points.y],
      }];
    });
  }
}
