/** @file The section that says what the run ran on and read. */
import type { EnvironmentCheck } from "../environment/checks.ts";
import type { Environment } from "../environment/environment.ts";
import { type Html, html } from "./html.ts";

/** The section of the environment. */
export function renderEnvironment(environment: Environment, checks: readonly EnvironmentCheck[]): Html {
  const { node, platform, arch, cpu, cores, commit, uncommittedChanges, packages, python, files } = environment;
  const changed = uncommittedChanges === true ? ", with uncommitted changes" : "";
  return html`<section aria-labelledby="environment">
<h2 id="environment">Environment</h2>
<dl class="environment">
<div><dt>Node</dt><dd>${node}</dd></div>
<div><dt>Machine</dt><dd>${platform} ${arch}, ${cpu}, ${cores} ${cores === 1 ? "core" : "cores"}</dd></div>
<div><dt>Commit</dt><dd>${commit === null ? "not in a repository" : html`<code>${commit.slice(0, 12)}</code>${changed}`}</dd></div>
${checks.map(renderCheck)}
</dl>
${renderList("packages", packages)}
${renderList("versions of Python and its packages", python)}
${renderList("files and their sha256", files)}
</section>`;
}

function renderCheck({ what, record, difference }: EnvironmentCheck): Html {
  const said =
    difference === undefined
      ? html`as recorded: ${record}`
      : html`<strong class="reason">differs: ${difference}</strong>`;
  return html`<div><dt>Check: ${what}</dt><dd>${said}</dd></div>`;
}

function renderList(title: string, entries: Readonly<Record<string, string>>): Html | undefined {
  const rows = Object.entries(entries);
  if (rows.length === 0) return undefined;
  return html`<details><summary>${rows.length} ${title}</summary><div class="wide" tabindex="0"><table class="plain">
${rows.map(([name, value]) => html`<tr><th scope="row">${name}</th><td><code>${value}</code></td></tr>`)}
</table></div></details>`;
}
