/** @file Which values are tables: arrays of flat objects, arquero's tables, danfo's data frames, known by their shape. */
import { types } from "node:util";
import { field, hasProperty } from "./fields.ts";

/** The part of a table that is shown. */
export interface Table {
  /** Names of the shown columns. */
  readonly columns: readonly string[];
  /** Cells of the shown rows: shownRows x columns. */
  readonly rows: readonly (readonly unknown[])[];
  /** Counts of the whole table. */
  readonly rowCount: number;
  readonly columnCount: number;
}

/** A table of that many rows is shown in full, a longer one by its first rows. */
const FULL_ROWS = 50;
const FIRST_ROWS = 20;
/** More than that are counted and not shown. */
const SHOWN_COLUMNS = 30;

/**
 * A value as a table.
 *
 * No table package is imported: a value is a table if it answers like one.
 *
 * @param value anything
 * @param fullRows a table of that many rows is shown in full
 * @returns its first rows and columns; undefined when it is no table, or throws when it is asked
 * @example tableOf([{ a: 1 }, { b: 2 }]) // => { columns: ["a", "b"], rows: [[1, undefined], [undefined, 2]], rowCount: 2, columnCount: 2 }
 * @example tableOf([1, 2]) // => undefined
 */
export function tableOf(value: unknown, fullRows: number = FULL_ROWS): Table | undefined {
  if (types.isProxy(value)) return undefined;
  try {
    if (Array.isArray(value)) return ofObjects(value, fullRows);
    if (isArquero(value)) return ofArquero(value, fullRows);
    return isDanfo(value) ? ofDanfo(value, fullRows) : undefined;
  } catch {
    return undefined; // a table that throws when it is read: it is shown as what it is
  }
}

function ofObjects(array: readonly unknown[], fullRows: number): Table | undefined {
  const shown = array.slice(0, shownRows(array.length, fullRows));
  if (shown.length === 0 || !shown.every(isFlat)) return undefined;
  const names = [...new Set(shown.flatMap((row) => Object.keys(row)))];
  if (names.length === 0) return undefined;
  const columns = names.slice(0, SHOWN_COLUMNS);
  const rows = shown.map((row) => columns.map((name) => (Object.hasOwn(row, name) ? row[name] : undefined)));
  return { columns, rows, rowCount: array.length, columnCount: names.length };
}

function shownRows(rowCount: number, fullRows: number): number {
  return rowCount <= fullRows ? rowCount : Math.min(FIRST_ROWS, fullRows);
}

/** A plain object whose values are no objects, dates aside; its getters are not called. */
function isFlat(row: unknown): row is Readonly<Record<string, unknown>> {
  if (typeof row !== "object" || row === null || types.isProxy(row)) return false;
  const prototype = Object.getPrototypeOf(row);
  if (prototype !== null && (types.isProxy(prototype) || Object.getPrototypeOf(prototype) !== null)) return false;
  return Object.values(Object.getOwnPropertyDescriptors(row)).every(
    ({ value, get, set }) => get === undefined && set === undefined && isScalar(value),
  );
}

function isScalar(value: unknown): boolean {
  return value === null || types.isDate(value) || (typeof value !== "object" && typeof value !== "function");
}

/** https://idl.uw.edu/arquero/api/table: `get` counts rows after its filter and its order. */
interface Arquero {
  columnNames(): string[];
  numRows(): number;
  get(name: string, row: number): unknown;
}

function isArquero(value: unknown): value is Arquero {
  return ["columnNames", "numRows", "get"].every((name) => typeof field(value, name) === "function");
}

function ofArquero(table: Arquero, fullRows: number): Table {
  const names = table.columnNames();
  const columns = names.slice(0, SHOWN_COLUMNS);
  const rowCount = table.numRows();
  const rows = Array.from({ length: shownRows(rowCount, fullRows) }, (_, row) =>
    columns.map((name) => table.get(name, row)),
  );
  return { columns, rows, rowCount, columnCount: names.length };
}

/** https://danfo.jsdata.org/api-reference/dataframe: `values` holds rows. */
interface Danfo {
  readonly columns: readonly string[];
  readonly values: readonly unknown[];
}

/** Its own fields, or the getters of a class that keeps its data as danfo does: no other getter is read. */
function isDanfo(value: unknown): value is Danfo {
  const names = ["columns", "shape", "values"];
  const isReadable = Array.isArray(field(value, "$data"))
    ? hasProperty
    : (of: unknown, name: string) => field(of, name);
  if (!names.every((name) => isReadable(value, name))) return false;
  const [columns, shape, values] = names.map((name) => Reflect.get(value as object, name));
  return Array.isArray(columns) && Array.isArray(values) && Array.isArray(shape) && shape.length === 2;
}

function ofDanfo(frame: Danfo, fullRows: number): Table {
  const columns = frame.columns.slice(0, SHOWN_COLUMNS);
  const { values } = frame;
  const shown = values.slice(0, shownRows(values.length, fullRows));
  const rows = shown.map((row) => (Array.isArray(row) ? row.slice(0, SHOWN_COLUMNS) : [row])); // a series holds values
  return { columns, rows, rowCount: values.length, columnCount: frame.columns.length };
}
