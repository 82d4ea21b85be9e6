/** @file arquero's tables as a type of our own, which knows the columns of each row: https://idl.uw.edu/arquero/api/table (version 8).
 *
 * arquero's declarations know no column, and two of their lines are no TypeScript: who checks libraries would hear of them through us.
 */

/** A column by an expression: a function of a row, the text of one, or what arquero's `op`, `desc` and `escape` give. */
export type ColumnExpression<R, Value = unknown> =
  | ((row: R, parameters: Readonly<Record<string, unknown>>) => Value)
  | string
  | object;

type Expressions<R> = Readonly<Record<string, ColumnExpression<R>>>;
type Values<E> = { [Column in keyof E]: E[Column] extends (...words: never[]) => infer Value ? Value : unknown };
type Renamed<R, Names> = {
  [Column in keyof R as Column extends keyof Names ? Names[Column] & string : Column]: R[Column];
};
type Columns = Record<string, unknown>;

/** Which columns of two tables must agree: a name of both, or a list of names for each. */
type JoinKeys = string | readonly (string | readonly string[])[] | null;

/**
 * An arquero table, each of whose rows is an R; every verb gives a new table.
 * Hand it to arquero's own functions as `from(rows(table))`, where their types ask for a table of theirs.
 */
export interface DataTable<R extends object = Columns, Grouped extends keyof R = never> {
  numRows(): number;
  numCols(): number;
  columnNames(): string[];
  /** the values of a column, in the table's order */
  array<Column extends keyof R & string>(column: Column): ArrayLike<R[Column]>;
  get<Column extends keyof R & string>(column: Column, row?: number): R[Column];
  object(row?: number): R;
  objects(options?: { readonly limit?: number; readonly offset?: number }): R[];
  [Symbol.iterator](): Iterator<R>;
  /** rows as text on standard output */
  print(options?: number | { readonly limit?: number; readonly offset?: number }): this;

  filter(criteria: ColumnExpression<R, boolean>): this;
  orderby(...keys: ColumnExpression<R>[]): this;
  unorder(): this;
  slice(start?: number, end?: number): this;
  sample(size: number, options?: { readonly replace?: boolean; readonly shuffle?: boolean }): this;
  dedupe(...keys: ColumnExpression<R>[]): this;
  /** a table without the rows that filter left out, in the order that orderby gave */
  reify(): this;
  /** values that a text of an expression names by `$` */
  params(values: Readonly<Columns>): this;

  select<Column extends keyof R & string>(...columns: (Column | readonly Column[])[]): DataTable<Pick<R, Column>>;
  rename<const Names extends { readonly [Column in keyof R]?: string }>(names: Names): DataTable<Renamed<R, Names>>;
  relocate(columns: string | readonly string[], place: { readonly before?: string; readonly after?: string }): this;
  derive<E extends Expressions<R>>(values: E): DataTable<Omit<R, keyof E> & Values<E>>;
  impute(values: Expressions<R>): this;
  assign<Other extends object>(other: DataTable<Other>): DataTable<Omit<R, keyof Other> & Other>;

  groupby<Column extends keyof R & string>(...columns: Column[]): DataTable<R, Column>;
  groupby(...keys: ColumnExpression<R>[]): DataTable<R, keyof R>;
  ungroup(): DataTable<R>;
  count(): DataTable<Pick<R, Grouped> & { count: number }>;
  rollup<E extends Expressions<R>>(values: E): DataTable<Pick<R, Grouped> & Values<E>>;

  fold(columns: string | readonly string[], options?: { readonly as?: readonly [string, string] }): DataTable;
  pivot(keys: ColumnExpression<R>, values: ColumnExpression<R>): DataTable;
  spread(columns: string | readonly string[]): DataTable;
  unroll(columns: string | readonly string[]): DataTable;

  join<Other extends object>(other: DataTable<Other>, on?: JoinKeys): DataTable<R & Other>;
  join_left<Other extends object>(other: DataTable<Other>, on?: JoinKeys): DataTable<R & Partial<Other>>;
  join_right<Other extends object>(other: DataTable<Other>, on?: JoinKeys): DataTable<Partial<R> & Other>;
  join_full<Other extends object>(other: DataTable<Other>, on?: JoinKeys): DataTable<Partial<R> & Partial<Other>>;
  semijoin(other: DataTable<never>, on?: JoinKeys): this;
  antijoin(other: DataTable<never>, on?: JoinKeys): this;
  cross<Other extends object>(other: DataTable<Other>): DataTable<R & Other>;
  concat(...tables: DataTable<R>[]): this;
  union(...tables: DataTable<R>[]): this;
  intersect(...tables: DataTable<R>[]): this;
  except(...tables: DataTable<R>[]): this;

  toCSV(): string;
  toHTML(): string;
  toJSON(): string;
  toMarkdown(): string;
}

/** Of a table of any kind, what it takes to read its rows: arquero's own pass too. */
export interface ReadableTable {
  columnNames(): string[];
  objects(): object[];
}

/** Is this a table, and no list of plain objects? */
export function isTable(value: unknown): value is ReadableTable {
  return typeof value === "object" && value !== null && "objects" in value && "columnNames" in value;
}
