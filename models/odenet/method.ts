/**
 * ODE-Net, RK-Net, ResNet and a perceptron as they are trained, on images.
 *
 * @module
 */
import type { ClassificationData, ClassificationModel } from "../training/classification.ts";
import type { Method } from "../training/method.ts";
import { ODENET_SETTINGS } from "./settings.ts";

/** A classifier of images. */
export const odenet: Method<ClassificationData, ClassificationModel> = {
  name: "ODE-Net",
  settings: ODENET_SETTINGS,
  start: async (task) => (await import("./training.ts")).startOdenet(task),
};
