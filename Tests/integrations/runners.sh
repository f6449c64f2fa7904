# shellcheck shell=bash disable=SC2154
# Part of check.sh: runners that run tcpfault.

read -ra all4 <<< "$mixed --family ipv4"

if command -v kirk > /dev/null; then
    # The folder that kirk expects: runtest/ and testcases/bin.
    mkdir -p "$scratch/ltp/runtest" "$scratch/ltp/testcases/bin" "$scratch/kirk"
    grep '^connection-refused ' integrations/ltp/tcpfault > "$scratch/ltp/runtest/green"
    {
        grep -E '^(connection-refused|initial-rto) ' integrations/ltp/tcpfault
        echo "wrong tcpfault run $wrong --retry 2 --exit-style ltp"
        echo "unproved tcpfault run $unproved --retry 2 --exit-style ltp"
        echo 'own-numbers tcpfault run initial-rto --retry 2'
    } | sed 's/ --retry 2/ --family ipv4&/' > "$scratch/ltp/runtest/mixed"
    ltp() { # what kirk made of each test of SUITE; kirk itself ends with 0 whatever it saw
        rm -f "$scratch/kirk.json"
        LTPROOT=$scratch/ltp PATH=$scratch/lone:$PATH kirk --no-colors --tmp-dir "$scratch/kirk" \
            --json-report "$scratch/kirk.json" --run-suite "$1" &&
            python3 -c 'import json, sys
for each in json.load(open(sys.argv[1]))["results"]: print("saw", each["test_fqn"], each["status"])' "$scratch/kirk.json"
    }
    reads yes $'saw connection-refused pass\nsaw initial-rto conf\nsaw wrong fail\nsaw unproved brok' \
        'kirk: all four verdicts' ltp mixed
    cp "$scratch/said" "$scratch/mixed"
    reads yes 'saw own-numbers warn' 'kirk: without --exit-style ltp a skip is none' cat "$scratch/mixed"
    reads yes $'Passed: +1\nFailed: +0' 'kirk: a green run' ltp green
else
    skip 'kirk' 'not installed (PyPI: kirk)'
fi

# Three files of Linux's: `make runners` unpacks them.
source=${KSELFTESTS:-.build/linux/tools/testing/selftests}
selftests=$scratch/linux/tools/testing/selftests
if [ -s "$source/lib.mk" ]; then
    mkdir -p "$selftests"
    cp -r "$source"/{kselftest,run_kselftest.sh,lib.mk} "$selftests"
    cp -r integrations/kselftest "$selftests/tcpfault"
    kselftest() { # ARGUMENTS of the script
        KSELFTEST_TCPFAULT_SH_ARGS=$1 make --no-print-directory --directory "$selftests/tcpfault" run_tests
    }
    missing_program() { TCPFAULT=no-such-program kselftest ''; }
    reads yes $'^TAP version 13\n^1\\.\\.1\n^# ok 1 - connection-refused\\.ipv4\n^ok 1 selftests: tcpfault: tcpfault.sh$' \
        'kselftest: a green run, by make run_tests' kselftest 'connection-refused --family ipv4'
    all() { TCPFAULT=$lone kselftest "${all4[*]}"; }
    reads yes $'^not ok 1 selftests: tcpfault: tcpfault.sh # exit=1\n^# # Totals: pass:1 fail:1 .* skip:1 error:1' \
        'kselftest: all four verdicts' all
    only_skip() { TCPFAULT=$lone kselftest initial-rto; }
    reads yes '^ok 1 selftests: tcpfault: tcpfault.sh # SKIP' 'kselftest: everything skipped' only_skip
    reads yes '^ok 1 selftests: tcpfault: tcpfault.sh # SKIP' 'kselftest: no tcpfault is a skip' missing_program
    echo 'tcpfault:tcpfault.sh' > "$selftests/kselftest-list.txt"
    sed -i 's/=.*/=1/' "$selftests/tcpfault/settings"
    installed() { KSELFTEST_TCPFAULT_SH_ARGS='connect-timeout' "$selftests/run_kselftest.sh" --collection tcpfault; }
    reads yes '^not ok 1 .* # TIMEOUT 1 seconds' 'kselftest: run_kselftest.sh heeds the limit in settings' installed
else
    skip 'kselftest' 'no selftests of Linux (Debian: linux-source-6.1, then make runners), and no KSELFTESTS=FOLDER'
fi

if command -v prove > /dev/null; then
    prove_all() { TCPFAULT=$lone prove integrations/prove/tcpfault.t :: "${all4[@]}"; }
    no_program() { TCPFAULT=no-such-program prove integrations/prove/tcpfault.t; }
    reads no 'Failed 2/4 subtests' 'prove: all four verdicts' prove_all
    reads yes 'All tests successful' 'prove: a green run' prove integrations/prove/tcpfault.t :: connection-refused
    reads yes 'skipped: there is no no-such-program' 'prove: no tcpfault is a skip' no_program
    reads no 'Non-zero exit status: 64|exited 64' 'prove: bad input is no green run' \
        prove integrations/prove/tcpfault.t :: no-such-scenario
else
    skip 'prove' 'not installed (Debian: perl)'
fi

if command -v avocado > /dev/null; then
    # It writes to a home and to the current folder, so it gets both.
    avocado_run() { # PROGRAM, ARGUMENTS of the resolver
        mkdir -p "$scratch/avocado"
        (cd "$scratch/avocado" && HOME=$scratch/avocado TCPFAULT=$1 avocado run --resolver-run-executables \
            --resolver-exec-arguments "$2" --max-parallel-tasks 1 --disable-sysinfo \
            --job-results-dir "$scratch/avocado/jobs" "$root/integrations/avocado/tcpfault-suite")
    }
    reads no $'connection-refused: +PASS\ninitial-rto: +SKIP\nwrong: +FAIL\nunproved: +FAIL' \
        'avocado: all four verdicts' avocado_run "$lone" "$mixed"
    reads yes 'PASS 1 .* FAIL 0' 'avocado: a green run' avocado_run "$bin/tcpfault" connection-refused
    avocado_list() {
        (cd "$scratch/avocado" && HOME=$scratch/avocado avocado list --resolver-run-executables \
            "$root/integrations/avocado/tcpfault-suite")
    }
    reads yes $'^tap syn-lost-twice$\n^tap time-wait$' 'avocado: a test for each scenario' avocado_list
else
    skip 'avocado' 'not installed (PyPI: avocado-framework)'
fi

if ! command -v tmt > /dev/null; then
    skip 'tmt' 'not installed (PyPI: tmt)'
elif ! command -v rsync > /dev/null; then
    skip 'tmt' 'it needs rsync (Debian: rsync)'
else
    cp -r integrations/tmt "$scratch/tmt"
    tmt_run() { # PROGRAM CHOICE
        (cd "$scratch/tmt" && TMT_TEST_PIDFILE_ROOT=$scratch TMT_WORKDIR_ROOT=$scratch TMT_CONFIG_DIR=$scratch \
            tmt --feeling-safe run --id "$scratch/tmt-run" --scratch --all --environment "CHOICE='$2'" \
            --environment "TCPFAULT=$1" provision --how local)
    }
    tmt_lint() { (cd "$scratch/tmt" && tmt lint); }
    reads yes '' 'tmt lint' tmt_lint
    reads no '1 test passed, 1 test failed, 1 test skipped and 1 error' 'tmt: all four verdicts' tmt_run "$lone" "${all4[*]}"
    reads yes '2 tests passed' 'tmt: a green run' tmt_run "$bin/tcpfault" connection-refused
fi

# What LAVA puts on a device: its own lava-test-case, and an interpreter in its first line.
shell=$runners/lava/usr/lib/python3/dist-packages/lava_dispatcher/lava_test_shell
if [ -d "$shell" ]; then
    mkdir -p "$scratch/device" "$scratch/lava"
    for script in lava-test-case lava-common-functions; do
        { echo '#!/bin/sh'; cat "$shell/$script"; } > "$scratch/device/$script"
        chmod +x "$scratch/device/$script"
    done
    device() { # PROGRAM, and what stands behind the script's name in the definition
        (cd "$scratch/lava" && PATH=$scratch/device:$PATH LAVA_RESULT_DIR=$scratch/lava TCPFAULT=$1 \
            "$root/integrations/lava/tcpfault.sh" "${@:2}" < /dev/null)
    }
    case_is() { echo "LAVA_SIGNAL_TESTCASE TEST_CASE_ID=$1 RESULT=$2"; }
    told=$(
        case_is connection-refused.ipv4 'pass UNITS=ms MEASUREMENT=[1-9]'
        case_is initial-rto.ipv4 skip
        case_is wrong.ipv4 fail
        case_is unproved.ipv4 unknown
    )
    reads yes "$told" 'LAVA: all four verdicts' device "$lone" "${all4[@]}"
    reads yes "$(case_is tcpfault-ended fail)" 'LAVA: bad input is a failure' device "$bin/tcpfault" no-such-scenario
else
    skip 'LAVA' 'lava-dispatcher is not unpacked (Debian: lava-dispatcher)'
fi
