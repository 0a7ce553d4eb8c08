import { assertAlmostEquals, assertEquals } from "@std/assert";
import { startGpTraining, updateGp } from "../../../models/gppvae/process_training.ts";

Deno.test("updateGp() follows Kingma and Ba's algorithm over several steps", () => {
  const parameters = {
    objectVectors: Float64Array.of(1, -2),
    kernel: Float64Array.of(0, 0.5, -0.5),
  };
  const gradient = (step: number) => ({
    objectVectors: Float64Array.of(Math.sin(step), 3),
    kernel: Float64Array.of(-1, Math.cos(step), 0),
  });
  let training = startGpTraining(parameters);
  const values = [1, -2, 0, 0.5, -0.5];
  const [m, v] = [[0, 0, 0, 0, 0], [0, 0, 0, 0, 0]];
  for (let step = 1; step <= 7; step++) {
    const slopes = [...gradient(step).objectVectors, ...gradient(step).kernel];
    slopes.forEach((slope, i) => {
      m[i] = 0.9 * m[i]! + 0.1 * slope;
      v[i] = 0.999 * v[i]! + 0.001 * slope ** 2;
      const [mean, square] = [m[i]! / (1 - 0.9 ** step), v[i]! / (1 - 0.999 ** step)];
      // Their ε is added after the correction; it matters where the gradient is zero, and there nothing moves.
      if (square > 0) values[i]! -= 0.02 * mean / Math.sqrt(square);
    });
    training = updateGp(training, gradient(step), 0.02, step);
  }
  const { objectVectors, kernel } = training.parameters;
  [...objectVectors, ...kernel].forEach((value, i) => assertAlmostEquals(value, values[i]!, 1e-7));
  assertEquals(kernel[2], -0.5);
  assertEquals([...parameters.objectVectors], [1, -2], "what was given stays");
});
