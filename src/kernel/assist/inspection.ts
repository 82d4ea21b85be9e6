/** @file What stands at a place in a cell, as Markdown and as plain text: signature, documentation, live value. */
import { withoutCellModules } from "./diagnostics.ts";
import type { SignatureHelp } from "./type-service.ts";

/** MIME type -> text. */
export type Inspection = Readonly<Record<"text/markdown" | "text/plain", string>>;

interface Parts {
  readonly hover: string | undefined;
  /** Help for the call whose parentheses the place is in. */
  readonly call: SignatureHelp | undefined;
  /** Text of the live value. */
  readonly value: string | undefined;
}

/**
 * Joins what is known.
 *
 * @returns undefined when nothing is
 */
export function inspection({ hover, call, value }: Parts): Inspection | undefined {
  const parts: string[] = [];
  if (hover !== undefined) parts.push(withoutImports(withoutFileLinks(withoutCellModules(hover))));
  const isFunction = value !== undefined && /^\[(?:class |\w*Function)/.test(value);
  if (value !== undefined && !(isFunction && hover !== undefined)) parts.push(`Value:\n\n\`\`\`\n${value}\n\`\`\``);
  const help = call && signatureText(call);
  if (help !== undefined) parts.push(withoutFileLinks(withoutCellModules(help)));
  if (parts.length === 0) return undefined;
  const markdown = parts.join("\n\n");
  return { "text/markdown": markdown, "text/plain": plainText(markdown) };
}

/** Names of earlier cells are imports in our eyes only. */
function withoutImports(hover: string): string {
  return hover.replace(/^\(alias\) /gm, "").replace(/^import [\p{ID_Continue}$]+\n/gmu, "");
}

/** `{@link}` leads into files of the type service, which no page can open. */
function withoutFileLinks(markdown: string): string {
  return markdown.replace(/\[([^\]]+)\]\(file:[^)\s]*\)/g, "$1");
}

/** The signature with its active parameter, and the documentation of both. */
function signatureText({ signatures, activeSignature = 0, activeParameter = 0 }: SignatureHelp): string | undefined {
  const signature = signatures[activeSignature];
  if (signature === undefined) return undefined;
  const parameter = signature.parameters?.[signature.activeParameter ?? activeParameter];
  const lines = [`\`\`\`typescript\n${signature.label}\n\`\`\``];
  if (parameter !== undefined) {
    const documented = parameter.documentation?.value;
    lines.push(`**\`${parameter.label}\`**${documented === undefined ? "" : ` — ${documented}`}`);
  }
  if (signature.documentation !== undefined) lines.push(signature.documentation.value);
  if (signatures.length > 1) lines.push(`${activeSignature + 1} of ${signatures.length} signatures`);
  return lines.join("\n\n");
}

/**
 * Markdown without its marks, for a terminal.
 *
 * @example plainText("```ts\nconst a\n```\n\n*@param* `x` — [a](https://b) **c**") // => "const a\n\n@param x — a (https://b) c"
 */
export function plainText(markdown: string): string {
  const lines: string[] = [];
  let inCode = false;
  for (const line of markdown.split("\n")) {
    if (line.startsWith("```")) inCode = !inCode;
    else lines.push(inCode ? line : withoutMarks(line));
  }
  return lines.join("\n").trim();
}

function withoutMarks(line: string): string {
  return line
    .replace(/\[([^\]]+)\]\(([^)\s]+)\)/g, "$1 ($2)")
    .replace(/\*\*(.+?)\*\*/g, "$1")
    .replace(/(^|\s)\*(\S.*?)\*(?=\s|$)/g, "$1$2")
    .replace(/`([^`]*)`/g, "$1");
}
