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
planned='' told=0 unproved=0 broken=''
while IFS= read -r line; do
    case $line in
        '1..'*) planned=${line#1..} planned=${planned%%[!0-9]*} ;;
        'Bail out!'*) broken=yes ;;
    esac
    case $line in
        'ok '*'# SKIP'*) result=skip ;;
        'ok '*) result=pass ;;
        'not ok '*'# ERROR'*) result=error ;;
        'not ok '*) result=fail ;;
        *) continue ;;
    esac
    told=$((told + 1))
    if [ "$result" = error ]; then unproved=$((unproved + 1)); fi
    name=${line#* - }
    printf -- '- name: "/%s"\n  result: %s\n  log: [run.tap]\n' "${name%% # *}" "$result"
done < "$TMT_TEST_DATA/run.tap" > "$results"
# The results speak for themselves, where all of them came. Bad input, a runner that died or a signal leaves some out.
why=
case $status in
    0 | 1 | 4) ;;
    *) if [ "$unproved" = 0 ]; then why="tcpfault ended with $status"; fi ;;
esac
if [ -z "$planned" ]; then why="tcpfault ended with $status and told nothing"
elif [ "$told" -lt "$planned" ]; then why="tcpfault ended with $status after $told of $planned results"
elif [ -n "$broken" ]; then why="tcpfault broke off and ended with $status"
fi
if [ -n "$why" ]; then
    printf -- '- name: /\n  result: error\n  note: ["%s"]\n  log: [run.tap]\n' "$why" >> "$results"
fi
exit "$status"
