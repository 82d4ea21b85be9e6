/** @file Why a plan cannot run on a cluster, told before anything is submitted, or after what was submitted is cancelled again. */

/** What to do differently, by its kind. */
export type ClusterErrorKind =
  /** sbatch and its kin are not on this machine */
  | "no Slurm"
  /** Slurm said no: an unknown partition, a limit, an account */
  | "refused"
  /** a node of the cluster does not see the folder of the store, or not this Node */
  | "not shared"
  /** slurmctld does not answer */
  | "no answer"
  /** no plan of that name was submitted from this store */
  | "unknown plan"
  /** the sources are not those that the plan was made from */
  | "other code";

export class ClusterError extends Error {
  readonly kind: ClusterErrorKind;

  constructor(kind: ClusterErrorKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}
