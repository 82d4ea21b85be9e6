/** @file What the transpilers are told of a text, and what they give. */
import type { CompilerOptions } from "./tsconfig.ts";

/** How a text is read. */
export interface Dialect {
  /** Of the nearest tsconfig.json. */
  readonly options: CompilerOptions;
  /** Imports that the text uses as types alone, or not at all, are kept: a later cell may use them. */
  readonly keepsImports: boolean;
}

export interface Transpiled {
  readonly code: string;
  /** Source map from the code to the TypeScript, as JSON text. */
  readonly map: string;
  /** Names at the top of the code that the source does not have. */
  readonly generated: ReadonlySet<string>;
}
