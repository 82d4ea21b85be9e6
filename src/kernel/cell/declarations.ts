/** @file Which names a statement, a block or a function's body declares. */
import {
  addDeclarators,
  child,
  children,
  each,
  eachBound,
  type Fields,
  listOf,
  type Node,
  optionalChild,
} from "./syntax.ts";

/** How a name is declared at the top of a cell. */
export type Declaration = "const" | "let" | "var" | "function" | "class" | "import";

/** Where variables are declared: as a statement, in the head of a `for (;;)`, or as what a `for of` or `for in` assigns. */
export type VariablePlace = "statement" | "expression" | "target";

/** A part of a cell's text, in UTF-16 units. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/**
 * Adds the names that a statement declares, if it declares any; those of a `var` in a block or loop are not its own.
 *
 * @param deadZones parts of the cell that run before a variable or class has its value
 */
export function declareStatement(
  statement: Node,
  declared: Map<string, Declaration>,
  deadZones: Map<string, readonly Range[]>,
): void {
  const isExport = statement.type === "ExportNamedDeclaration" || statement.type === "ExportDefaultDeclaration";
  const declaration = isExport ? optionalChild(statement, "declaration") : statement;
  if (declaration === undefined) return;
  if (declaration.type === "ImportDeclaration") {
    for (const specifier of children(declaration, "specifiers")) {
      declared.set(String(child(specifier, "local").name), "import");
    }
  } else if (declaration.type === "VariableDeclaration") {
    for (const declarator of children(declaration, "declarations")) {
      const init = optionalChild(declarator, "init");
      eachBound(child(declarator, "id"), ({ name, end }, defaults) => {
        declared.set(name, declaration.kind as Declaration);
        deadZones.set(name, [{ start: 0, end }, ...defaults, ...(init === undefined ? [] : [init])]);
      });
    }
  } else if (declaration.type === "FunctionDeclaration" || declaration.type === "ClassDeclaration") {
    const id = optionalChild(declaration, "id");
    if (id === undefined) return;
    declared.set(String(id.name), declaration.type === "ClassDeclaration" ? "class" : "function");
    deadZones.set(String(id.name), [{ start: 0, end: declaration.end }]);
  }
}

/**
 * Visits the `var` statements that belong to this function's body or program, not to a function inside it.
 *
 * @param statement null where a statement's optional part is absent
 */
export function visitVariables(
  statement: Node | null,
  visit: (declaration: Fields, place: VariablePlace) => void,
  place: VariablePlace = "statement",
): void {
  if (statement === null) return;
  const fields = statement as Fields;
  switch (statement.type) {
    case "VariableDeclaration":
      if (fields.kind === "var") visit(fields, place);
      return;
    case "Program":
    case "BlockStatement":
    case "StaticBlock":
      each(listOf(fields), (below) => visitVariables(below, visit));
      return;
    case "IfStatement":
      visitVariables(fields.consequent, visit);
      visitVariables(fields.alternate, visit);
      return;
    case "ForStatement":
      visitVariables(fields.init, visit, "expression");
      visitVariables(fields.body, visit);
      return;
    case "ForInStatement":
    case "ForOfStatement":
      visitVariables(fields.left, visit, "target");
      visitVariables(fields.body, visit);
      return;
    case "WhileStatement":
    case "DoWhileStatement":
    case "LabeledStatement":
      visitVariables(fields.body, visit);
      return;
    case "TryStatement":
      visitVariables(fields.block, visit);
      if (fields.handler !== null) visitVariables((fields.handler as Fields).body, visit);
      visitVariables(fields.finalizer, visit);
      return;
    case "SwitchStatement":
      each(consequents(statement), (below) => visitVariables(below, visit));
      return;
    case "ExportNamedDeclaration":
      visitVariables(fields.declaration, visit);
  }
}

/** Names of the `var` statements of a function's body or static block; undefined for none. */
export function variableNames(body: Node): ReadonlySet<string> | undefined {
  let names: Set<string> | undefined;
  visitVariables(body, ({ declarations }) => {
    names ??= new Set();
    addDeclarators(declarations, names);
  });
  return names;
}

/** Names that a block, loop or switch binds for the statements inside it; undefined for none. */
export function blockNames(node: Node): ReadonlySet<string> | undefined {
  switch (node.type) {
    case "BlockStatement":
    case "StaticBlock":
      return lexicalNames(listOf(node as Fields));
    case "SwitchStatement":
      return lexicalNames(consequents(node));
    case "ForStatement":
      return lexicalNames(node.init === null ? [] : [(node as Fields).init as Node]);
    case "ForInStatement":
    case "ForOfStatement":
      return lexicalNames([(node as Fields).left]);
  }
  return undefined;
}

function lexicalNames(statements: readonly Node[]): ReadonlySet<string> | undefined {
  let names: Set<string> | undefined;
  each(statements, (statement) => {
    const { type, kind, declarations, id } = statement as Fields;
    const isVariable = type === "VariableDeclaration" && kind !== "var";
    if (!isVariable && type !== "FunctionDeclaration" && type !== "ClassDeclaration") return;
    names ??= new Set();
    if (isVariable) addDeclarators(declarations, names);
    else names.add((id as Fields).name);
  });
  return names;
}

function consequents(statement: Node): Node[] {
  return children(statement, "cases").flatMap((branch) => children(branch, "consequent"));
}
