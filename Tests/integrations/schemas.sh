# shellcheck shell=bash disable=SC2154
# Part of check.sh: files that a service reads, held against the schema of that service.

bend() { # FILE SCRIPT: a copy with one thing wrong; that something changed is looked at, too
    sed "$2" "$1" > "$scratch/bent.yml"
    if cmp --silent "$1" "$scratch/bent.yml"; then echo "nothing to bend in $1 by $2" >&2; exit 1; fi
}
if command -v check-jsonschema > /dev/null; then
    schema() { check-jsonschema --builtin-schema "$1" "$2"; }
    workflow=integrations/github/tcpfault.yml
    reads yes 'ok' "GitHub's schema of workflows" schema vendor.github-workflows "$workflow"
    bend "$workflow" 's/^    runs-on: .*//'
    reads no "'runs-on' is a required|not valid under any" "GitHub's schema refuses a job without a machine" \
        schema vendor.github-workflows "$scratch/bent.yml"
    reads yes 'ok' 'each GitHub job has a limit of time' schema custom.github-workflows-require-timeout "$workflow"
    pipeline=integrations/gitlab/.gitlab-ci.yml
    gitlab() { check-jsonschema --builtin-schema vendor.gitlab-ci --data-transform gitlab-ci "$1"; }
    reads yes 'ok' "GitLab's schema" gitlab "$pipeline"
    bend "$pipeline" 's/^  parallel: 4/  parallel: four/'
    reads no 'parallel' "GitLab's schema refuses a number that is none" gitlab "$scratch/bent.yml"
    pipeline=integrations/buildkite/pipeline.yml
    reads yes 'ok' "Buildkite's schema" schema vendor.buildkite "$pipeline"
    bend "$pipeline" 's/parallelism: 4/parallelism: four/'
    reads no 'four' "Buildkite's schema refuses a number that is none" schema vendor.buildkite "$scratch/bent.yml"
else
    skip 'schemas of GitHub, GitLab and Buildkite' 'check-jsonschema is not installed (PyPI: check-jsonschema)'
fi

if command -v kubernetes-validate > /dev/null; then
    for manifest in job merge; do
        reads yes "job/tcpfault.*" "Kubernetes' schema: $manifest.yaml" \
            kubernetes-validate --strict "integrations/kubernetes/$manifest.yaml"
    done
    bend integrations/kubernetes/job.yaml 's/hostUsers:/hostUser:/'
    reads no "'hostUser' was unexpected" "Kubernetes' schema refuses a word that it has not" \
        kubernetes-validate --strict "$scratch/bent.yml"
else
    skip "Kubernetes' schema" 'kubernetes-validate is not installed (PyPI: kubernetes-validate)'
fi
shares() { # FILE: each number that must be that of the shares, once
    sed -nE 's/^ *(completions|parallelism|maxFailedIndexes): //p; /TCPFAULT_SHARDS/{n; s/^ *value: "(.*)"/\1/p}' "$1" | uniq -c
}
reads yes '^ *4 4$' 'Kubernetes: as many pods as shares' shares integrations/kubernetes/job.yaml
bend integrations/kubernetes/job.yaml 's/parallelism: 4/parallelism: 5/'
if shares "$scratch/bent.yml" | grep -q '^ *4 4$'; then bad 'Kubernetes: sees a share that no pod runs'
else good 'Kubernetes: sees a share that no pod runs'; fi

lava=$runners/lava/usr/lib/python3/dist-packages
if [ -d "$lava" ] && "$runners/bin/python" -c 'import voluptuous, yaml' 2> /dev/null; then
    definition() {
        PYTHONPATH=$lava "$runners/bin/python" - "$1" << 'END'
import sys, yaml
from lava_common.schemas.test import testdef
testdef.validate(yaml.safe_load(open(sys.argv[1])))
print("valid")
END
    }
    reads yes '^valid$' "LAVA's schema of test definitions" definition integrations/lava/tcpfault.yaml
    bend integrations/lava/tcpfault.yaml 's/^  steps:/  step:/'
    reads no "required key not provided.*'steps'" "LAVA's schema refuses a definition without steps" \
        definition "$scratch/bent.yml"
else
    skip "LAVA's schema" 'lava-common is not unpacked (Debian: lava-common), or PyPI: voluptuous'
fi

# No scenario is forgotten, none is there that is gone.
runtest() { # FOLDER
    mkdir -p "$scratch/runtest"
    Tests/integrations/runtest.sh "$bin" "$scratch/runtest" && diff --recursive --exclude '*.sh' "$1" "$scratch/runtest"
}
reads yes '' 'LTP: a line for every scenario (write them anew: Tests/integrations/runtest.sh BIN integrations/ltp)' \
    runtest integrations/ltp
cp -r integrations/ltp "$scratch/forgotten"
sed -i '/^syn-lost-twice /d' "$scratch/forgotten/tcpfault"
reads no '^> syn-lost-twice ' 'LTP: sees a scenario that was forgotten' runtest "$scratch/forgotten"

wanted() { # what tcpfault says that a kernel needs, and FILE does not ask for
    grep --only-matching --no-filename --recursive 'CONFIG_[A-Z0-9_]*' Sources/Reporting | sort -u |
        while read -r option; do grep -q "^$option=y" "$1" || echo "missing $option"; done
    echo 'looked'
}
missing() { ! wanted "$1" | grep missing; }
reads yes '' 'kselftest: config has what tcpfault says that it needs' missing integrations/kselftest/config
sed '/VETH/d' integrations/kselftest/config > "$scratch/config"
reads no 'missing CONFIG_VETH' 'kselftest: sees an option that was forgotten' missing "$scratch/config"
