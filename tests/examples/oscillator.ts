/**
 * ODE²VAE on data of one's own: springs that swing, each watched by six sensors.
 *
 *     deno run -A tests/examples/oscillator.ts
 */
import { models } from "../../mod.ts";

/** What six sensors see of a spring at 40 times 0.3 apart; amplitude and phase are its own. */
export function spring(amplitude: number, phase: number): number[][] {
  return Array.from(
    { length: 40 },
    (_, frame) =>
      Array.from(
        { length: 6 },
        (_, sensor) => amplitude * Math.cos(0.3 * frame + phase - 2 * sensor),
      ),
  );
}

const springs = Array.from({ length: 60 }, (_, i) => spring(0.5 + (i % 6) / 5, i));
const settings: models.Settings = {
  epochs: 200,
  batchSize: 10,
  learningRate: 0.01,
  latentDimensions: 2,
  frameInterval: 0.3,
  stepsPerFrame: 1,
  growthFrames: 10,
  initialLogDensity: "released-code",
  // By default the variance lies in [1, e], as in the released code: springs of amplitude 1 would drown in it.
  variance: "learned",
};

/** A model that has been trained on 60 springs. */
export function fitSprings(): Promise<models.FittedModel> {
  return models.fit(models.ode2vaeVectors, models.vectorSequences(springs), { settings });
}

if (import.meta.main) {
  await using fitted = await fitSprings();
  const first = models.vectorSequences([spring(1, 0.5).slice(0, 3)]);
  const { frames } = await fitted.predict(first, 40);
  spring(1, 0.5).forEach(([x], t) => console.log(x!.toFixed(2), frames[6 * t]!.toFixed(2)));
}
