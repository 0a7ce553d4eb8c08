/**
 * `whileLoop` as one ONNX `Loop` node.
 *
 * @module
 */
import type { WhileBody, WhileInputs } from "../backend.ts";
import type { Tensors } from "../tensors.ts";
import type { GraphValue } from "./graph.ts";
import { recordingBackend, tensorOf, valueOf } from "./recording_backend.ts";

/** `whileLoop` on the recorder. */
export function recordWhile(
  body: WhileBody,
  { params, carry, more, most }: Required<WhileInputs>,
): Tensors {
  const { graph } = recordingBackend();
  const names = Object.keys(carry);
  const given = names.map((name) => valueOf(carry[name]!));
  const tensors = (values: readonly GraphValue[]): Tensors =>
    Object.fromEntries(names.map((name, i) => [name, tensorOf(values[i]!)]));
  const recorded = graph.nest(() => {
    // ONNX passes the number of the iteration and the condition that let it begin.
    const [iteration, condition] = [graph.placeholder([], "int64"), graph.placeholder([], "bool")];
    const carries = given.map(({ shape, type }) => graph.placeholder(shape, type));
    const out = body(params, tensors(carries));
    return {
      inputs: [iteration, condition, ...carries],
      outputs: [valueOf(out.more), ...names.map((name) => valueOf(out.carry[name]!))],
    };
  });
  const inputs = [graph.constant([most], [], "int64"), valueOf(more), ...given];
  return tensors(graph.emitMany("Loop", inputs, given, { body: recorded, depth: graph.depth }));
}
