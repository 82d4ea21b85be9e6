/** @file Which cells hold results of code that has changed since they ran. */

/** What a cell took from the session and what it gave to it. */
export interface CellRun {
  /** Shown to people, one for each run: In[3]. */
  readonly name: string;
  /** A cell that ran again has the same text: only its last run is named. */
  readonly code: string;
  /** Names it used: the session's, and what it imported itself. */
  readonly reads: ReadonlySet<string>;
  readonly declares: ReadonlySet<string>;
  /** Those of the declared names that it imported. */
  readonly imports: ReadonlySet<string>;
}

/**
 * The cells whose results hang on imports that have changed, directly or through what other cells made of them.
 *
 * @param runs in the order in which they ran
 * @param changed imported names whose values are new
 * @returns names of cells, in that order
 */
export function staleCells(runs: readonly CellRun[], changed: ReadonlySet<string>): string[] {
  const stale = new Set<string>();
  const cells: string[] = [];
  const lastRuns = new Map(runs.map((run) => [run.code, run]));
  for (const run of runs) {
    for (const name of run.imports) if (changed.has(name)) stale.add(name);
    const isStale = [...run.reads].some((name) => stale.has(name));
    if (isStale && lastRuns.get(run.code) === run) cells.push(run.name);
    for (const name of run.declares) {
      if (run.imports.has(name)) continue;
      if (isStale) stale.add(name);
      else stale.delete(name); // declared anew, from nothing that changed
    }
  }
  return cells;
}
