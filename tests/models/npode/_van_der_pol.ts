/** Noisy orbits of Van der Pol's equation. */
import { fold, normal, rootKey } from "../../../data/random/mod.ts";
import { complete } from "../reference/_fit.ts";

/** Frames of two dimensions, 0.1 of time apart, from orbits by small steps of the midpoint rule, with and without noise. */
export function vanDerPol(
  starts: readonly (readonly [number, number])[],
  frames: number,
  noise: number,
) {
  const key = fold(rootKey(7), "noise");
  const slope = (x: number, y: number) => [y, (1 - x * x) * y - x] as const;
  const [steps, h] = [20, 0.1 / 20];
  const orbits = starts.map(([x, y]) =>
    Array.from({ length: frames }, () => {
      const frame = [x, y];
      for (let step = 0; step < steps; step++) {
        const [dx, dy] = slope(x, y);
        const [mx, my] = slope(x + h / 2 * dx, y + h / 2 * dy);
        [x, y] = [x + h * mx, y + h * my];
      }
      return frame;
    })
  );
  const noises = normal(key, starts.length * frames * 2);
  let at = 0;
  const noisy = orbits.map((orbit) =>
    orbit.map((frame) => frame.map((v) => v + noise * noises[at++]!))
  );
  return { exact: complete(orbits), noisy: complete(noisy) };
}
