#!/usr/bin/env bash
# A Slurm cluster on this machine's loopback, for tests: munged, slurmctld, and slurmd's that stand for nodes. Root; Debian's packages
# slurmctld, slurmd, slurm-client and munge. Every daemon is a folder's own, and is ended by its process number.
#   cluster.sh up FOLDER NODES CPUS   node NODES + 1 is of the partition "apart", where $APART is an empty folder
#   cluster.sh kill-node|start-node FOLDER N     power cut, and power on
#   cluster.sh kill-controller|start-controller FOLDER
#   cluster.sh down FOLDER
set -euo pipefail
what=$1 dir=$2
export SLURM_CONF=$dir/slurm.conf

configure() {
  local nodes=$1 cpus=$2
  mkdir -p "$dir"/{munge,controller,log,run/munge,spool}
  chmod 755 "$dir" "$dir"/{log,run,spool} "$dir/run/munge"
  chmod 700 "$dir/munge"
  (umask 077 && head -c 1024 /dev/urandom >"$dir/munge/key")
  cat >"$dir/slurm.conf" <<CONF
ClusterName=eightfold
SlurmctldHost=localhost(127.0.0.1)
SlurmctldPort=16817
# 127.0.0.1 alone, not every address of this machine
CommunicationParameters=NoCtldInAddrAny,NoInAddrAny
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
# a requeued job waits until its credential has expired, by default two minutes
AuthInfo=socket=$dir/run/munge/socket,cred_expire=5
CredType=cred/munge
StateSaveLocation=$dir/controller
SlurmdSpoolDir=$dir/spool/%n
SlurmctldPidFile=$dir/run/slurmctld.pid
SlurmdPidFile=$dir/run/slurmd.%n.pid
SlurmctldLogFile=$dir/log/slurmctld.log
SlurmdLogFile=$dir/log/slurmd.%n.log
# no control groups: memory is watched by its use
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/linux
JobAcctGatherFrequency=task=1
JobAcctGatherParams=OverMemoryKill
AccountingStorageType=accounting_storage/none
MpiDefault=none
ReturnToService=2
SlurmdParameters=config_overrides
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU_Memory
DefMemPerCPU=900
SchedulerType=sched/backfill
SchedulerParameters=bf_interval=2,sched_interval=2,sched_min_interval=1000,batch_sched_delay=1
PriorityType=priority/basic
SlurmctldTimeout=10
SlurmdTimeout=10
TCPTimeout=2
MessageTimeout=5
KillWait=3
MinJobAge=3600
MaxArraySize=2001
MaxJobCount=20000
JobRequeue=1
NodeName=n[1-$((nodes + 1))] NodeHostname=localhost NodeAddr=127.0.0.1 Port=[17001-$((17001 + nodes))] CPUs=$cpus RealMemory=4000 State=UNKNOWN
PartitionName=main Nodes=n[1-$nodes] Default=YES MaxTime=UNLIMITED State=UP
PartitionName=apart Nodes=n$((nodes + 1)) MaxTime=UNLIMITED State=UP
CONF
  echo "$nodes" >"$dir/nodes"
}

# Ends processes, and waits until they are gone.
end() {
  local signal=$1 pid
  shift
  for pid in "$@"; do kill "-$signal" "$pid" 2>/dev/null || true; done
  for pid in "$@"; do
    for _ in $(seq 100); do
      case $(ps -o stat= -p "$pid" || true) in '' | Z*) break ;; esac
      sleep 0.1
    done
  done
}

# The power of a real node takes all with it: here the slurmd and slurmstepd's, which hold its log open, and the jobs' processes,
# which carry its name.
processes_of_node() {
  local file
  find /proc/[0-9]*/fd -lname "$dir/log/slurmd.n$1.log" 2>/dev/null | cut -d / -f 3 || true
  for file in $(grep -lzx "SLURMD_NODENAME=n$1" /proc/[0-9]*/environ 2>/dev/null); do
    if grep -qzx "SLURM_CONF=$dir/slurm.conf" "$file" 2>/dev/null; then echo "${file//[^0-9]/}"; fi
  done
}

start_node() {
  mkdir -p "$dir/spool/n$1"
  if [ "$1" -le "$(cat "$dir/nodes")" ]; then
    slurmd -N "n$1"
  else
    # unshare: the mount is seen by this slurmd and its jobs alone
    unshare --mount bash -c 'mount -t tmpfs none "$1" && exec slurmd -N "$2"' - "$APART" "n$1"
  fi
}

case $what in
up)
  configure "$3" "$4"
  munged --force --key-file="$dir/munge/key" --socket="$dir/run/munge/socket" --pid-file="$dir/run/munge/pid" \
    --log-file="$dir/log/munged.log" --seed-file="$dir/munge/seed" --num-threads=2
  slurmctld -c
  for n in $(seq "$3") ${APART:+$(($3 + 1))}; do start_node "$n"; done
  expected=$(($3 + ${APART:+1}+0))
  for _ in $(seq 200); do
    [ "$(sinfo --noheader --Node --states=idle --format=%N | sort -u | wc -l)" -ge "$expected" ] && break
    sleep 0.1
  done
  sinfo
  ;;
kill-node)
  end KILL $(processes_of_node "$3")
  ;;
start-node) start_node "$3" ;;
kill-controller) end KILL "$(cat "$dir/run/slurmctld.pid")" ;;
start-controller) slurmctld ;;
down)
  for n in $(seq $(($(cat "$dir/nodes") + 1))); do "$0" kill-node "$dir" "$n"; done
  for file in "$dir/run/slurmctld.pid" "$dir/run/munge/pid"; do
    [ -f "$file" ] && end TERM "$(cat "$file")"
  done
  ;;
esac
