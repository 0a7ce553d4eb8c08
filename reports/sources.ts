/**
 * The papers that published numbers and methods come from, and their entries in BibTeX.
 *
 * @module
 */

/** One entry of a bibliography. */
export interface BibtexEntry {
  /** Kind of publication. */
  readonly type: "article" | "inproceedings";
  /** Citation key. */
  readonly key: string;
  /** Fields in the order in which they are written; values as LaTeX reads them, without their braces. */
  readonly fields: Readonly<Record<string, string>>;
}

/** A paper that numbers or methods come from. */
export interface Source {
  /** "Author et al. 2019". */
  readonly short: string;
  /** Full reference. */
  readonly reference: string;
  /** Where to read it. */
  readonly url: string;
  /** The same for a bibliography. */
  readonly bibtex: BibtexEntry;
}

/** An entry as text, with a final line break. */
export function formatBibtex({ type, key, fields }: BibtexEntry): string {
  const width = Math.max(...Object.keys(fields).map((name) => name.length));
  const lines = Object.entries(fields).map(([name, value]) =>
    `  ${name.padEnd(width)} = {${value}}`
  );
  return `@${type}{${key},\n${lines.join(",\n")}\n}\n`;
}

/** A whole bibliography: each key once, in alphabetical order, an empty line between entries. */
export function formatBibliography(entries: readonly BibtexEntry[]): string {
  return [...new Map(entries.map((entry) => [entry.key, entry])).values()]
    .toSorted((a, b) => a.key < b.key ? -1 : 1)
    .map(formatBibtex)
    .join("\n");
}

const NEURIPS = "Advances in Neural Information Processing Systems";
const arxiv = (eprint: string) => ({ eprint, archiveprefix: "arXiv" });

/** A source whose address is its field `url`, or follows from its arXiv number or DOI. */
export function paper(
  short: string,
  key: string,
  reference: string,
  fields: BibtexEntry["fields"],
  type: BibtexEntry["type"] = "inproceedings",
): Source {
  const { eprint, doi } = fields;
  const url = fields.url ??
    (eprint === undefined ? `https://doi.org/${doi}` : `https://arxiv.org/abs/${eprint}`);
  return Object.freeze({ short, reference, url, bibtex: Object.freeze({ type, key, fields }) });
}

/** The paper whose tables the suite reproduces. */
export const YILDIZ_2019: Source = paper(
  "Yıldız et al. 2019",
  "yildiz2019ode2vae",
  "Ç. Yıldız, M. Heinonen, H. Lähdesmäki. ODE2VAE: Deep generative second order ODEs " +
    "with Bayesian neural networks. NeurIPS 2019.",
  {
    author:
      'Y{\\i}ld{\\i}z, {\\c C}a{\\u g}atay and Heinonen, Markus and L{\\"a}hdesm{\\"a}ki, Harri',
    title: "{ODE2VAE}: Deep generative second order {ODE}s with {B}ayesian neural networks",
    booktitle: NEURIPS,
    volume: "32",
    pages: "13412--13421",
    year: "2019",
    ...arxiv("1905.10994"),
  },
);

/** A later shooting formulation with a number on the same rotating-MNIST split. */
export const VIALARD_2020: Source = paper(
  "Vialard et al. 2020",
  "vialard2020shooting",
  "F.-X. Vialard, R. Kwitt, S. Wei, M. Niethammer. A shooting formulation of deep " +
    "learning. NeurIPS 2020.",
  {
    author: "Vialard, Fran{\\c c}ois-Xavier and Kwitt, Roland and Wei, Susan and Niethammer, Marc",
    title: "A shooting formulation of deep learning",
    booktitle: NEURIPS,
    volume: "33",
    year: "2020",
    ...arxiv("2006.10330"),
  },
);

/** Invariant imbedding networks, with a number on rotating MNIST by another protocol. */
export const CORBETT_2022: Source = paper(
  "Corbett and Kangin 2022",
  "corbett2022imbedding",
  "A. Corbett, D. Kangin. Imbedding deep neural networks. ICLR 2022.",
  {
    author: "Corbett, Andrew and Kangin, Dmitry",
    title: "Imbedding deep neural networks",
    booktitle: "International Conference on Learning Representations",
    year: "2022",
    ...arxiv("2202.00113"),
  },
);

/** Latent stochastic differential equations on the sphere, with two numbers on a harder split of rotating MNIST. */
export const ZENG_2023: Source = paper(
  "Zeng et al. 2023",
  "zeng2023latent",
  "S. Zeng, F. Graf, R. Kwitt. Latent SDEs on homogeneous spaces. NeurIPS 2023.",
  {
    author: "Zeng, Sebastian and Graf, Florian and Kwitt, Roland",
    title: "Latent {SDE}s on homogeneous spaces",
    booktitle: NEURIPS,
    volume: "36",
    year: "2023",
    ...arxiv("2306.16248"),
  },
);

/** Latent stochastic differential equations, with numbers on the same Mocap-2 split. */
export const LI_2020: Source = paper(
  "Li et al. 2020",
  "li2020scalable",
  "X. Li, T.-K. L. Wong, R. T. Q. Chen, D. Duvenaud. Scalable gradients for " +
    "stochastic differential equations. AISTATS 2020.",
  {
    author: "Li, Xuechen and Wong, Ting-Kam Leonard and Chen, Ricky T. Q. and Duvenaud, David",
    title: "Scalable gradients for stochastic differential equations",
    booktitle: "International Conference on Artificial Intelligence and Statistics",
    pages: "3870--3882",
    year: "2020",
    ...arxiv("2001.01328"),
  },
);

/** GPPVAE, two rows of the rotating-MNIST table. */
export const CASALE_2018: Source = paper(
  "Casale et al. 2018",
  "casale2018gaussian",
  "F. P. Casale, A. V. Dalca, L. Saglietti, J. Listgarten, N. Fusi. Gaussian process " +
    "prior variational autoencoders. NeurIPS 2018.",
  {
    author: "Casale, Francesco Paolo and Dalca, Adrian V. and Saglietti, Luca and Listgarten, " +
      "Jennifer and Fusi, Nicolo",
    title: "{G}aussian process prior variational autoencoders",
    booktitle: NEURIPS,
    volume: "31",
    year: "2018",
    ...arxiv("1810.11738"),
  },
);

/** npODE, a row of the table of motion capture. */
export const HEINONEN_2018: Source = paper(
  "Heinonen et al. 2018",
  "heinonen2018learning",
  "M. Heinonen, Ç. Yıldız, H. Mannerström, J. Intosalmi, H. Lähdesmäki. Learning unknown ODE " +
    "models with Gaussian processes. ICML 2018.",
  {
    author:
      'Heinonen, Markus and Y{\\i}ld{\\i}z, {\\c C}a{\\u g}atay and Mannerstr{\\"o}m, Henrik and ' +
      'Intosalmi, Jukka and L{\\"a}hdesm{\\"a}ki, Harri',
    title: "Learning unknown {ODE} models with {G}aussian processes",
    booktitle: "International Conference on Machine Learning",
    pages: "1959--1968",
    year: "2018",
    ...arxiv("1803.04303"),
  },
);

/** VGPLVM with latents over time, a row of the table of motion capture. */
export const DAMIANOU_2011: Source = paper(
  "Damianou et al. 2011",
  "damianou2011variational",
  "A. C. Damianou, M. K. Titsias, N. D. Lawrence. Variational Gaussian process dynamical " +
    "systems. NeurIPS 2011.",
  {
    author: "Damianou, Andreas C. and Titsias, Michalis K. and Lawrence, Neil D.",
    title: "Variational {G}aussian process dynamical systems",
    booktitle: NEURIPS,
    volume: "24",
    year: "2011",
    ...arxiv("1107.4985"),
  },
);

/** The bound that VGPLVM maximises. */
export const TITSIAS_2010: Source = paper(
  "Titsias and Lawrence 2010",
  "titsias2010bayesian",
  "M. K. Titsias, N. D. Lawrence. Bayesian Gaussian process latent variable model. AISTATS 2010.",
  {
    author: "Titsias, Michalis K. and Lawrence, Neil D.",
    title: "{B}ayesian {G}aussian process latent variable model",
    booktitle: "International Conference on Artificial Intelligence and Statistics",
    pages: "844--851",
    year: "2010",
    url: "https://proceedings.mlr.press/v9/titsias10a.html",
  },
);

/** L-BFGS. */
export const LIU_1989: Source = paper(
  "Liu and Nocedal 1989",
  "liu1989limited",
  "D. C. Liu, J. Nocedal. On the limited memory BFGS method for large scale optimization. " +
    "Mathematical Programming, 1989.",
  {
    author: "Liu, Dong C. and Nocedal, Jorge",
    title: "On the limited memory {BFGS} method for large scale optimization",
    journal: "Mathematical Programming",
    volume: "45",
    pages: "503--528",
    year: "1989",
    doi: "10.1007/BF01589116",
  },
  "article",
);

/** The change of variables along an ordinary differential equation. */
export const CHEN_2018: Source = paper(
  "Chen et al. 2018",
  "chen2018neural",
  "R. T. Q. Chen, Y. Rubanova, J. Bettencourt, D. Duvenaud. Neural ordinary " +
    "differential equations. NeurIPS 2018.",
  {
    author: "Chen, Ricky T. Q. and Rubanova, Yulia and Bettencourt, Jesse and Duvenaud, David",
    title: "Neural ordinary differential equations",
    booktitle: NEURIPS,
    volume: "31",
    year: "2018",
    ...arxiv("1806.07366"),
  },
);

/** Planar flows and the four energies of the plane. */
export const REZENDE_2015: Source = paper(
  "Rezende and Mohamed 2015",
  "rezende2015variational",
  "D. J. Rezende, S. Mohamed. Variational inference with normalizing flows. ICML 2015.",
  {
    author: "Rezende, Danilo Jimenez and Mohamed, Shakir",
    title: "Variational inference with normalizing flows",
    booktitle: "International Conference on Machine Learning",
    pages: "1530--1538",
    year: "2015",
    ...arxiv("1505.05770"),
  },
);

/** The gated recurrent unit. */
export const CHO_2014: Source = paper(
  "Cho et al. 2014",
  "cho2014learning",
  "K. Cho, B. van Merriënboer, C. Gulcehre, D. Bahdanau, F. Bougares, H. Schwenk, Y. Bengio. " +
    "Learning phrase representations using RNN encoder–decoder for statistical machine " +
    "translation. EMNLP 2014.",
  {
    author:
      'Cho, Kyunghyun and van Merri{\\"e}nboer, Bart and Gulcehre, Caglar and Bahdanau, Dzmitry ' +
      "and Bougares, Fethi and Schwenk, Holger and Bengio, Yoshua",
    title: "Learning phrase representations using {RNN} encoder--decoder for statistical machine " +
      "translation",
    booktitle: "Empirical Methods in Natural Language Processing",
    pages: "1724--1734",
    year: "2014",
    ...arxiv("1406.1078"),
  },
);

/** DTSBN-S, a row of the tables of motion capture and of bouncing balls. */
export const GAN_2015: Source = paper(
  "Gan et al. 2015",
  "gan2015deep",
  "Z. Gan, C. Li, R. Henao, D. Carlson, L. Carin. Deep temporal sigmoid belief networks for " +
    "sequence modeling. NIPS 2015.",
  {
    author: "Gan, Zhe and Li, Chunyuan and Henao, Ricardo and Carlson, David and Carin, Lawrence",
    title: "Deep temporal sigmoid belief networks for sequence modeling",
    booktitle: NEURIPS,
    volume: "28",
    year: "2015",
    ...arxiv("1509.07087"),
  },
);

/** DDPAE, a row of bouncing balls. */
export const HSIEH_2018: Source = paper(
  "Hsieh et al. 2018",
  "hsieh2018learning",
  "J.-T. Hsieh, B. Liu, D.-A. Huang, L. Fei-Fei, J. C. Niebles. Learning to decompose and " +
    "disentangle representations for video prediction. NeurIPS 2018.",
  {
    author: "Hsieh, Jun-Ting and Liu, Bingbin and Huang, De-An and Fei-Fei, Li and " +
      "Niebles, Juan Carlos",
    title: "Learning to decompose and disentangle representations for video prediction",
    booktitle: NEURIPS,
    volume: "31",
    year: "2018",
    ...arxiv("1806.04166"),
  },
);

/** The variational auto-encoder. */
export const KINGMA_2014: Source = paper(
  "Kingma and Welling 2014",
  "kingma2014auto",
  "D. P. Kingma, M. Welling. Auto-encoding variational Bayes. ICLR 2014.",
  {
    author: "Kingma, Diederik P. and Welling, Max",
    title: "Auto-encoding variational {B}ayes",
    booktitle: "International Conference on Learning Representations",
    year: "2014",
    ...arxiv("1312.6114"),
  },
);

/** The optimiser. */
export const KINGMA_2015: Source = paper(
  "Kingma and Ba 2015",
  "kingma2015adam",
  "D. P. Kingma, J. Ba. Adam: a method for stochastic optimization. ICLR 2015.",
  {
    author: "Kingma, Diederik P. and Ba, Jimmy",
    title: "{A}dam: a method for stochastic optimization",
    booktitle: "International Conference on Learning Representations",
    year: "2015",
    ...arxiv("1412.6980"),
  },
);

/** MNIST. */
export const LECUN_1998: Source = paper(
  "LeCun et al. 1998",
  "lecun1998gradient",
  "Y. LeCun, L. Bottou, Y. Bengio, P. Haffner. Gradient-based learning applied to " +
    "document recognition. Proceedings of the IEEE 86(11), 1998.",
  {
    author: "LeCun, Yann and Bottou, L{\\'e}on and Bengio, Yoshua and Haffner, Patrick",
    title: "Gradient-based learning applied to document recognition",
    journal: "Proceedings of the IEEE",
    volume: "86",
    number: "11",
    pages: "2278--2324",
    year: "1998",
    doi: "10.1109/5.726791",
  },
  "article",
);

/** Philox, the random-number generator. */
export const SALMON_2011: Source = paper(
  "Salmon et al. 2011",
  "salmon2011parallel",
  "J. K. Salmon, M. A. Moraes, R. O. Dror, D. E. Shaw. Parallel random numbers: as " +
    "easy as 1, 2, 3. SC 2011.",
  {
    author: "Salmon, John K. and Moraes, Mark A. and Dror, Ron O. and Shaw, David E.",
    title: "Parallel random numbers: as easy as 1, 2, 3",
    booktitle: "Proceedings of 2011 International Conference for High Performance Computing, " +
      "Networking, Storage and Analysis",
    year: "2011",
    doi: "10.1145/2063384.2063405",
  },
);

/** Latent approximate SDE: motion capture. */
export const SOLIN_2021: Source = paper(
  "Solin et al. 2021",
  "solin2021scalable",
  "A. Solin, E. Tamir, P. Verma. Scalable inference in SDEs by direct matching of the " +
    "Fokker–Planck–Kolmogorov equation. NeurIPS 2021.",
  {
    author: "Solin, Arno and Tamir, Ella and Verma, Prakhar",
    title: "Scalable Inference in {SDE}s by Direct Matching of the " +
      "{F}okker--{P}lanck--{K}olmogorov Equation",
    booktitle: NEURIPS,
    year: "2021",
    ...arxiv("2110.15739"),
  },
);

/** NCDSSM: motion capture. */
export const ANSARI_2023: Source = paper(
  "Ansari et al. 2023",
  "ansari2023neural",
  "A. F. Ansari, A. Heng, A. Lim, H. Soh. Neural continuous-discrete state space models for " +
    "irregularly-sampled time series. ICML 2023.",
  {
    author: "Ansari, Abdul Fatir and Heng, Alvin and Lim, Andre and Soh, Harold",
    title: "Neural Continuous-Discrete State Space Models for Irregularly-Sampled Time Series",
    booktitle: "International Conference on Machine Learning",
    year: "2023",
    ...arxiv("2301.11308"),
  },
);

/** ARCTA: motion capture. */
export const COURSE_2023: Source = paper(
  "Course and Nair 2023",
  "course2023amortized",
  "K. Course, P. B. Nair. Amortized reparametrization: efficient and scalable variational " +
    "inference for latent SDEs. NeurIPS 2023.",
  {
    author: "Course, Kevin and Nair, Prasanth B.",
    title: "Amortized Reparametrization: Efficient and Scalable Variational Inference for " +
      "Latent {SDE}s",
    booktitle: NEURIPS,
    year: "2023",
    ...arxiv("2312.10550"),
  },
);

/** SDE matching: motion capture. */
export const BARTOSH_2025: Source = paper(
  "Bartosh et al. 2025",
  "bartosh2025sde",
  "G. Bartosh, D. Vetrov, C. A. Naesseth. SDE matching: scalable and simulation-free training of " +
    "latent stochastic differential equations. ICML 2025.",
  {
    author: "Bartosh, Grigory and Vetrov, Dmitry and Naesseth, Christian A.",
    title: "{SDE} Matching: Scalable and Simulation-Free Training of Latent Stochastic " +
      "Differential Equations",
    booktitle: "International Conference on Machine Learning",
    year: "2025",
    ...arxiv("2502.02472"),
  },
);

/** Latent neural stochastic flows: motion capture by two protocols, and others' models run again. */
export const KIYOHARA_2025: Source = paper(
  "Kiyohara et al. 2025",
  "kiyohara2025neural",
  "N. Kiyohara, E. Johns, Y. Li. Neural stochastic flows: solver-free modelling and inference for " +
    "SDE solutions. NeurIPS 2025.",
  {
    author: "Kiyohara, Naoki and Johns, Edward and Li, Yingzhen",
    title: "Neural Stochastic Flows: Solver-Free Modelling and Inference for {SDE} Solutions",
    booktitle: NEURIPS,
    year: "2025",
    ...arxiv("2510.25769"),
  },
);

/** NVIL, the gradient of networks with binary states. */
export const MNIH_2014: Source = paper(
  "Mnih and Gregor 2014",
  "mnih2014neural",
  "A. Mnih, K. Gregor. Neural variational inference and learning in belief networks. ICML 2014.",
  {
    author: "Mnih, Andriy and Gregor, Karol",
    title: "Neural variational inference and learning in belief networks",
    booktitle: "International Conference on Machine Learning",
    year: "2014",
    ...arxiv("1402.0030"),
  },
);

/** GPDM. */
export const WANG_2008: Source = paper(
  "Wang et al. 2008",
  "wang2008gaussian",
  "J. M. Wang, D. J. Fleet, A. Hertzmann. Gaussian process dynamical models for human motion. " +
    "IEEE Transactions on Pattern Analysis and Machine Intelligence, 2008.",
  {
    author: "Wang, Jack M. and Fleet, David J. and Hertzmann, Aaron",
    title: "Gaussian process dynamical models for human motion",
    journal: "IEEE Transactions on Pattern Analysis and Machine Intelligence",
    volume: "30",
    number: "2",
    pages: "283--298",
    year: "2008",
    doi: "10.1109/TPAMI.2007.1167",
  },
  "article",
);
