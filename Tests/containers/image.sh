# shellcheck shell=bash disable=SC2154
# The image of integrations/Containerfile, if there is one: IMAGE=FILE, as `podman save` writes it. Sourced by check.sh.
# Building it takes a registry and minutes, so that is not done here.
image() {
    local name
    if [ -z "${IMAGE:-}" ]; then
        skip 'the image' 'not given: podman build …, podman save --output FILE tcpfault, and IMAGE=FILE'
        return
    fi
    if ! command -v podman > /dev/null || [ "$(id -u)" != 0 ]; then
        skip 'the image' 'needs podman, and root'
        return
    fi
    if ! engine load --input "$IMAGE" > "$scratch/said" 2>&1; then bad "the image: $IMAGE can be loaded"; return; fi
    name=$(sed -n 's/^Loaded image: *//p' "$scratch/said" | tail -n 1)
    says 'the image: runs as an ordinary user' "$(engine image inspect --format '{{.User}}' "$name")" 1000:1000
    if from_image "$name" > "$scratch/said" 2>&1 && grep -Eq '^network-namespaces +yes' "$scratch/said"; then
        good 'the image: without a word it asks the doctor'
    else
        bad 'the image: without a word it asks the doctor'
    fi
    runs 'the image: no capability, records in the working directory' \
        from_image "$name" "${several[@]:1:3}" "${several[@]:6}"
    runs 'the image: no capability, by another user, on a root file system to read' \
        from_image "--user=$stranger" --read-only --tmpfs=/tmp "$name" "${several[@]:1}"
}
from_image() { # [FLAG] NAME WORDS…
    local flags=()
    while [[ $1 = -* ]]; do flags+=("$1"); shift; done
    engine run --rm --network none --timeout "$limit" --cap-drop all --security-opt no-new-privileges \
        --security-opt "seccomp=$profile" "${unmask[@]}" --ulimit "nofile=$descriptors:$descriptors" \
        --ulimit "nproc=$processes:$processes" "${flags[@]}" "$@" < /dev/null
}
