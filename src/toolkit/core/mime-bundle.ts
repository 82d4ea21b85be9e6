/** @file How a value shows itself in a notebook: a method that gives its representations by MIME type. */

/** A JSON value. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/** Representations of one value by MIME type; a front end shows the richest that it knows. */
export type MimeBundle = Record<string, Json>;

/** The method under which a value says how a notebook shall show it. */
export const displayMethod: unique symbol = Symbol.for("Jupyter.display");

/** The method under which a value says how Node prints it, alone or inside others: node:util's inspect.custom, by its registered name. */
export const inspectMethod: unique symbol = Symbol.for("nodejs.util.inspect.custom");
