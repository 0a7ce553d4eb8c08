import { assert, assertEquals } from "@std/assert";
import { linePath, neededPlaces, type Place } from "../../../reports/pages/plot.ts";

Deno.test("neededPlaces() leaves out what nobody would see, half a unit at most, and keeps peaks", () => {
  const wave = Array.from({ length: 300 }, (_, i): Place => [i, 40 * Math.sin(i / 20)]);
  const needed = neededPlaces(wave);
  assert(needed.length > 20 && needed.length < 80, `${needed.length} places`);
  assertEquals([needed[0], needed.at(-1)], [wave[0], wave.at(-1)]);
  for (const [x, y] of wave) {
    const next = Math.max(1, needed.findIndex(([at]) => at >= x));
    const [[fromX, fromY], [toX, toY]] = [needed[next - 1]!, needed[next]!];
    const drawn = fromY + (x - fromX) / (toX - fromX) * (toY - fromY);
    // Upwards, a steep line is a little further off than across it.
    assert(Math.abs(y - drawn) < 1.1, `${x}: ${drawn} instead of ${y}`);
  }
  const peak: Place[] = [[0, 0], [1, 0], [2, 30], [3, 0], [4, 0]];
  assertEquals(neededPlaces(peak), peak);
});

Deno.test("neededPlaces() takes lines that stand still, go back, or have one place", () => {
  const [still, back]: Place[][] = [[[1, 1], [1, 1], [1, 1]], [[0, 0], [9, 0], [0, 0]]];
  assertEquals(neededPlaces(still!), [[1, 1], [1, 1]]);
  assertEquals(neededPlaces(back!), back);
  for (const few of [[], [[1, 2]], [[1, 2], [3, 4]]] as Place[][]) {
    assertEquals(neededPlaces(few), few);
  }
});

Deno.test("linePath() steps from rounded place to rounded place", () => {
  const places: Place[] = [[0.26, 1], [10.3, 1.1], [20.1, -0.9]];
  assertEquals(linePath(places), "M0.5 1l10 0l9.5-2");
  assertEquals(linePath(places, 1), "M0.3 1l10 .1l9.8-2");
  assertEquals(linePath(places, 10), "M0 1l10 0l10-2");
});
