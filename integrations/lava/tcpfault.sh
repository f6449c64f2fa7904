#!/bin/sh
# Runs tcpfault and tells LAVA each result while it comes: pass, fail, skip, and unknown where a run proved nothing.
# Arguments choose scenarios: names, files, or options of `tcpfault run`; none is all of them.
set -eu
tcpfault=${TCPFAULT:-tcpfault}
if [ $# = 0 ]; then set -- --all; fi
if ! command -v "$tcpfault" > /dev/null; then
    echo "there is no $tcpfault on the path of the device: make install in tcpfault's sources, or set TCPFAULT" >&2
    lava-test-case tcpfault --result fail
    exit 1
fi

planned='' told=0 unproved=0 broken=''
tell() { # LINE
    took=$(echo "$1" | sed -n 's/.* # time=\([0-9]*\)ms.*/\1/p')
    name=$(echo "$1" | sed 's/^[a-z ]*[0-9]* - //; s/ # .*//')
    case $1 in
        'ok '* | 'not ok '*) told=$((told + 1)) ;;
        '1..'*) planned=${1#1..} planned=${planned%%[!0-9]*} ;;
        'Bail out!'*) broken=yes ;;
    esac
    case $1 in
        'ok '*'# SKIP'*) lava-test-case "$name" --result skip ;;
        'ok '*) lava-test-case "$name" --result pass --measurement "${took:-0}" --units ms ;;
        'not ok '*'# ERROR'*) unproved=$((unproved + 1)); lava-test-case "$name" --result unknown ;;
        'not ok '*) lava-test-case "$name" --result fail ;;
        'exit status '*) ended "${1#exit status }" ;;
    esac
}
# The results speak for themselves, where all of them came. A runner that died, or a signal, leaves some out.
ended() { # STATUS
    why=''
    case $1 in
        0 | 1 | 4) ;;
        64) lava-test-case tcpfault-ended --result fail; return ;; # bad input
        *) if [ "$unproved" = 0 ]; then why="tcpfault ended with $1"; fi ;;
    esac
    if [ -z "$planned" ]; then why="tcpfault ended with $1 and told nothing"
    elif [ "$told" -lt "$planned" ]; then why="tcpfault ended with $1 after $told of $planned results"
    elif [ -n "$broken" ]; then why="tcpfault broke off and ended with $1"
    fi
    if [ -n "$why" ]; then
        echo "$why"
        lava-test-case tcpfault-ended --result unknown
    fi
}

{
    status=0
    "$tcpfault" run "$@" --retry 2 --format tap || status=$?
    # A line that was cut off must not swallow it.
    printf '\nexit status %s\n' "$status"
} | while IFS= read -r line; do
    echo "$line"
    tell "$line"
done
