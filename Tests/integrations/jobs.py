"""Prints what a job of a service does, as a script for bash: jobs.py github|gitlab|buildkite|kubernetes run|merge

No schema sees a wrong option of tcpfault in the commands of a workflow; so they are run here. What a service puts in the
place of its own words is put there: of GitHub's matrix the variable SHARD_NUMBER, of the volume the folder `results`.
"""
import re
import shlex
import sys

import yaml

FOLDER = "integrations"


def load(path):
    with open(f"{FOLDER}/{path}", encoding="utf-8") as file:
        return list(yaml.safe_load_all(file))


def exports(variables):
    """What the caller has set already stays."""
    return [f'export {name}="${{{name}-{value}}}"' for name, value in (variables or {}).items()]


def github(job):
    workflow = load("github/tcpfault.yml")[0]
    body = workflow["jobs"][job]
    shards = body.get("strategy", {}).get("matrix", {}).get("shard", [])
    lines = exports(workflow["env"])
    for step in body["steps"]:
        if "run" in step and step.get("name") != "Install":
            lines += exports(step.get("env")) + [step["run"]]
    text = "\n".join(lines)
    text = text.replace("${{ matrix.shard }}", "$SHARD_NUMBER").replace("${{ strategy.job-total }}", str(len(shards)))
    return text


def gitlab(job):
    pipeline = load("gitlab/.gitlab-ci.yml")[0]
    body = pipeline["tcpfault" if job == "run" else job]
    count = f"export CI_NODE_TOTAL={body.get('parallel', 1)}"
    return "\n".join(exports(pipeline["variables"]) + [count] + body["script"])


def buildkite(job):
    steps = load("buildkite/pipeline.yml")[0]["steps"]
    step = steps[0] if job == "run" else steps[1]
    count = f"export BUILDKITE_PARALLEL_JOB_COUNT={step.get('parallelism', 1)}"
    # Two dollars are one when a pipeline has been uploaded.
    return "\n".join([count] + step.get("commands", [step.get("command")])).replace("$$", "$")


def kubernetes(job):
    manifest = next(each for each in load(f"kubernetes/{'job' if job == 'run' else job}.yaml") if each["kind"] == "Job")
    container = manifest["spec"]["template"]["spec"]["containers"][0]
    lines = exports({each["name"]: each["value"] for each in container.get("env", [])})
    words = [re.sub(r"\$\((\w+)\)", r"$\1", word).replace("/results", "results") for word in container["command"]]
    return "\n".join(lines + [" ".join(f'"{word}"' if "$" in word else shlex.quote(word) for word in words)])


print("set -euo pipefail")
print({"github": github, "gitlab": gitlab, "buildkite": buildkite, "kubernetes": kubernetes}[sys.argv[1]](sys.argv[2]))
