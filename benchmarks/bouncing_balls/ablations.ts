/**
 * What choices are worth on bouncing balls: each row changes one of ODE²VAE-KL's. It has no tier `quick`, whose few epochs
 * have no growth, and no `paper`, which would take months.
 *
 * @module
 */
import type { BouncingBalls } from "../../data/bouncing_balls/bouncing_balls.ts";
import { drawnSequences, frameOf, type Sequences } from "../../data/sequences.ts";
import { ode2vae } from "../../models/ode2vae/method.ts";
import type { Method } from "../../models/training/method.ts";
import type { SequenceData, SequenceModel } from "../../models/training/sequences.ts";
import { share } from "../../models/training/settings.ts";
import type { BenchmarkDefinition, Settings } from "../definition.ts";
import { defineBouncingBalls, ODE2VAE, REFERENCES, type Row, solved } from "./definition.ts";

/** Two thirds of the reduced tier's epochs, for a table in a night on two cores; full length from epoch 32 on. */
const EPOCHS = 40;

/** The first sequences. */
function firstOf(sequences: Sequences, count: number): Sequences {
  const { frameCount, frameShape, observedCount, observed } = sequences;
  return drawnSequences(
    { count, frameCount, frameShape, observedCount, observed },
    (sequence, frame) => frameOf(sequences, sequence, frame),
  );
}

/** ODE²VAE on the first of the training sequences. */
const onFewer: Method<SequenceData, SequenceModel> = {
  name: ode2vae.name,
  settings: {
    ...ode2vae.settings,
    trainShare: share(0.5, "share of the training sequences that are used, from the first on"),
  },
  start({ settings: { trainShare, ...settings }, data, ...task }) {
    const train = firstOf(data.train, Math.floor(data.train.count * Number(trainShare)));
    return ode2vae.start({ ...task, settings, data: { ...data, train } });
  },
};

/** ODE²VAE-KL with a change. */
function row(title: string, change: Settings, method = ode2vae, epochs = EPOCHS): Row {
  const whole = solved(title, method, { ...ODE2VAE, klEncoder: true, ...change });
  const { smoke = {}, reduced } = whole.tiers;
  return {
    ...whole,
    tiers: { smoke, reduced: { ...reduced, epochs } },
    expectedSeconds: { smoke: 6, reduced: 3500 }, // two thirds of ODE²VAE-KL's
  };
}

/** Rows of ODE²VAE-KL. */
export const bouncingBallsAblation: BenchmarkDefinition<BouncingBalls, SequenceModel> =
  defineBouncingBalls({
    name: "bouncing_balls_ablation",
    title: "Bouncing balls: what matters in ODE²VAE",
    seeds: { smoke: 1, reduced: 3 },
    rows: {
      "base": row("ODE²VAE-KL", {}),
      "no-encoder-kl": row("γ = 0 (ODE²VAE)", { klEncoder: false }),
      "encoder-kl-small": row("γ = 0.1", { klWeight: 0.1 }), // as on rotating MNIST
      "no-growth": row("All frames from the first epoch", { growth: false }),
      "rate-half": row("Learning rate 4e-4", { learningRate: 4e-4 }),
      "rate-large": row("Learning rate 2e-3", { learningRate: 2e-3 }), // as in tier quick
      // As many steps, so that only the sequences differ.
      "half-sequences": row("Half the data, twice the epochs", {}, onFewer, 2 * EPOCHS),
      ...REFERENCES,
    },
  });
