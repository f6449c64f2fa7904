#!/usr/bin/env bash
# Reports, read by readers that are not ours: kunit.py, prove, tap.py, xmllint with junit-10.xsd, junitparser,
# check-jsonschema and a browser. Called by `make reports`.
#
# One run has a pass, a failure, a skip and an inconclusive in it, a second one is green, others are stopped. A reader that is
# missing is a skip with its name, and each is shown something that is wrong, which it must refuse.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
bin=${1:-.build/release}
schemas=Documentation/schemas
readers=.build/readers # where `make readers` puts what is no system package
PATH=$PWD/$readers/bin:$PATH
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
passed=0 failed=0 skipped=0
unset GITHUB_ACTIONS GITHUB_STEP_SUMMARY

good() { echo "ok       $1"; passed=$((passed + 1)); }
bad() { echo "FAILED   $1"; sed 's/^/           /' "$scratch/said" | tail -n 12; failed=$((failed + 1)); }
skip() { echo "skipped  $1: $2"; skipped=$((skipped + 1)); }
# What it says must match the pattern; of its exit status, only whether it is 0: yes or no.
reads() { # yes|no PATTERN TITLE COMMAND…
    local wanted=$1 pattern=$2 title=$3 green=no
    shift 3
    if "$@" > "$scratch/said" 2>&1; then green=yes; fi
    if [ "$green" = "$wanted" ] && grep -Eq -- "$pattern" "$scratch/said"; then good "$title"; else bad "$title"; fi
}
says() { echo "$2" > "$scratch/said"; if [ "$2" = "$3" ]; then good "$1"; else bad "$1: not '$3'"; fi; }

# In a user namespace no BPF program may be loaded, which skips initial-rto also for root.
lone=(unshare --user --map-root-user)
if ! "${lone[@]}" true 2> /dev/null; then
    if [ "$(id -u)" = 0 ]; then
        skip 'all' 'this root may not make user namespaces, and without one nothing here would be skipped'
        echo "reports: $passed passed, $failed failed, $skipped skipped"
        exit 0
    fi
    lone=()
fi
files=()
for format in tap junit json jsonl markdown html; do files+=(--report "$format=$scratch/mixed.$format"); done
status=0
"${lone[@]}" "$bin/tcpfault" run connection-refused initial-rto Tests/reports/wrong.yaml Tests/reports/unproved.yaml \
    --family ipv4 --retry 2 --format ktap "${files[@]}" --output "$scratch/mixed" > "$scratch/mixed.ktap" 2> /dev/null || status=$?
says 'a run with all four verdicts ends with 1' "$status" 1
says 'kselftest: the sum of all four' "$(grep '^# Totals' "$scratch/mixed.tap")" \
    '# Totals: pass:1 fail:1 xfail:0 xpass:0 skip:1 error:1'
status=0
"$bin/tcpfault" run connection-refused --retry 2 --format ktap --report "tap=$scratch/green.tap" --output "$scratch/green" \
    > "$scratch/green.ktap" 2> /dev/null || status=$?
says 'a green run ends with 0' "$status" 0
"$bin/tcpfault" report "$scratch/mixed" --format junit > "$scratch/again.junit" 2> /dev/null || true
if cmp "$scratch/mixed.junit" "$scratch/again.junit" > "$scratch/said"; then
    good 'a report made from what was saved is the same'
else
    bad 'a report made from what was saved is the same'
fi

# Stopped in the middle. The signal comes twice, as from timeout(1).
for format in ktap tap junit; do
    "$bin/tcpfault" run connection-refused connect-timeout --retry 2 --family ipv4 --format "$format" \
        --output "$scratch/stopped-$format" > "$scratch/stopped.$format" 2> "$scratch/progress" &
    runner=$!
    for _ in $(seq 100); do
        if grep -q '^end' "$scratch/progress"; then break; fi
        sleep 0.1
    done
    kill -TERM "$runner" || true
    kill -TERM "$runner" 2> /dev/null || true
    status=0
    wait "$runner" || status=$?
    says "stopped in $format: exit status 128 + SIGTERM" "$status" 143
done
reads yes 'Bail out! stopped by SIGTERM' 'stopped in tap: Bail out!' cat "$scratch/stopped.tap"
reads yes 'Bail out! stopped by SIGTERM' 'stopped in ktap: Bail out!' cat "$scratch/stopped.ktap"

kunit=${KUNIT:-$(find /usr/src/*/tools/testing/kunit/kunit.py 2> /dev/null | head -n 1 || true)}
archive=$(find /usr/src/linux-source-*.tar.* 2> /dev/null | head -n 1 || true)
if [ -z "$kunit" ] && [ -n "$archive" ]; then
    tar --extract --file "$archive" --directory "$scratch" --strip-components 1 --wildcards '*/tools/testing/kunit/*.py'
    kunit=$scratch/tools/testing/kunit/kunit.py
fi
if [ -n "$kunit" ] && command -v python3 > /dev/null; then
    parse() { python3 "$kunit" parse "$1"; }
    reads no 'passed: 10, failed: 2, skipped: 1' 'kunit.py: all four verdicts' parse "$scratch/mixed.ktap"
    reads yes 'Testing complete. Ran 14 tests: passed: 14' 'kunit.py: a green run' parse "$scratch/green.ktap"
    reads no 'passed: 7, failed: 1$' 'kunit.py: a run that was stopped' parse "$scratch/stopped.ktap"
    sed 's/^\( *\)ok 2 /\1not ok 2 /' "$scratch/green.ktap" > "$scratch/bent.ktap"
    reads no 'failed: 2' 'kunit.py: sees a result that was turned round' parse "$scratch/bent.ktap"
else
    skip 'kunit.py' 'no Linux source under /usr/src (Debian: linux-source-6.1), and no KUNIT=FILE'
fi

if command -v prove > /dev/null; then
    reads no 'Failed 2/4 subtests' 'prove: all four verdicts' prove --exec cat "$scratch/mixed.tap"
    reads yes 'All tests successful' 'prove: a green run' prove --exec cat "$scratch/green.tap"
    reads no 'stopped by SIGTERM' 'prove: a run that was stopped' prove --exec cat "$scratch/stopped.tap"
    sed '/^ok 2/d' "$scratch/green.tap" > "$scratch/bent.tap"
    reads no 'planned 2 tests but ran 1|Bad plan' 'prove: misses a result that was taken away' \
        prove --exec cat "$scratch/bent.tap"
else
    skip 'prove' 'not installed (Debian: perl)'
fi
if command -v tappy > /dev/null; then
    reads no 'failures=2, skipped=1' 'tap.py: all four verdicts' tappy "$scratch/mixed.tap"
else
    skip 'tap.py' 'not installed (PyPI: tap.py)'
fi

xsd=${JUNIT_XSD:-$readers/junit-10.xsd}
if [ -s "$xsd" ] && command -v xmllint > /dev/null; then
    lint() { xmllint --noout --schema "$xsd" "$1"; }
    reads yes 'validates' 'junit-10.xsd: all four verdicts' lint "$scratch/mixed.junit"
    reads yes 'validates' 'junit-10.xsd: a run that was stopped' lint "$scratch/stopped.junit"
    sed 's/ tests="[0-9]*"//' "$scratch/mixed.junit" > "$scratch/bent.junit"
    reads no 'fails to validate' 'junit-10.xsd: refuses a suite without a number of tests' lint "$scratch/bent.junit"
else
    skip 'junit-10.xsd' 'no xmllint (Debian: libxml2-utils), or no JUNIT_XSD=FILE (in the sources of pytest)'
fi
parser='import sys; from junitparser import JUnitXml; x = JUnitXml.fromfile(sys.argv[1])
names = [c.name for s in x for c in s]
print(x.tests, x.failures, x.errors, sum(s.skipped for s in x), len(set(names)))'
if python3 -c 'import junitparser' 2> /dev/null; then
    reads yes '^4 1 1 1 4$' 'junitparser: all four verdicts' python3 -c "$parser" "$scratch/mixed.junit"
else
    skip 'junitparser' 'not installed (PyPI: junitparser)'
fi

if command -v check-jsonschema > /dev/null; then
    report() { check-jsonschema --schemafile "$schemas/report.schema.json" "$1"; }
    lines() { # one document a line
        rm -f "$scratch"/line-*
        split --lines 1 --additional-suffix .json "$1" "$scratch/line-"
        check-jsonschema --schemafile "$schemas/report-line.schema.json" "$scratch"/line-*
    }
    reads yes 'ok' 'check-jsonschema: all four verdicts' report "$scratch/mixed.json"
    reads yes 'ok' 'check-jsonschema: what a run saves' report "$scratch/stopped-tap/report.json"
    reads yes 'ok' 'check-jsonschema: line by line' lines "$scratch/mixed.jsonl"
    sed 's/"verdict" : "fail"/"verdict" : "bad"/' "$scratch/mixed.json" > "$scratch/bent.json"
    reads no 'is not one of' 'check-jsonschema: refuses a verdict that there is not' report "$scratch/bent.json"
else
    skip 'check-jsonschema' 'not installed (PyPI: check-jsonschema)'
fi

browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)
if [ -n "$browser" ]; then
    opened() { # the page as it is when its program has run; a trap in the program would leave it out
        "$browser" --headless --no-sandbox --disable-gpu --virtual-time-budget=4000 --user-data-dir="$scratch/profile" \
            --dump-dom "file://$1" 2> "$scratch/console"
    }
    reads yes '<svg viewBox' 'chromium: the ladder is drawn' opened "$scratch/mixed.html"
    reads yes '1 inconclusive</h2>' 'chromium: what was inconclusive is told apart' opened "$scratch/mixed.html"
    reads yes 'class="window' 'chromium: the windows of the law stand behind the packets' opened "$scratch/mixed.html"
    sed 's/data.standings/data.nothing/' "$scratch/mixed.html" > "$scratch/bent.html"
    if opened "$scratch/bent.html" > "$scratch/said" && grep -q '<svg viewBox' "$scratch/said"; then
        bad 'chromium: notices a page whose program is broken'
    else
        good 'chromium: notices a page whose program is broken'
    fi
    opened "$scratch/mixed.html" > "$scratch/said" || true
    if ! grep -q 'href="./' "$scratch/said" || grep -Eq '(src|href)="?(https?:)?//' "$scratch/said"; then bad 'the page asks for nothing from the network'
    else good 'the page asks for nothing from the network'; fi
else
    skip 'the page in a browser' 'not installed (Debian: chromium)'
fi

echo "reports: $passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ]
