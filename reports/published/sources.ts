/**
 * The papers that published numbers and methods come from.
 *
 * @module
 */
import type { Source } from "./published_cell.ts";

const NEURIPS = "Advances in Neural Information Processing Systems";

/** The paper whose tables the suite reproduces. */
export const YILDIZ_2019: Source = Object.freeze({
  short: "Yıldız et al. 2019",
  reference: "Ç. Yıldız, M. Heinonen, H. Lähdesmäki. ODE2VAE: Deep generative second order ODEs " +
    "with Bayesian neural networks. NeurIPS 2019.",
  url: "https://arxiv.org/abs/1905.10994",
  bibtex: Object.freeze({
    type: "inproceedings",
    key: "yildiz2019ode2vae",
    fields: {
      author:
        'Y{\\i}ld{\\i}z, {\\c C}a{\\u g}atay and Heinonen, Markus and L{\\"a}hdesm{\\"a}ki, Harri',
      title: "{ODE2VAE}: Deep generative second order {ODE}s with {B}ayesian neural networks",
      booktitle: NEURIPS,
      volume: "32",
      pages: "13412--13421",
      year: "2019",
      eprint: "1905.10994",
      archiveprefix: "arXiv",
    },
  }),
});

/** A later shooting formulation with a number on the same rotating-MNIST split. */
export const VIALARD_2020: Source = Object.freeze({
  short: "Vialard et al. 2020",
  reference: "F.-X. Vialard, R. Kwitt, S. Wei, M. Niethammer. A shooting formulation of deep " +
    "learning. NeurIPS 2020.",
  url: "https://arxiv.org/abs/2006.10330",
  bibtex: Object.freeze({
    type: "inproceedings",
    key: "vialard2020shooting",
    fields: {
      author:
        "Vialard, Fran{\\c c}ois-Xavier and Kwitt, Roland and Wei, Susan and Niethammer, Marc",
      title: "A shooting formulation of deep learning",
      booktitle: NEURIPS,
      volume: "33",
      year: "2020",
      eprint: "2006.10330",
      archiveprefix: "arXiv",
    },
  }),
});

/** Invariant imbedding networks, with a number on rotating MNIST by another protocol. */
export const CORBETT_2022: Source = Object.freeze({
  short: "Corbett and Kangin 2022",
  reference: "A. Corbett, D. Kangin. Imbedding deep neural networks. ICLR 2022.",
  url: "https://arxiv.org/abs/2202.00113",
  bibtex: Object.freeze({
    type: "inproceedings",
    key: "corbett2022imbedding",
    fields: {
      author: "Corbett, Andrew and Kangin, Dmitry",
      title: "Imbedding deep neural networks",
      booktitle: "International Conference on Learning Representations",
      year: "2022",
      eprint: "2202.00113",
      archiveprefix: "arXiv",
    },
  }),
});

/** Latent stochastic differential equations on the sphere, with two numbers on a harder split of rotating MNIST. */
export const ZENG_2023: Source = Object.freeze({
  short: "Zeng et al. 2023",
  reference: "S. Zeng, F. Graf, R. Kwitt. Latent SDEs on homogeneous spaces. NeurIPS 2023.",
  url: "https://arxiv.org/abs/2306.16248",
  bibtex: Object.freeze({
    type: "inproceedings",
    key: "zeng2023latent",
    fields: {
      author: "Zeng, Sebastian and Graf, Florian and Kwitt, Roland",
      title: "Latent {SDE}s on homogeneous spaces",
      booktitle: NEURIPS,
      volume: "36",
      year: "2023",
      eprint: "2306.16248",
      archiveprefix: "arXiv",
    },
  }),
});

/** Latent stochastic differential equations, with numbers on the same Mocap-2 split. */
export const LI_2020: Source = Object.freeze({
  short: "Li et al. 2020",
  reference: "X. Li, T.-K. L. Wong, R. T. Q. Chen, D. Duvenaud. Scalable gradients for " +
    "stochastic differential equations. AISTATS 2020.",
  url: "https://arxiv.org/abs/2001.01328",
  bibtex: Object.freeze({
    type: "inproceedings",
    key: "li2020scalable",
    fields: {
      author: "Li, Xuechen and Wong, Ting-Kam Leonard and Chen, Ricky T. Q. and Duvenaud, David",
      title: "Scalable gradients for stochastic differential equations",
      booktitle: "International Conference on Artificial Intelligence and Statistics",
      pages: "3870--3882",
      year: "2020",
      eprint: "2001.01328",
      archiveprefix: "arXiv",
    },
  }),
});

/** GPPVAE, two rows of the rotating-MNIST table. */
export const CASALE_2018: Source = Object.freeze({
  short: "Casale et al. 2018",
  reference: "F. P. Casale, A. V. Dalca, L. Saglietti, J. Listgarten, N. Fusi. Gaussian process " +
    "prior variational autoencoders. NeurIPS 2018.",
  url: "https://arxiv.org/abs/1810.11738",
  bibtex: Object.freeze({
    type: "inproceedings",
    key: "casale2018gaussian",
    fields: {
      author: "Casale, Francesco Paolo and Dalca, Adrian V. and Saglietti, Luca and Listgarten, " +
        "Jennifer and Fusi, Nicolo",
      title: "{G}aussian process prior variational autoencoders",
      booktitle: NEURIPS,
      volume: "31",
      year: "2018",
      eprint: "1810.11738",
      archiveprefix: "arXiv",
    },
  }),
});

/** The change of variables along an ordinary differential equation. */
export const CHEN_2018: Source = Object.freeze({
  short: "Chen et al. 2018",
  reference: "R. T. Q. Chen, Y. Rubanova, J. Bettencourt, D. Duvenaud. Neural ordinary " +
    "differential equations. NeurIPS 2018.",
  url: "https://arxiv.org/abs/1806.07366",
  bibtex: Object.freeze({
    type: "inproceedings",
    key: "chen2018neural",
    fields: {
      author: "Chen, Ricky T. Q. and Rubanova, Yulia and Bettencourt, Jesse and Duvenaud, David",
      title: "Neural ordinary differential equations",
      booktitle: NEURIPS,
      volume: "31",
      year: "2018",
      eprint: "1806.07366",
      archiveprefix: "arXiv",
    },
  }),
});

/** The variational auto-encoder. */
export const KINGMA_2014: Source = Object.freeze({
  short: "Kingma and Welling 2014",
  reference: "D. P. Kingma, M. Welling. Auto-encoding variational Bayes. ICLR 2014.",
  url: "https://arxiv.org/abs/1312.6114",
  bibtex: Object.freeze({
    type: "inproceedings",
    key: "kingma2014auto",
    fields: {
      author: "Kingma, Diederik P. and Welling, Max",
      title: "Auto-encoding variational {B}ayes",
      booktitle: "International Conference on Learning Representations",
      year: "2014",
      eprint: "1312.6114",
      archiveprefix: "arXiv",
    },
  }),
});

/** The optimiser. */
export const KINGMA_2015: Source = Object.freeze({
  short: "Kingma and Ba 2015",
  reference: "D. P. Kingma, J. Ba. Adam: a method for stochastic optimization. ICLR 2015.",
  url: "https://arxiv.org/abs/1412.6980",
  bibtex: Object.freeze({
    type: "inproceedings",
    key: "kingma2015adam",
    fields: {
      author: "Kingma, Diederik P. and Ba, Jimmy",
      title: "{A}dam: a method for stochastic optimization",
      booktitle: "International Conference on Learning Representations",
      year: "2015",
      eprint: "1412.6980",
      archiveprefix: "arXiv",
    },
  }),
});

/** MNIST. */
export const LECUN_1998: Source = Object.freeze({
  short: "LeCun et al. 1998",
  reference: "Y. LeCun, L. Bottou, Y. Bengio, P. Haffner. Gradient-based learning applied to " +
    "document recognition. Proceedings of the IEEE 86(11), 1998.",
  url: "https://doi.org/10.1109/5.726791",
  bibtex: Object.freeze({
    type: "article",
    key: "lecun1998gradient",
    fields: {
      author: "LeCun, Yann and Bottou, L{\\'e}on and Bengio, Yoshua and Haffner, Patrick",
      title: "Gradient-based learning applied to document recognition",
      journal: "Proceedings of the IEEE",
      volume: "86",
      number: "11",
      pages: "2278--2324",
      year: "1998",
      doi: "10.1109/5.726791",
    },
  }),
});

/** Philox, the random-number generator. */
export const SALMON_2011: Source = Object.freeze({
  short: "Salmon et al. 2011",
  reference: "J. K. Salmon, M. A. Moraes, R. O. Dror, D. E. Shaw. Parallel random numbers: as " +
    "easy as 1, 2, 3. SC 2011.",
  url: "https://doi.org/10.1145/2063384.2063405",
  bibtex: Object.freeze({
    type: "inproceedings",
    key: "salmon2011parallel",
    fields: {
      author: "Salmon, John K. and Moraes, Mark A. and Dror, Ron O. and Shaw, David E.",
      title: "Parallel random numbers: as easy as 1, 2, 3",
      booktitle: "Proceedings of 2011 International Conference for High Performance Computing, " +
        "Networking, Storage and Analysis",
      year: "2011",
      doi: "10.1145/2063384.2063405",
    },
  }),
});

/** Every paper that the suite cites, those with published numbers first. */
export const ALL_SOURCES: readonly Source[] = Object.freeze([
  YILDIZ_2019,
  CASALE_2018,
  VIALARD_2020,
  CORBETT_2022,
  ZENG_2023,
  LI_2020,
  CHEN_2018,
  KINGMA_2014,
  KINGMA_2015,
  LECUN_1998,
  SALMON_2011,
]);
