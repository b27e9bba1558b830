#!/bin/bash
# Slurm on one node, this one, for tests: munged, slurmctld and slurmd, with all that they write in one folder.
#
#   apt install slurm-wlm munge          # Debian's packages; as root, since slurmd starts jobs as their users
#   bash tests/slurm.sh start FOLDER     # says which SLURM_CONF sbatch, squeue and scontrol want
#   bash tests/slurm.sh stop FOLDER
#
# It asks nobody for a network: all daemons listen on free ports of this machine. There is no accounting, so sacct has
# nothing to say. A job is killed 5 s after it was asked to end, and is put into the queue again where it says so.
set -eu

what=$1 folder=$2
export SLURM_CONF="$folder/slurm.conf"

wait_for() { # seconds, command
    for _ in $(seq "$(($1 * 5))"); do
        if "${@:2}" > /dev/null 2>&1; then return 0; fi
        sleep 0.2
    done
    echo "not within $1 s: ${*:2}" >&2
    tail -n 20 "$folder"/*.log >&2
    return 1
}

free_ports() {
    python3 -c 'import socket; s = [socket.socket() for _ in range(2)]; [one.bind(("", 0)) for one in s]
print(*[one.getsockname()[1] for one in s])'
}

start() {
    local host controller node
    host=$(hostname -s)
    read -r controller node <<< "$(free_ports)"
    mkdir -p "$folder/state" "$folder/spool"
    chmod 711 "$folder" # others have to reach munge's socket, and it refuses a folder that others may write to
    head -c 1024 /dev/urandom > "$folder/munge.key"
    chmod 600 "$folder/munge.key"
    cat > "$SLURM_CONF" <<CONF
ClusterName=test
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=$controller
SlurmdPort=$node
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
CredType=cred/munge
AuthInfo=socket=$folder/munge.socket,cred_expire=5
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool
SlurmctldPidFile=$folder/slurmctld.pid
SlurmdPidFile=$folder/slurmd.pid
SlurmctldLogFile=$folder/slurmctld.log
SlurmdLogFile=$folder/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SchedulerType=sched/builtin
SchedulerParameters=batch_sched_delay=0,sched_interval=1
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
MpiDefault=none
ReturnToService=2
KillWait=5
NodeName=$host NodeAddr=127.0.0.1 CPUs=$(nproc) RealMemory=1000 State=UNKNOWN
PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP
CONF
    munged --force --key-file="$folder/munge.key" --socket="$folder/munge.socket" --pid-file="$folder/munged.pid" \
        --log-file="$folder/munged.log" --seed-file="$folder/munge.seed"
    slurmctld -f "$SLURM_CONF"
    slurmd -f "$SLURM_CONF"
    wait_for 30 sh -c 'sinfo --noheader --format=%t | grep -qx idle'
    echo "$SLURM_CONF"
}

stop() {
    for daemon in slurmd slurmctld munged; do
        if [ -e "$folder/$daemon.pid" ]; then kill "$(cat "$folder/$daemon.pid")" || true; fi
    done
    for daemon in slurmd slurmctld munged; do
        wait_for 20 test ! -e "$folder/$daemon.pid"
    done
}

"$what"
