/** @file What to write instead, for cells that speak another notebook's language. */
import { builtinModules } from "node:module";
import { inTypeScript, pythonHint } from "./python-words.ts";

/** Runs in this kernel in place of what stands at the begin of a line; a function is given what the pattern has captured. */
type Rule = readonly [pattern: RegExp, hint: (match: readonly string[]) => string];

const MAGICS: Readonly<Record<string, string>> = {
  time: 'console.time("cell") before and console.timeEnd("cell") after',
  timeit: 'console.time("cell") before and console.timeEnd("cell") after',
  cd: "process.chdir(folder)",
  pwd: "process.cwd()",
  tb: "display.traceback()",
  env: "process.env",
  who: "nothing: the frontend lists variables",
  whos: "nothing: the frontend lists variables",
  matplotlib: "nothing: figures are shown without it",
  html: "display.html(text)",
  svg: "display.svg(text)",
  latex: "display.latex(text)",
  markdown: "display.markdown(text)",
  javascript: "display.javascript(text)",
  js: "display.javascript(text)",
};

const INSTALLERS = new Set(["npm", "pip", "conda", "yarn", "pnpm"]);

/** Lines that are no TypeScript. */
const LINES: readonly Rule[] = [
  [/^\s*!\s*([\w./~-]+(?:\s.*)?)$/, ([command = ""]) => shell(command)],
  [/^\s*%%?(\w+)(.*)$/, ([name = "", rest = ""]) => magic(name, rest)],
  [/^\s*\?{1,2}([\w.$]+)\s*$/, ([name = ""]) => look(name)],
  [/^\s*([\w.$]+)\?{1,2}\s*$/, ([name = ""]) => look(name)],
  [
    /^\s*import (\w+)\s*$/,
    ([name = ""]) => `write: import ${name} from "${builtinModules.includes(name) ? "node:" : ""}${name}"`,
  ],
  [/^\s*import ([\w.]+) as (\w+)\s*$/, ([module = "", name = ""]) => `write: import * as ${name} from "${module}"`],
  [
    /^\s*from ([\w.]+) import (.+)$/,
    ([module = "", names = ""]) => `write: import { ${names.trim()} } from "${module}"`,
  ],
  [
    /^\s*(async )?def (\w+)\((.*)\)\s*:/,
    ([async = "", name = "", params = ""]) => `write: ${async ?? ""}function ${name}(${params}) { ... }`,
  ],
  [/^\s*class (\w+)(?:\(.*\))?\s*:/, ([name = ""]) => `write: class ${name} { ... }`],
  [/^\s*for (\w+) in (.+?)\s*:/, ([name = "", list = ""]) => `write: for (const ${name} of ${list}) { ... }`],
  [
    /^\s*for (\w+(?:\s*,\s*\w+)+) in (.+?)\s*:/,
    ([names = "", list = ""]) =>
      `write: for (const [${names}] of ${list.replace(/^([\w$.]+)\.items\(\)$/, "Object.entries($1)")}) { ... }`,
  ],
  [/^\s*(if|while) ([^(].*?)\s*:/, ([word = "", test = ""]) => `write: ${word} (${inTypeScript(test)}) { ... }`],
  [/^\s*elif (.+?)\s*:/, ([test = ""]) => `write: } else if (${inTypeScript(test)}) { ... }`],
  [/^\s*except\b.*:\s*$/, () => "write: } catch (error) { ... }"],
  [/^\s*(try|else|finally)\s*:/, ([word = ""]) => `write: ${word} { ... }`],
  [/^\s*#\s+(.*)$/, ([text = ""]) => `write: // ${text.trim()}`],
  [/^\s*((?:pip3?|conda|npm|yarn|pnpm) (?:install|add) .+)$/, ([command = ""]) => shell(command)],
];

/**
 * What to write in place of a line that cannot be parsed.
 *
 * @param source TypeScript text of a cell
 * @param start where the parser stopped, in UTF-16 units
 * @returns undefined where it looks like nothing known
 */
export function syntaxHint(source: string, start = 0): string | undefined {
  const lines = source.split("\n");
  const at = source.slice(0, start).split("\n").length - 1;
  for (const line of [lines[at], lines[at - 1]]) {
    const hint = line === undefined ? undefined : lineHint(line);
    if (hint !== undefined) return hint;
  }
  return pythonHint(source, start);
}

function lineHint(line: string): string | undefined {
  for (const [pattern, hint] of LINES) {
    const match = pattern.exec(line);
    if (match !== null) return hint(match.slice(1));
  }
  return undefined;
}

const NAMES: Readonly<Record<string, string>> = {
  print: "write: console.log(...)",
  len: "write: value.length",
  range: "write: Array.from({ length: n }, (_, i) => i)",
  True: "write: true",
  False: "write: false",
  None: "write: null",
  not: "write: !value",
  document: "a page's: a package such as jsdom or linkedom makes one",
  window: "a page's: a package such as jsdom or linkedom makes one",
  localStorage: "a page's: write files by node:fs",
  alert: "write: display(...)",
  input: "write: prompt(...)",
  sleep: 'write: import { setTimeout as sleep } from "node:timers/promises"',
  Worker: 'write: import { Worker } from "node:worker_threads"',
  React: 'JSX is written with React: import React from "react", which npm install react brings',
  Bun: "Bun's: this kernel runs on Node, whose modules are imported as node:fs and the like",
};

/**
 * What to write in place of a name that is not defined.
 *
 * @param error what was thrown
 * @param source of the cell that threw, where one did
 */
export function runtimeHint({ name, message }: Error, source: string | undefined): string | undefined {
  if (name !== "ReferenceError" || source === undefined) return undefined;
  const missing = /^(\S+) is not defined$/.exec(message)?.[1];
  if (missing === undefined) return undefined;
  const quoted = missing.replace(/[$]/g, "\\$&");
  const command = new RegExp(`^\\s*!\\s*(${quoted}(?![\\w$.(]).*)$`, "m").exec(source)?.[1];
  if (command !== undefined) return shell(command);
  if (Object.hasOwn(NAMES, missing)) return NAMES[missing];
  const loop = new RegExp(`\\bfor\\s*(?:await\\s*)?\\(\\s*${quoted}\\s+(of|in)\\s`).exec(source)?.[1];
  if (loop !== undefined) return `declare it: for (const ${missing} ${loop} ...)`;
  const assigned = new RegExp(`(?:^|[;{}]|\\bfor\\s*\\()\\s*${quoted}\\s*=(?![=>])`, "m").test(source);
  if (assigned) return `declare it: let ${missing} = ...`;
  return builtinModules.includes(missing) ? `write: import ${missing} from "node:${missing}"` : undefined;
}

function shell(command: string): string {
  const text = JSON.stringify(command.trim().replace(/^(?:pip3?|conda) install/, "npm install"));
  return `write: import { execSync } from "node:child_process"; execSync(${text}, { stdio: "inherit" })`;
}

function magic(name: string, rest: string): string {
  if (INSTALLERS.has(name)) return shell(`npm install${rest.replace(/^\s*install/, "")}`);
  const instead = MAGICS[name];
  return instead === undefined
    ? `%${name} is IPython's: write it in TypeScript`
    : `%${name} is IPython's, write ${instead}`;
}

function look(name: string): string {
  return `press Shift-Tab behind ${name} for its documentation, or write: display(${name})`;
}
