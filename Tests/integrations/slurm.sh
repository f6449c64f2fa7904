#!/usr/bin/env bash
# A Slurm of two nodes on this machine runs the array of integrations/slurm, and merges it: slurm.sh BIN. With
# KERNELS="6.1 6.12" (kept by `tcpfault kernels`) it also runs one kernel a task, which takes minutes.
#
# munged, slurmctld and two slurmd live in namespaces of their own (network, processes, host name), which end with this script
# however it ends; all they write is in a scratch folder.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
bin=$(realpath "${1:-.build/release}")
if [ ! -x "$bin/tcpfault" ]; then
    echo "$0: there is no tcpfault in $bin; build it (make programs), or name another folder" >&2
    exit 64
fi
passed=0 failed=0

finish() { # SKIPPED
    echo "slurm: $passed passed, $failed failed, $1 skipped"
    [ "$failed" = 0 ]
    exit
}
if [ -z "${TCPFAULT_SLURM:-}" ]; then
    missing=
    for program in slurmctld slurmd sbatch munged ip unshare; do
        command -v "$program" > /dev/null || missing="$missing $program"
    done
    if [ -n "$missing" ]; then
        echo "skipped  slurm: not installed:$missing (Debian: slurmctld slurmd slurm-client munge iproute2 util-linux)"
        finish 1
    elif ! unshare --net --uts --pid --fork --mount-proc true 2> /dev/null; then
        echo 'skipped  slurm: its daemons want namespaces of their own, which only root may make'
        finish 1
    fi
    TCPFAULT_SLURM=$(mktemp -d)
    export TCPFAULT_SLURM
    trap 'rm -rf "$TCPFAULT_SLURM"' EXIT
    limit=100
    if [ -n "${KERNELS:-}" ]; then limit=500; fi
    # In the background, so that a signal is heeded meanwhile. With the first process of its namespace all others go.
    timeout --kill-after 5 $limit \
        unshare --net --uts --pid --fork --kill-child --mount-proc bash Tests/integrations/slurm.sh "$bin" &
    cluster=$!
    trap 'kill "$cluster" 2> /dev/null || true; rm -rf "$TCPFAULT_SLURM"' EXIT
    trap 'exit 143' TERM INT
    status=0
    wait "$cluster" || status=$?
    exit $status
fi

scratch=$TCPFAULT_SLURM
good() { echo "ok       $1"; passed=$((passed + 1)); }
bad() { echo "FAILED   $1"; sed 's/^/           /' "$scratch/said" | tail -n 12; failed=$((failed + 1)); }
says() { echo "$2" > "$scratch/said"; if [ "$2" = "$3" ]; then good "$1"; else bad "$1: not '$3'"; fi; }

# Names are looked up only where there is an address beside the loopback's.
hostname localhost
ip link set lo up
ip address add 192.0.2.1/32 dev lo

mkdir "$scratch/state" "$scratch/spool-one" "$scratch/spool-two"
dd if=/dev/urandom of="$scratch/munge.key" bs=128 count=1 2> /dev/null
chmod 600 "$scratch/munge.key"
export SLURM_CONF=$scratch/slurm.conf
cat > "$SLURM_CONF" << END
ClusterName=tcpfault
SlurmctldHost=localhost(192.0.2.1)
SlurmUser=root
AuthInfo=socket=$scratch/munge.socket
StateSaveLocation=$scratch/state
SlurmdSpoolDir=$scratch/spool-%n
SlurmctldPidFile=$scratch/slurmctld.pid
SlurmdPidFile=$scratch/slurmd-%n.pid
SlurmctldLogFile=$scratch/slurmctld.log
SlurmdLogFile=$scratch/slurmd-%n.log
ProctrackType=proctrack/linuxproc
MailProg=$(command -v true)
MpiDefault=none
SchedulerType=sched/builtin
SchedulerParameters=batch_sched_delay=0,sched_interval=1,sched_min_interval=0
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
NodeName=one NodeHostname=localhost NodeAddr=192.0.2.1 Port=17818 CPUs=1
NodeName=two NodeHostname=localhost NodeAddr=192.0.2.1 Port=17819 CPUs=1
PartitionName=all Nodes=one,two Default=YES MaxTime=60 State=UP
END

munged --foreground --force --socket="$scratch/munge.socket" --key-file="$scratch/munge.key" \
    --pid-file="$scratch/munged.pid" --seed-file="$scratch/munge.seed" > "$scratch/munged.log" 2>&1 &
for _ in $(seq 100); do
    if [ -S "$scratch/munge.socket" ]; then break; fi
    sleep 0.1
done
slurmctld -D -c > "$scratch/said" 2>&1 &
for node in one two; do slurmd -D -N "$node" > /dev/null 2>&1 & done
idle=
for _ in $(seq 60); do
    idle=$(sinfo --noheader --format %D --states idle 2> /dev/null || true)
    if [ "$idle" = 2 ]; then break; fi
    sleep 0.5
done
if [ "$idle" = 2 ]; then good 'slurm: two nodes are ready'
else
    tail -n 5 "$scratch"/*.log > "$scratch/said"
    bad 'slurm: two nodes are ready'
    finish 0
fi

export TCPFAULT=$bin/tcpfault
kernels=${KERNELS:-}
unset KERNELS
submit() { # RESULTS TASKS CHOICE…: the array and its merging; the exit status is that of the latter
    export TCPFAULT_RESULTS=$1
    local tasks=$2
    shift 2
    array=$(sbatch --parsable --array="1-$tasks" --output "$scratch/task-%a.log" integrations/slurm/tcpfault.sbatch "$@")
    sbatch --wait --dependency="afterany:$array" --output "$scratch/merge.log" integrations/slurm/merge.sbatch \
        > /dev/null
}
merge() { "$bin/tcpfault" merge "$scratch/results" "$@"; }

status=0
submit "$scratch/results" 3 connection-refused close-unread linger-0 syn-lost-twice accept-overflow-rst syn-ack-lost-once ||
    status=$?
cat "$scratch"/task-*.log "$scratch/merge.log" > "$scratch/logs"
says 'slurm: an array of three shards, merged: exit status 0' "$status" 0
if [ "$status" != 0 ]; then tail -n 20 "$scratch/logs" | sed 's/^/           /'; fi
nodes=$(scontrol --oneliner show job "$array" | grep -o ' NodeList=[a-z]*' | sort -u | tr -d '\n')
says 'slurm: both nodes had a share' "$nodes" ' NodeList=one NodeList=two'
merge --format tap > "$scratch/merged.tap" || true
says 'slurm: twelve instances, all of them green' "$(grep '^# Totals' "$scratch/merged.tap" || true)" \
    '# Totals: pass:12 fail:0 xfail:0 xpass:0 skip:0 error:0'
says 'slurm: none twice' "$(sed -nE 's/^(not )?ok [0-9]+ - ([^ ]*).*/\2/p' "$scratch/merged.tap" | sort -u | wc -l)" 12
says 'slurm: the report in JUnit has as many' "$(grep -c '<testcase ' "$scratch/results/report.xml" || true)" 12

status=0
cp -r "$scratch/results/shard-1" "$scratch/results/again"
merge > "$scratch/said" 2>&1 || status=$?
says 'slurm: one shard twice is refused' "$status" 64
rm -r "$scratch/results/again" "$scratch/results/shard-2"
status=0
merge --format tap > "$scratch/short.tap" 2> /dev/null || status=$?
says 'slurm: a shard that is missing: exit status 70' "$status" 70
says 'slurm: its four instances are told' "$(grep -c '^not ok .* # ERROR shard 2/3 ' "$scratch/short.tap" || true)" 4

status=0
export TCPFAULT_RESULTS=$scratch/results
TCPFAULT_SHARDS=3 sbatch --wait --array=2 --output "$scratch/again.log" integrations/slurm/tcpfault.sbatch connection-refused \
    close-unread linger-0 syn-lost-twice accept-overflow-rst syn-ack-lost-once > "$scratch/said" 2>&1 || status=$?
says 'slurm: the second of three is submitted again' "$status" 0
status=0
merge > "$scratch/said" 2>&1 || status=$?
says 'slurm: with it nothing is missing' "$status" 0

# What needs no cluster: the scripts themselves.
script() { # TITLE STATUS PATTERN KERNELS SCRIPT
    local status=0
    KERNELS=$4 SLURM_ARRAY_TASK_ID=1 bash "integrations/slurm/$5.sbatch" > "$scratch/said" 2>&1 || status=$?
    echo "exit status $status" >> "$scratch/said"
    if [ "$status" = "$2" ] && grep -q "$3" "$scratch/said"; then good "$1"; else bad "$1"; fi
}
script 'slurm: a kernel that left nothing: exit status 70' 70 '^merge.sbatch: kernel none left nothing in ' 'shard-1 none' merge
mkdir -p "$scratch/results/begun"
script 'slurm: nor does an empty folder do' 70 '^merge.sbatch: kernel begun left nothing in ' 'shard-1 begun' merge
script 'slurm: of kernels that left something none is missed' 0 '^exit status 0' 'shard-1 shard-2' merge
unset TCPFAULT_RESULTS
for each in tcpfault merge; do
    script "slurm: $each.sbatch does not choose a folder by itself" 64 "^$each.sbatch: TCPFAULT_RESULTS is not set" '' $each
done

status=0
submit "$scratch/red" 2 connection-refused Tests/reports/wrong.yaml --family ipv4 || status=$?
says 'slurm: a failure in one shard is one of the whole' "$status" 1

if [ -n "$kernels" ]; then
    read -ra each <<< "$kernels"
    status=0
    KERNELS=$kernels submit "$scratch/kernels" ${#each[@]} connection-refused --family ipv4 || status=$?
    says 'slurm: one kernel a task: exit status 0' "$status" 0
    says 'slurm: each kernel is in the report' "$(grep -c '<testcase ' "$scratch/kernels/report.xml" || true)" ${#each[@]}
fi

finish 0
