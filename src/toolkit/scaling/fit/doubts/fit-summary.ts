/** @file How a fit shows itself in a notebook: its parameters with their intervals, what it was made of, and what is to be doubted. */
import { formatEstimate } from "../../../core/estimate-text.ts";
import type { MimeBundle } from "../../../core/mime-bundle.ts";
import { formatNumber } from "../../../core/number-format.ts";
import { type TextCells, toMarkdown, toPlainText } from "../../../core/text-table.ts";
import { type FittedLaw, fittedMeasurements, type LawFit, noiseIsKnown } from "../fitted-law.ts";
import { fitDoubts } from "./fit-doubts.ts";

/** The display method of fits: Markdown, which notebooks show untrusted too, and plain text. */
export function showFit(this: LawFit): MimeBundle {
  if (!this.ok) {
    const told = `no fit: ${this.reason}`;
    return {
      "text/markdown": `**${this.name}**, ${this.law.name}: ${told}`,
      "text/plain": `${this.name}, ${this.law.name}: ${told}`,
    };
  }
  const cells = parameterTable(this);
  const notes = notesOf(this);
  const doubts = fitDoubts(this).map(({ kind, message }) => `${kind}: ${message}`);
  const doubted = doubts.length === 0 ? ["none was raised"] : doubts;
  const lists = [notes, ["Doubts:", ...doubted]];
  return {
    "text/markdown": [
      `**${this.name}**, ${this.law.name}`,
      toMarkdown(cells),
      notes.map((note) => `- ${note}`).join("\n"),
      `Doubts:\n\n${doubted.map((doubt) => `- ${doubt}`).join("\n")}`,
    ].join("\n\n"),
    "text/plain": [`${this.name}, ${this.law.name}`, toPlainText(cells), ...lists.flat()].join("\n"),
  };
}

/** The print of fits, several of which a list or a record has: the plain text. */
export function printFit(this: LawFit): string {
  return String(showFit.call(this)["text/plain"]);
}

function parameterTable({ law, parameters }: FittedLaw): TextCells {
  const cells = law.parameters.map((parameter) => {
    const estimate = parameters[parameter];
    if (estimate === undefined) return [parameter, "", "", ""];
    const { interval, standardError, fixed } = estimate;
    const tied = law.ties?.[parameter] === undefined ? "" : "tied, ";
    const how = fixed ? "fixed" : "reason" in interval ? interval.reason : `${tied}${interval.method}`;
    return [parameter, formatEstimate(estimate), fixed ? "" : formatNumber(standardError), how];
  });
  return {
    columns: ["parameter", "estimate", "standard error", "interval"],
    cells,
    numeric: [false, true, true, false],
  };
}

function notesOf(fit: FittedLaw): string[] {
  const { measurements, noise, dispersion, degreesOfFreedom, startsAgreeing, status, level } = fit;
  const fitted = fittedMeasurements(fit).length;
  const held = measurements.length - fitted;
  const rows = `${fitted} rows${held > 0 ? `, ${held} held out` : ""}, ${degreesOfFreedom} degrees of freedom`;
  const size = noiseIsKnown(noise) ? "known" : `dispersion ${formatNumber(dispersion)}`;
  const loss =
    fit.loss.kind !== "huber"
      ? fit.loss.kind === "own"
        ? ", a loss of one's own"
        : ""
      : `, Huber's loss of delta ${formatNumber(fit.loss.delta)}${fit.loss.quantile === undefined ? "" : ` at quantile ${fit.loss.quantile}`}`;
  const seeds =
    fit.seedEffect === null
      ? ""
      : `; ${fit.seedEffect.levels} seeds, a deviation of ${formatNumber(fit.seedEffect.deviation)} between them`;
  const refits =
    fit.bootstrap === null
      ? ""
      : `, ${fit.bootstrap.resample.length} of ${fit.bootstrap.requested} refits${fit.seed === null ? "" : ` from seed ${fit.seed}`}`;
  return [
    `${rows}; ${noise} noise, ${size}${loss}${seeds}; intervals of ${Number((100 * level).toPrecision(6))} %${refits}`,
    `${status}; ${startsAgreeing.agree} of ${startsAgreeing.total} starts agree`,
  ];
}
