/**
 * Exhibits: what a trained model or a benchmark has to look at. A record holds them, and each kind has one renderer.
 *
 * Units, labels and flags are fields: nothing is parsed out of a caption.
 *
 * @module
 */
import type { JsonNumber } from "./json_number.ts";

/** Any exhibit. */
export type Exhibit = FrameStrips | Traces | MatrixExhibit | PlanePoints | PlaneField | Motion;

/** What all kinds have. */
export interface ExhibitHead {
  /** Registry name, e.g. `confusion`; no two exhibits of a record share one. */
  readonly name: string;
  /**
   * Caption, one line of text. Where several models have an exhibit of one name, the phrases between commas that all of
   * them share are its heading, and the others are shown with their models.
   */
  readonly label: string;
  /** True where it shows data of others: committed reference results have it only where their licence allows that. */
  readonly ofData?: boolean;
}

/** An axis or a quantity with its unit. */
export interface Quantity {
  /** What it is, e.g. "time". */
  readonly label: string;
  /** Its unit, e.g. "seconds"; "" for a pure number. */
  readonly unit: string;
}

/**
 * A sequence of images as strips, one below the other, e.g. truth, reconstruction, deviation. Where there are several, the
 * others are compared with the first, and models with the same first strip share a figure.
 */
export interface FrameStrips extends ExhibitHead {
  /** Which kind it is. */
  readonly kind: "frames";
  /** Rows of a frame, in pixels. */
  readonly height: number;
  /** Columns of a frame, in pixels. */
  readonly width: number;
  /** Frames of a strip. */
  readonly frames: number;
  /** Indices of frames to frame in colour, ascending. */
  readonly marked: readonly number[];
  /** What marked frames are, e.g. "hidden from training"; "" where frames are never marked. */
  readonly markedLabel: string;
  /** The strips, from top to bottom. */
  readonly strips: readonly {
    /** E.g. "truth". */
    readonly label: string;
    /** Base64 of frames·height·width bytes, row-major, 0 black … 255 white. */
    readonly pixels: string;
    /** Value that is white; 1 for images in [0, 1]. */
    readonly white: number;
    /** True for a part of the picture above, which is not compared with the first strip. */
    readonly part?: boolean;
  }[];
  /** As in the head, but required: images mostly show the data. */
  readonly ofData: boolean;
}

/** Lines and points over a common axis, in one or more panels, e.g. positions over time. */
export interface Traces extends ExhibitHead {
  /** Which kind it is. */
  readonly kind: "traces";
  /** The common axis. */
  readonly x: Quantity;
  /** Draws the axis from 0, or from below it, in steps of this; by default the renderer chooses. */
  readonly xStep?: number;
  /** Positions on the axis to mark in all panels; none by default. */
  readonly marks?: readonly {
    readonly x: number;
    /** What it is, e.g. "never shown in training". */
    readonly label: string;
  }[];
  /** True draws all panels on one vertical scale; by default each has its own. */
  readonly sharedY?: boolean;
  /** The panels. */
  readonly panels: readonly {
    /** The panel's quantity. */
    readonly y: Quantity;
    /** Its lines and points. */
    readonly series: readonly {
      /** E.g. "sequence 0: posterior mean". */
      readonly label: string;
      /** Series of one colour belong together, 0, 1, …, e.g. prediction and truth of one sequence. */
      readonly colour: number;
      /** How it is drawn. */
      readonly style: "line" | "points";
      readonly x: readonly number[];
      readonly y: readonly JsonNumber[];
      /** Lower and upper ends of a band around y; none by default. */
      readonly band?: {
        /** E.g. "mean ± 2 standard deviations over posterior draws". */
        readonly label: string;
        readonly lower: readonly JsonNumber[];
        readonly upper: readonly JsonNumber[];
      };
    }[];
  }[];
}

/** Rows or columns of a matrix. */
export interface MatrixAxis extends Quantity {
  /** Where each row or column lies on the axis. */
  readonly coordinates: readonly number[];
  /** Names of rows or columns instead of coordinates, e.g. classes; none by default. */
  readonly names?: readonly string[];
}

/** A small matrix, e.g. a covariance or a confusion matrix. */
export interface MatrixExhibit extends ExhibitHead {
  /** Which kind it is. */
  readonly kind: "matrix";
  /** Unit of the values; "" for a pure number. */
  readonly unit: string;
  /** What the rows are. */
  readonly rows: MatrixAxis;
  /** What the columns are. */
  readonly columns: MatrixAxis;
  /** rows × columns numbers, the column fastest; tagged when not finite. */
  readonly values: readonly JsonNumber[];
}

/** Points in the plane, each of a class, e.g. latent codes by class. */
export interface PlanePoints extends ExhibitHead {
  /** Which kind it is. */
  readonly kind: "points";
  /** The axis to the right. */
  readonly x: Quantity;
  /** The axis upwards. */
  readonly y: Quantity;
  /** Names of the classes; one for points of no class. */
  readonly classes: readonly string[];
  /** (x, y, index of the class) of each point. */
  readonly points: readonly (readonly [number, number, number])[];
}

/** A density, or a vector field, on a regular grid of the plane. */
export interface PlaneField extends ExhibitHead {
  /** Which kind it is. */
  readonly kind: "field";
  /** The axis to the right. */
  readonly x: Quantity;
  /** The axis upwards. */
  readonly y: Quantity;
  /** Least and greatest x of the grid's columns. */
  readonly xRange: readonly [number, number];
  /** Least and greatest y of the grid's rows. */
  readonly yRange: readonly [number, number];
  /** Columns of the grid. */
  readonly columns: number;
  /** Rows of the grid. */
  readonly rows: number;
  /** Unit of the values. */
  readonly unit: string;
  /** rows × columns values of a density, the column fastest, from the least y upwards. */
  readonly density?: readonly JsonNumber[];
  /** rows × columns × 2 components (along x, along y) of a vector field. At least one of the two is there. */
  readonly vectors?: readonly JsonNumber[];
}

/** A moving skeleton, seen by orthographic projection. */
export interface Motion extends ExhibitHead {
  /** Which kind it is. */
  readonly kind: "motion";
  /** Names of the joints. */
  readonly joints: readonly string[];
  /** Parent of each joint; −1 for the root. */
  readonly parents: readonly number[];
  /** Seconds between two frames. */
  readonly frameSeconds: number;
  /** The motions that are drawn beside each other, e.g. truth and prediction. */
  readonly motions: readonly {
    readonly label: string;
    /** frames × joints × 3 coordinates (x right, y up, z to the viewer). */
    readonly positions: readonly number[];
  }[];
}
