import { assertEquals } from "@std/assert";
import { escapeMarkdown } from "../../benchmarks/markdown.ts";

const CASES = [
  ["a|b *c* <d>\ne", "a\\|b \\*c\\* \\<d\\> e"],
  ["![p](https://x.org) [l](u)", "!\\[p\\](https:<!-- -->//x.org) \\[l\\](u)"],
  ["<img src=x> &lt; `c` $x$ \\|", "\\<img src=x\\> \\&lt; \\`c\\` \\$x\\$ \\\\\\|"],
  ["## head", "\\## head"],
  ["1. item", "1\\. item"],
  ["---", "\\---"],
  ["-0.5 + 1.", "-0.5 + 1."],
  ["@name a@b.org WWW.x.org", "@<!-- -->name a@<!-- -->b.org WWW<!-- -->.x.org"],
  ["a\x1b[2Jb\u202e", "a\\\\x1b\\[2Jb\\\\u202e"],
] as const;

for (const [text, escaped] of CASES) {
  Deno.test(`escapeMarkdown() leaves ${JSON.stringify(text)} a text`, () => {
    assertEquals(escapeMarkdown(text), escaped);
  });
}
