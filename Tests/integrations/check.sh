#!/usr/bin/env bash
# What integrations/ has for other programs, read by their schemas and run by themselves: kirk, the kselftest runner, tmt,
# prove, avocado, LAVA's lava-test-case, a Slurm of two nodes. The jobs of services that run elsewhere are run by bash.
# Called by `make integrations`.
#
# Each runner gets a pass, a failure, a skip and an inconclusive run, and must tell them apart; then a green one. A runner that
# is missing is a skip with its name; each schema is shown something that is wrong, which it must refuse.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
root=$PWD
bin=$(realpath "${1:-.build/release}")
if [ ! -x "$bin/tcpfault" ]; then
    echo "$0: there is no tcpfault in $bin; build it (make programs), or name another folder" >&2
    exit 64
fi
runners=$root/.build/runners # where `make runners` puts what is no system package
PATH=$runners/bin:$bin:$PATH
scratch=$(mktemp -d)
slurm=
trap 'if [ -n "$slurm" ]; then kill "$slurm" 2> /dev/null || true; fi; rm -rf "$scratch"' EXIT
export TMPDIR=$scratch
passed=0 failed=0 skipped=0
unset GITHUB_ACTIONS GITHUB_STEP_SUMMARY TCPFAULT CHOICE

good() { echo "ok       $1"; passed=$((passed + 1)); }
bad() { echo "FAILED   $1"; sed 's/^/           /' "$scratch/said" | tail -n 12; failed=$((failed + 1)); }
skip() { echo "skipped  $1: $2"; skipped=$((skipped + 1)); }
# What it says must match each pattern, a line each; of its exit status, only whether it is 0: yes or no.
reads() { # yes|no PATTERNS TITLE COMMAND…
    local wanted=$1 patterns=$2 title=$3 green=no pattern
    shift 3
    if "$@" > "$scratch/said" 2>&1; then green=yes; fi
    if [ "$green" != "$wanted" ]; then bad "$title"; return; fi
    while IFS= read -r pattern; do
        if [ -n "$pattern" ] && ! grep -Eq -- "$pattern" "$scratch/said"; then bad "$title (not: $pattern)"; return; fi
    done <<< "$patterns"
    good "$title"
}

# In a user namespace no BPF program may be loaded, which skips initial-rto also for root.
mkdir "$scratch/lone"
lone=$scratch/lone/tcpfault
if [ "$(id -u)" = 0 ] && ! unshare --user --map-root-user true 2> /dev/null; then
    skip 'all' 'this root may not make user namespaces, and without one nothing here would be skipped'
    echo "integrations: $passed passed, $failed failed, $skipped skipped"
    exit 0
fi
printf '#!/bin/sh\nexec unshare --user --map-root-user "%s" "$@"\n' "$bin/tcpfault" > "$lone"
chmod +x "$lone"
wrong=$root/Tests/reports/wrong.yaml unproved=$root/Tests/reports/unproved.yaml
mixed="connection-refused initial-rto $wrong $unproved"

# Most of its time it waits, so it does that beside the others; it counts for itself.
Tests/integrations/slurm.sh "$bin" > "$scratch/slurm" 2>&1 &
slurm=$!

source Tests/integrations/schemas.sh
source Tests/integrations/jobs.sh
source Tests/integrations/runners.sh
source Tests/integrations/endings.sh

if command -v shellcheck > /dev/null; then
    reads yes '' 'shellcheck' shellcheck integrations/*/*.{sh,sbatch,t} Tests/integrations/*.sh
else
    skip 'shellcheck' 'not installed (Debian: shellcheck)'
fi

wait "$slurm" || true
grep -v '^slurm: ' "$scratch/slurm" || true
if [[ $(tail -n 1 "$scratch/slurm") =~ ^slurm:\ ([0-9]+)\ passed,\ ([0-9]+)\ failed,\ ([0-9]+)\ skipped$ ]]; then
    passed=$((passed + BASH_REMATCH[1])) failed=$((failed + BASH_REMATCH[2])) skipped=$((skipped + BASH_REMATCH[3]))
else
    cp "$scratch/slurm" "$scratch/said"
    bad 'slurm: the test comes to its end'
fi

echo "integrations: $passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ]
