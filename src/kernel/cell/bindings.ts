/** @file Which names a cell declares for later cells, and which of its identifiers refer to something outside of it. */
import { type Declaration, declareStatement, type Range, type VariablePlace, visitVariables } from "./declarations.ts";
import { type FreeSyntax, freeSyntax } from "./references.ts";
import { addDeclarators, children, type Node } from "./syntax.ts";

const NO_NAMES: ReadonlySet<string> = new Set();

export interface Bindings extends FreeSyntax {
  readonly declared: ReadonlyMap<string, Declaration>;
  /** What runs before a variable or class has its value. */
  readonly deadZones: ReadonlyMap<string, readonly Range[]>;
  /** `var` statements outside of functions, wherever they stand. */
  readonly variables: ReadonlyMap<Node, VariablePlace>;
}

/**
 * Analyses the scopes of a cell.
 *
 * @param program an ESTree Program of plain JavaScript, a module
 * @param own names at its top that it keeps to itself
 * @returns its top-level declarations and its free identifiers
 */
export function analyseBindings(program: Node, own: ReadonlySet<string> = NO_NAMES): Bindings {
  const declared = new Map<string, Declaration>();
  const deadZones = new Map<string, readonly Range[]>();
  const statements = children(program, "body");
  for (const statement of statements) declareStatement(statement, declared, deadZones);
  const variables = new Map<Node, VariablePlace>();
  visitVariables(program, (declaration, place) => {
    const names = new Set<string>();
    addDeclarators(declaration.declarations, names);
    for (const name of names) declared.set(name, "var");
    variables.set(declaration, place);
  });
  for (const name of own) declared.delete(name);
  return { declared, deadZones, variables, ...freeSyntax(statements, own) };
}
