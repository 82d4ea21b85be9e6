/** @file A verdict as a badge: a word and a sign, so that it does not hang on colour. */
import type { Verdict } from "../claims/verdict.ts";
import { type Html, html } from "./html.ts";

const SIGNS: Readonly<Record<Verdict, string>> = {
  reproduced: "✓",
  "within tolerance": "≈",
  differs: "≠",
  "not run": "–",
  "environment differs": "≠",
};

/** The badge of a verdict; of none, where there is nothing to judge by. */
export function badge(verdict: Verdict | undefined): Html {
  if (verdict === undefined)
    return html`<span class="badge not-run"><span aria-hidden="true">?</span> left to the reader</span>`;
  const sign = html`<span aria-hidden="true">${SIGNS[verdict]}</span>`;
  return html`<span class="badge ${verdict.replaceAll(" ", "-")}">${sign} ${verdict}</span>`;
}
