/** @file Which names a statement, a block or a function's body declares. */
import { boundNames, child, children, descend, isNode, type Node, optionalChild } from "./syntax.ts";

/** How a name is declared at the top of a cell. */
export type Declaration = "const" | "let" | "var" | "function" | "class" | "import";

/** Where variables are declared: as a statement, in the head of a `for (;;)`, or as what a `for of` or `for in` assigns. */
export type VariablePlace = "statement" | "expression" | "target";

/** Adds the names that a statement declares, if it declares any; those of a `var` in a block or loop are not its own. */
export function declareStatement(statement: Node, declared: Map<string, Declaration>): void {
  const isExport = statement.type === "ExportNamedDeclaration" || statement.type === "ExportDefaultDeclaration";
  const declaration = isExport ? optionalChild(statement, "declaration") : statement;
  if (declaration === undefined) return;
  if (declaration.type === "ImportDeclaration") {
    for (const specifier of children(declaration, "specifiers")) {
      declared.set(String(child(specifier, "local").name), "import");
    }
  } else if (declaration.type === "VariableDeclaration") {
    for (const declarator of children(declaration, "declarations")) {
      for (const name of boundNames(child(declarator, "id"))) declared.set(name, declaration.kind as Declaration);
    }
  } else if (declaration.type === "FunctionDeclaration" || declaration.type === "ClassDeclaration") {
    const id = optionalChild(declaration, "id");
    if (id !== undefined) declared.set(String(id.name), declaration.type === "ClassDeclaration" ? "class" : "function");
  }
}

/** What can have a `var` statement below it without a function between. */
const HOLDS_STATEMENTS = new Set(
  [
    "Program",
    "BlockStatement",
    "IfStatement",
    "ForStatement",
    "ForInStatement",
    "ForOfStatement",
    "WhileStatement",
  ].concat(
    ["DoWhileStatement", "TryStatement", "CatchClause", "SwitchStatement", "SwitchCase", "LabeledStatement"],
    ["ExportNamedDeclaration"],
  ),
);

/** Adds the `var` statements that belong to this function or program, not to a function inside it. */
export function addHoisted(node: Node, found: Map<Node, VariablePlace>): void {
  for (const below of descend(node)) {
    if (below.type === "VariableDeclaration" && below.kind === "var") {
      found.set(below, node.init === below ? "expression" : node.left === below ? "target" : "statement");
    } else if (HOLDS_STATEMENTS.has(below.type)) addHoisted(below, found);
  }
}

/** Names that a block, loop or switch binds for the statements inside it. */
export function blockNames(node: Node): string[] {
  const statements = blockStatements(node);
  if (statements.length === 0) return [];
  const names = new Map<string, Declaration>();
  for (const statement of statements) {
    if (statement.type !== "VariableDeclaration" || statement.kind !== "var") declareStatement(statement, names);
  }
  return [...names.keys()];
}

function blockStatements(node: Node): readonly Node[] {
  switch (node.type) {
    case "BlockStatement":
    case "StaticBlock":
      return children(node, "body");
    case "SwitchStatement":
      return children(node, "cases").flatMap((branch) => children(branch, "consequent"));
    case "ForStatement":
    case "ForInStatement":
    case "ForOfStatement":
      return [node.init, node.left].filter(isNode);
  }
  return [];
}
