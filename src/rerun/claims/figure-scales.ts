/** @file How large a difference between two figures looks: numbers are measured on the axis that they are drawn on. */
import { isObject, type JsonObject, textOf } from "../json-text.ts";

type Lists = ReadonlyMap<string, readonly unknown[]>;

/**
 * The size that a difference at a place of a figure is divided by.
 *
 * On a linear axis it is one for all traces: the end of the axis that lies furthest from zero, or the largest value drawn where the
 * figure leaves the range to Plotly. So a curve that is zero but for rounding is as flat beside large ones as it looks. On a
 * logarithmic axis it is the value itself, or for an error bar the point that it belongs to. Values without an axis (a
 * heat map's, a column of Vega's rows) share the largest of their array.
 *
 * @param figure Plotly's {data, layout} or a Vega or Vega-Lite specification
 * @param lists its numbers, as `figureNumbers` finds them
 * @returns place in the figure and in its list -> a size above 0, or 0 for what a logarithmic axis cannot show
 */
export function figureScales(figure: unknown, lists: Lists): (path: string, index: number) => number {
  const logFields = new Set(fieldsOfLogScales(figure));
  const places = new Map(Array.from(lists.keys(), (path) => [path, placeOf(figure, path, logFields)] as const));
  const largest = new Map<string, number>();
  for (const [path, { axis, ends }] of places) {
    const drawn = ends ?? lists.get(path) ?? [];
    largest.set(
      axis,
      drawn.reduce((most: number, value) => Math.max(most, sizeOf(value)), largest.get(axis) ?? 0),
    );
  }
  return (path, index) => {
    const { axis, isLog, points } = places.get(path) ?? { axis: path, isLog: false, points: path };
    if (isLog) return sizeOf(lists.get(points)?.[index]);
    return largest.get(axis) || 1; // an axis that holds zeros alone is drawn from -1 to 1
  };
}

interface Place {
  /** The same text for all lists that share an axis. */
  readonly axis: string;
  readonly isLog: boolean;
  /** Ends of a linear axis, where the figure names them. */
  readonly ends?: readonly unknown[] | undefined;
  /** Path of the points: the list's own, but for error bars. */
  readonly points: string;
}

function placeOf(figure: unknown, path: string, logFields: ReadonlySet<string>): Place {
  const [, index, direction] = /^data\[(\d+)\]\.(?:error_)?([xy])(?:\.array(?:minus)?)?$/.exec(path) ?? [];
  const trace =
    index === undefined || !isObject(figure) || !Array.isArray(figure.data) ? undefined : figure.data[Number(index)];
  if (direction !== undefined && isObject(trace)) {
    const layout = isObject(figure) && isObject(figure.layout) ? figure.layout : {};
    const axis = matchedAxis(layout, textOf(trace[`${direction}axis`] ?? direction));
    const { type, range } = axisOf(layout, axis);
    const isLog = type === "log"; // whose range is in exponents
    return {
      axis,
      isLog,
      ends: !isLog && Array.isArray(range) ? range : undefined,
      points: `data[${index}].${direction}`,
    };
  }
  // all rows of an array: only the place in `data`, which names a trace or a data set, keeps its number
  const array = path.replace(/(?<!^data)\[\d+\]/g, "[]");
  return { axis: array, isLog: logFields.has(array.split(".").at(-1) ?? ""), points: path };
}

/** Plotly calls the axis "x2" `xaxis2` in the layout. */
function axisOf(layout: JsonObject, axis: string): JsonObject {
  const found = layout[`${axis[0]}axis${axis.slice(1)}`];
  return isObject(found) ? found : {};
}

/** Of axes that share their range, the one that the others match. */
function matchedAxis(layout: JsonObject, axis: string): string {
  const { matches } = axisOf(layout, axis);
  return typeof matches === "string" ? matches : axis;
}

/** Fields that a Vega-Lite channel or the domain of a Vega scale puts on a logarithmic scale. */
function* fieldsOfLogScales(part: unknown): Generator<string> {
  if (Array.isArray(part)) for (const item of part) yield* fieldsOfLogScales(item);
  if (!isObject(part)) return;
  const { field, scale, domain, type } = part;
  if (isObject(scale) && scale.type === "log" && typeof field === "string") yield field;
  if (type === "log" && isObject(domain) && typeof domain.field === "string") yield domain.field;
  for (const [key, item] of Object.entries(part))
    if (key !== "data" && key !== "datasets") yield* fieldsOfLogScales(item);
}

function sizeOf(value: unknown): number {
  return typeof value === "number" && Number.isFinite(value) ? Math.abs(value) : 0;
}
