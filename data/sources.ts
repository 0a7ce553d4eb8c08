/**
 * The published files that the benchmarks read: addresses, licences and checksums.
 *
 * @module
 */

/** One published file. */
export interface Source {
  /** Name on the command line and in a data folder, e.g. `t10k-images-idx3-ubyte.gz`. */
  readonly name: string;
  /** Subfolder of the data folder for downloads, e.g. `mnist`. */
  readonly folder: string;
  /** Its content. */
  readonly description: string;
  /** Addresses with the same content, the most reliable first. */
  readonly urls: readonly string[];
  /** Licence, as its holder states it. */
  readonly licence: string;
  /** SHA-256 (hex) of the uncompressed content: compression may differ between mirrors. */
  readonly sha256: string;
  /** Size of the published (compressed) file in bytes. */
  readonly bytes: number;
  /** Size of the uncompressed content in bytes. */
  readonly contentBytes: number;
}

/**
 * Most bytes that a file of `source` may have, packed or unpacked: its declared size and a little more, because mirrors
 * compress differently, or send it unpacked.
 */
export function sizeLimit({ bytes, contentBytes }: Source): number {
  return Math.ceil(1.02 * Math.max(bytes, contentBytes)) + 1024;
}

const MNIST_LICENCE = "CC BY-SA 3.0, Yann LeCun, Corinna Cortes and Christopher J. C. Burges";

const MNIST_MIRRORS: readonly string[] = [
  "https://storage.googleapis.com/cvdf-datasets/mnist/",
  "https://ossci-datasets.s3.amazonaws.com/mnist/",
  "https://systemds.apache.org/assets/datasets/mnist/",
];

function mnist(
  name: string,
  description: string,
  file: Pick<Source, "sha256" | "bytes" | "contentBytes">,
): Source {
  return Object.freeze({
    name,
    folder: "mnist",
    description,
    urls: MNIST_MIRRORS.map((mirror) => mirror + name),
    licence: MNIST_LICENCE,
    ...file,
  });
}

/** MNIST's 10,000 test images. */
export const T10K_IMAGES: Source = mnist(
  "t10k-images-idx3-ubyte.gz",
  "MNIST, 10,000 test images (28×28)",
  {
    sha256: "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    bytes: 1648877,
    contentBytes: 7840016,
  },
);

/** The labels of {@link T10K_IMAGES}. */
export const T10K_LABELS: Source = mnist("t10k-labels-idx1-ubyte.gz", "MNIST, 10,000 test labels", {
  sha256: "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
  bytes: 4542,
  contentBytes: 10008,
});

/** MNIST's 60,000 training images, from which the rotating threes are built. */
export const TRAIN_IMAGES: Source = mnist(
  "train-images-idx3-ubyte.gz",
  "MNIST, 60,000 training images (28×28)",
  {
    sha256: "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    bytes: 9912422,
    contentBytes: 47040016,
  },
);

/** The labels of {@link TRAIN_IMAGES}. */
export const TRAIN_LABELS: Source = mnist(
  "train-labels-idx1-ubyte.gz",
  "MNIST, 60,000 training labels",
  {
    sha256: "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    bytes: 28881,
    contentBytes: 60008,
  },
);

/** The repository of another paper (Apache 2.0) that has the file, at the commit whose content was checked. */
const NEURO_SHOOTING = "uncbiag/neuro_shooting";
const NEURO_SHOOTING_COMMIT = "ebf80a9c0a4515fdfffaa0c5418dc866e2776495";

/** The authors' preprocessed walks of CMU's subject 35, for Mocap-2. */
export const MOCAP35: Source = Object.freeze({
  name: "mocap35.mat",
  folder: "mocap35",
  description: "ODE2VAE's Mocap-2: 23 walks of CMU's subject 35 (300×50)",
  urls: [
    `https://raw.githubusercontent.com/${NEURO_SHOOTING}/${NEURO_SHOOTING_COMMIT}/data/mocap/mocap35.mat`,
    `https://cdn.jsdelivr.net/gh/${NEURO_SHOOTING}@${NEURO_SHOOTING_COMMIT}/data/mocap/mocap35.mat`,
  ],
  licence:
    "CMU Graphics Lab Motion Capture Database (mocap.cs.cmu.edu): free for research and in " +
    "products, not to be resold, even in converted form; an acknowledgement is asked for",
  sha256: "105484f138487f10209cce883d26e2e030d10a6df6f10159f4e6e253f9b03b8d",
  bytes: 2896112,
  contentBytes: 2896112,
});

/** All published files, in the order of listings. */
export const SOURCES: readonly Source[] = Object.freeze([
  TRAIN_IMAGES,
  TRAIN_LABELS,
  T10K_IMAGES,
  T10K_LABELS,
  MOCAP35,
]);
