/** @file The values that a Vega or Vega-Lite specification draws, and which of them it draws where. */
import { isObject, type JsonObject } from "../json-text.ts";
import type { FigureLists } from "./compared.ts";

/** Parts of a specification, outside of its data, that say how it looks. */
const LOOKS =
  /^(\$schema|config|title|subtitle|description|usermeta|width|height|autosize|padding|background|bounds|spacing|axis|axes|legends?|header|tooltip|params|signals|selection|style|view|resolve|name|href|cursor|opacity|range|scheme|format\w*|label\w*)$/;
/** Of a mark, its kind alone and how far it reaches: the rest is looks. */
const OF_A_MARK = /^(type|extent)$/;

/**
 * Lists of a specification's data by their place in it: a column a field, whatever the field is called; and what the
 * marks and their encodings take from it.
 *
 * @param specification of Vega-Lite or Vega
 * @returns path such as "data.values.height" -> that column
 */
export function vegaNumbers(specification: JsonObject): FigureLists {
  const lists: FigureLists = new Map();
  walk(specification, "", { datasets: specification.datasets, lists });
  return lists;
}

interface Walk {
  /** Tables that data refer to by names, which may be checksums of their rows. */
  readonly datasets: unknown;
  readonly lists: FigureLists;
}

function walk(value: unknown, path: string, context: Walk): void {
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) walk(item, `${path}[${index}]`, context);
  } else if (isObject(value)) {
    for (const [key, item] of Object.entries(value)) {
      const below = path === "" ? key : `${path}.${key}`;
      if (key === "data") collectData(item, below, context);
      else if (key === "mark") collectMark(item, below, context);
      else if (key !== "datasets" && !LOOKS.test(key)) walk(item, below, context);
    }
  } else {
    context.lists.set(path, [value]);
  }
}

/** Vega-Lite's one table, or Vega's list of tables. */
function collectData(data: unknown, path: string, context: Walk): void {
  if (Array.isArray(data)) {
    for (const [index, table] of data.entries()) collectData(table, `${path}[${index}]`, context);
  } else if (isObject(data)) {
    const { name, ...own } = data;
    const referred = isObject(context.datasets) && typeof name === "string" ? context.datasets[name] : undefined;
    const table = own.values === undefined && referred !== undefined ? { ...own, values: referred } : own;
    for (const [key, value] of Object.entries(table)) {
      if (key === "values") collectRows(value, `${path}.values`, context.lists);
      else walk(value, `${path}.${key}`, context);
    }
  } else {
    walk(data, path, context);
  }
}

function collectMark(mark: unknown, path: string, { lists }: Walk): void {
  const parts = isObject(mark) ? Object.entries(mark) : [["type", mark] as const];
  for (const [key, value] of parts) if (OF_A_MARK.test(key)) lists.set(`${path}.${key}`, [value]);
}

/** Rows as columns: the numbers of a column have a scale in common. */
function collectRows(rows: unknown, path: string, lists: FigureLists): void {
  if (!Array.isArray(rows)) return void (isObject(rows) ? collectRows([rows], path, lists) : lists.set(path, [rows]));
  const keys = new Set(rows.flatMap((row) => (isObject(row) ? Object.keys(row) : [])));
  for (const key of keys) {
    const column = rows.map((row) => (isObject(row) ? row[key] : undefined));
    if (column.some(isObject)) collectRows(column, `${path}.${key}`, lists);
    else if (column.some(Array.isArray)) lists.set(`${path}.${key}`, column.flat(Number.POSITIVE_INFINITY));
    else lists.set(`${path}.${key}`, column);
  }
  const others = rows.filter((row) => !isObject(row));
  if (keys.size === 0 || others.some((row) => row !== undefined))
    lists.set(path, others.flat(Number.POSITIVE_INFINITY));
}
