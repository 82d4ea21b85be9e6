/** @file Figures and tables that show themselves in a notebook, and files read against a schema. */
export { methodColour, methodColours } from "./colours.ts";
export { type DanfoFrame, type DanfoLibrary, fromDanfo, toDanfo } from "./danfo.ts";
export { type Figure, type MimeBundle, makeFigure } from "./figure.ts";
export { figureToPng, figureToSvg, type PictureSize } from "./figure-png.ts";
export type { Fits } from "./fits.ts";
export { formatEstimate, formatInterval, type Ranged } from "./format.ts";
export { type Line, type LineFigureOptions, plotLines } from "./line-figure.ts";
export { formatCount, logTicks } from "./log-axis.ts";
export { type MultiplierReading, type Multipliers, plotMultipliers } from "./multiplier-figure.ts";
export type { Json, Picture, PlotlyPart } from "./picture.ts";
export { plotProfiles } from "./profile-figure.ts";
export { readTable, rows, type Table, toTable } from "./read-table.ts";
export { plotResiduals } from "./residual-figure.ts";
export { plotScalingLaws, type ScalingFigureOptions } from "./scaling-figure.ts";
export type { CellValue, ColumnType, Row, Schema } from "./schema.ts";
export { type NamedPolicies, plotSteps, plotStepsInTraining } from "./step-figure.ts";
export { type TableRow, type TextTable, table, toHtml, toLatex, toMarkdown, toPlainText } from "./table.ts";
export { writeTable } from "./write-table.ts";
