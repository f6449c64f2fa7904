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

tell() { # LINE
    took=$(echo "$1" | sed -n 's/.* # time=\([0-9]*\)ms.*/\1/p')
    name=$(echo "$1" | sed 's/^[a-z ]*[0-9]* - //; s/ # .*//')
    case $1 in
        'ok '*'# SKIP'*) lava-test-case "$name" --result skip ;;
        'ok '*) lava-test-case "$name" --result pass --measurement "${took:-0}" --units ms ;;
        'not ok '*'# ERROR'*) lava-test-case "$name" --result unknown ;;
        'not ok '*) lava-test-case "$name" --result fail ;;
        # 1, 4 and 70 are told by the results themselves.
        'exit status '[0147] | 'exit status 70') ;;
        'exit status '*) lava-test-case tcpfault-ended --result fail ;;
    esac
}

{
    status=0
    "$tcpfault" run "$@" --retry 2 --format tap || status=$?
    echo "exit status $status"
} | while IFS= read -r line; do
    echo "$line"
    tell "$line"
done
