import { assertEquals } from "@std/assert";
import { html, raw } from "../../reports/markup.ts";

Deno.test("html() escapes what is interpolated and keeps markup", () => {
  const inner = html`<b>${"<&\"'>"}</b>`;
  assertEquals(html`<p>${inner}</p>`.text, "<p><b>&lt;&amp;&quot;&#39;&gt;</b></p>");
});

Deno.test("html() joins lists and drops undefined and false", () => {
  assertEquals(html`${[1, "a", undefined, [raw("<i>")]]}${false}`.text, "1a<i>");
});
