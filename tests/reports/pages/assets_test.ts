import { assertEquals } from "@std/assert";
import { usedStyle } from "../../../reports/pages/assets.ts";

const BODY = `<main class="wide page"><p>a</p><svg class="chart"><text></text></svg></main>`;

Deno.test("usedStyle() keeps rules without classes and those of classes that are there", () => {
  const style =
    "body{margin:0}\n.page p{color:red}\n.wide.page:hover{top:0}\n.chart text,.bar{x:1}";
  assertEquals(usedStyle(style, BODY), style);
});

Deno.test("usedStyle() leaves out rules whose selectors all want a class that is not there", () => {
  assertEquals(usedStyle(".bar{x:1}\np{y:2}\n.page .bar,.bar-2 p{z:3}", BODY), "p{y:2}");
});

Deno.test("usedStyle() looks into at-rules and leaves out empty ones", () => {
  const style =
    "@media print{\n.bar{x:1}\n.page{y:1}}\n@media (width<9em){\n.bar{x:2}}\n@page{margin:0}";
  assertEquals(usedStyle(style, BODY), "@media print{\n.page{y:1}}\n@page{margin:0}");
});

Deno.test("usedStyle() keeps rules for what has not got a class that is nowhere", () => {
  assertEquals(usedStyle("p:not(.bar){x:1}", BODY), "p:not(.bar){x:1}");
});
