/** @file The names that a cell declares at its top, types included. */
import { parseSync } from "oxc-parser";

export interface DeclaredNames {
  readonly names: ReadonlySet<string>;
  /** Those that it exports itself. */
  readonly exported: ReadonlySet<string>;
}

interface Node {
  readonly type: string;
  readonly [field: string]: unknown;
}

/**
 * What a cell declares.
 *
 * @param code TypeScript text
 * @returns undefined when it cannot be parsed
 */
export function declaredNames(code: string): DeclaredNames | undefined {
  const { program, errors } = parseSync("cell.ts", code, { sourceType: "module" });
  if (errors.some(({ severity }) => severity === "Error")) return undefined;
  const names = new Set<string>();
  const exported = new Set<string>();
  for (const statement of program.body as unknown as readonly Node[]) {
    const declaration = isNode(statement.declaration) ? statement.declaration : statement;
    const found = declares(declaration);
    for (const name of found) names.add(name);
    if (statement.type === "ExportNamedDeclaration") {
      for (const name of found) exported.add(name);
      for (const specifier of nodes(statement.specifiers)) exported.add(nameOf(specifier.exported));
    }
  }
  return { names, exported };
}

/**
 * The same for a cell that is still being typed: names that stand after a declaring word at the start of a line.
 *
 * @example [...namesBeingDeclared("const { a, b } = f(\nlet c")] // => ["a", "b", "c"]
 */
export function namesBeingDeclared(code: string): ReadonlySet<string> {
  const names = new Set<string>();
  for (const [, head] of code.matchAll(DECLARATION)) {
    for (const [name] of String(head).matchAll(/[\p{ID_Start}$_][\p{ID_Continue}$]*/gu)) names.add(name);
  }
  return names;
}

const DECLARATION =
  /^(?:export +)?(?:declare +)?(?:abstract +|async +)?(?:const|let|var|function\*?|class|enum|interface|type|namespace|import)\b([^=;(<]*)/gm;

function declares(node: Node): string[] {
  switch (node.type) {
    case "VariableDeclaration":
      return nodes(node.declarations).flatMap((declarator) => patternNames(declarator.id as Node));
    case "ImportDeclaration":
      return nodes(node.specifiers).map((specifier) => nameOf(specifier.local));
    case "FunctionDeclaration":
    case "TSDeclareFunction":
    case "ClassDeclaration":
    case "TSInterfaceDeclaration":
    case "TSTypeAliasDeclaration":
    case "TSEnumDeclaration":
    case "TSModuleDeclaration":
    case "TSImportEqualsDeclaration":
      return isNode(node.id) && node.id.type === "Identifier" ? [nameOf(node.id)] : [];
    case "FunctionExpression":
    case "ClassExpression":
      return [];
  }
  return blockVariables(node);
}

/** `var` inside a block or loop at the top is the cell's too. */
function blockVariables(node: Node): string[] {
  if (/Function|Class|^TS/.test(node.type)) return [];
  const found: string[] = [];
  for (const value of Object.values(node)) {
    for (const below of nodes(value)) {
      if (below.type !== "VariableDeclaration") found.push(...blockVariables(below));
      else if (below.kind === "var") found.push(...declares(below));
    }
  }
  return found;
}

function patternNames(pattern: Node): string[] {
  switch (pattern.type) {
    case "Identifier":
      return [nameOf(pattern)];
    case "ObjectPattern":
      return nodes(pattern.properties).flatMap((property) => patternNames((property.value ?? property) as Node));
    case "ArrayPattern":
      return nodes(pattern.elements).flatMap(patternNames);
    case "AssignmentPattern":
      return patternNames(pattern.left as Node);
    case "RestElement":
      return patternNames(pattern.argument as Node);
  }
  return [];
}

function nameOf(identifier: unknown): string {
  const { name, value } = identifier as { readonly name?: string; readonly value?: string };
  return String(name ?? value);
}

function nodes(value: unknown): readonly Node[] {
  return Array.isArray(value) ? value.filter(isNode) : isNode(value) ? [value] : [];
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && typeof (value as Node).type === "string";
}
