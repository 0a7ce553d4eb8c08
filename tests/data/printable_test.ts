import { assertEquals } from "@std/assert";
import { printable, printableLine } from "../../data/printable.ts";

Deno.test("printable() shows what would steer a terminal, and leaves other text and lines as they are", () => {
  assertEquals(printable("é ² 😀 a\tb\nc\u202f1"), "é ² 😀 a\tb\nc\u202f1");
  assertEquals(
    printable("\x1b[31mred\x1b[0m\x1b]0;title\x07 \r\b\x00\x7f\x9b2J\u202e\u2066\u2028"),
    "\\x1b[31mred\\x1b[0m\\x1b]0;title\\x07 \\x0d\\x08\\x00\\x7f\\x9b2J\\u202e\\u2066\\u2028",
  );
});

Deno.test("printable() leaves whole lines in bold or faint, and nothing else in them", () => {
  assertEquals(
    printable("\x1b[1mbold\x1b[0m\n\x1b[2mfaint\x1b[0m"),
    "\x1b[1mbold\x1b[0m\n\x1b[2mfaint\x1b[0m",
  );
  assertEquals(printable("\x1b[1ma\x1b[2Jb\x1b[0m"), "\x1b[1ma\\x1b[2Jb\x1b[0m");
  assertEquals(printable("a\x1b[1mb\x1b[0m"), "a\\x1b[1mb\\x1b[0m");
  assertEquals(printable("\x1b[8mhidden\x1b[0m"), "\\x1b[8mhidden\\x1b[0m");
});

Deno.test("printable() makes no command of GitHub's runner", () => {
  assertEquals(
    printable("a::b\n::error::x\n \t::add-mask::x\n##[error]x"),
    "a::b\n\\::error::x\n \t\\::add-mask::x\n#\\#[error]x",
  );
});

Deno.test("printableLine() is one line", () => {
  assertEquals(printableLine("a\r\n\tb\x1bc"), "a b\\x1bc");
});
