/** @file Which names a cell declares for later cells, and which of its identifiers refer to something outside of it. */
import { addHoisted, blockNames, type Declaration, declareStatement, type VariablePlace } from "./declarations.ts";
import { boundNames, child, children, descend, type Node, optionalChild } from "./syntax.ts";

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
  readonly variables: ReadonlyMap<Node, VariablePlace>;
  /** `import(...)` and `import.meta`. */
  readonly moduleSyntax: readonly Node[];
  /** Direct calls of `eval`, and the names that are bound around each. */
  readonly evals: ReadonlyMap<Node, readonly string[]>;
  /** It waits at the top of the cell, outside of any function. */
  readonly awaits: boolean;
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
  const statements = children(program, "body");
  for (const statement of statements) declareStatement(statement, declared);
  const variables = new Map<Node, VariablePlace>();
  addHoisted(program, variables);
  for (const statement of variables.keys()) {
    for (const declarator of children(statement, "declarations")) {
      for (const name of boundNames(child(declarator, "id"))) declared.set(name, "var");
    }
  }
  const found: Found = { references: [], moduleSyntax: [], evals: new Map(), awaits: false };
  for (const statement of statements) visit(statement, TOP, found);
  return { declared, variables, ...found };
}

interface Context {
  readonly scope: Scope | undefined;
  readonly deferred: boolean;
  readonly role: Reference["role"];
}

const TOP: Context = { scope: undefined, deferred: false, role: "plain" };

interface Found {
  readonly references: Reference[];
  readonly moduleSyntax: Node[];
  readonly evals: Map<Node, readonly string[]>;
  awaits: boolean;
}

/** The only walk over a whole cell: it goes through each expression once. */
function visit(node: Node, context: Context, found: Found): void {
  const { scope, deferred } = context;
  const inner = context.role === "plain" ? context : { scope, deferred, role: "plain" as const };
  const go = (below: Node | undefined): void => {
    if (below !== undefined) visit(below, inner, found);
  };
  const goAs = (role: Reference["role"], below: Node): void => visit(below, { scope, deferred, role }, found);
  switch (node.type) {
    case "Identifier": {
      const name = String(node.name);
      if (!isBound(name, scope)) found.references.push({ node, name, role: context.role, deferred });
      return;
    }
    case "Literal":
      return;
    case "MetaProperty":
      if (child(node, "meta").name === "import") found.moduleSyntax.push(node);
      return;
    case "ImportExpression":
      found.moduleSyntax.push(node);
      break;
    case "AwaitExpression":
      found.awaits ||= !deferred;
      break;
    case "ForOfStatement":
      found.awaits ||= node.await === true && !deferred;
      break;
    case "ImportDeclaration":
    case "BreakStatement":
    case "ContinueStatement":
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
      goAs("callee", child(node, "callee"));
      if (isDirectEval(node, scope)) found.evals.set(node, boundAround(scope));
      for (const argument of children(node, "arguments")) go(argument);
      return;
    case "TaggedTemplateExpression":
      goAs("callee", child(node, "tag"));
      go(child(node, "quasi"));
      return;
    case "UnaryExpression":
      goAs(node.operator === "typeof" ? "typeof" : "plain", child(node, "argument"));
      return;
    case "UpdateExpression":
      goAs("target", child(node, "argument"));
      return;
    case "AssignmentExpression":
      goAs("target", child(node, "left"));
      go(child(node, "right"));
      return;
    case "AssignmentPattern":
      goAs(context.role, child(node, "left"));
      go(child(node, "right"));
      return;
    case "ObjectPattern":
      for (const property of children(node, "properties")) goAs("target", property);
      return;
    case "ArrayPattern":
      for (const element of children(node, "elements")) goAs("target", element);
      return;
    case "RestElement":
      goAs("target", child(node, "argument"));
      return;
    case "Property": {
      if (node.computed === true) go(child(node, "key"));
      const inPattern = context.role === "target";
      if (node.shorthand === true) goAs(inPattern ? "shorthandTarget" : "shorthand", child(node, "value"));
      else goAs(inPattern ? "target" : "plain", child(node, "value"));
      return;
    }
    case "MethodDefinition":
      if (node.computed === true) go(child(node, "key"));
      go(child(node, "value"));
      return;
    case "PropertyDefinition":
    case "AccessorProperty":
      if (node.computed === true) go(child(node, "key"));
      visitIn(optionalChild(node, "value"), { scope, deferred: true, role: "plain" }, found);
      return;
    case "VariableDeclarator":
      visitBinding(child(node, "id"), inner, found);
      go(optionalChild(node, "init"));
      return;
    case "CatchClause": {
      const parameter = optionalChild(node, "param");
      const within = parameter === undefined ? inner : nest(boundNames(parameter), inner);
      if (parameter !== undefined) visitBinding(parameter, within, found);
      visit(child(node, "body"), within, found);
      return;
    }
    case "ClassDeclaration":
    case "ClassExpression": {
      const id = optionalChild(node, "id");
      const within = id === undefined ? inner : nest([String(id.name)], inner);
      for (const decorator of children(node, "decorators")) go(decorator);
      visitIn(optionalChild(node, "superClass"), within, found);
      visit(child(node, "body"), within, found);
      return;
    }
    case "FunctionDeclaration":
    case "FunctionExpression":
    case "ArrowFunctionExpression":
      visitFunction(node, inner, found);
      return;
  }
  const names = blockNames(node);
  const within = names.length === 0 ? inner : nest(names, inner);
  for (const below of descend(node)) visit(below, within, found);
}

function visitIn(node: Node | undefined, context: Context, found: Found): void {
  if (node !== undefined) visit(node, context, found);
}

function visitFunction(node: Node, context: Context, found: Found): void {
  const parameters = children(node, "params");
  const names = parameters.flatMap(boundNames);
  const id = optionalChild(node, "id");
  if (id !== undefined && node.type === "FunctionExpression") names.push(String(id.name));
  if (node.type !== "ArrowFunctionExpression") names.push("arguments");
  const variables = new Map<Node, VariablePlace>();
  addHoisted(child(node, "body"), variables);
  for (const statement of variables.keys()) {
    for (const declarator of children(statement, "declarations")) names.push(...boundNames(child(declarator, "id")));
  }
  const below: Context = { ...nest(names, context), deferred: true };
  for (const parameter of parameters) visitBinding(parameter, below, found);
  visit(child(node, "body"), below, found);
}

/** A pattern that declares: its names are bound, but its defaults and computed keys are expressions. */
function visitBinding(pattern: Node, context: Context, found: Found): void {
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

function nest(names: readonly string[], { scope, deferred }: Context): Context {
  return { scope: { names: new Set(names), parent: scope }, deferred, role: "plain" };
}

function isBound(name: string, scope: Scope | undefined): boolean {
  for (let at = scope; at !== undefined; at = at.parent) if (at.names.has(name)) return true;
  return false;
}

function isDirectEval(call: Node, scope: Scope | undefined): boolean {
  const callee = child(call, "callee");
  return callee.type === "Identifier" && callee.name === "eval" && !isBound("eval", scope);
}

function boundAround(scope: Scope | undefined): string[] {
  const names: string[] = [];
  for (let at = scope; at !== undefined; at = at.parent) names.push(...at.names);
  return names;
}
