#!/usr/bin/env bash
# Reports, read by readers that are not ours: kunit.py, prove, tap.py, xmllint with junit-10.xsd, junitparser,
# check-jsonschema, capinfos, tshark, tcpdump and a browser. Called by `make reports`.
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
bad() { echo "FAILED   $1"; sed 's/^/           /' "$scratch/said" | tail -n 12 | cut -c 1-300; failed=$((failed + 1)); }
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

kunit=${KUNIT:-.build/linux/tools/testing/kunit/kunit.py} # where `make readers` puts it
if [ -s "$kunit" ] && command -v python3 > /dev/null; then
    parse() { python3 "$kunit" parse "$1"; }
    reads no 'passed: 10, failed: 2, skipped: 1' 'kunit.py: all four verdicts' parse "$scratch/mixed.ktap"
    reads yes 'Testing complete. Ran 14 tests: passed: 14' 'kunit.py: a green run' parse "$scratch/green.ktap"
    reads no 'passed: 7, failed: 1$' 'kunit.py: a run that was stopped' parse "$scratch/stopped.ktap"
    sed 's/^\( *\)ok 2 /\1not ok 2 /' "$scratch/green.ktap" > "$scratch/bent.ktap"
    reads no 'failed: 2' 'kunit.py: sees a result that was turned round' parse "$scratch/bent.ktap"
else
    skip 'kunit.py' 'not there (Debian: linux-source-6.1, then make readers), and no KUNIT=FILE'
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

# The pages, in a browser. probe.js looks at what is drawn there and says what it found.
# Two SYNs of this run were lost where they came in.
capture=$(find "$scratch/mixed/wrong" -name server.pcapng)
head --bytes=-6 "$capture" > "$scratch/bent.pcapng"
if command -v capinfos > /dev/null; then
    reads yes 'precision: *nanoseconds' 'capinfos: nanoseconds' capinfos "$capture"
    reads yes 'Name = server to-client' 'capinfos: the vantage point' capinfos "$capture"
    reads no 'cut short' 'capinfos: misses an end that was cut off' capinfos "$scratch/bent.pcapng"
else
    skip 'capinfos' 'not installed (Debian: tshark)'
fi
if command -v tshark > /dev/null; then
    commented() { # how often which SYN has which comment
        tshark -r "$capture" -Y 'tcp.flags == 2' -T fields -E separator=: -e frame.interface_name -e frame.comment |
            sort | uniq --count
    }
    reads yes '2 server to-client:dropped by fault drop at server ingress$' 'tshark: what a fault took says so' commented
    reads yes '1 server to-client:$' 'tshark: what came through says nothing' commented
    reads no 'cut short' 'tshark: misses an end that was cut off' tshark -r "$scratch/bent.pcapng"
else
    skip 'tshark' 'not installed (Debian: tshark)'
fi
if command -v tcpdump > /dev/null; then
    reads yes 'Flags \[S\.\], seq' 'tcpdump: reads the packets' tcpdump -n -r "$capture" tcp
    reads no 'truncated' 'tcpdump: misses an end that was cut off' tcpdump -n -r "$scratch/bent.pcapng"
else
    skip 'tcpdump' 'not installed (Debian: tcpdump)'
fi

browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)
shots=results/screenshots
look() { # FLAG… PAGE
    "$browser" --headless --no-sandbox --disable-gpu --hide-scrollbars --user-data-dir="$scratch/profile" \
        "${@:1:$#-1}" "file://${*: -1}" 2> "$scratch/console"
}
opened() { look --virtual-time-budget=4000 --dump-dom "$1"; } # as it is when its program has run
with() { # PAGE FILE: with a program more
    sed '/^<\/body>$/,$d' "$1"
    echo '<script>'
    cat "$2"
    printf '</script>\n</body>\n</html>\n'
}
probed() { # PAGE WIDTH [FLAG…]: in a frame, since no window is as narrow as a phone
    with "$1" Tests/reports/probe.js > "$scratch/probed.html"
    {
        echo "<iframe src='probed.html' style='width: $2px; height: 900px; border: 0'></iframe><pre id='said'></pre><script>"
        echo 'addEventListener("message", (event) => { document.getElementById("said").textContent = `\n${event.data}\n`; });'
        echo '</script>'
    } > "$scratch/frame.html"
    look --window-size=1300,1000 --virtual-time-budget=6000 "${@:3}" --dump-dom "$scratch/frame.html" | grep '^probe '
}
dark=(--blink-settings=preferredColorScheme=0)
found() { # TITLE PATTERN…: what the probe said last has all of them
    local pattern
    for pattern in "${@:2}"; do
        if ! grep -Eq -- "$pattern" "$scratch/said"; then
            bad "$1: not '$pattern'"
            return
        fi
    done
    good "$1"
}
looks() { # TITLE PAGE: as a person would look at it
    reads yes '^probe overflow=0$' "$1: nothing is wider than a phone" probed "$2" 390
    found "$1: on a phone no words are cut off or stand on others" \
        '^probe width=390$' '^probe pictures=[1-9]' '^probe overlaps=0$'
    reads yes '^probe overlaps=0$' "$1: nor on a wide screen" probed "$2" 1200
    found "$1: dark on light" '^probe scheme=light'
    found "$1: everything opens by keyboard" '^probe keyboard=all' '^probe opens=true'
    reads yes '^probe scheme=dark' "$1: light on dark where that is wanted" probed "$2" 1200 "${dark[@]}"
}
notices() { # TITLE SED PATTERN PAGE [FLAG…]: a page that was bent, and what the probe must say then
    sed "$2" "$4" > "$scratch/bent.html"
    if cmp --silent "$4" "$scratch/bent.html"; then
        echo "sed '$2' changes nothing" > "$scratch/said"
        bad "notices $1"
    else
        reads yes "$3" "notices $1" probed "$scratch/bent.html" 390 "${@:5}"
    fi
}
shoot() { # NAME PAGE WIDTH HEIGHT [FLAG…]
    rm -f "$shots/$1.png"
    look --window-size="$3,$4" --virtual-time-budget=3000 "${@:5}" --screenshot="$shots/$1.png" "$2" > "$scratch/said" || true
    # An empty page makes a file of a few kilobytes.
    if [ "$(stat --format %s "$shots/$1.png" 2> /dev/null || echo 0)" -gt 15000 ]; then
        good "screenshot $shots/$1.png"
    else
        bad "screenshot $shots/$1.png"
    fi
}
opens_in() { # PAGE TIMES: milliseconds from its address to the end of its program, and what a loop takes: the shortest
    cat > "$scratch/timer.js" << 'END'
const opened = performance.now();
const loop = () => {
    const from = performance.now();
    let sum = 0;
    for (let index = 0; index < 6e7; index += 1) sum = (sum * 31 + index) | 0;
    return sum === 1 ? 0 : performance.now() - from;
};
document.title = `opened ${Math.round(opened)} ${Math.round(Math.min(loop(), loop(), loop()))} ms`;
END
    with "$1" "$scratch/timer.js" > "$scratch/timed.html"
    for _ in $(seq "$2"); do
        look --dump-dom "$scratch/timed.html" | sed -n 's/.*<title>opened \([0-9]* [0-9]*\) ms.*/\1/p'
    done |
        awk '{ if (NR == 1 || $1 < page) page = $1; if (NR == 1 || $2 < loop) loop = $2 } END { print page + 0, loop + 0 }'
}
page() { # NAME SCENARIO…
    "$bin/tcpfault" run "${@:2}" --family ipv4 --retry 2 --output "$scratch/$1" --report "html=$scratch/$1.html" \
        > "$scratch/$1.said" 2>&1 || true
}
if [ -n "$browser" ]; then
    mkdir -p "$shots"
    page flood synflood --set server:net.ipv4.tcp_syncookies=1 &
    page before connect-timeout --set client:net.ipv4.tcp_syn_linear_timeouts=0 &
    page after connect-timeout fin-wait-2-shutdown accept-overflow-rst &
    wait
    status=0
    "$bin/tcpfault" compare "$scratch/before/connect-timeout" "$scratch/after/connect-timeout" \
        --format html --report "json=$scratch/compare.json" --report "html=$scratch/compare.html" \
        > "$scratch/compared.html" 2> "$scratch/said" || status=$?
    says 'compare: two runs with another sysctl, explained' "$status" 0
    reads yes '"syn-retransmission"' 'compare: a report in another format' cat "$scratch/compare.json"
    reads yes '</html>' 'compare: a page on standard output' cat "$scratch/compared.html"

    reads yes '<svg viewBox' 'a report: the ladder is drawn' opened "$scratch/mixed.html"
    reads yes '1 inconclusive</h2>' 'a report: what was inconclusive is told apart' opened "$scratch/mixed.html"
    reads yes 'class="window' 'a report: the windows of the law stand behind the packets' opened "$scratch/mixed.html"
    reads yes 'class="state open' 'a report: the states of the sockets beside the columns' opened "$scratch/mixed.html"
    reads yes 'class="curve cookies' 'a flood: the cookies over time' opened "$scratch/flood.html"
    reads yes '◆ after: SYN 3' 'a comparison: what only one run has' opened "$scratch/compare.html"
    reads yes 'SYN: 3 before, 4 after' 'a comparison: once what both have' opened "$scratch/compare.html"
    for name in mixed compare; do
        sed 's/data = JSON/nothing = JSON/' "$scratch/$name.html" > "$scratch/bent.html"
        if opened "$scratch/bent.html" > "$scratch/said" && grep -q '<svg viewBox' "$scratch/said"; then
            bad "notices a page whose program is broken ($name)"
        else
            good "notices a page whose program is broken ($name)"
        fi
        opened "$scratch/$name.html" > "$scratch/said" || true
        if ! grep -q 'href="./' "$scratch/said" || grep -Eq '(src|href)="?(https?:)?//' "$scratch/said"; then
            bad "the page asks for nothing from the network ($name)"
        else
            good "the page asks for nothing from the network ($name)"
        fi
    done

    looks 'a report' "$scratch/mixed.html"
    looks 'states' "$scratch/after.html"
    looks 'a flood' "$scratch/flood.html"
    looks 'a comparison' "$scratch/compare.html"
    notices 'what is too wide' 's/^<\/body>$/<div style="width: 900px">-<\/div>\n&/' '^probe overflow=[1-9]' \
        "$scratch/mixed.html"
    notices 'words on words' 's/ROW = 26/ROW = 3/' '^probe overlaps=[1-9]' "$scratch/compare.html"
    notices 'a page that is never dark' 's/prefers-color-scheme: dark/prefers-color-scheme: none/' \
        '^probe scheme=(light|unreadable)' "$scratch/mixed.html" "${dark[@]}"
    notices 'what no keyboard reaches' 's/html("summary", {}, summary)/html("summary", { tabindex: -1 }, summary)/' \
        '^probe keyboard=not all' "$scratch/mixed.html"
    notices 'what does not open' 's/html("summary", {}, summary)/html("summary", { onclick: "return false" }, summary)/' \
        '^probe opens=false' "$scratch/mixed.html"

    for name in mixed after flood compare; do
        shoot "$name-wide" "$scratch/$name.html" 1000 1600
        shoot "$name-phone" "$scratch/$name.html" 390 1600
        shoot "$name-dark" "$scratch/$name.html" 1000 1600 "${dark[@]}"
    done
    shoot 'no such page' "$scratch/empty-page.html" 390 400 > "$scratch/line"
    if grep -q '^FAILED' "$scratch/line"; then
        failed=$((failed - 1))
        good 'notices a page that cannot be shot'
    else
        passed=$((passed - 1))
        bad 'notices a page that cannot be shot'
    fi

    # 500 results, of all kinds that there are here; a flood as often as in the library.
    mkdir "$scratch/many"
    mapfile -t records < <(find "$scratch"/{mixed,after,before} -name record.json -size -500k | sort)
    flood=$(find "$scratch/flood" -name record.json)
    for number in $(seq 500); do
        mkdir "$scratch/many/$number"
        record=${records[number % ${#records[@]}]}
        if [ $((number % 28)) = 0 ]; then record=$flood; fi
        sed '0,/"instance" *: *"/s//&case-'"$number"'-/' "$record" > "$scratch/many/$number/record.json"
    done
    "$bin/tcpfault" report "$scratch/many" --format html > "$scratch/many.html" 2> "$scratch/said" || true
    opened "$scratch/many.html" > "$scratch/many.dom" || true
    says 'a page of 500 results has 500 parts' "$(grep -o '<details id="case-' "$scratch/many.dom" | wc -l)" 500
    size=$(stat --format %s "$scratch/many.html")
    echo "$size bytes" > "$scratch/said"
    if [ "$size" -lt 5000000 ]; then
        good "a page of 500 results has less than 5 MB: $size bytes"
    else
        bad 'a page of 500 results has less than 5 MB'
    fi
    # Sixty million turns of a loop take a tenth of a second where nothing else runs; they measure the machine.
    read -r many loop < <(opens_in "$scratch/many.html" 3)
    echo "$many ms; the loop took $loop ms" > "$scratch/said"
    if [ "$many" -gt 0 ] && { [ "$many" -lt 1000 ] || [ "$many" -lt $((10 * loop)) ]; }; then
        good "a page of 500 results opens in a second, or ten times what the loop takes: $many ms, $loop ms"
    else
        bad 'a page of 500 results opens in a second, or ten times what the loop takes'
    fi
    # Drawn at once, as no page must be, all ladders take far longer.
    sed 's/if (!details.open || width/if (width/; s/details.addEventListener("toggle", redraw);/redraw();/' \
        "$scratch/many.html" > "$scratch/slow.html"
    read -r slow _ < <(opens_in "$scratch/slow.html" 1)
    echo "$slow ms, and as it is $many ms" > "$scratch/said"
    if [ "$slow" -gt $((2 * many)) ]; then
        good "notices a page that draws all at once: $slow ms"
    else
        bad 'notices a page that draws all at once'
    fi
else
    skip 'the pages in a browser' 'not installed (Debian: chromium)'
fi

echo "reports: $passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ]
