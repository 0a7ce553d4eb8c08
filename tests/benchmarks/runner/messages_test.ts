import { assertEquals } from "@std/assert";
import {
  type CellMessage,
  decodeMessage,
  encodeMessage,
} from "../../../benchmarks/runner/messages.ts";

Deno.test("decodeMessage() gives back what encodeMessage() was given, in one line", () => {
  const messages: CellMessage[] = [
    { kind: "started", epoch: 0, epochs: 4 },
    { kind: "notice", text: "two\nlines" },
    { kind: "failed", message: "m", stack: "Error: m\n    at f" },
  ];
  for (const message of messages) {
    const line = encodeMessage(message);
    assertEquals(line.indexOf("\n"), line.length - 1);
    assertEquals(decodeMessage(line.slice(0, -1)), message);
  }
});

for (const line of ['{"kind":"started"}', "chatter of a library", "", '\u001e{"kind":"star']) {
  Deno.test(`decodeMessage() gives undefined when the line is ${JSON.stringify(line)}`, () => {
    assertEquals(decodeMessage(line), undefined);
  });
}
