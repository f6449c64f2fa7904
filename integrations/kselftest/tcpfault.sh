#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# tcpfault as a kselftest: TAP, and 4 for a skip. Arguments choose scenarios (KSELFTEST_TCPFAULT_SH_ARGS of the runner):
# names, files, or options of `tcpfault run`; none is all of them. Records are kept where something went wrong.
set -euo pipefail

tcpfault=${TCPFAULT:-tcpfault}
if ! command -v "$tcpfault" > /dev/null; then
    echo "1..0 # SKIP there is no $tcpfault on the path (make install in tcpfault's sources, or set TCPFAULT)"
    exit 4
fi
if [ $# = 0 ]; then set -- --all; fi

folder=$(mktemp --directory --tmpdir tcpfault.XXXXXX)
status=0
"$tcpfault" run "$@" --retry 2 --format tap --output "$folder/results" || status=$?
if [ "$status" = 0 ] || [ "$status" = 4 ]; then rm -rf "$folder"; fi
exit "$status"
