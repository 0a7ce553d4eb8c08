/**
 * Rotating MNIST: data, protocol, metrics and the references that learn nothing.
 *
 * @module
 */
import { html } from "../markup.ts";
import { LECUN_1998, YILDIZ_2019 } from "../published/sources.ts";
import { equation, inCode, m } from "./mathematics.ts";
import type { MethodSection } from "./method_section.ts";

/** The section. */
export const ROTATING_MNIST_METHOD: MethodSection = {
  anchor: "rmnist",
  title: "Rotating MNIST: data, protocol, metrics",
  sources: [YILDIZ_2019, LECUN_1998],
  body: html`
    <h3>Data</h3>
    <p>The 1,042 threes among MNIST's training images 1000 … 10999, which is as many as the authors' file
    holds. Each is turned to 16 angles by a cubic spline, 24° a frame, so that the last frame shows the first
    view again, and each frame is scaled to [0, 1] by its own minimum and maximum; then the frames are
    reversed, as the authors' loader does. The docstring of the recipe tells what speaks for it. After one
    shuffle, the same in every run, 360 digits are for training and 40 for validation (in the smoke tier 120
    and 20). Frame 3 (288°) is removed from every sequence, and four more frames at random from each, so
    that 11 stay. Which ones belongs to the data set and not to a run's seed; the SHA-256 of all pixels and
    observed frames is part of every result's identity. The authors' own file is read instead where it is in
    the data folder. Without MNIST the same is done with threes that a generator draws, which every page
    then says.</p>
    <p><code>rmnist_t10k</code> is the suite's former data set: the first 400 threes of MNIST's t10k images in
    file order, turned by 22.5° a frame with bilinear interpolation, the unseen angle at 67.5°.
    <code>rmnist_new_digits</code> tests on 360 digits that neither train nor validate.</p>
    ${inCode(
      "data/rotation_recipe.ts",
      "data/rotating_mnist.ts",
      "data/rotation.ts",
      "data/procedural_threes.ts",
    )}
    <h3>Test error</h3>
    <p>The headline <code>testMse</code> is the mean squared error per pixel at the frame that no training
    sequence shows, over the ${m`N = 360`} training digits and ${m`P = 784`} pixels:</p>
    ${equation(
      "The test error",
      String
        .raw`\mathrm{MSE} = \frac{1}{N P} \sum_{n=1}^{N} \sum_{i=1}^{P} \left( \hat{x}_{n,3,i} - x_{n,3,i} \right)^2`,
    )}
    <ul class="points">
      <li>ODE²VAE encodes frame 0 and follows the mean path to frame 3. <code>testMseStrict</code> encodes the
    first observed frame instead, in time before or after frame 3; <code>testMseSamples</code> is the error
    of the mean image over posterior draws, <code>testMseSingleDraw</code> the mean error of single draws;
    <code>testMseBatchStatistics</code> has the test batch's statistics in the batch norms. All these are of the
    selected epoch. <code>testMseLast</code> is of the last epoch, <code>testMseAveraged</code> of the mean
    parameters of the last fifth of the epochs, and <code>testMseCompleteSelection</code> of the epoch that
    complete validation sequences select, as in the released code.</li>
      <li>GPPVAE predicts from all observed frames of the digit. <code>testMseEncoded</code> is the error
    where the digit's own image at the unseen angle is encoded: the networks' share;
    <code>testMseOneFrame</code> that where only each digit's frame 0 is seen, as ODE²VAE sees it.</li>
      <li>The curve <code>errorPerAngle</code> is the same error at each of the 16 angles.</li>
      <li>Selection sees observed frames of the validation digits only: nothing at the unseen angle selects
    anything.</li>
    </ul>
    ${inCode("benchmarks/trainers/ode2vae_final.ts", "benchmarks/trainers/gppvae_final.ts")}
    <h3>References that learn nothing</h3>
    <p>For angle ${m`a`} with the observed angles of the same digit ${m`d_-`} before and ${m`d_+`} after it on
    the circle: <em>linear interpolation</em> is
    ${m`(d_+ x_{a - d_-} + d_- x_{a + d_+}) / (d_- + d_+)`}, <em>nearest observed angle</em> copies the
    nearer image (the one before where both are as near), <em>mean image</em> is the mean of all observed
    images at other angles, the same for all digits.</p>
    ${inCode("models/reference/")}
    <h3>Tiers</h3>
    <p><code>paper</code> is the published protocol, <code>reduced</code> a night on two cores (a quarter of
    the epochs at twice the rate, a coarser solver), <code>quick</code> a trend in minutes (fewer epochs,
    larger learning rates, a coarser solver), <code>smoke</code> shows that everything runs. Numbers of
    different tiers, data or backends never share a table. How ours differs from the published protocol
    stands under each table.</p>
    ${inCode("benchmarks/rmnist/family.ts", "benchmarks/rmnist/definition.ts")}
  `,
};
