# shellcheck shell=bash disable=SC2154
# Part of check.sh: what the jobs of GitHub, GitLab, Buildkite and Kubernetes do, done here with two short scenarios. Each
# service gives a shard its number in its own way; the four shards' reports are merged as the service's last job does it.

stubs=$scratch/stubs
mkdir "$stubs"
# shellcheck disable=SC2016
printf '#!/bin/sh\nwhile case $1 in --*) true ;; *) false ;; esac; do shift; done\nexec "$@"\n' > "$stubs/sudo"
printf '#!/bin/sh\n' > "$stubs/buildkite-agent"
chmod +x "$stubs"/*

job() { # SERVICE run|merge: its script
    "$runners/bin/python" Tests/integrations/jobs.py "$1" "$2" | sed 's/ --all / connection-refused close-unread /'
}
# In one folder, which stands for the artifacts or for the volume.
shards() { # SERVICE VARIABLE FIRST
    local folder=$scratch/$1 number waited=() status=0
    mkdir -p "$folder"
    job "$1" run > "$folder/run.sh"
    job "$1" merge > "$folder/merge.sh"
    for number in $(seq "$3" $(($3 + 3))); do
        mkdir -p "$folder/shards/$number"
        (cd "$folder/shards/$number" && CHOICE='connection-refused close-unread --retry 2' PATH=$stubs:$PATH \
            env "$2=$number" bash "$folder/run.sh") &
        waited+=($!)
    done
    for number in "${waited[@]}"; do wait "$number" || status=1; done
    # GitHub's last job unpacks by itself.
    if [ "$1" != github ]; then
        mkdir "$folder/results"
        cp -r "$folder"/shards/*/results/* "$folder/results"
    fi
    return $status
}
merged() { (cd "$scratch/$1" && PATH=$stubs:$PATH bash merge.sh); }

if "$runners/bin/python" -c 'import yaml' 2> /dev/null; then
    for service in 'github SHARD_NUMBER 1' 'gitlab CI_NODE_INDEX 1' 'buildkite BUILDKITE_PARALLEL_JOB 0' \
        'kubernetes JOB_COMPLETION_INDEX 0'; do
        read -r name variable first <<< "$service"
        reads yes '' "$name: the jobs of four shards" shards "$name" "$variable" "$first"
        reads yes '4 instances: 4 passed, 0 failed, 0 inconclusive, 0 skipped' "$name: one report of them" merged "$name"
    done
    rm -rf "$scratch/gitlab/results/3"
    reads no 'shard 3/4 is missing' 'gitlab: a shard without artifacts is seen' merged gitlab
else
    skip 'the jobs of GitHub, GitLab, Buildkite and Kubernetes' 'not installed (PyPI: pyyaml)'
fi
