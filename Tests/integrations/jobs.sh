# shellcheck shell=bash disable=SC2154
# Part of check.sh: what the jobs of GitHub, GitLab, Buildkite and Kubernetes do, done here with two short scenarios. Each
# service gives a shard its number in its own way; the four shards' reports are merged as the service's last job does it.

stubs=$scratch/stubs
mkdir "$stubs"
# shellcheck disable=SC2016
printf '#!/bin/sh\nwhile case $1 in --*) true ;; *) false ;; esac; do shift; done\nexec "$@"\n' > "$stubs/sudo"
printf '#!/bin/sh\n' > "$stubs/buildkite-agent"
chmod +x "$stubs"/*
choice='connection-refused close-unread'

job() { # SERVICE run|merge: its script
    "$runners/bin/python" Tests/integrations/jobs.py "$1" "$2" | sed "s/ --all / $choice /"
}
# What the service would say of the run: `run=NUMBER` tells two apart.
service() { # COMMAND…
    env CI_PIPELINE_ID="$run" BUILDKITE_BUILD_NUMBER="$run" RUN="$run" CHOICE="$choice --retry 2" \
        PATH="${path:-$stubs}:$PATH" "$@"
}
# In one folder, which stands for the artifacts, for what a machine keeps of an earlier run, or for the volume.
shards() { # SERVICE VARIABLE NUMBERS
    local folder=$scratch/$1 number waited=() status=0
    mkdir -p "$folder/results"
    job "$1" run > "$folder/run.sh"
    job "$1" merge > "$folder/merge.sh"
    for number in $3; do
        mkdir -p "$folder/shards/$number"
        (cd "$folder/shards/$number" && service env "$2=$number" bash "$folder/run.sh") &
        waited+=($!)
    done
    for number in "${waited[@]}"; do wait "$number" || status=1; done
    # GitHub's last job unpacks by itself.
    if [ "$1" != github ]; then cp -r "$folder"/shards/*/results/* "$folder/results"; fi
    return $status
}
merged() { (cd "$scratch/$1" && service bash merge.sh); }
# Its exit status, and what the job of the service makes of it.
skipped_alike() {
    local status=0
    choice=initial-rto path=$scratch/lone shards gitlab CI_NODE_INDEX '1 2 3 4' || return
    merged gitlab || status=$?
    "$runners/bin/python" -c 'import sys, yaml
jobs = yaml.safe_load(open("integrations/gitlab/.gitlab-ci.yml"))
for name in "tcpfault", "merge": print(name, "is let off with", jobs[name].get("allow_failure", {}).get("exit_codes"))'
    echo "merge ended with $status"
}

if "$runners/bin/python" -c 'import yaml' 2> /dev/null; then
    while read -r name variable numbers; do
        run=6
        reads yes '' "$name: the jobs of four shards" shards "$name" "$variable" "$numbers"
        reads yes '4 instances: 4 passed, 0 failed, 0 inconclusive, 0 skipped' "$name: one report of them" merged "$name"
        if [ "$name" = github ]; then continue; fi # a machine of its own for each job
        run=7
        # The next run, of which the third job never began.
        read -r first second third fourth <<< "$numbers"
        reads yes '' "$name: the jobs of three shards" shards "$name" "$variable" "$first $second $fourth"
        reads no 'shard 3/4 is missing' "$name: shard $third of an earlier run does not stand in" merged "$name"
        run=8
        reads no 'there is no (such )?record' "$name: a run of which there is nothing" merged "$name"
    done << 'END'
github SHARD_NUMBER 1 2 3 4
gitlab CI_NODE_INDEX 1 2 3 4
buildkite BUILDKITE_PARALLEL_JOB 0 1 2 3
kubernetes JOB_COMPLETION_INDEX 0 1 2 3
END
    # A second attempt that died, in the folder of the first.
    again() { run=9; shards gitlab CI_NODE_INDEX '1 2 3 4' && ! TCPFAULT_RUN=/bin/false shards gitlab CI_NODE_INDEX 3; }
    reads yes '' 'gitlab: a job that is tried again, and dies' again
    rm -rf "$scratch/gitlab/results"
    mkdir "$scratch/gitlab/results"
    cp -r "$scratch/gitlab/shards"/*/results/* "$scratch/gitlab/results"
    reads no 'shard 3/4 is missing' 'gitlab: its first attempt does not stand in' merged gitlab
    run=10
    reads yes $'^merge ended with 4$\n^tcpfault is let off with None$\n^merge is let off with .4.$' \
        'gitlab: the job that ends with 4 is the one that may' skipped_alike
else
    skip 'the jobs of GitHub, GitLab, Buildkite and Kubernetes' 'not installed (PyPI: pyyaml)'
fi
