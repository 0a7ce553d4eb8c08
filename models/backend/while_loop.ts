/**
 * `whileLoop`: the loop whose number of iterations depends on what it computes. The recorder makes one loop node of it;
 * any other backend loops and reads the condition after each iteration.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import type { WhileBody, WhileInputs } from "./backend.ts";
import { withGradient } from "./engine.ts";
import { recordWhile } from "./ort/record_while.ts";
import { RECORDER } from "./ort/recording_backend.ts";
import { checkCarry } from "./scan.ts";
import { mapValues, type Tensors } from "./tensors.ts";

function checkCondition({ shape, dtype }: tf.Tensor): void {
  if (shape.length === 0 && dtype === "bool") return;
  throw new RangeError(
    `Cannot loop: the condition must be a scalar of type bool, is ${dtype} of shape [${shape}]`,
  );
}

/** The value of a condition, at once. */
function holds(condition: tf.Tensor): boolean {
  try {
    return condition.dataSync()[0] !== 0;
  } catch (error) {
    const reason = error instanceof Error ? error.message.split("\n")[0] : String(error);
    throw new Error(
      `Cannot loop on backend "${tf.getBackend()}": it must read a condition at once: ${reason}`,
    );
  }
}

/** Iteration by iteration; frees what an iteration leaves behind. */
function loop(body: WhileBody, { params, carry: first, more, most }: Required<WhileInputs>) {
  let carry: Tensors = mapValues(first, (tensor) => tf.clone(tensor));
  let goesOn = holds(more);
  for (let i = 0; i < most && goesOn; i++) {
    const next = tf.tidy(() => {
      const out = body(params, carry);
      goesOn = holds(out.more);
      // Copies, because a body may return what it was given.
      return mapValues(out.carry, (tensor) => tf.clone(tensor));
    });
    tf.dispose(carry);
    carry = next;
  }
  return carry;
}

/**
 * Repeats `body` on a carry while the condition that it returns holds. It has no gradient: a `scan` has one.
 *
 * @returns the last carry
 * @throws RangeError when `most` is not at least 1, the condition is not a bool scalar or a carry changes its shape; Error
 * when it is differentiated, or the backend cannot read a value synchronously
 */
export function whileLoop(body: WhileBody, inputs: WhileInputs): Tensors {
  const { params, carry, most, more = tf.scalar(true, "bool") } = inputs;
  if (!Number.isSafeInteger(most) || most < 1) {
    throw new RangeError(`Cannot loop: most must be a whole number >= 1, is ${most}`);
  }
  checkCondition(more);
  const checked: WhileBody = (params, carry) => {
    const out = body(params, carry);
    checkCarry(carry, out.carry);
    checkCondition(out.more);
    return out;
  };
  const names = Object.keys(carry);
  const run = tf.getBackend() === RECORDER ? recordWhile : loop;
  const outputs = withGradient(
    { ...[...Object.values(params), ...Object.values(carry)] } as unknown as Tensors,
    () => {
      const last = run(checked, { params, carry, more, most });
      return names.map((name) => last[name]!);
    },
    () => {
      throw new Error("Cannot differentiate whileLoop: it has no gradient, a scan has one");
    },
  );
  return Object.fromEntries(names.map((name, i) => [name, outputs[i]!]));
}
