/**
 * Whether TensorFlow is there: whether `deno task setup:tensorflow` has made its addon.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { addonPath } from "../../../models/backend/tensorflow.ts";
import { leaveOut } from "../../optional_tools.ts";

/** Whether it is there, for the tests of all backends. */
export const hasTensorflow: boolean = existsSync(addonPath);

/** Whether the tests that need it are left out; said aloud. */
export const withoutTensorflow: boolean = leaveOut(
  "TensorFlow's addon",
  hasTensorflow,
  "deno task setup:tensorflow --library DIR",
);
