/** @file How many threads a process may use: what it was told, what Slurm gave it, or one a core. */

/**
 * The threads that this process may use: those that EIGHTFOLD_THREADS says; inside a job of Slurm those that the job was given, since a
 * machine's cores are also its neighbours'; else one a core.
 */
export function allottedThreads(environment: NodeJS.ProcessEnv = process.env): number {
  for (const name of ["EIGHTFOLD_THREADS", "SLURM_CPUS_PER_TASK", "SLURM_CPUS_ON_NODE"]) {
    const given = Number(environment[name]);
    if (Number.isInteger(given) && given >= 1) return given;
  }
  return process.getBuiltinModule("node:os").availableParallelism(); // not imported: fits are bundled for browsers too
}
