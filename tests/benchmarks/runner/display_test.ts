import { assertEquals } from "@std/assert";
import { plainDisplay, terminalDisplay } from "../../../benchmarks/runner/display.ts";
import type { RunProgress } from "../../../benchmarks/runner/progress.ts";

function run(epoch: number, ...labels: string[]): RunProgress {
  const progress = { epoch, epochs: 9, step: 0, steps: 0, live: {} };
  return {
    total: 4,
    finished: 0,
    failed: 0,
    running: labels.map((label) => ({ label, progress })),
  };
}

function output() {
  let text = "";
  let time = 0;
  return {
    write: (part: string) => void (text += part),
    now: () => time,
    wait: (milliseconds: number) => void (time += milliseconds),
    take: () => {
      const taken = text;
      text = "";
      return taken;
    },
  };
}

/** What a terminal shows after these bytes: the two sequences that the display uses. */
function screen(bytes: string): string[] {
  let lines: string[] = [];
  // deno-lint-ignore no-control-regex
  for (const part of bytes.split(/(\x1b\[\d+F\x1b\[0J)/)) {
    // deno-lint-ignore no-control-regex
    const up = /\x1b\[(\d+)F/.exec(part);
    if (up !== null) lines = lines.slice(0, lines.length - Number(up[1]));
    else lines.push(...part.split("\n").slice(0, -1));
  }
  return lines;
}

Deno.test("terminalDisplay() redraws its lines in place and keeps the others above", () => {
  const out = output();
  const display = terminalDisplay(out, () => 80, () => 24);
  display.line("first");
  display.update(run(1, "a", "b"));
  out.wait(100);
  display.update(run(2, "a"));
  display.line("second");
  const bytes = out.take();
  assertEquals(screen(bytes), [
    "first",
    "second",
    "a  ████░░░░░░░░░░░░░░░░  2/9 epochs",
    "0/4 cells · 1 running",
  ]);
  display.close();
  assertEquals(screen(bytes + out.take()), ["first", "second"]);
});

Deno.test("terminalDisplay() draws at most ten times a second", () => {
  const out = output();
  const display = terminalDisplay(out, () => 80, () => 24);
  display.update(run(1, "a"));
  out.take();
  out.wait(99);
  display.update(run(2, "a"));
  assertEquals(out.take(), "");
  out.wait(1);
  display.update(run(3, "a"));
  assertEquals(out.take().includes("3/9"), true);
});

Deno.test("terminalDisplay() keeps within a screen of few rows, and leaves nothing on it", () => {
  const out = output();
  const display = terminalDisplay(out, () => 80, () => 5);
  display.line("first");
  display.update(run(1, "a", "b", "c", "d", "e", "f"));
  const bytes = out.take();
  const lines = screen(bytes);
  assertEquals([lines.length, lines.at(-1)], [5, "0/4 cells · 6 running"]);
  display.close();
  assertEquals(screen(bytes + out.take()), ["first"]);
});

Deno.test("displays show control characters of a line", () => {
  const out = output();
  plainDisplay(out).line("a\x1b[2Jb");
  terminalDisplay(out, () => 80, () => 24).line("a\x1b[2Jb");
  assertEquals(out.take(), "a\\x1b[2Jb\n".repeat(2));
});

Deno.test("plainDisplay() writes a line a cell at most once an interval", () => {
  const out = output();
  const display = plainDisplay(out, 15);
  display.line("first");
  display.update(run(1, "a"));
  out.wait(14_999);
  display.update(run(2, "a", "b"));
  assertEquals(out.take(), "first\n");
  out.wait(1);
  display.update(run(3, "a", "b"));
  display.update(run(4, "a", "b"));
  assertEquals(out.take(), "a: epoch 3/9\n");
  out.wait(15_000);
  display.update(run(5, "a", "b"));
  assertEquals(out.take(), "a: epoch 5/9\nb: epoch 5/9\n");
  display.close();
  assertEquals(out.take(), "");
});
