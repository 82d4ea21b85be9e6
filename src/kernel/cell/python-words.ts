/** @file Python's words in the middle of a line, where the parser stops at them: what they are in TypeScript. */

/** The line up to the place where the parser stopped, and from there on; what the latter captures makes the hint. */
type Rule = readonly [before: RegExp, after: RegExp, hint: (after: readonly string[]) => string];

/** Within brackets, behind what is made of each. */
const COMPREHENSION = /[[(].*[\w$)\]"'`]\s*$/;

/** The parser stops behind the last token that it understood, or at the first that it did not. */
const RULES: readonly Rule[] = [
  [
    /(?<![\w$.])f$/,
    /^(["'])((?:\\.|(?!\1).)*\{(?:\\.|(?!\1).)*)\1(?!\1)/,
    ([, , text = ""]) => `write: ${template(text)}`,
  ],
  [/(?<![\w$.])lambda\s*$/, /^\s*(\w[\w\s,]*?)?\s*:/, ([, params = ""]) => `write: (${params}) => ...`],
  [/[\w$)\]"'`]\s*$/, /^\s*(and|or)\s+\S/, ([, word = ""]) => `write: ... ${OPERATORS[word]} ...`],
  [/(?<![\w$.])not\s*$/, /^\s*([\w$.]+)/, ([, operand = ""]) => `write: !${inTypeScript(operand)}`],
  [/[\w$)\]"'`]\s*$/, /^\s*not in\s+([\w$.]+)/, ([, list = ""]) => `write: !${list}.includes(...)`],
  [
    /[\w$)\]"'`]\s*$/,
    /^\s*is (not )?(None|True|False)\b/,
    ([, not, value = ""]) => `write: ... ${not ? "!==" : "==="} ${CONSTANTS[value]}`,
  ],
  [/[\w$)\]"'`]\s*$/, /^\s*if\s+(.+?)\s+else\s+\S/, ([, test = ""]) => `write: ${inTypeScript(test)} ? ... : ...`],
  [
    COMPREHENSION,
    /^\s*for (\w+) in range\(([\w$.]+)\)/,
    ([, name = "", count = ""]) => `write: Array.from({ length: ${count} }, (_, ${name}) => ...)`,
  ],
  [
    COMPREHENSION,
    /^\s*for (\w+) in ([\w$.]+)(?![\w$.(])/,
    ([, name = "", list = ""]) => `write: ${list}.map((${name}) => ...)`,
  ],
  [/[\w$)\]"'`]\[[^[\]]*$/, /^\s*:[^[\]{}]*\]/, () => "write: list.slice(from, to)"],
  [/(?<!["\\])""$|(?<!['\\])''$/, /^["']/, () => "write a text of several lines between backticks: `...`"],
  [/[^\s]\s+#$/, /^\s/, () => "write: // ..."],
  [/\belif\s*\(.*\)\s*$/, /^\s*\{/, () => "write: else if (...) { ... }"],
  [/(?:^|;)\s*assert$/, /^\s+\S/, () => 'write: import assert from "node:assert"; assert(...)'],
  [/(?:^|;)\s*raise$/, /^\s+\w/, () => "write: throw new Error(...)"],
  [/(?:^|;)\s*print$/, /^\s+["'\w]/, () => "write: console.log(...)"],
];

const OPERATORS: Readonly<Record<string, string>> = { and: "&&", or: "||" };

const CONSTANTS: Readonly<Record<string, string>> = { True: "true", False: "false", None: "null" };

/**
 * What to write in place of a word of Python.
 *
 * @param source TypeScript text of a cell
 * @param start where the parser stopped, in UTF-16 units
 * @returns undefined where there is none
 */
export function pythonHint(source: string, start: number): string | undefined {
  const before = source.slice(source.lastIndexOf("\n", start - 1) + 1, start);
  const after = source.slice(start).split("\n", 1)[0] ?? "";
  if (/<[\w$][^<>]*>[^<{]*$/.test(before)) return undefined; // the text of an element
  for (const [left, right, hint] of RULES) {
    const match = left.test(before) ? right.exec(after) : null;
    if (match !== null) return hint(match);
  }
  return undefined;
}

/**
 * A test as TypeScript writes it; what stands in quotes stays.
 *
 * @example inTypeScript("not a and b == 'x and y'") // => "!a && b == 'x and y'"
 */
export function inTypeScript(test: string): string {
  return test.replace(
    /(["'])(?:\\.|(?!\1).)*\1|(?<![\w$.])(?:(and|or)(?![\w$])|not(?![\w$])\s*|(True|False|None)(?![\w$]))/g,
    (text, quote, operator, constant) => {
      if (quote !== undefined) return text;
      return OPERATORS[operator] ?? CONSTANTS[constant] ?? "!";
    },
  );
}

/** The text of an f-string as a template; a format is left out, but for digits behind the point. */
function template(text: string): string {
  const filled = text.replace(/\{\{|\}\}|\{([^{}]*)\}|[`$]/g, (found, inner?: string) => {
    if (inner === undefined) return found.length === 2 ? found.slice(1) : `\\${found}`;
    const [, value = inner, format = ""] = /^(.*?[^:])(?:![rsa])?(?::([^:]*))?$/.exec(inner) ?? [];
    const digits = /\.(\d+)f$/.exec(format)?.[1];
    return digits === undefined ? `\${${value}}` : `\${${value}.toFixed(${digits})}`;
  });
  return `\`${filled}\``;
}
