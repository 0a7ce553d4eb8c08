import { assertEquals } from "@std/assert";
import { parseArgs } from "@std/cli/parse-args";
import { parseArgs as fromMain } from "@std/cli";

Deno.test("parseArgs() is the same from both entry points", () => {
  assertEquals(fromMain, parseArgs);
});

Deno.test("parseArgs() types and parses strings, switches, defaults and positionals", () => {
  const args = parseArgs(["rmnist", "--seeds", "007", "--fresh", "--tier=quick", "--", "--x"], {
    string: ["seeds", "tier", "out"],
    boolean: ["fresh", "plan"],
    default: { out: "out/" },
  });
  // The annotations are part of the test: they must compile with the original too.
  const seeds: string | undefined = args.seeds;
  const out: string = args.out;
  const plan: boolean = args.plan;
  assertEquals([seeds, args.tier, out, args.fresh, plan], ["007", "quick", "out/", true, false]);
  assertEquals(args._, ["rmnist", "--x"]);
});

Deno.test("parseArgs() takes the last value when an option is repeated", () => {
  assertEquals(parseArgs(["--a", "1", "--a", "2"], { string: ["a"] }).a, "2");
});

Deno.test("parseArgs() negates only what is negatable", () => {
  const args = parseArgs(["--no-color", "--no-cache"], {
    boolean: ["color"],
    negatable: ["color"],
  });
  assertEquals(args, { _: [], color: false, "no-cache": true } as typeof args);
});

Deno.test("parseArgs() gives aliases the same value", () => {
  const args = parseArgs(["-h", "-o", "x"], {
    boolean: ["help"],
    string: ["out"],
    alias: { help: "h", out: "o" },
  });
  const out: string | undefined = args.out;
  assertEquals([args.help, out], [true, "x"]);
});

Deno.test("parseArgs() keeps what follows -- apart when asked", () => {
  const args = parseArgs(["a", "--", "b"], { "--": true });
  assertEquals([args._, args["--"]], [["a"], ["b"]]);
});

Deno.test("parseArgs() calls unknown for what the options do not name and drops it on false", () => {
  const seen: (string | undefined)[][] = [];
  const args = parseArgs(["--known", "file", "--other=3", "--no-x"], {
    boolean: ["known"],
    unknown: (arg, key) => {
      seen.push([arg, key]);
      return !arg.startsWith("--");
    },
  });
  assertEquals(seen, [["file", undefined], ["--other=3", "other"], ["--no-x", "no-x"]]);
  assertEquals(args, { _: ["file"], known: true });
});

Deno.test("parseArgs() turns undeclared numbers into numbers", () => {
  const args = parseArgs(["5", "--n", "1e3", "--t", "x"]);
  assertEquals(args, { _: [5], n: 1000, t: "x" } as typeof args);
});
