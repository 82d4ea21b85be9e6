/** @file A cell's bindings become properties of the session's scope object, which later cells read, assign and declare again. */
import MagicString from "magic-string";
import { parseSync } from "oxc-parser";
import { analyseBindings, type Bindings } from "./bindings.ts";
import type { Declaration, VariablePlace } from "./declarations.ts";
import { insertHandlers } from "./handlers.ts";
import type { Reference } from "./references.ts";
import { rewriteImports } from "./rewrite-imports.ts";
import type { Declarations } from "./session-scope.ts";
import { SourceError } from "./source-error.ts";
import { insertStops } from "./stops.ts";
import { child, children, descend, eachBound, type Fields, isFunction, type Node, optionalChild } from "./syntax.ts";
import type { Usings } from "./using.ts";

/** What a cell's code is given by name; a cell cannot use these names itself. */
const RUNTIME_NAMES = ["__scope", "__declare", "__maybe", "__cell"] as const;

/** What a file in CommonJS has, a cell has too: but packages must not find these names on the global object. */
const COMMON_JS: ReadonlySet<string> = new Set(["require", "module", "exports", "__filename", "__dirname"]);

export interface Rewritten {
  /** One function expression: takes the values of RUNTIME_NAMES, returns the value of the last expression in a list, or a promise of that list. */
  readonly code: string;
  /** Source map from that code to the JavaScript it was made from, as JSON text; made when asked for. */
  readonly map: () => string;
  /** The names it declares for the session. */
  readonly declared: ReadonlyMap<string, Declaration>;
  /** The names it takes from the session, and those that it imports and uses itself. */
  readonly reads: ReadonlySet<string>;
}

/** What is known of the session when a cell is compiled. */
export interface KnownNames {
  /** By earlier cells; a constant may not be assigned. */
  readonly declared: Declarations;
  isGlobal(name: string): boolean;
}

/**
 * Rewrites a cell.
 *
 * @param javascript the cell without its types, statements ended by semicolons
 * @param known what earlier cells declared
 * @param usings names whose values are disposed of when the cell ends
 * @param generated names that the transpiler made, which stay the cell's own
 * @throws SourceError when a name is declared twice, or another of the early errors that its rewritten text would not have
 */
export function rewriteCell(
  javascript: string,
  known: KnownNames,
  usings: Usings = new Map(),
  generated: ReadonlySet<string> = new Set(),
): Rewritten {
  const parsed = parseSync("cell.js", javascript, { sourceType: "module", showSemanticErrors: true });
  for (const { message, labels } of parsed.errors) {
    const [{ start = 0, end = 0 } = {}] = labels;
    const isOfSession =
      message.startsWith("Export '") && known.declared.get(javascript.slice(start, end)) !== undefined;
    if (!isOfSession) throw new SourceError(message, javascript, start);
  }
  const program = parsed.program as unknown as Node;
  const bindings = analyseBindings(program, generated);
  const text = new MagicString(javascript);
  const edit: Edit = { text, bindings, known, usings };
  const statements = children(program, "body");
  const last = statements.findLast((statement) => !isEmptyExport(statement));
  insertStops(bindings, text); // first: what is written around a node later comes to stand outside
  insertHandlers(bindings.handlers, text);
  const reads = new Set<string>();
  for (const reference of bindings.references) {
    const kind = bindings.declared.get(reference.name);
    if (rewriteReference(reference, edit) && (kind === undefined || kind === "import")) reads.add(reference.name);
  }
  for (const node of bindings.moduleSyntax) rewriteModuleSyntax(node, edit);
  for (const [call, locals] of bindings.evals) rewriteEvalCall(call, locals, edit);
  for (const statement of statements) rewriteStatement(statement, edit, statement === last);
  for (const [declaration, place] of bindings.variables) {
    if (!isGenerated(declaration, bindings)) rewriteVariables(declaration, edit, place);
  }
  const hoisted = hoists(bindings).join(" ");
  const imports = rewriteImports(statements, text, hoisted);
  const isAsync = usings.size > 0 || imports || bindings.awaits;
  const prologue = imports ? [] : [hoisted];
  if (usings.size > 0) {
    prologue.unshift("const __using = __cell.disposables(); try {");
    text.append("\n} catch (error) { __using.fail(error); } finally { await __using.end(); }");
  }
  const parameters = RUNTIME_NAMES.join(", ");
  text.prepend(
    `(function () {"use strict"; return ${isAsync ? "async " : ""}(${parameters}) => {${prologue.join(" ")}\n`,
  );
  text.append("\n}})()"); // a function of its own: `this` is undefined, as in a module
  return {
    code: text.toString(),
    map: () => text.generateMap({ source: "cell.js", hires: "boundary" }).toString(),
    declared: bindings.declared,
    reads,
  };
}

interface Edit {
  readonly text: MagicString;
  readonly bindings: Bindings;
  readonly known: KnownNames;
  readonly usings: Usings;
}

function hoists({ declared, variables }: Bindings): string[] {
  const lines: string[] = [];
  const enums = new Set([...variables.keys()].map(enumName));
  for (const [name, kind] of declared) {
    if (kind === "function") lines.push(`__declare.${name} = ${name};`);
    if (kind === "var" && enums.has(name)) lines.push(`__declare.${name} = undefined;`);
    else if (kind === "var") lines.push(`__cell.hoist("${name}");`);
  }
  return lines;
}

/** An enum comes as `var E = function(E) {...}(E || {})`: declared again, it must not keep the members it had. */
function enumName(declaration: Node): string | undefined {
  const [declarator] = children(declaration, "declarations");
  const init = declarator && optionalChild(declarator, "init");
  if (declarator === undefined || init?.type !== "CallExpression") return undefined;
  const name = String(child(declarator, "id").name);
  const [argument] = children(init, "arguments");
  const merges = argument?.type === "LogicalExpression" && child(argument, "left").name === name;
  return merges && child(init, "callee").type === "FunctionExpression" ? name : undefined;
}

/** Makes a member of the session's scope of it; returns whether the name is the session's: globals stay as they are. */
export function rewriteReference(reference: Reference, { text, bindings, known }: Edit): boolean {
  const { node, name, role, value } = reference;
  const kind = bindings.declared.get(name) ?? known.declared.get(name);
  if (kind === undefined && known.isGlobal(name)) return false;
  const holder = kind === undefined && COMMON_JS.has(name) ? "__cell.commonJs" : "__scope";
  const assigns = role === "target" || role === "shorthandTarget";
  const member = isTooEarly(reference, bindings)
    ? `__cell.tooEarly("${name}").${name}`
    : assigns && (kind === "const" || kind === "import")
      ? `__cell.constant("${name}").${name}`
      : role === "typeof" && kind === undefined && holder === "__scope"
        ? `__maybe.${name}`
        : `${holder}.${name}`;
  const shorthand = role === "shorthand" || role === "shorthandTarget";
  const key = name === "__proto__" ? '["__proto__"]' : name; // spelt out, it would be the prototype
  const replaced = role === "callee" ? `(0, ${member})` : shorthand ? `${key}: ${member}` : member;
  text.update(node.start, node.end, replaced);
  if (value !== undefined) keepFunctionName(name, value, text);
  return true;
}

/** `export {}`, which the removal of a type import leaves behind the last expression. */
function isEmptyExport({ type, declaration, specifiers, source }: Node): boolean {
  return type === "ExportNamedDeclaration" && !declaration && !source && (specifiers as unknown[]).length === 0;
}

/** The temporal dead zone of code that runs before its cell's own declaration: known without running it. */
function isTooEarly({ node, name, deferred }: Reference, { declared, deadZones }: Bindings): boolean {
  const kind = declared.get(name);
  const isLexical = kind === "const" || kind === "let" || kind === "class";
  if (!isLexical || deferred) return false;
  return deadZones.get(name)?.some(({ start, end }) => node.start >= start && node.start < end) ?? false;
}

function rewriteStatement(statement: Node, edit: Edit, isLast: boolean): void {
  const { text, bindings } = edit;
  let inner = statement;
  if (statement.type === "ExportNamedDeclaration" || statement.type === "ExportDefaultDeclaration") {
    const declaration = optionalChild(statement, "declaration");
    if (declaration === undefined) {
      if (statement.source === null) text.remove(statement.start, statement.end); // with a source, it is an import
      return;
    }
    text.remove(statement.start, declaration.start);
    inner = declaration;
  }
  if (inner.type === "VariableDeclaration") {
    const isRewritten = bindings.variables.has(inner) || isGenerated(inner, bindings);
    if (!isRewritten) rewriteVariables(inner, edit, "statement");
  } else if (inner.type === "ClassDeclaration" && optionalChild(inner, "id") !== undefined) {
    const name = String(child(inner, "id").name);
    text.appendLeft(inner.end, `; __declare.${name} = ${name};`);
  } else if (inner.type === "ExpressionStatement" || isDefaultExport(statement, inner)) {
    const expression = optionalChild(inner, "expression") ?? inner;
    if (inner !== statement) keepFunctionName("default", inner, text);
    text.prependRight(inner.start, isLast ? "return [(" : "(");
    text.appendLeft(expression.end, isLast ? ")]" : ")");
  } else if (isLast) returnLast(inner, text);
}

/** The value of a block is that of its last expression. */
function returnLast(statement: Node, text: MagicString): void {
  if (statement.type === "BlockStatement") {
    const last = children(statement, "body").at(-1);
    if (last !== undefined) returnLast(last, text);
  } else if (statement.type === "ExpressionStatement") {
    text.prependRight(statement.start, "return [(");
    text.appendLeft(child(statement, "expression").end, ")]");
  }
}

/** `export default` before an expression, or before a function or class without a name. */
function isDefaultExport(statement: Node, inner: Node): boolean {
  return inner !== statement && !(inner.type === "FunctionDeclaration" && optionalChild(inner, "id") !== undefined);
}

/** A transpiler declares its own names apart from those of the source. */
function isGenerated(declaration: Node, { declared }: Bindings): boolean {
  const [declarator] = children(declaration, "declarations");
  const { type, name } = (declarator as Fields).id as Fields;
  return type === "Identifier" && !declared.has(name);
}

/** `const a = 1, {b} = c;` becomes `__declare.a = 1, ({b: __declare.b} = c);`. */
function rewriteVariables(declaration: Node, { text, usings }: Edit, place: VariablePlace): void {
  const declarators = children(declaration, "declarations");
  const first = declarators[0];
  if (first === undefined) return;
  text.remove(declaration.start, first.start);
  for (const declarator of declarators) {
    const pattern = child(declarator, "id");
    const init = optionalChild(declarator, "init");
    rewritePattern(pattern, text);
    if (init !== undefined) {
      if (pattern.type === "Identifier") keepFunctionName(String(pattern.name), init, text);
      const using = usings.get(String(pattern.name));
      if (using !== undefined) {
        text.prependRight(init.start, "__using.use(");
        text.appendLeft(init.end, `, "${using}")`);
      }
      if (pattern.type === "ObjectPattern") {
        text.prependRight(declarator.start, "(");
        text.appendLeft(declarator.end, ")");
      }
    } else if (place !== "target") {
      if (declaration.kind === "var")
        text.update(pattern.start, pattern.end, "undefined"); // hoisted already
      else text.appendLeft(pattern.end, " = undefined");
    }
  }
}

function rewritePattern(pattern: Node, text: MagicString): void {
  eachBound(pattern, ({ name, start, end }) => text.update(start, end, `__declare.${name}`));
  spellOut(pattern, text);
}

/** `{ a }` becomes `{ a: ... }`, so that what follows can be another target; its keys and defaults are expressions. */
function spellOut(pattern: Node, text: MagicString): void {
  if (pattern.type === "Property") {
    const value = child(pattern, "value");
    if (pattern.shorthand === true) text.prependRight(value.start, `${String(child(pattern, "key").name)}: `);
    spellOut(value, text);
  } else if (pattern.type === "AssignmentPattern") {
    const left = child(pattern, "left");
    if (left.type === "Identifier") keepFunctionName(String(left.name), child(pattern, "right"), text);
    spellOut(left, text);
  } else {
    for (const below of descend(pattern)) spellOut(below, text);
  }
}

/** `const f = () => 1` names the function f; an assignment to a member would not. */
function keepFunctionName(name: string, init: Node, text: MagicString): void {
  let value = init;
  while (value.type === "ParenthesizedExpression") value = child(value, "expression");
  const isNamed = isFunction(value) || value.type === "ClassExpression" || value.type === "ClassDeclaration";
  const anonymous = isNamed && optionalChild(value, "id") === undefined;
  if (!anonymous) return;
  text.prependRight(init.start, `({ ${name}: `);
  text.appendLeft(init.end, ` }).${name}`);
}

/** What `eval` evaluates is seen when it runs. */
export function rewriteEvalCall(call: Node, locals: readonly string[], { text }: Pick<Edit, "text">): void {
  const [argument] = children(call, "arguments");
  if (argument === undefined || argument.type === "SpreadElement") return;
  text.prependRight(argument.start, "__cell.evalText(");
  text.appendLeft(argument.end, `, ${JSON.stringify(locals)})`);
}

export function rewriteModuleSyntax(node: Node, { text }: Pick<Edit, "text">): void {
  if (node.type === "ImportExpression") text.update(node.start, node.start + "import".length, "__cell.import");
  else text.update(node.start, node.end, "__cell.meta");
}
