import { assertEquals } from "@std/assert";
import { stringify } from "@std/csv";
import { parse } from "csv-parse/sync";

Deno.test("stringify() writes headers, quotes and CRLF", () => {
  const rows = [{ a: 'x "y"', b: { c: 1.5 } }, { a: "1,2\n3", b: true }, { b: null }];
  assertEquals(
    stringify(rows, { columns: ["a", "b"] }),
    'a,b\r\n"x ""y""","{""c"":1.5}"\r\n"1,2\n3",true\r\n,\r\n',
  );
});

Deno.test("stringify() writes what an independent parser reads", () => {
  const rows = [{ a: 'q"', b: "x,y" }, { a: "line\nbreak", b: " s " }, { a: "", b: "ünï" }];
  assertEquals(parse(stringify(rows, { columns: ["a", "b"] }), { columns: true }), rows);
});
