#!/usr/bin/env bash
# The faults of a cluster on a real Slurm: judge.sh [WORDS] for all, or those whose claim has one of the words. Installs Debian's slurmctld, slurmd, slurm-client and munge where
# they are not, brings a cluster of three nodes up on loopback, runs faults.ts, and takes the cluster down. Root.
set -euo pipefail
scratch=$(mktemp -d)
here=$(dirname "$(realpath "$0")")
packages="slurmctld slurmd slurm-client munge"

if ! command -v slurmctld slurmd sbatch munged >/dev/null; then
  # a package starts its daemons as it installs, if it may: these are of a folder of their own
  if ! { printf '#!/bin/sh\nexit 101\n' >"$scratch/policy" && chmod +x "$scratch/policy" &&
    { [ -e /usr/sbin/policy-rc.d ] || ln -s "$scratch/policy" /usr/sbin/policy-rc.d; } && apt-get update -qq &&
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $packages; } >"$scratch/apt.log" 2>&1; then
    tail -n 3 "$scratch/apt.log"
    printf '%s could not be installed: the cluster was NOT tried\n' "$packages"
    exit 1
  fi
  [ "$(readlink /usr/sbin/policy-rc.d)" = "$scratch/policy" ] && rm /usr/sbin/policy-rc.d
fi

export APART=$scratch/apart SLURM_CONF=$scratch/cluster/slurm.conf
mkdir -p "$APART" "$scratch/faults"
chmod 755 "$scratch" # so that a second user reaches the stores
trap '"$here/cluster.sh" down "$scratch/cluster"; rm -rf "$scratch"' EXIT
"$here/cluster.sh" up "$scratch/cluster" 3 2
node --import tsx "$here/faults.ts" "$scratch/faults" "$scratch/cluster" "$APART" "$@"
