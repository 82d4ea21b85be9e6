/** @file Figures and tables that show themselves in a notebook, runs compared over seeds, and files read against a schema.
 *
 * figures/ draws, tables/ reads, writes and shows, runs/ compares the records of a study; beside them, what all three share: an estimate
 * as text, fits as they are handed over, how a value shows itself. Looks may change; what readTable takes is how data/ is written.
 * Tests: tests/toolkit/report; after a change of looks see out/report.html, where figures of the last save stand beside the new ones.
 */

export {
  formatEstimate,
  formatInterval,
  formatMeasured,
  formatPercent,
  inPercent,
  type Measured,
  type Ranged,
} from "../core/estimate-text.ts";
export type { Json, MimeBundle } from "../core/mime-bundle.ts";
export { toMarkdown, toPlainText } from "../core/text-table.ts";
export { methodColour, methodColours } from "./figures/colours.ts";
export { type Figure, makeFigure } from "./figures/figure.ts";
export { figureToPng, figureToSvg, type PictureSize } from "./figures/figure-png.ts";
export { type Line, type LineFigureOptions, plotLines } from "./figures/line-figure.ts";
export { formatCount, logTicks } from "./figures/log-axis.ts";
export { type MeasuredLine, plotMeasured } from "./figures/measured-figure.ts";
export { type MultiplierReading, type Multipliers, plotMultipliers } from "./figures/multiplier-figure.ts";
export { type PhaseFigureOptions, type PhasePanel, plotPhases } from "./figures/phase-figure.ts";
export type { Picture, PlotlyPart } from "./figures/picture.ts";
export { plotProfiles } from "./figures/profile-figure.ts";
export { plotJointRegions } from "./figures/region-figure.ts";
export { plotResiduals } from "./figures/residual-figure.ts";
export { plotScalingLaws, type ScalingFigureOptions } from "./figures/scaling-figure.ts";
export { type NamedPolicies, plotSteps, plotStepsInTraining } from "./figures/step-figure.ts";
export type { Fits } from "./fits.ts";
export { compareRuns, type Quantities, type RunComparison } from "./runs/compare-runs.ts";
export { type HolmTest, holm } from "./runs/holm.ts";
export type { GridColumns, GridLines, RunGrid } from "./runs/run-grid.ts";
export {
  differenceOfRuns,
  type MeanOptions,
  meanOfRuns,
  type Quantity,
  type SeededRecord,
} from "./runs/seeded-runs.ts";
export { type DanfoFrame, type DanfoLibrary, fromDanfo, toDanfo } from "./tables/danfo.ts";
export type { ColumnExpression, DataTable, ReadableTable } from "./tables/data-table.ts";
export { readTable, rows, type Table, toTable } from "./tables/read-table.ts";
export type { CellValue, ColumnType, Row, Schema } from "./tables/schema.ts";
export { type TableRow, type TextTable, table, toHtml, toLatex } from "./tables/table.ts";
export { writeTable } from "./tables/write-table.ts";
