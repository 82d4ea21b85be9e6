/** @file A cell's static imports become awaited dynamic ones, bound at the start of the cell. */
import type MagicString from "magic-string";
import { child, children, type Node, optionalChild } from "./syntax.ts";

/**
 * Rewrites the import statements, `await __cell.bind(specifier, {local: imported}, attributes)` each, where "*" is the namespace,
 * then the check of `stops.ts`; and has them run before all other statements.
 *
 * @param statements the cell's top-level statements
 * @param then what runs once they are bound
 * @returns false when there are none, and nothing is rewritten
 */
export function rewriteImports(statements: readonly Node[], text: MagicString, then: string): boolean {
  const imports = statements.filter(isImport);
  const first = statements.find((statement) => !isImport(statement));
  for (const statement of imports) {
    const { start, end } = statement;
    const names = statement.type === "ImportDeclaration" ? importedNames(statement) : {};
    const parts = [child(statement, "source").value, names, importAttributes(statement)];
    const after = statement === imports.at(-1) ? ` ${then}` : "";
    text.update(
      start,
      end,
      `await __cell.bind(${parts.map((part) => JSON.stringify(part)).join(", ")}); __stop.on();${after}`,
    );
    if (first !== undefined && first.start < start) text.move(start, end, first.start);
  }
  return imports.length > 0;
}

function isImport(statement: Node): boolean {
  const isFrom = /^(Import|ExportNamed|ExportAll)Declaration$/.test(statement.type);
  return isFrom && optionalChild(statement, "source") !== undefined;
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
