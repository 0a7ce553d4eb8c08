/**
 * Our intervals beside the published values, row by row of a table, as a still drawing.
 *
 * @module
 */
import { html, type Markup, raw } from "../markup.ts";
import {
  type ComparisonRow,
  type ComparisonTable,
  OTHER_PROTOCOL,
} from "../tables/comparison_table.ts";
import { confidenceInterval } from "../../benchmarks/statistics/spread.ts";
import { valueAxis } from "./chart_data.ts";
import { COLOURS } from "./palette.ts";
import { dots, line, plotSvg } from "./plot.ts";
import { linearTicks, logarithmicTicks } from "./ticks.ts";

const WIDTH = 520;
const ROW_HEIGHT = 24;
/** Rows of a drawing that is still small. */
const MOST_ROWS = 12;
/** Width of a letter, also of those of a narrow screen. */
const LETTER = 8.6;

/** Rows with a result of ours, without references that learn nothing: their errors would set the scale. */
function drawnRows({ rows, table, group }: ComparisonTable) {
  return rows.filter(({ kind, spread }) => kind !== "reference" && spread !== undefined)
    .slice(0, MOST_ROWS)
    .map((row) => {
      const { mean } = row.spread!;
      const interval = confidenceInterval(row.spread!);
      return {
        ...row,
        mean,
        ends: interval === undefined
          ? [mean, mean] as const
          : [interval.low, interval.high] as const,
        theirs: table.rows.find(({ model }) => model === row.model)?.value?.mean,
        colour: group.colours.get(row.model) ?? 0,
      };
    });
}

function diamond(x: number, y: number, { differenceText }: ComparisonRow): Markup {
  const isOther = differenceText === OTHER_PROTOCOL;
  return html`
    <path stroke="#595f69" stroke-width="1.5" ${isOther &&
      raw(' stroke-dasharray="2 2"')} class="theirs"
      d="M${(x - 5).toFixed(1)} ${y.toFixed(1)}l5-5l5 5l-5 5z" />
  `;
}

/** The drawing; undefined where no row has a result. */
export function intervalPlot(comparison: ComparisonTable): Markup | undefined {
  const rows = drawnRows(comparison);
  if (rows.length === 0) return undefined;
  const values = rows.flatMap(({ mean, ends, theirs }) => [mean, ...ends, theirs ?? mean]);
  const { logarithmic, yRange: range } = valueAxis(values);
  const left = Math.min(250, 14 + LETTER * Math.max(...rows.map(({ method }) => method.length)));
  const bottom = comparison.table.unit === "" ? 24 : 40; // room for the unit
  const box = {
    width: WIDTH,
    height: ROW_HEIGHT * rows.length + 4 + bottom,
    left,
    right: 14,
    top: 4,
    bottom,
  };
  const last = rows.length - 1;
  return plotSvg({
    description: `Intervals of ${comparison.heading}: ${
      rows.map(({ method, ours, published, theirs }) =>
        `${method} ${ours}${theirs === undefined ? "" : `, published ${published}`}`
      ).join("; ")
    }.`,
    box,
    xTitle: comparison.table.unit,
    x: {
      range,
      logarithmic,
      ticks: logarithmic ? logarithmicTicks(...range, 6) : linearTicks(...range, 4),
    },
    y: {
      range: [-0.5, last + 0.5],
      ticks: rows.map((_, i) => last - i),
      text: (at) => rows[last - at]!.method,
    },
    draw: (toX, toY) =>
      html`${
        rows.map((row, i) => {
          const y = toY(last - i);
          const [from, to] = row.ends.map((end) => toX(end).toFixed(1));
          return html`${
            from !== to && line(`M${from} ${y.toFixed(1)}H${to}`, row.colour % COLOURS)
          }${dots([[toX(row.mean), y]], row.colour, 4)}${
            row.theirs !== undefined && diamond(toX(row.theirs), y, row)
          }`;
        })
      }`,
  });
}

/** What the drawing's marks are. */
export function intervalCaption({ hasPublished }: Pick<ComparisonTable, "hasPublished">): string {
  return `Dots: our means; lines: their 95 % t-intervals, where there are several seeds${
    hasPublished ? "; diamonds: published values, dashed where the protocol is another" : ""
  }.`;
}
