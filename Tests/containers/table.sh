# shellcheck shell=bash disable=SC2016,SC2154
# The table of Documentation/containers.md: what breaks when one thing is taken away. Sourced by check.sh.

# Seccomp profiles: ours with one thing less, and one for root inside, which may also use BPF and mount cgroup2 (for the
# initial RTO). What they refuse they refuse with EPERM, as Docker's own profile does.
profiles() {
    local user refuse root
    root='s/"names": \["bpf"\], "action": "SCMP_ACT_ERRNO", "errnoRet": 1/'
    root+='"names": ["bpf", "fsopen", "fsconfig", "fsmount"], "action": "SCMP_ACT_ALLOW"/'
    user='s/"value": 268435456,/"value": 1,/'
    refuse='s/"defaultErrnoRet": 38/"defaultErrnoRet": 1/'
    bend "$refuse; $user" no-user-namespace
    bend "$refuse; "'s/"index": 0, "value": 1073741824,/"index": 0, "value": 1,/' no-network-namespace
    bend "$refuse; "'s/"index": 1, "value": 1073741824,/"index": 1, "value": 1,/' no-setns
    bend "$refuse; $root" root
    bend "$refuse; $root; $user" root-alone
    bend "$refuse; $user" root-no-bpf
}
bend() { # SED NAME; what changes nothing would prove nothing
    sed "$1" "$profile" > "$scratch/$2.json"
    if [ "$(grep -c . <(diff "$profile" "$scratch/$2.json"))" -lt 6 ]; then
        echo "the profile $2 is as it was, or nearly" > "$scratch/said"
        bad "a profile bent for $2"
    fi
}
seccomp() { echo "--security-opt=seccomp=$scratch/$1.json"; }

# What became of a scenario, of a TAP.
outcome() { # SCENARIO
    local line
    line=$(grep -E "^(not )?ok [0-9]+ - $1\.ipv4( |\$)" "$scratch/tap" || true)
    case "$line" in
        '') echo 'does not start' ;;
        *'# SKIP'*) echo skipped ;;
        *'# ERROR'*) echo inconclusive ;;
        not*) echo failed ;;
        *) echo runs ;;
    esac
}
# tcpfault's own words: why the first of the two did not run, or else the second, or what it said as it gave up.
words() {
    local said
    said=$(sed -n 's/^.*ok [0-9]* - connection-refused\.ipv4 # \(SKIP\|ERROR\) //p' "$scratch/tap")
    [ -n "$said" ] || said=$(sed -n 's/^.*ok [0-9]* - initial-rto\.ipv4 # \(SKIP\|ERROR\) //p' "$scratch/tap")
    [ -n "$said" ] || said=$(sed -n 's/^error: //p' "$scratch/err" | sed 's/^[^ ]*yaml:[0-9:]* //' | head -n 1)
    said=${said%%;*}
    echo "${said//|/\\|}"
}
row() { # WHO WHAT-IS-TAKEN-AWAY FLAGS…
    local who=$1 away=$2 line
    shift 2
    contained "$@" -- "${pair[@]}" > "$scratch/tap" 2> "$scratch/err" || true
    line="| $who | $away | $(outcome connection-refused) | $(outcome initial-rto) | ${unsteady:-$(words)} |"
    echo "$line" >> "$scratch/table"
    { echo "$line"; cat "$scratch/tap" "$scratch/err"; } > "$scratch/said"
    [ -n "${RECORD:-}" ] && return
    if grep -Fxq -- "$line" "$manual"; then
        good "table: $who, $away"
    else
        bad "table: $who, $away: not what $manual says (RECORD=1 writes it anew)"
    fi
}

table() {
    local all=("${none[@]}" "${unmask[@]}" "${writable[@]}" "--security-opt=seccomp=$profile")
    local root=("${unmask[@]}" "${writable[@]}" "$(seccomp root)") alone=("${unmask[@]}" "${writable[@]}")
    profiles
    alone+=("$(seccomp root-alone)")
    : > "$scratch/table"
    row user nothing "${all[@]}"
    row user '`unmask=/proc/sys`' "${none[@]}" "${writable[@]}" "--security-opt=seccomp=$profile"
    row user '`unshare(CLONE_NEWUSER)`' "${none[@]}" "${unmask[@]}" "${writable[@]}" "$(seccomp no-user-namespace)"
    row user '`unshare(CLONE_NEWNET)`' "${none[@]}" "${unmask[@]}" "${writable[@]}" "$(seccomp no-network-namespace)"
    row user '`setns(CLONE_NEWNET)`' "${none[@]}" "${unmask[@]}" "${writable[@]}" "$(seccomp no-setns)"
    row user 'descriptors: `nofile=64`' "${all[@]}" --ulimit nofile=64:64
    # What it says depends on which of its threads and processes is one too many; without a first one it waits for good.
    unsteady='says that no thread or process could be started, or waits for good' limit=10 \
        row user 'threads and processes: `nproc=6`' "${all[@]}" --ulimit nproc=6:6
    row user 'a root file system that can be written to' "${all[@]}" --read-only
    row user 'any place for records that can be written to' "${none[@]}" "${unmask[@]}" \
        "--security-opt=seccomp=$profile" --read-only --read-only-tmpfs=false
    row user 'a way to more privileges: `no-new-privileges`' "${all[@]}" --security-opt no-new-privileges
    row root nothing "${three[@]}" "${root[@]}"
    row root '`NET_ADMIN`' "${three[@]:1}" "${root[@]}"
    row root '`NET_RAW`' "${three[0]}" "${three[2]}" "${root[@]}"
    row root '`SYS_ADMIN`' "${three[@]::2}" "${root[@]}"
    row root '`unshare(CLONE_NEWUSER)`' "${three[@]}" "${alone[@]}"
    row root '`unshare(CLONE_NEWUSER)` and `NET_ADMIN`' "${three[@]:1}" "${alone[@]}"
    row root '`unshare(CLONE_NEWUSER)` and `NET_RAW`' "${three[0]}" "${three[2]}" "${alone[@]}"
    row root '`unshare(CLONE_NEWUSER)` and `SYS_ADMIN`' "${three[@]::2}" "${alone[@]}"
    row root '`bpf()`, `fsopen()`' "${three[@]}" "${unmask[@]}" "${writable[@]}" "--security-opt=seccomp=$profile"
    row root '`unmask=/proc/sys`' "${three[@]}" "${writable[@]}" "$(seccomp root)"
    if [ -n "${RECORD:-}" ]; then record; else compared; fi
}

# The rows of the manual's table.
written() { grep -E '^\| (user|root) \|' "$1" || true; }

compared() {
    if diff "$scratch/table" <(written "$manual") > "$scratch/said"; then
        good "table: $manual says that and no more"
    else
        bad "table: $manual says that and no more"
    fi
    if diff "$scratch/table" <(written "$manual" | sed '2s/skipped/runs/') > "$scratch/said"; then
        bad 'table: one word bent is noticed'
    else
        good 'table: one word bent is noticed'
    fi
}

record() {
    awk -v table="$scratch/table" '
        /^\| (user|root) \|/ { if (!done) while ((getline line < table) > 0) print line; done = 1; next }
        { print }' "$manual" > "$scratch/manual"
    cp "$scratch/manual" "$manual"
    echo "containers: wrote the table of $manual anew"
}
