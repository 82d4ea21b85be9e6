/** @file Likelihood profiles: how fast the fit worsens away from its best value, and where the interval ends. */
import { wrong } from "../../core/argument-checks.ts";
import { formatEstimate } from "../../core/estimate-text.ts";
import type { LikelihoodProfile } from "../../scaling/index.ts";
import { methodColours, translucent } from "./colours.ts";
import { type Figure, makeFigure } from "./figure.ts";
import { claimLayout, requireFigureOptions } from "./figure-layout.ts";
import { linearAxis } from "./linear-axis.ts";
import type { PlotlyPart } from "./picture.ts";

/**
 * Profiles of one parameter: the rise of the deviance (solid), the parabola that the standard error alone would give (dashed),
 * the rise that contradicts a value (horizontal), and under it the interval.
 *
 * @param profiles one or several, as profileLaw gives them, of the same parameter
 * @param options title, the claim, by default whose profile it is; xTitle: the parameter with its unit, by default its name
 * @returns a figure
 * @throws RangeError or TypeError when there is no profile, one that failed, or one of another parameter
 */
export function plotProfiles(
  profiles: LikelihoodProfile | readonly LikelihoodProfile[],
  options: { title?: string; xTitle?: string } = {},
): Figure {
  requireFigureOptions("plotProfiles", options, ["title", "xTitle"]);
  const list = (Array.isArray(profiles) ? profiles : [profiles]) as LikelihoodProfile[];
  const [first] = list;
  if (first === undefined) throw new RangeError("plotProfiles requires at least one profile, got none");
  for (const profile of list) {
    if (profile?.ok !== true) throw wrong("plotProfiles", "profiles that are ok", profile);
    if (profile.parameter !== first.parameter) {
      throw wrong("plotProfiles", `profiles of ${first.parameter} alone`, profile.parameter);
    }
  }
  const { xTitle = first.parameter } = options;
  const { title = `profile of ${xTitle}` } = options;
  const colours = methodColours(list.map((profile) => profile.name));
  const values = list.flatMap(({ rows }) => rows.map(({ value }) => value));
  const top = HEIGHT * Math.max(...list.map(({ threshold }) => threshold));
  const texts = list.map(legendText);
  const traces = list.flatMap((profile, index) =>
    profileTraces(profile, colours[index] ?? "#000000", texts[index] ?? "", top),
  );
  const percent = Number((100 * first.level).toPrecision(3));
  const caption = `Solid: least deviance with the parameter held there. Dashed: by the standard error. Under the level: ${percent} % interval.`;
  return makeFigure(
    traces,
    {
      ...claimLayout({ title, legendEntries: list.length, caption }),
      xaxis: linearAxis(xTitle, [Math.min(...values), Math.max(...values)]),
      yaxis: linearAxis("rise of the deviance", [0, top]),
    },
    `${title}. ${texts.join("; ")}.`,
  );
}

const HEIGHT = 2; // of the figure, in levels that contradict a value

function profileTraces(profile: LikelihoodProfile, colour: string, name: string, top: number): PlotlyPart[] {
  const { rows, value, standardError, threshold, interval } = profile;
  const x = rows.map((row) => row.value);
  const [left, right] = [x[0] ?? value, x.at(-1) ?? value];
  const quiet = { type: "scatter", mode: "lines", legendgroup: profile.name, showlegend: false, hoverinfo: "skip" };
  const under = rows.filter(({ rise }) => rise <= threshold);
  const ends = "reason" in interval ? [] : [interval.low, interval.high];
  const inside = [...(ends[0] === undefined ? [] : [{ value: ends[0], rise: threshold }]), ...under];
  if (ends[1] !== undefined) inside.push({ value: ends[1], rise: threshold });
  const parabola = (at: number) => ((at - value) / standardError) ** 2;
  const fine = Array.from({ length: 121 }, (_, k) => left + ((right - left) * k) / 120);
  return [
    {
      ...quiet,
      x: [...inside.map((row) => row.value), ...inside.map((row) => row.value).reverse()],
      y: [...inside.map(() => threshold), ...inside.map((row) => row.rise).reverse()],
      fill: "toself",
      fillcolor: translucent(colour, 0.15),
      line: { width: 0 },
    },
    { ...quiet, x: [left, right], y: [threshold, threshold], line: { color: "#4d4d4d", width: 1 } },
    {
      ...quiet,
      x: fine.filter((at) => parabola(at) <= top),
      y: fine.map(parabola).filter((rise) => rise <= top),
      line: { color: colour, width: 1.5, dash: "dash" },
    },
    {
      type: "scatter",
      mode: "lines",
      x,
      y: rows.map(({ rise }) => rise),
      name,
      legendgroup: profile.name,
      line: { color: colour, width: 2, shape: "spline" },
      hovertemplate: "%{x:.4g}: %{y:.3f}<extra></extra>",
    },
    {
      ...quiet,
      mode: "markers",
      x: [value],
      y: [0],
      marker: { color: colour, size: 9 },
      cliponaxis: false,
    },
  ];
}

function legendText({ name, parameter, value, interval }: LikelihoodProfile): string {
  if ("reason" in interval) return `${name}: ${parameter} ${Number(value.toPrecision(3))}, ${interval.reason}`;
  return `${name}: ${parameter} ${formatEstimate({ value, interval })}`;
}
