/** @file A cell's static imports become awaited dynamic ones, bound at the start of the cell. */
import type MagicString from "magic-string";
import { child, children, type Node, optionalChild } from "./syntax.ts";

/**
 * Removes the import statements and says what to run instead.
 *
 * @param statements the cell's top-level statements
 * @param text where they are removed from
 * @returns one statement an import: `await __cell.bind(specifier, {local: imported}, attributes)`; "*" is the namespace; then the check of `stops.ts`
 */
export function rewriteImports(statements: readonly Node[], text: MagicString): string[] {
  const lines: string[] = [];
  for (const statement of statements) {
    const source = optionalChild(statement, "source");
    if (source === undefined || !/^(Import|ExportNamed|ExportAll)Declaration$/.test(statement.type)) continue;
    const names = statement.type === "ImportDeclaration" ? importedNames(statement) : {};
    const parts = [source.value, names, importAttributes(statement)].map((part) => JSON.stringify(part));
    lines.push(`await __cell.bind(${parts.join(", ")}); __stop.on();`);
    text.remove(statement.start, statement.end);
  }
  return lines;
}

function importedNames(statement: Node): Record<string, string> {
  const names: Record<string, string> = {};
  for (const specifier of children(statement, "specifiers")) {
    names[String(child(specifier, "local").name)] = importedName(specifier);
  }
  return names;
}

function importedName(specifier: Node): string {
  if (specifier.type === "ImportDefaultSpecifier") return "default";
  if (specifier.type === "ImportNamespaceSpecifier") return "*";
  const imported = child(specifier, "imported");
  return String(imported.type === "Literal" ? imported.value : imported.name);
}

function importAttributes(statement: Node): Record<string, string> {
  const attributes: Record<string, string> = {};
  for (const attribute of children(statement, "attributes")) {
    const key = child(attribute, "key");
    attributes[String(key.type === "Literal" ? key.value : key.name)] = String(child(attribute, "value").value);
  }
  return attributes;
}
