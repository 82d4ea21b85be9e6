/** @file Colours for code, as classes that the page's style knows. */
import hljs from "highlight.js/lib/core";
import bash from "highlight.js/lib/languages/bash";
import json from "highlight.js/lib/languages/json";
import python from "highlight.js/lib/languages/python";
import typescript from "highlight.js/lib/languages/typescript";
import { type Html, html, trusted } from "./html.ts";

hljs.registerLanguage("bash", bash);
hljs.registerLanguage("json", json);
hljs.registerLanguage("python", python);
hljs.registerLanguage("typescript", typescript);

/**
 * Code with its parts marked.
 *
 * @param language a name such as ts, typescript or python; code of an unknown language stays plain
 * @example highlight("1", "ts").html // => '<span class="hljs-number">1</span>'
 */
export function highlight(code: string, language: string): Html {
  if (hljs.getLanguage(language) === undefined) return html`${code}`;
  return trusted(hljs.highlight(code, { language }).value);
}
