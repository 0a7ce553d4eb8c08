/**
 * What the site calls itself, and the picture that a link to it shows elsewhere: its name, and a rotating digit of the
 * suite's own generator, which needs no licence.
 *
 * @module
 */

/** Name of the site. */
export const SITE_NAME = "ODE2VAE, reproduced";

/** What the first page begins with. */
export const SITE_LEAD =
  "Every method over its seeds, beside published numbers where there are any. Every number leads to " +
  "its record and to the command that reproduces it.";

/** What goes before, where results of the paper's own tables are shown. */
export const SITE_PAPER =
  "The tables of Yıldız, Heinonen and Lähdesmäki, “ODE2VAE: Deep generative second order ODEs with " +
  "Bayesian neural networks” (NeurIPS 2019), reproduced.";

/** A sentence for search engines and previews of the first page. */
export const SITE_DESCRIPTION =
  "The tables of ODE2VAE (NeurIPS 2019) reproduced: our numbers beside the published ones, with " +
  "the record and the command behind each.";

/** What pages say of the picture. */
export const SOCIAL_CARD = Object.freeze({
  path: "social-card.png",
  width: 1200,
  height: 630,
  alt: "ODE²VAE, reproduced: a handwritten three at 16 angles, one of them framed",
});

/** The picture: bytes of a PNG. */
export function socialCard(): Uint8Array {
  return Deno.readFileSync(new URL("pages/assets/social-card.png", import.meta.url));
}
