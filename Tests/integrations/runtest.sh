#!/usr/bin/env bash
# Writes LTP's runtest files anew from the scenarios there are: runtest.sh BIN FOLDER. `tcpfault` has what
# `tcpfault run --all` runs, and `tcpfault-long` what that leaves out since it takes minutes.
set -euo pipefail
if [ $# != 2 ]; then
    echo "usage: $0 BIN FOLDER: where tcpfault is, and where the files go (integrations/ltp)" >&2
    exit 64
fi
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
tcpfault=$1/tcpfault folder=$2
if [ ! -x "$tcpfault" ] || [ ! -d "$folder" ]; then
    echo "$0: there is no $tcpfault (make programs), or no folder $folder" >&2
    exit 64
fi
option='--retry 2 --exit-style ltp'

line() { printf '%s tcpfault run %s %s\n' "$1" "$1" "$option"; }
echo '# tcpfault: what Linux does when packets of a TCP connection are lost, a line a scenario.' > "$folder/tcpfault"
echo '# tcpfault: the scenarios that take minutes (the longest a quarter of an hour).' > "$folder/tcpfault-long"
"$tcpfault" list --format json | sed -n 's/^ *"name" : "\([^"]*\)",*$/\1/p' | LC_ALL=C sort | while read -r name; do
    if grep --quiet '^tags:.*\<long\>' scenarios/*/"$name.yaml"; then
        line "$name" >> "$folder/tcpfault-long"
    else
        line "$name" >> "$folder/tcpfault"
    fi
done
