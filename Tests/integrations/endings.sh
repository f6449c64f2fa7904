# shellcheck shell=bash disable=SC2154
# Part of check.sh: what the scripts for tmt and LAVA tell of a run that did not come to its end. No result of tcpfault's
# tells of that, and neither may take silence for a green run.

mkdir "$scratch/endings"
cat > "$scratch/endings/lava-test-case" << 'END'
#!/bin/sh
echo "case $*"
END
cat > "$scratch/endings/fake" << 'END'
#!/bin/sh
# Stands for tcpfault: writes TOLD, and ends with STATUS.
printf '%b' "$TOLD"
exit "$STATUS"
END
chmod +x "$scratch/endings"/*

tmt_script() { # PROGRAM CHOICE: its results
    local status=0
    rm -f "$scratch/endings/results.yaml"
    CHOICE=$2 TCPFAULT=$1 TMT_TEST_DATA=$scratch/endings "$root/integrations/tmt/tcpfault.sh" || status=$?
    grep -v '^#' "$scratch/endings/results.yaml"
    return $status
}
lava_script() { # PROGRAM CHOICE
    (cd "$scratch/endings" && PATH=$scratch/endings:$PATH TCPFAULT=$1 sh "$root/integrations/lava/tcpfault.sh" "$2")
}
faked() { # SCRIPT STATUS LINES
    STATUS=$2 TOLD=$3 "$1" "$scratch/endings/fake" --all
}
silent() { # COMMAND…: fails where something is told of the end itself
    "$@" && ! grep -E '^- name: /$' "$scratch/endings/results.yaml"
}
dead() { # SCRIPT
    TCPFAULT_RUN=/bin/false "$1" "$bin/tcpfault" connection-refused
}
opening='TAP version 13\n1..2\nok 1 - a.ipv4 # time=1ms\n'
unproved_end=$opening'not ok 2 - b.ipv4 # ERROR too late\n'

error=$'^- name: /$\n^  result: error$\n'
reads no "${error}note: ..tcpfault ended with 64" 'tmt: bad input is an error' tmt_script "$bin/tcpfault" no-such-scenario
reads no "${error}note: ..tcpfault ended with 70" 'tmt: a runner that dies is an error' dead tmt_script
reads no $'^- name: "/a.ipv4"\n'"${error}after 1 of 2 results" 'tmt: results that never came' faked tmt_script 1 "$opening"
reads yes "${error}after 1 of 2 results" 'tmt: results that never came, and exit status 0' faked tmt_script 0 "$opening"
reads no "${error}broke off and ended with 143" 'tmt: a run that was broken off' \
    faked tmt_script 143 "${unproved_end}Bail out! stopped by SIGTERM\n"
reads no "${error}ended with 139" 'tmt: a crash after all results' faked tmt_script 139 "${opening}ok 2 - b.ipv4\n"
reads yes '^  result: pass' 'tmt: nothing more is told of a run that ended well' \
    silent faked tmt_script 0 "${opening}ok 2 - b.ipv4\n"

unknown='^case tcpfault-ended --result unknown'
reads yes '^case tcpfault-ended --result fail' 'LAVA: bad input is a failure' lava_script "$bin/tcpfault" no-such-scenario
reads yes "$unknown" 'LAVA: a runner that dies is unknown' dead lava_script
reads yes $'^case a.ipv4 --result pass\nafter 1 of 2 results\n'"$unknown" 'LAVA: results that never came' \
    faked lava_script 1 "$opening"
reads yes $'broke off and ended with 143\n'"$unknown" 'LAVA: a run that was broken off' \
    faked lava_script 143 "${unproved_end}Bail out! stopped by SIGTERM\n"
reads yes $'ended with 139\n'"$unknown" 'LAVA: a crash after all results' faked lava_script 139 "${opening}ok 2 - b.ipv4\n"
