/** @file Which names a cell declares for later cells, and which of its identifiers refer to something outside of it. */
import { boundNames, child, children, descend, isFunction, isNode, type Node, optionalChild } from "./syntax.ts";

/** How a name is declared at the top of a cell. */
export type Declaration = "const" | "let" | "var" | "function" | "class" | "import";

/** An identifier that no scope inside the cell binds: a session variable or a global. */
export interface Reference {
  readonly node: Node;
  readonly name: string;
  /** What surrounds it, where that changes how it may be rewritten. */
  readonly role: "plain" | "callee" | "typeof" | "shorthand" | "target" | "shorthandTarget";
  /** Inside a function, so that it may run after the cell's declarations. */
  readonly deferred: boolean;
}

export interface Bindings {
  readonly declared: ReadonlyMap<string, Declaration>;
  readonly references: readonly Reference[];
  /** `var` statements outside of functions, wherever they stand. */
  readonly variables: ReadonlySet<Node>;
}

interface Scope {
  readonly names: ReadonlySet<string>;
  readonly parent: Scope | undefined;
}

/**
 * Analyses the scopes of a cell.
 *
 * @param program an ESTree Program of plain JavaScript, a module
 * @returns its top-level declarations and its free identifiers
 */
export function analyseBindings(program: Node): Bindings {
  const declared = new Map<string, Declaration>();
  const variables = new Set<Node>();
  for (const statement of children(program, "body")) declareStatement(statement, declared);
  for (const statement of hoistedVariables(program)) {
    variables.add(statement);
    for (const declarator of children(statement, "declarations")) {
      for (const name of boundNames(child(declarator, "id"))) declared.set(name, "var");
    }
  }
  const references: Reference[] = [];
  for (const statement of children(program, "body")) {
    visit(statement, { scope: undefined, deferred: false, role: "plain" }, references);
  }
  return { declared, references, variables };
}

function declareStatement(statement: Node, declared: Map<string, Declaration>): void {
  const declaration = /^Export(Named|Default)Declaration$/.test(statement.type)
    ? optionalChild(statement, "declaration")
    : statement;
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

/** `var` statements that belong to this function or program, not to a function inside it. */
function* hoistedVariables(node: Node): Generator<Node> {
  for (const below of descend(node)) {
    if (isFunction(below) || below.type === "StaticBlock") continue;
    if (below.type === "VariableDeclaration" && below.kind === "var") yield below;
    yield* hoistedVariables(below);
  }
}

interface Context {
  readonly scope: Scope | undefined;
  readonly deferred: boolean;
  readonly role: Reference["role"];
}

function visit(node: Node, context: Context, found: Reference[]): void {
  const inner: Context = { ...context, role: "plain" };
  const go = (below: Node | undefined, changes: Partial<Context> = {}): void => {
    if (below !== undefined) visit(below, { ...inner, ...changes }, found);
  };
  switch (node.type) {
    case "Identifier": {
      const name = String(node.name);
      if (!isBound(name, context.scope)) found.push({ node, name, role: context.role, deferred: context.deferred });
      return;
    }
    case "ImportDeclaration":
    case "BreakStatement":
    case "ContinueStatement":
    case "MetaProperty":
    case "ExportAllDeclaration":
      return;
    case "ExportNamedDeclaration":
    case "ExportDefaultDeclaration":
      go(optionalChild(node, "declaration"));
      return;
    case "LabeledStatement":
      go(child(node, "body"));
      return;
    case "MemberExpression":
      go(child(node, "object"));
      if (node.computed === true) go(child(node, "property"));
      return;
    case "CallExpression":
      go(child(node, "callee"), { role: "callee" });
      for (const argument of children(node, "arguments")) go(argument);
      return;
    case "TaggedTemplateExpression":
      go(child(node, "tag"), { role: "callee" });
      go(child(node, "quasi"));
      return;
    case "UnaryExpression":
      go(child(node, "argument"), { role: node.operator === "typeof" ? "typeof" : "plain" });
      return;
    case "UpdateExpression":
      go(child(node, "argument"), { role: "target" });
      return;
    case "AssignmentExpression":
      go(child(node, "left"), { role: "target" });
      go(child(node, "right"));
      return;
    case "AssignmentPattern":
      go(child(node, "left"), { role: context.role });
      go(child(node, "right"));
      return;
    case "ObjectPattern":
      for (const property of children(node, "properties")) go(property, { role: "target" });
      return;
    case "ArrayPattern":
      for (const element of children(node, "elements")) go(element, { role: "target" });
      return;
    case "RestElement":
      go(child(node, "argument"), { role: "target" });
      return;
    case "Property": {
      if (node.computed === true) go(child(node, "key"));
      const inPattern = context.role === "target";
      if (node.shorthand === true) go(child(node, "value"), { role: inPattern ? "shorthandTarget" : "shorthand" });
      else go(child(node, "value"), { role: inPattern ? "target" : "plain" });
      return;
    }
    case "MethodDefinition":
      if (node.computed === true) go(child(node, "key"));
      go(child(node, "value"));
      return;
    case "PropertyDefinition":
    case "AccessorProperty":
      if (node.computed === true) go(child(node, "key"));
      go(optionalChild(node, "value"), { deferred: true });
      return;
    case "VariableDeclarator":
      visitBinding(child(node, "id"), inner, found);
      go(optionalChild(node, "init"));
      return;
    case "CatchClause": {
      const parameter = optionalChild(node, "param");
      const scope = parameter === undefined ? context.scope : nest(boundNames(parameter), context.scope);
      if (parameter !== undefined) visitBinding(parameter, { ...inner, scope }, found);
      go(child(node, "body"), { scope });
      return;
    }
    case "ClassDeclaration":
    case "ClassExpression": {
      const id = optionalChild(node, "id");
      const scope = id === undefined ? context.scope : nest([String(id.name)], context.scope);
      for (const decorator of children(node, "decorators")) go(decorator);
      go(optionalChild(node, "superClass"), { scope });
      go(child(node, "body"), { scope });
      return;
    }
    case "FunctionDeclaration":
    case "FunctionExpression":
    case "ArrowFunctionExpression":
      visitFunction(node, inner, found);
      return;
  }
  const names = blockNames(node);
  const scope = names.length === 0 ? context.scope : nest(names, context.scope);
  for (const below of descend(node)) visit(below, { ...inner, scope }, found);
}

function visitFunction(node: Node, context: Context, found: Reference[]): void {
  const parameters = children(node, "params");
  const names = parameters.flatMap(boundNames);
  const id = optionalChild(node, "id");
  if (id !== undefined && node.type === "FunctionExpression") names.push(String(id.name));
  if (node.type !== "ArrowFunctionExpression") names.push("arguments");
  for (const statement of hoistedVariables(child(node, "body"))) {
    for (const declarator of children(statement, "declarations")) names.push(...boundNames(child(declarator, "id")));
  }
  const below: Context = { ...context, scope: nest(names, context.scope), deferred: true };
  for (const parameter of parameters) visitBinding(parameter, below, found);
  visit(child(node, "body"), below, found);
}

/** A pattern that declares: its names are bound, but its defaults and computed keys are expressions. */
function visitBinding(pattern: Node, context: Context, found: Reference[]): void {
  if (pattern.type === "Identifier") return;
  if (pattern.type === "AssignmentPattern") {
    visitBinding(child(pattern, "left"), context, found);
    visit(child(pattern, "right"), context, found);
  } else if (pattern.type === "Property") {
    if (pattern.computed === true) visit(child(pattern, "key"), context, found);
    visitBinding(child(pattern, "value"), context, found);
  } else {
    for (const below of descend(pattern)) visitBinding(below, context, found);
  }
}

/** Names that a block, loop or switch binds for the statements inside it. */
function blockNames(node: Node): string[] {
  const statements =
    node.type === "BlockStatement" || node.type === "StaticBlock"
      ? children(node, "body")
      : node.type === "SwitchStatement"
        ? children(node, "cases").flatMap((branch) => children(branch, "consequent"))
        : [node.init, node.left].filter(isNode);
  const names = new Map<string, Declaration>();
  for (const statement of statements) {
    if (statement.type !== "VariableDeclaration" || statement.kind !== "var") declareStatement(statement, names);
  }
  return [...names.keys()];
}

function nest(names: readonly string[], parent: Scope | undefined): Scope {
  return { names: new Set(names), parent };
}

function isBound(name: string, scope: Scope | undefined): boolean {
  for (let at = scope; at !== undefined; at = at.parent) if (at.names.has(name)) return true;
  return false;
}
