/** @file The values that a figure draws, of Plotly's or Vega's JSON, list by list. */
import { isObject, type JsonObject } from "../json-text.ts";
import type { FigureLists } from "./compared.ts";
import { typedArray } from "./typed-array.ts";
import { vegaNumbers } from "./vega-numbers.ts";

/**
 * Lists of a figure's data by their place in it.
 *
 * @param figure Plotly's {data, layout, frames} or a Vega or Vega-Lite specification
 * @returns path such as "data[0].x" -> its numbers and texts
 */
export function figureNumbers(figure: unknown): FigureLists {
  const lists: FigureLists = new Map();
  if (!isObject(figure)) return lists;
  if (!Array.isArray(figure.data) || isVega(figure)) return vegaNumbers(figure);
  for (const [index, trace] of figure.data.entries()) collectTrace(trace, `data[${index}]`, lists);
  for (const [index, frame] of (Array.isArray(figure.frames) ? figure.frames : []).entries()) {
    const traces = isObject(frame) && Array.isArray(frame.data) ? frame.data : [];
    for (const [place, trace] of traces.entries()) collectTrace(trace, `frames[${index}].data[${place}]`, lists);
  }
  if (isObject(figure.layout)) collectDrawn(figure.layout, lists);
  return lists;
}

/** Vega's data is a list too, of tables with names. */
function isVega({ $schema, marks }: JsonObject): boolean {
  return (typeof $schema === "string" && $schema.includes("/vega")) || Array.isArray(marks);
}

/** Parts of a trace that never carry data. */
const NO_DATA =
  /^(uid|ids|legend\w*|hover\w*|text(font|position|template|info|src|angle)|template|colorbar|colorscale|coloraxis|font|align|columnwidth|show\w*|config|selected|unselected|stream|domain|\w+src)$/;
/** Parts that say how a trace looks, unless they are lists of numbers: the sizes of bubbles, a colour a value. */
const LOOKS = /^(line|marker|fill\w*|opacity|mode|width|height|\w*colors?|pattern|symbol|dash)$/;
/** Words that change what the data says. */
const WORDS =
  /^(type|name|text|orientation|visible|hist(func|norm)|groupnorm|stackgroup|locationmode|box(mean|points)|enabled|xaxis|yaxis|label|x0|y0)$/;

function collectTrace(trace: unknown, path: string, lists: FigureLists): void {
  const whole = isObject(trace) ? { type: "scatter", ...trace } : trace; // the type of a trace that names none
  collect(whole, path, false, lists);
}

function collect(value: unknown, path: string, looks: boolean, lists: FigureLists): void {
  const list = typedArray(value) ?? value;
  if (Array.isArray(list)) {
    const isFlat = list.every((item) => !isObject(item) && !Array.isArray(item));
    if (!isFlat) for (const [index, item] of list.entries()) collect(item, `${path}[${index}]`, looks, lists);
    else if (list.length > 0 && (!looks || list.some((item) => typeof item === "number"))) lists.set(path, list);
  } else if (isObject(list)) {
    for (const [key, item] of Object.entries(list)) {
      if (NO_DATA.test(key)) continue;
      const below = `${path}.${key}`;
      if (isObject(item) || Array.isArray(item)) collect(item, below, looks || LOOKS.test(key), lists);
      else if (WORDS.test(key) && !looks) lists.set(below, [item]);
      else if (typeof item === "number" && !looks && !LOOKS.test(key)) lists.set(below, [item]);
    }
  }
}

/** Lines, boxes and notes drawn at places among the data. */
function collectDrawn(layout: JsonObject, lists: FigureLists): void {
  for (const kind of ["shapes", "annotations"]) {
    const drawn = layout[kind];
    for (const [index, shape] of (Array.isArray(drawn) ? drawn : []).entries()) {
      if (!isObject(shape)) continue;
      for (const key of ["x", "y", "x0", "y0", "x1", "y1"]) {
        if (key in shape) lists.set(`layout.${kind}[${index}].${key}`, [shape[key]]);
      }
    }
  }
}
