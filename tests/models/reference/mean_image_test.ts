import { assertEquals } from "@std/assert";
import { imputeMeanImage } from "../../../models/reference/mean_image.ts";
import { sequences } from "./_sequences.ts";

Deno.test("imputeMeanImage() averages all observed images of all sequences", () => {
  const imputed = imputeMeanImage(sequences([[0, 2, 5], [1, 2, 7]]), 3);
  const mean = (0 + 20 + 50 + 110 + 120 + 170) / 6;
  assertEquals(imputed, Float32Array.of(mean, mean + 1, mean, mean + 1));
});

Deno.test("imputeMeanImage() leaves out images at the angle itself when some were observed", () => {
  const imputed = imputeMeanImage(sequences([[0, 2, 5], [1, 3, 7]]), 2);
  const mean = (0 + 50 + 110 + 130 + 170) / 5;
  assertEquals(imputed, Float32Array.of(mean, mean + 1, mean, mean + 1));
});
