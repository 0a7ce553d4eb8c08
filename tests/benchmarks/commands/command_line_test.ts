import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { acceptCommand } from "../../../benchmarks/commands/accept.ts";
import { benchCommand } from "../../../benchmarks/commands/bench.ts";
import { checkCommand } from "../../../benchmarks/commands/check.ts";
import {
  asNames,
  asOneOf,
  asWhole,
  benchmarkName,
  type Command,
  helpText,
  optional,
  parseCommand,
  processIo,
  requireValue,
  runCommand,
  toggle,
  withDefault,
} from "../../../benchmarks/commands/command_line.ts";
import { mergeCommand } from "../../../benchmarks/commands/merge.ts";
import { sweepCommand } from "../../../benchmarks/commands/sweep.ts";
import { didYouMean } from "../../../models/training/names.ts";
import { RunError, unknownName, UsageError } from "../../../benchmarks/errors.ts";

const options = {
  outDir: { ...withDefault("DIR", "folder", String, "out"), name: "out" },
  dataDir: optional("DIR", "data", String),
  jobs: withDefault("N", "cells at a time", asWhole(1, 8), "2"),
  size: optional("SIZE", "how large", asOneOf(["small", "large"], "use size")),
  models: optional("A,B", "which", asNames("a model")),
  fresh: toggle("again"),
  run: toggle("only read", true),
};
const example: Command<typeof options> = {
  purpose: "Does nothing, for a test that needs a sentence of some length.",
  usage: ["deno task example NAME [options]", "deno task example --list"],
  options,
  notes: ["A note.", { title: "Verdicts:", rows: [["good", "all is well"]] }],
};
const parse = (...args: string[]) => parseCommand(example, args);

Deno.test("processIo shows control characters, and text that would be a command to GitHub", () => {
  const written: string[] = [];
  const writeSync = (bytes: Uint8Array) => {
    written.push(new TextDecoder().decode(bytes));
    return bytes.length;
  };
  const former = [Deno.stdout.writeSync, Deno.stderr.writeSync] as const;
  try {
    Deno.stdout.writeSync = Deno.stderr.writeSync = writeSync;
    processIo.print("a\x1b[2Jb\n::error::c");
    processIo.log("a\x07b");
  } finally {
    [Deno.stdout.writeSync, Deno.stderr.writeSync] = former;
  }
  assertEquals(written, ["a\\x1b[2Jb\n\\::error::c\n", "a\\x07b\n"]);
});

Deno.test("parseCommand() gives the defaults, and leaves out options without one", () => {
  assertEquals(parse(), {
    words: [],
    options: { outDir: "out", jobs: 2, fresh: false, run: true },
  });
});

Deno.test("parseCommand() reads every kind of option, joined or apart, and words anywhere", () => {
  assertEquals(
    parse(
      "007",
      "--out=o",
      "--data-dir",
      "d",
      "--size",
      "small",
      "--models",
      "b, a,b",
      "--fresh",
      "x",
    ),
    {
      words: ["007", "x"],
      options: {
        ...{ outDir: "o", dataDir: "d", jobs: 2, size: "small", models: ["b", "a"] },
        ...{ fresh: true, run: true },
      },
    },
  );
  const run = (...args: string[]) => {
    const given = parse(...args);
    return given === "help" ? given : given.options.run;
  };
  assertEquals([run("--no-run"), run("--run"), run("-h"), run("--help")], [
    ...[false, true],
    ...["help", "help"],
  ]);
});

const refused: readonly (readonly [readonly string[], string])[] = [
  [
    ["--otu=results"],
    'Cannot use option "--otu": it must be one of --out, --data-dir, --jobs, --size, --models, --fresh, --no-run, ' +
    "--help (did you mean --out?)",
  ],
  [["--no-fresh"], 'Cannot use option "--no-fresh": it must be one of --out, '],
  [["-x"], 'Cannot use option "-x": it must be one of --out, '],
  [["--out"], "Cannot use option --out: it must have a value"],
  [["--size="], "Cannot use option --size: it must have a value"],
  [["--jobs", "9"], 'Cannot read --jobs: it must be a whole number from 1 to 8, is "9"'],
  [["--jobs=-1"], 'Cannot read --jobs: it must be a whole number from 1 to 8, is "-1"'],
  [["--models", ","], 'Cannot read --models: it must name a model, is ","'],
  [
    ["--size", "lagre"],
    'Cannot use size "lagre": it must be one of small, large (did you mean large?)',
  ],
];
for (const [args, message] of refused) {
  Deno.test(`parseCommand() throws when the arguments are "${args.join(" ")}"`, () => {
    assertThrows(() => parse(...args), UsageError, message);
  });
}

Deno.test("requireValue() refuses an option without its value and nothing else", () => {
  assertThrows(() => requireValue("out", ""), UsageError, "option --out: it must have a value");
  for (const given of [undefined, "results", false]) requireValue("out", given);
});

Deno.test("benchmarkName() takes one word", () => {
  assertEquals(benchmarkName(["toy"]), "toy");
  assertThrows(() => benchmarkName([]), UsageError, "one benchmark name (see --help), got none");
  assertThrows(() => benchmarkName(["a", "b"]), UsageError, 'got "a b"');
});

Deno.test("didYouMean() corrects typing errors, and suggests nothing for another word", () => {
  const valid = ["model-a", "model-b", "mean"];
  assertEquals(didYouMean("modle-a", valid), " (did you mean model-a?)");
  assertEquals(didYouMean("MEAN", valid), " (did you mean mean?)");
  assertEquals([didYouMean("x", valid), didYouMean("x", [])], ["", ""]);
  assertEquals(
    unknownName("run model", "meen", valid).message,
    'Cannot run model "meen": it must be one of model-a, model-b, mean (did you mean mean?)',
  );
});

Deno.test("helpText() has two columns where there is room, and puts terms above their meanings elsewhere", () => {
  assertEquals(
    helpText(example, 80),
    `Does nothing, for a test that needs a sentence of some length.

Usage: deno task example NAME [options]
       deno task example --list

Options:
  --out DIR       folder; the default is out
  --data-dir DIR  data
  --jobs N        cells at a time; the default is 2
  --size SIZE     how large
  --models A,B    which
  --fresh         again
  --no-run        only read
  --help          show this text

A note.

Verdicts:
  good  all is well`,
  );
  assertStringIncludes(helpText(example, 40), "\n  --out DIR\n      folder; the default is out\n");
});

const commands: readonly Command[] = [
  ...[acceptCommand, benchCommand, checkCommand, mergeCommand, sweepCommand],
];
for (const command of commands) {
  Deno.test(`"${command.usage[0]}" has a help without long lines, which names every option`, () => {
    for (const columns of [40, 80, 200]) {
      for (const line of helpText(command, columns).split("\n")) {
        assert(
          line.length <= Math.min(columns, 100),
          `${line.length} columns of ${columns}: ${line}`,
        );
        assertEquals(line, line.trimEnd());
      }
    }
    const error = assertThrows(() => parseCommand(command, ["--unknown-option"]), UsageError);
    for (const name of error.message.match(/--[a-z-]+(?=,|$)/g)!) {
      assertStringIncludes(helpText(command, 80), `\n  ${name} `);
    }
  });
}

Deno.test("runCommand() prints the help, and turns errors into one line and an exit code", async () => {
  const run = async (work: () => "help" | number) => {
    const [out, errors]: [string[], string[]] = [[], []];
    const io = {
      print: (text: string) => out.push(text),
      log: (line: string) => errors.push(line),
    };
    return { code: await runCommand(example, io, work), out: out.join(), errors: errors.join() };
  };
  const fail = (error: Error) => () => {
    throw error;
  };
  assertEquals(await run(() => 130), { code: 130, out: "", errors: "" });
  assertEquals(await run(() => "help"), { code: 0, out: helpText(example), errors: "" });
  assertEquals(await run(fail(new UsageError("no"))), { code: 2, out: "", errors: "no" });
  assertEquals(await run(fail(new RunError("no\nmore"))), { code: 1, out: "", errors: "no more" });
  assertEquals(await run(fail(new TypeError("bug"))), { code: 1, out: "", errors: "bug" });
});
