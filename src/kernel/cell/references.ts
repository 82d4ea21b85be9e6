/** @file The walk over a whole cell: which of its identifiers no scope inside of it binds. It visits each node once. */
import { blockNames, variableNames } from "./declarations.ts";
import { rejectionHandler } from "./handlers.ts";
import { boundAround, inField, inside, isBound, isDirectEval, namesOf, type Scope, TOP, withNames } from "./scopes.ts";
import { descend, each, type Fields, type List, listOf, type Node } from "./syntax.ts";

/** An identifier that no scope inside the cell binds: a session variable or a global. */
export interface Reference {
  readonly node: Node;
  readonly name: string;
  /** What surrounds it, where that changes how it may be rewritten. */
  readonly role: "plain" | "callee" | "typeof" | "shorthand" | "target" | "shorthandTarget";
  /** Inside a function, so that it may run after the cell's declarations. */
  readonly deferred: boolean;
  /** What is assigned to it, alone or as a default: a function without a name takes the identifier's. */
  readonly value: Node | undefined;
}

/** What a cell has of the world outside of it. */
export interface FreeSyntax {
  readonly references: readonly Reference[];
  /** `import(...)` and `import.meta`. */
  readonly moduleSyntax: readonly Node[];
  /** Direct calls of `eval`, and the names that are bound around each. */
  readonly evals: ReadonlyMap<Node, readonly string[]>;
  /** What handles an error: `catch` clauses, and what a promise's `catch`, or `then` in the second place, is given. */
  readonly handlers: readonly Node[];
  /** It waits at the top of the cell, outside of any function. */
  readonly awaits: boolean;
  /** What `stops.ts` looks at, inner before outer: functions, calls, labels, what waits, and each `try` that does. */
  readonly stops: readonly Fields[];
}

/**
 * @param statements of the top of a cell, plain JavaScript
 * @param own names of the top that are not the session's
 */
export function freeSyntax(statements: readonly Node[], own: ReadonlySet<string> = TOP.names): FreeSyntax {
  const found: Found = {
    ...{ references: [], moduleSyntax: [], evals: new Map(), handlers: [], awaits: false },
    ...{ stops: [], waits: 0 },
  };
  visitAll(statements, own.size === 0 ? TOP : inside(own, TOP), found);
  return found;
}

interface Found {
  readonly references: Reference[];
  readonly moduleSyntax: Node[];
  readonly evals: Map<Node, readonly string[]>;
  readonly handlers: Node[];
  awaits: boolean;
  readonly stops: Fields[];
  /** How often the function waits, or the cell outside of functions, as far as it has been seen. */
  waits: number;
}

type Visit = (node: Fields, scope: Scope, found: Found) => void;

/**
 * One function a type: each then reads nodes of one shape, which V8 does at a fixed offset from the second cell on. The
 * types that are not here are walked field by field.
 */
const VISITS: ReadonlyMap<string, Visit> = new Map(
  Object.entries<Visit>({
    Identifier: (node, scope, found) => refer(node, "plain", scope, found),
    Literal() {},
    BreakStatement() {}, // it names a label
    ContinueStatement() {},
    ImportDeclaration() {},
    ExportAllDeclaration() {},
    ExportNamedDeclaration: visitExport,
    ExportDefaultDeclaration: visitExport,
    BlockStatement: visitBlock,
    ClassBody: visitBlock,
    StaticBlock: (node, scope, found) => visitBlock(node, withNames(variableNames(node), scope), found),
    LabeledStatement(node, scope, found) {
      visit(node.body, scope, found);
      found.stops.push(node);
    },
    ExpressionStatement: (node, scope, found) => visit(node.expression, scope, found),
    ReturnStatement: (node, scope, found) => visitOptional(node.argument, scope, found),
    VariableDeclaration: (node, scope, found) => visitAll(node.declarations, scope, found),
    BinaryExpression: visitSides,
    LogicalExpression: visitSides,
    ObjectExpression: (node, scope, found) => visitAll(node.properties, scope, found),
    ArrayExpression: (node, scope, found) => visitAll(node.elements, scope, found),
    ObjectPattern: visitTarget,
    ArrayPattern: visitTarget,
    FunctionDeclaration: visitFunction,
    FunctionExpression: visitFunction,
    ArrowFunctionExpression: visitFunction,
    ClassDeclaration: visitClass,
    ClassExpression: visitClass,
    MethodDefinition(node, scope, found) {
      visitComputed(node, node.key, scope, found);
      visitOptional(node.value, scope, found);
    },
    PropertyDefinition: visitField,
    MemberExpression(node, scope, found) {
      visit(node.object, scope, found);
      visitComputed(node, node.property, scope, found);
    },
    CallExpression(node, scope, found) {
      visitAs("callee", node.callee, scope, found);
      if (isDirectEval(node.callee, scope)) found.evals.set(node, boundAround(scope));
      const handler = rejectionHandler(node);
      if (handler !== undefined) found.handlers.push(handler);
      visitAll(node.arguments, scope, found);
      found.stops.push(node);
    },
    TaggedTemplateExpression(node, scope, found) {
      visitAs("callee", node.tag, scope, found);
      visit(node.quasi, scope, found);
    },
    UnaryExpression(node, scope, found) {
      visitAs(node.operator === "typeof" ? "typeof" : "plain", node.argument as Node, scope, found);
    },
    UpdateExpression: (node, scope, found) => visitTarget(node.argument as Node, scope, found),
    AssignmentExpression(node, scope, found) {
      visitTarget(node.left, scope, found, "target", node.right);
      visit(node.right, scope, found);
    },
    Property(node, scope, found) {
      visitComputed(node, node.key, scope, found);
      visitAs(node.shorthand ? "shorthand" : "plain", node.value as Node, scope, found);
    },
    VariableDeclarator(node, scope, found) {
      visitBinding(node.id as Node, scope, found);
      visitOptional(node.init, scope, found);
    },
    CatchClause(node, scope, found) {
      found.handlers.push(node);
      const within = node.param === null ? scope : inside(namesOf([node.param]), scope);
      if (node.param !== null) visitBinding(node.param, within, found);
      visit(node.body, within, found);
    },
    MetaProperty(node, _, found) {
      if (node.meta.name === "import") found.moduleSyntax.push(node);
    },
    ImportExpression(node, scope, found) {
      found.moduleSyntax.push(node);
      visitOther(node, scope, found);
    },
    AwaitExpression(node, scope, found) {
      visitOptional(node.argument, scope, found);
      wait(node, scope, found);
    },
    SwitchStatement(node, scope, found) {
      visit(node.discriminant, scope, found);
      visitAll(node.cases, withNames(blockNames(node), scope), found);
    },
    ForInStatement: visitForEach,
    ForOfStatement(node, scope, found) {
      visitForEach(node, scope, found);
      if (node.await) wait(node, scope, found);
    },
    TryStatement(node, scope, found) {
      const before = found.waits;
      visitOther(node, scope, found);
      if (found.waits > before) found.stops.push(node);
    },
  }),
);

function visit(node: Node, scope: Scope, found: Found): void {
  (VISITS.get(node.type) ?? visitOther)(node as Fields, scope, found);
}

function visitBlock(node: Fields, scope: Scope, found: Found): void {
  visitAll(listOf(node), withNames(blockNames(node), scope), found);
}

/** Loops, and all that has no names of its own. */
function visitOther(node: Node, scope: Scope, found: Found): void {
  visitAll(descend(node), withNames(blockNames(node), scope), found);
}

function visitForEach(node: Fields, scope: Scope, found: Found): void {
  const within = withNames(blockNames(node), scope);
  if (node.left.type === "VariableDeclaration") visit(node.left, within, found);
  else visitTarget(node.left, within, found);
  visit(node.right, within, found);
  visit(node.body, within, found);
}

function visitOptional(node: Node | null | undefined, scope: Scope, found: Found): void {
  if (node !== null && node !== undefined) visit(node, scope, found);
}

function visitAll(nodes: List, scope: Scope, found: Found): void {
  for (let at = 0; at < nodes.length; at++) visitOptional(nodes[at], scope, found);
}

function visitComputed({ computed }: Fields, key: Node, scope: Scope, found: Found): void {
  if (computed) visit(key, scope, found);
}

function visitSides({ left, right }: Fields, scope: Scope, found: Found): void {
  visit(left, scope, found);
  visit(right, scope, found);
}

function visitExport({ declaration }: Fields, scope: Scope, found: Found): void {
  visitOptional(declaration, scope, found);
}

function visitAs(role: Reference["role"], node: Node, scope: Scope, found: Found): void {
  if (node.type === "Identifier") refer(node, role, scope, found);
  else visit(node, scope, found);
}

/** What is assigned to: an identifier, a member, or a pattern of them. */
function visitTarget(node: Node, scope: Scope, found: Found, role: Reference["role"] = "target", value?: Node): void {
  const { left, right, properties, elements, argument, key, shorthand } = node as Fields;
  switch (node.type) {
    case "Identifier":
      refer(node, role, scope, found, value);
      return;
    case "AssignmentPattern":
      visitTarget(left, scope, found, role, right);
      visit(right, scope, found);
      return;
    case "ObjectPattern":
      each(properties, (property) => visitTarget(property, scope, found));
      return;
    case "Property":
      visitComputed(node as Fields, key, scope, found);
      visitTarget((node as Fields).value as Node, scope, found, shorthand ? "shorthandTarget" : "target");
      return;
    case "ArrayPattern":
      each(elements, (element) => visitTarget(element, scope, found));
      return;
    case "RestElement":
      visitTarget(argument as Node, scope, found);
      return;
  }
  visit(node, scope, found);
}

/** A pattern that declares: its names are bound, but its defaults and computed keys are expressions. */
function visitBinding(pattern: Node, scope: Scope, found: Found): void {
  if (pattern.type === "Identifier") return;
  const { left, right, properties, elements, argument, key, value } = pattern as Fields;
  switch (pattern.type) {
    case "AssignmentPattern":
      visitBinding(left, scope, found);
      visit(right, scope, found);
      return;
    case "ObjectPattern":
      each(properties, (property) => visitBinding(property, scope, found));
      return;
    case "Property":
      visitComputed(pattern as Fields, key, scope, found);
      visitBinding(value as Node, scope, found);
      return;
    case "ArrayPattern":
      each(elements, (element) => visitBinding(element, scope, found));
      return;
    case "RestElement":
      visitBinding(argument as Node, scope, found);
  }
}

function wait(node: Fields, scope: Scope, found: Found): void {
  found.awaits ||= !scope.deferred;
  found.waits++;
  found.stops.push(node);
}

/** The defaults of parameters do not see the variables of the body. */
function visitFunction(node: Fields, scope: Scope, found: Found): void {
  const names = namesOf(node.params);
  if (node.type === "FunctionExpression" && node.id !== null) names.add((node.id as Fields).name);
  if (node.type !== "ArrowFunctionExpression") names.add("arguments");
  const within: Scope = { names, parent: scope, deferred: true };
  const { waits } = found;
  each(node.params, (parameter) => visitBinding(parameter, within, found));
  visit(node.body, withNames(variableNames(node.body), within), found);
  found.waits = waits; // its own are not those of what is around it
  found.stops.push(node);
}

function visitClass({ id, superClass, body }: Fields, scope: Scope, found: Found): void {
  const within = id === null ? scope : inside(namesOf([id]), scope);
  visitOptional(superClass, within, found);
  visit(body, within, found);
}

/** A field's value is computed when the class is used. */
function visitField(node: Fields, scope: Scope, found: Found): void {
  visitComputed(node, node.key, scope, found);
  visitOptional(node.value, inField(scope), found);
}

function refer(node: Node, role: Reference["role"], scope: Scope, found: Found, value?: Node): void {
  const { name } = node as Fields;
  if (!isBound(name, scope)) found.references.push({ node, name, role, deferred: scope.deferred, value });
}
