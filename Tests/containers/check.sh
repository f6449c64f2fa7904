#!/usr/bin/env bash
# tcpfault in containers, with as little as it can do with: podman, docker, bubblewrap and systemd-nspawn run what was
# built, in a root file system that holds nothing else. Called by `make containers`.
#
#     check.sh [BIN]             whether it runs, and whether Documentation/containers.md says what is measured
#     RECORD=1 check.sh [BIN]    writes the table anew
#     IMAGE=FILE check.sh [BIN]  also what `podman save` wrote of the image
#
# A tool that is missing, or cannot run here, is a skip with its reason. No run has a network, and each has a limit.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
bin=${1:-.build/release}
manual=Documentation/containers.md
profile=integrations/seccomp.json
scratch=$(mktemp -d)
chmod 755 "$scratch"
daemon=
trap '[ -z "$daemon" ] || kill "$daemon" || true; rm -rf --one-file-system "$scratch"' EXIT
passed=0 failed=0 skipped=0
limit=60
# A user whom nobody else is, so that no other process counts against its limits.
stranger=64321

good() { echo "ok       $1"; passed=$((passed + 1)); }
bad() { echo "FAILED   $1"; sed 's/^/           /' "$scratch/said" | tail -n 12; failed=$((failed + 1)); }
skip() { echo "skipped  $1: $2"; skipped=$((skipped + 1)); }
finish() {
    echo "containers: $passed passed, $failed failed, $skipped skipped"
    [ "$failed" = 0 ]
}
# The greatest limit that may be given: podman asks for more than it may hand on where it lacks CAP_SYS_RESOURCE.
at_most() { # n|u NUMBER
    local hard
    hard=$(ulimit "-H$1")
    if [ "$hard" != unlimited ] && [ "$hard" -lt "$2" ]; then echo "$hard"; else echo "$2"; fi
}
inside=/usr/local/bin/tcpfault
several=("$inside" run --retry 2 --output /tmp/r connection-refused syn-lost-twice accept-overflow-rst half-open-limit)
pair=("$inside" run connection-refused initial-rto --family ipv4 --retry 2 --format tap --output /tmp/r)

Tests/containers/rootfs.sh "$bin" "$scratch/root"
descriptors=$(at_most n 20000) processes=$(at_most u 4096)

# Everything of podman's is below the scratch folder, but for what it locks in /dev/shm and /run.
engine() {
    podman --root "$scratch/store" --runroot "$scratch/runs" --tmpdir "$scratch/podman" --storage-driver vfs \
        --cgroup-manager cgroupfs --runtime "${runtime:-runc}" "$@"
}
contained() { # FLAGS… -- COMMAND…
    local flags=()
    while [ "$1" != -- ]; do flags+=("$1"); shift; done
    shift
    engine run --rm --network none --timeout "$limit" --cap-drop all --ulimit "nofile=$descriptors:$descriptors" \
        --ulimit "nproc=$processes:$processes" "${flags[@]}" --rootfs "$scratch/root" "$@" < /dev/null
}
none=(--user "$stranger:$stranger")
three=(--cap-add=NET_ADMIN --cap-add=NET_RAW --cap-add=SYS_ADMIN)
unmask=(--security-opt unmask=/proc/sys)
writable=(--tmpfs /tmp)

# Everything that has to run has to pass.
runs() { # TITLE COMMAND…
    local title=$1
    shift
    if "$@" > "$scratch/said" 2>&1 && grep -Eq '^[0-9]+ instances: [0-9]+ passed, 0 failed, 0 inconclusive, 0 skipped' \
        "$scratch/said"; then good "$title"; else bad "$title"; fi
}
# Not one of these may pass.
refused() { # TITLE COMMAND…
    local title=$1
    shift
    if "$@" > "$scratch/said" 2>&1 || grep -q '^[0-9]* instances: [1-9]' "$scratch/said"; then bad "$title"
    else good "$title"; fi
}
says() { echo "$2" > "$scratch/said"; if [ "$2" = "$3" ]; then good "$1"; else bad "$1: not '$3'"; fi; }
# Why a tool cannot run here at all, or nothing.
trouble() { # COMMAND…
    if "$@" > "$scratch/said" 2>&1; then return; fi
    sed 's/^Error: //' "$scratch/said" | tail -n 1
}

# What a profile lets a program without capabilities do, asked with the machine's unshare(1).
allows() { # yes|no TITLE PROFILE FLAGS…
    local wanted=$1 title=$2 by=$3 able=no
    shift 3
    if contained "${none[@]}" --security-opt "seccomp=$by" --volume "$(command -v unshare):/usr/local/bin/unshare:ro" \
        -- /usr/local/bin/unshare "$@" "$inside" --version > "$scratch/said" 2>&1; then able=yes; fi
    if [ "$able" = "$wanted" ]; then good "$title"; else bad "$title"; fi
}

podman_runs() {
    local reason
    if ! command -v podman > /dev/null; then skip podman 'not installed (Debian: podman, runc)'; return 1; fi
    if [ "$(id -u)" != 0 ]; then skip 'podman as root, and the table' 'needs root; run it with sudo'; return 1; fi
    reason=$(trouble contained -- "$inside" --version)
    if [ -n "$reason" ]; then skip 'podman, and the table' "$reason"; return 1; fi
    runs 'podman: no capability' contained "${none[@]}" "${unmask[@]}" "${writable[@]}" -- "${several[@]}"
    runs "podman: no capability, by $profile alone, without a way to more, on a root file system to read" \
        contained "${none[@]}" "${unmask[@]}" "${writable[@]}" --read-only --security-opt no-new-privileges \
        --security-opt "seccomp=$profile" -- "${several[@]}"
    runs 'podman: root inside with NET_ADMIN, NET_RAW and SYS_ADMIN' \
        contained "${three[@]}" "${unmask[@]}" "${writable[@]}" -- "${several[@]}" initial-rto
    runs 'podman: --privileged works, and is not needed' \
        contained --privileged "${writable[@]}" -- "${several[@]}" initial-rto
    allows yes "$profile: a user namespace may be made" "$profile" --user
    allows no "$profile: a namespace of mounts may not, even in one" "$profile" --user --mount
    allows yes 'unshare: makes both where nothing is refused' unconfined --user --mount
    reason=$(runtime=crun trouble contained -- "$inside" --version)
    if [ -n "$reason" ]; then
        skip 'podman with crun' "$reason"
    else
        runtime=crun runs 'podman with crun: no capability' \
            contained "${none[@]}" "${unmask[@]}" "${writable[@]}" -- "${several[@]}"
    fi
}

# Podman of a plain user keeps one process, which holds the user's namespace; it is ended by its number.
rootless_podman() {
    local plain=() home=$scratch/home reason pause
    if ! command -v podman > /dev/null; then return; fi # said above
    mkdir -p "$home/run"
    if [ "$(id -u)" = 0 ]; then
        chown -R "$stranger:$stranger" "$home"
        plain=(setpriv "--reuid=$stranger" "--regid=$stranger" --clear-groups)
    fi
    plain+=(env "HOME=$home" "XDG_RUNTIME_DIR=$home/run" podman --storage-driver vfs --cgroup-manager cgroupfs
        --runtime runc run --rm --network none --timeout "$limit" --cap-drop all
        --ulimit "nofile=$descriptors:$descriptors" --ulimit "nproc=$processes:$processes")
    reason=$(cd / && trouble "${plain[@]}" --rootfs "$scratch/root" "$inside" --version < /dev/null)
    if [ -n "$reason" ]; then
        skip 'podman of a plain user' "$reason"
    else
        cd /
        runs 'podman of a plain user: no capability' \
            "${plain[@]}" "${unmask[@]}" "${writable[@]}" --rootfs "$scratch/root" "${several[@]}" < /dev/null
        cd - > /dev/null
    fi
    pause=$(cat "$home/run/libpod/tmp/pause.pid" 2> /dev/null || true)
    if [ -n "$pause" ]; then kill "$pause" 2> /dev/null || true; fi
}

bubblewrap() {
    local plain=() reason sandbox
    sandbox=(bwrap --ro-bind "$scratch/root" / --proc /proc --dev /dev --tmpfs /tmp --chdir /tmp
        --unshare-user --unshare-pid --unshare-net --die-with-parent --new-session)
    if ! command -v bwrap > /dev/null; then skip bubblewrap 'not installed (Debian: bubblewrap)'; return; fi
    if [ "$(id -u)" = 0 ]; then plain=(setpriv "--reuid=$stranger" "--regid=$stranger" --clear-groups); fi
    reason=$(trouble "${plain[@]}" "${sandbox[@]}" "$inside" --version)
    if [ -n "$reason" ]; then skip bubblewrap "$reason"; return; fi
    runs 'bubblewrap of a plain user' timeout "$limit" "${plain[@]}" "${sandbox[@]}" "${several[@]}"
}

nspawn() {
    local reason machine
    machine=(systemd-nspawn --quiet --register=no --keep-unit "--directory=$scratch/root" --private-network
        --tmpfs=/tmp --pipe)
    if ! command -v systemd-nspawn > /dev/null; then
        skip systemd-nspawn 'not installed (Debian: systemd-container)'
        return
    fi
    if [ "$(id -u)" != 0 ]; then skip systemd-nspawn 'needs root'; return; fi
    reason=$(trouble "${machine[@]}" "$inside" --version < /dev/null)
    if [ -n "$reason" ]; then skip systemd-nspawn "$reason"; return; fi
    runs systemd-nspawn timeout "$limit" "${machine[@]}" "${several[@]}" < /dev/null
}

# A daemon of one's own, which touches neither another one, nor bridges, packet filters or sysctls of the machine.
docker_starts() {
    mkdir -p "$scratch/docker"
    dockerd --data-root "$scratch/docker/data" --exec-root "$scratch/docker/run" --pidfile "$scratch/docker/pid" \
        --host "unix://$scratch/docker/socket" --storage-driver vfs --bridge none --iptables=false --ip6tables=false \
        --ip-forward=false > "$scratch/docker/log" 2>&1 &
    daemon=$!
    for _ in $(seq 150); do
        if docker version > /dev/null 2>&1; then return; fi
        if ! kill -0 "$daemon" 2> /dev/null; then break; fi
        sleep 0.1
    done
    tail -n 1 "$scratch/docker/log" > "$scratch/said"
    return 1
}

docker_runs() {
    local name=tcpfault:tried dockerized
    local -x DOCKER_HOST=unix://$scratch/docker/socket DOCKER_CONFIG=$scratch/docker/config
    if ! command -v dockerd > /dev/null || ! command -v docker > /dev/null; then
        skip docker 'not installed (Debian: docker.io, docker-cli)'
        return
    fi
    if [ "$(id -u)" != 0 ]; then skip docker 'needs root, for a daemon of its own'; return; fi
    if ! docker_starts ||
        ! tar --directory "$scratch/root" --create . | docker import - "$name" > "$scratch/said" 2>&1; then
        skip docker "$(tail -n 1 "$scratch/said")"
        return
    fi
    dockerized=(timeout "$limit" docker run --rm --network none --tmpfs /tmp:mode=1777 --cap-drop ALL
        --ulimit "nofile=$descriptors:$descriptors" --ulimit "nproc=$processes:$processes")
    runs "docker: no capability, by $profile" "${dockerized[@]}" "${none[@]}" --read-only \
        --security-opt no-new-privileges --security-opt "seccomp=$profile" --security-opt systempaths=unconfined \
        "$name" "${several[@]}"
    refused "docker: its own profile refuses what no capability needs" "${dockerized[@]}" "${none[@]}" \
        --security-opt systempaths=unconfined "$name" "${several[@]}"
    runs 'docker: root inside with NET_ADMIN, NET_RAW and SYS_ADMIN' "${dockerized[@]}" "${three[@]}" \
        --security-opt systempaths=unconfined "$name" "${several[@]}" initial-rto
    kill "$daemon"
    wait "$daemon" || true
    daemon=
}

# shellcheck source=Tests/containers/table.sh
source Tests/containers/table.sh
if podman_runs; then table; fi
rootless_podman
docker_runs
bubblewrap
nspawn
# shellcheck source=Tests/containers/image.sh
source Tests/containers/image.sh
image
finish
