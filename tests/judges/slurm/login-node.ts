/** @file A process as on a login node: submits a study to Slurm, watches it, and prints what became of its stages, or the kind of its error. */
import { ClusterError, notebookSweep, runStudy, type SlurmOptions, slurmExecutor } from "@eightfold/toolkit/experiment";
import { type FaultConfig, faultStudy } from "./fault-study.ts";

const { name, config, store, results, options } = JSON.parse(process.argv[2] ?? "") as {
  readonly name: string;
  readonly config: FaultConfig;
  readonly store: string;
  readonly results: string;
  readonly options: SlurmOptions;
};
process.umask(0);
try {
  const note = (line: string): void => console.error(line);
  const executor = slurmExecutor(options, { note });
  const show = { update: () => {} };
  const onChange = notebookSweep(() => show);
  const { states } = await runStudy(faultStudy, config, { name, store, results, executor, onChange });
  const told = states.map(({ planned, status, error }) => [planned.stage.config.name, status, error ?? ""]);
  console.log(JSON.stringify(told));
} catch (error) {
  const kind = error instanceof ClusterError ? error.kind : (error as Error).constructor.name;
  console.log(JSON.stringify({ kind, message: (error as Error).message }));
}
