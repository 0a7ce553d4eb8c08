import { assertEquals, assertThrows } from "@std/assert";
import { parse, stringify } from "@std/csv";

Deno.test("parse() gives rows as arrays without options", () => {
  assertEquals(parse('a,b\r\n"1,5","say ""hi"""\n\n'), [["a", "b"], ["1,5", 'say "hi"']]);
  assertEquals(parse(""), []);
});

Deno.test("parse() gives objects when a header or columns name the fields", () => {
  const rows = parse("a,b\n1,2\n", { skipFirstRow: true });
  const first: string | undefined = rows[0]!.a;
  assertEquals([first, rows], ["1", [{ a: "1", b: "2" }]]);
  assertEquals(parse("1,2\n", { columns: ["x", "y"] }), [{ x: "1", y: "2" }]);
  assertEquals(parse("a,b\n1,2\n", { skipFirstRow: true, columns: ["x", "y"] })[0]!.y, "2");
});

Deno.test("parse() follows separator, comment, spaces and lazy quotes", () => {
  assertEquals(parse("#no\na; b\n", { separator: ";", comment: "#", trimLeadingSpace: true }), [[
    "a",
    "b",
  ]]);
  assertEquals(parse('a "b" c\n', { lazyQuotes: true }), [['a "b" c']]);
});

Deno.test("parse() throws a SyntaxError when quotes or fields do not fit", () => {
  assertThrows(() => parse('"a\n'), SyntaxError);
  assertThrows(() => parse("a,b\n1\n", { fieldsPerRecord: 0 }), SyntaxError, "line 2");
  assertThrows(() => parse("a,b\n1\n", { skipFirstRow: true }), SyntaxError, "line 2");
  assertThrows(() => parse("", { skipFirstRow: true }), TypeError);
});

Deno.test("stringify() writes headers, quotes and CRLF", () => {
  const rows = [{ a: 'x "y"', b: { c: 1.5 } }, { a: "1,2\n3", b: { c: true } }];
  assertEquals(
    stringify(rows, { columns: ["a", ["b", "c"], { prop: ["b", "c"], header: "again" }] }),
    'a,c,again\r\n"x ""y""",1.5,1.5\r\n"1,2\n3",true,true\r\n',
  );
});

Deno.test("stringify() takes the first item's properties without columns", () => {
  assertEquals(stringify([{ a: 1, b: null }, { a: undefined, b: "" }]), "a,b\r\n1,\r\n,\r\n");
  assertEquals(stringify([[1, "x"], [2, "y"]], { headers: false }), "1,x\r\n2,y\r\n");
});

Deno.test("stringify() follows separator, headers and byte-order mark", () => {
  assertEquals(
    stringify([{ a: 1, b: 2 }], { separator: "\t", headers: false, bom: true }),
    "\ufeff1\t2\r\n",
  );
});

Deno.test("stringify() and parse() are inverse for any text", () => {
  const rows = [{ a: 'q"', b: "x,y" }, { a: "line\nbreak", b: " s " }, { a: "", b: "ünï" }];
  assertEquals(parse(stringify(rows), { skipFirstRow: true }), rows);
});

Deno.test("stringify() throws when the separator or an accessor is impossible", () => {
  assertThrows(() => stringify([], { separator: '"' }), TypeError, "separator");
  assertThrows(() => stringify([[1]], { columns: ["a"] }), TypeError, "number");
});
