#!/bin/bash
# Runs tcpfault, and writes a result for every instance where tmt looks for them. CHOICE has scenarios, files, or options of
# `tcpfault run`. A run that proved nothing is tmt's `error`.
set -euo pipefail
tcpfault=${TCPFAULT:-tcpfault}
results=$TMT_TEST_DATA/results.yaml
read -ra choice <<< "${CHOICE:---all}"

if ! command -v "$tcpfault"; then
    printf -- '- name: /\n  result: error\n  note: ["there is no %s on the path of the guest: %s"]\n' "$tcpfault" \
        'make install in its sources, or set TCPFAULT' > "$results"
    exit 1
fi

status=0
"$tcpfault" run "${choice[@]}" --retry 2 --format tap --output "$TMT_TEST_DATA/records" |
    tee "$TMT_TEST_DATA/run.tap" || status=$?
while IFS= read -r line; do
    case $line in
        'ok '*'# SKIP'*) result=skip ;;
        'ok '*) result=pass ;;
        'not ok '*'# ERROR'*) result=error ;;
        'not ok '*) result=fail ;;
        *) continue ;;
    esac
    name=${line#* - }
    printf -- '- name: "/%s"\n  result: %s\n  log: [run.tap]\n' "${name%% # *}" "$result"
done < "$TMT_TEST_DATA/run.tap" > "$results"
# Bad input, a signal or a crash: no result tells of it.
case $status in
    0 | 1 | 4 | 70) ;;
    *) printf -- '- name: /\n  result: error\n  note: ["tcpfault ended with %s"]\n' "$status" >> "$results" ;;
esac
exit "$status"
