/**
 * How a classifier is scored: its error on the test images, once, and what a training step of it costs. One code for all
 * rows.
 *
 * @module
 */
import type { Images, LabelledImages } from "../../data/mnist.ts";
import type { ClassificationModel } from "../../models/training/classification.ts";
import type { FrameStrips, MatrixExhibit } from "../../models/training/exhibit.ts";
import { toJsonNumber } from "../../models/training/json_number.ts";
import type { Watch } from "../../models/training/method.ts";
import type { Evaluation } from "../definition.ts";
import { frameStrips } from "../record/frame_strips.ts";
import type { Metric } from "../record/record.ts";

/** Wrongly classified images that a record shows. */
const SHOWN = 10;

const ERROR = { unit: "%", direction: "lower" } as const;

/** The images without their labels: what a model is asked about. */
const bare = ({ count, height, width, pixels }: Images): Images => (
  { count, height, width, pixels }
);

/** What a model answers. */
interface Answers {
  /** (count, classes) */
  readonly probabilities: Float32Array;
  /** The most probable class of each image; −1 where a probability is not a number. */
  readonly classes: Int32Array;
}

async function answersOf(model: ClassificationModel, images: Images): Promise<Answers> {
  const probabilities = await model.probabilities(bare(images));
  const count = probabilities.length / images.count;
  const classes = Int32Array.from({ length: images.count }, (_, i) => {
    const row = probabilities.subarray(i * count, (i + 1) * count);
    return row.indexOf(row.reduce((a, b) => Math.max(a, b)));
  });
  return { probabilities, classes };
}

/** Share of wrong answers in percent. */
function errorOf({ classes }: Answers, { labels, count }: LabelledImages): number {
  return 100 * classes.reduce((wrong, answer, i) => wrong + Number(answer !== labels[i]), 0) /
    count;
}

/** The validation error between epochs. It selects nothing. */
export function watchValidation(validation: LabelledImages): Watch<ClassificationModel> {
  return {
    curves: { validationError: { label: "error on the validation images", ...ERROR } },
    measure: async (model) => ({
      validationError: errorOf(await answersOf(model, validation), validation),
    }),
  };
}

function confusion({ classes }: Answers, { labels }: LabelledImages, count: number): MatrixExhibit {
  const counts = new Float64Array(count * count);
  labels.forEach((label, i) => {
    if (classes[i]! >= 0) counts[label * count + classes[i]!]!++;
  });
  const names = Array.from({ length: count }, (_, c) => String(c));
  const axis = { coordinates: names.map(Number), names, unit: "" };
  return {
    kind: "matrix",
    name: "confusion",
    label: "test images by true and by answered class",
    unit: "images",
    rows: { label: "true class", ...axis },
    columns: { label: "answered class", ...axis },
    values: Array.from(counts),
  };
}

/** The wrong answers that leave the true class the least probability; nothing where all are right. */
function mostWrong(answers: Answers, images: LabelledImages, count: number): FrameStrips[] {
  const { height, width, labels, pixels } = images;
  const truth = (i: number) => answers.probabilities[i * count + labels[i]!]!;
  const wrong = [...labels.keys()].filter((i) => answers.classes[i] !== labels[i])
    .sort((a, b) => truth(a) - truth(b)).slice(0, SHOWN);
  if (wrong.length === 0) return [];
  const said = wrong.map((i) => `${labels[i]} as ${answers.classes[i]}`).join("; ");
  const size = height * width;
  const values = wrong.flatMap((i) =>
    Array.from(pixels.subarray(i * size, (i + 1) * size), (value) => value / 255)
  );
  return [frameStrips({
    name: "mostWrong",
    label: `test images classified most wrongly, ${said}`,
    ...{ height, width, ofData: true, marked: [], markedLabel: "" },
    strips: [{ label: "least probable truth first", values: Float32Array.from(values) }],
  })];
}

/** Test error, size and cost, the confusion matrix and the images that are classified most wrongly. */
export async function evaluate(
  model: ClassificationModel,
  { test, classes }: { readonly test: LabelledImages; readonly classes: number },
): Promise<Evaluation> {
  const answers = await answersOf(model, test);
  const cost = await model.cost?.();
  const metric = (name: string, label: string, value: number | undefined, unit: string): Metric[] =>
    value === undefined
      ? []
      : [{ name, label, value: toJsonNumber(value), unit, direction: "lower" }];
  return {
    metrics: [
      ...metric("testError", "error on the test images", errorOf(answers, test), ERROR.unit),
      ...metric("parameters", "parameters", model.parameters / 1e6, "millions"),
      ...metric("storedActivations", "stored for the backward pass", cost?.storedBytes, "bytes"),
      ...metric(
        "forwardEvaluations",
        "evaluations of the field forward",
        cost?.forwardEvaluations,
        "a training step",
      ),
      ...metric(
        "backwardEvaluations",
        "evaluations of the field backward",
        cost?.backwardEvaluations,
        "a training step",
      ),
    ],
    curves: [],
    exhibits: [confusion(answers, test, classes), ...mostWrong(answers, test, classes)],
  };
}
