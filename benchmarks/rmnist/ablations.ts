/**
 * What the choices of the protocol are worth on rotating MNIST: each row changes one of them.
 *
 * Choices that training does not see (posterior draws, statistics of batch norms, selection of the epoch, average of late
 * parameters, one encoded frame of GPPVAE) are metrics of every row instead of rows.
 *
 * @module
 */
import type { RotatingMnist } from "../../data/mod.ts";
import type { SequenceModel } from "../../models/training/sequences.ts";
import type { BenchmarkDefinition, Settings } from "../definition.ts";
import { defineRotatingMnist, gppvae, ode2vae, REFERENCES } from "./family.ts";

/** ODE2VAE-KL as in the paper's table: what each row changes in one place. */
const base: Settings = { initialLogDensity: "released-code", klEncoder: true };
const row = (title: string, change: Settings) => ode2vae(title, { ...base, ...change });

/** Rows of ODE2VAE-KL. */
export const rmnistAblationOde2vae: BenchmarkDefinition<RotatingMnist, SequenceModel> =
  defineRotatingMnist({
    name: "rmnist_ablation_ode2vae",
    version: 1,
    title: "Rotating MNIST: what matters in ODE²VAE",
    seeds: { smoke: 1, quick: 3, reduced: 3, paper: 3 },
    rows: {
      ...REFERENCES,
      "base": row("ODE²VAE-KL", {}),
      "printed-log-q": row("log q(z₀) as printed", { initialLogDensity: "paper" }),
      "no-encoder-kl": row("γ = 0 (ODE²VAE)", { klEncoder: false }),
      "encoder-kl-1": row("γ = 1", { klWeight: 1 }), // the released code's weight on motion capture and balls
      "matched-kl-frames": row("γ on the frames that have log q_enc", { klFrames: "windows" }),
      "printed-beta": row("β = |q|/|W| as printed", { beta: "paper" }),
      "code-times": row("Released code's times", { timeOrigin: "frame-0" }),
      "no-growth": row("All frames from the first epoch", { growth: false }),
      "fixed-minibatches": row("Fixed minibatches", { reshuffle: false }),
      // As the released code runs: its log q(z₀) is in every row already.
      "code-times-and-minibatches": row("Released code's times, fixed minibatches", {
        timeOrigin: "frame-0",
        reshuffle: false,
      }),
    },
  });

const joint: Settings = { jointEpochs: 100 };
const gppvaeRow = (title: string, change: Settings) => gppvae(title, { ...joint, ...change });

/** Rows of GPPVAE-joint. */
export const rmnistAblationGppvae: BenchmarkDefinition<RotatingMnist, SequenceModel> =
  defineRotatingMnist({
    name: "rmnist_ablation_gppvae",
    version: 1,
    title: "Rotating MNIST: what matters in GPPVAE",
    seeds: { smoke: 1, quick: 3, reduced: 3, paper: 3 },
    rows: {
      ...REFERENCES,
      "base": gppvaeRow("GPPVAE-joint", {}),
      "no-joint-stage": gppvae("No joint stage (GPPVAE-dis)", {}),
      "long-joint-stage": gppvaeRow("Joint stage three times as long", { jointEpochs: 300 }),
      "half-networks": gppvaeRow("Networks half as wide", { encoderFilters: 4, decoderFilters: 6 }),
      // The authors' code for faces.
      "pixel-variance-faces": gppvaeRow("Pixel variance 0.001", { pixelVariance: 1e-3 }),
      "pixel-variance-large": gppvaeRow("Pixel variance 0.1", { pixelVariance: 0.1 }),
      // By true angles the last frame shows the first one's view again.
      "equal-view-angles": gppvaeRow("16 different view angles", { viewAngles: "equal" }),
    },
  });
