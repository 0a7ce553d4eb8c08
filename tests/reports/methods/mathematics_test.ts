import { assertEquals, assertThrows } from "@std/assert";
import { equation, m } from "../../../reports/methods/mathematics.ts";

Deno.test("m makes MathML, and equation() a named frame around a block of it", () => {
  assertEquals(m`s_t`.text.includes("<msub><mi>s</mi><mi>t</mi></msub>"), true);
  const { text } = equation("What it says", "x = 1");
  assertEquals(text.includes('aria-label="What it says"'), true);
  assertEquals(text.includes('<math display="block"'), true);
});

Deno.test("equation() refuses TeX that it does not know", () => {
  assertThrows(() => equation("wrong", String.raw`\nosuchcommand`));
});
