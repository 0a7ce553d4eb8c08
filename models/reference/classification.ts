/**
 * A classifier that learns nothing but means.
 *
 * @module
 */
import type { ClassificationData, ClassificationModel } from "../training/classification.ts";
import type { Method } from "../training/method.ts";
import { squaredDistance } from "../training/period.ts";
import { untrained } from "./untrained.ts";

/** The class whose mean training image is nearest: Gaussians of one variance, 1 a pixel of range 1, around the means. */
export const nearestMean: Method<ClassificationData, ClassificationModel> = untrained(
  "Nearest mean image",
  {},
  ({ data: { classes, train } }) => {
    const size = train.height * train.width;
    const image = (pixels: Uint8Array, i: number) =>
      Float32Array.from(pixels.subarray(i * size, (i + 1) * size), (value) => value / 255);
    const means = Array.from({ length: classes }, () => new Float32Array(size));
    const counts = new Float64Array(classes);
    for (const label of train.labels) counts[label]!++;
    train.labels.forEach((label, i) => {
      const mean = means[label]!;
      image(train.pixels, i).forEach((value, pixel) => mean[pixel]! += value / counts[label]!);
    });
    const parameters = classes * size;
    return {
      parameters,
      trained: {
        parameters,
        probabilities: ({ count, pixels }) => {
          const all = new Float32Array(count * classes);
          for (let i = 0; i < count; i++) {
            const given = image(pixels, i);
            const logits = means.map((mean) => -squaredDistance(given, mean) / 2);
            const most = Math.max(...logits);
            const weights = logits.map((logit) => Math.exp(logit - most));
            const sum = weights.reduce((a, b) => a + b, 0);
            all.set(weights.map((weight) => weight / sum), i * classes);
          }
          return Promise.resolve(all);
        },
      },
    };
  },
);
