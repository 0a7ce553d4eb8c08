import type { AngleSequences } from "../../../models/reference/angle_sequences.ts";

/** Two sequences of 8 angles and 2 pixels; pixel values name their place: 100 · sequence + 10 · angle + pixel. */
export function sequences(observed: readonly (readonly number[])[]): AngleSequences {
  const [count, angles, pixels] = [observed.length, 8, 2];
  const frames = Float32Array.from({ length: count * angles * pixels }, (_, i) => {
    const [pixel, angle] = [i % pixels, Math.floor(i / pixels) % angles];
    return 100 * Math.floor(i / (pixels * angles)) + 10 * angle + pixel;
  });
  return { count, angles, pixels, frames, observed: Int32Array.from(observed.flat()) };
}
