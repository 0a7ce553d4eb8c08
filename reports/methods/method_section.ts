/**
 * One section of the page on methods.
 *
 * @module
 */
import type { Markup } from "../markup.ts";
import type { Source } from "../published/published_cell.ts";

/** A section: its heading, content and what it cites. */
export interface MethodSection {
  /** Anchor on the page. */
  readonly anchor: string;
  /** Heading. */
  readonly title: string;
  /** Content under the heading. */
  readonly body: Markup;
  /** Papers that it is from. */
  readonly sources: readonly Source[];
}
