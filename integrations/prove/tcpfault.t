#!/usr/bin/env bash
# tcpfault for prove and whatever else runs TAP: `prove tcpfault.t :: NAME…`. Arguments choose scenarios: names, files, or
# options of `tcpfault run`; none is all of them. Records are kept where something went wrong.
set -euo pipefail

tcpfault=${TCPFAULT:-tcpfault}
if ! command -v "$tcpfault" > /dev/null; then
    echo "1..0 # SKIP there is no $tcpfault on the path (make install in tcpfault's sources, or set TCPFAULT)"
    exit 0
fi
if [ $# = 0 ]; then set -- --all; fi

folder=$(mktemp --directory --tmpdir tcpfault.XXXXXX)
status=0
"$tcpfault" run "$@" --retry 2 --format tap --output "$folder/results" || status=$?
if [ "$status" = 0 ] || [ "$status" = 4 ]; then rm -rf "$folder"; fi
# That everything was skipped stands in the TAP; to prove any status but 0 is a failure.
if [ "$status" = 4 ]; then exit 0; fi
exit "$status"
