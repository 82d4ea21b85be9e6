/** @file Finds the `@example` tags of a source's doc comments, each with what it documents. */
import { parseSync } from "oxc-parser";

export interface DocExample {
  /** the exported name that the comment documents */
  documents: string;
  /** where the tag stands in the file, counted from 1 */
  line: number;
  /** the example's text, without the comment's stars and without its code fence */
  code: string;
  /** whether the code stood in a fence, where it may have several lines */
  fenced: boolean;
}

/** The examples of one source, in the order in which they stand. */
export function docExamples(path: string, text: string): DocExample[] {
  return parseSync(path, text)
    .comments.filter(({ type, value }) => type === "Block" && value.startsWith("*"))
    .flatMap(({ value, start, end }) => {
      const firstLine = text.slice(0, start).split("\n").length;
      const documents = declaredName(text.slice(end));
      return tagsOf(value).map(({ line, body }) => ({ documents, line: firstLine + line, ...unfence(body) }));
    });
}

function tagsOf(comment: string): { line: number; body: string }[] {
  const lines = comment.split("\n").map((line) => line.replace(/^\s*\*+ ?/, ""));
  const starts = lines.flatMap((line, index) => (/^\s*@\w/.test(line) ? [index] : []));
  return starts
    .map((start, index) => ({ line: start, body: lines.slice(start, starts[index + 1]).join("\n") }))
    .filter(({ body }) => /^\s*@example\b/.test(body))
    .map(({ line, body }) => ({ line, body: body.replace(/^\s*@example\b/, "").trim() }));
}

function unfence(body: string): { code: string; fenced: boolean } {
  const fence = /^```(?:ts|typescript|js)?\n([\s\S]*?)\n?```$/.exec(body);
  return fence === null ? { code: body, fenced: false } : { code: fence[1] ?? "", fenced: true };
}

function declaredName(after: string): string {
  const declaration =
    /^\s*(?:export\s+)?(?:declare\s+|async\s+|abstract\s+)*(?:function\*?|const|let|class|interface|type)\s+(\w+)/;
  return declaration.exec(after)?.[1] ?? /\w+/.exec(after)?.[0] ?? "the file";
}
