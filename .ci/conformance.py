"""Holds the program against the recorded cases in ../shared, with floors that only rise.

usage: conformance.py PROGRAM SHARED
"""
import json
import os
import re
import subprocess
import sys
import tempfile

# What the last change reached. Raise them in the commit that beats them; never lower them.
EXEC_PASS_FLOOR = 99.4    # per cent of the recorded answers that are given
EXEC_WRONG_CEILING = 0.2  # per cent that are given and differ: the worst kind
REJECT_FLOOR = 100.0      # per cent of the queries Kusto refuses that are refused here too

# Per cent, against Microsoft's own parser and binder.
LANGUAGE_FLOORS = {
    "verdict": 100.0, "schema": 99.8, "micro": 100.0, "errors": 100.0, "error-place": 98.0, "classify": 99.7,
    "completions": 99.7, "completion-span": 100.0, "format": 100.0,
}

program, shared = map(os.path.abspath, sys.argv[1:3])
faults = []


def floor(name, value, bound, at_least=True):
    good = value >= bound if at_least else value <= bound
    print(f"{name}: {value:.1f} ({'at least' if at_least else 'at most'} {bound}){'' if good else '  <-- FAULT'}")
    if not good:
        faults.append(name)


def run(args, **more):
    return subprocess.run([program, *args], capture_output=True, text=True, encoding="utf-8", **more)


def exec_cases():
    """Queries with answers recorded from the real engine."""
    folder = os.path.join(shared, "conformance", "exec")
    with tempfile.TemporaryDirectory() as temp:
        results = os.path.join(temp, "results.jsonl")
        subprocess.run(
            [sys.executable, os.path.join(folder, "compare.py"), os.path.join(folder, "shared.jsonl"), "--batch",
             "--runner", f"{program} run --batch --data {folder}/data", "--failures", os.path.join(temp, "f.jsonl"),
             "--results", results],
            check=True, stdout=subprocess.DEVNULL)
        with open(results, encoding="utf-8") as lines:
            statuses = [json.loads(line)["status"] for line in lines]
    n = len(statuses)
    count = {status: statuses.count(status) for status in sorted(set(statuses))}
    print(f"recorded answers: {n} cases, {count}")
    wrong = sum(count.get(it, 0) for it in ("wrong", "names", "order"))
    floor("  answered as recorded, per cent", 100 * count.get("pass", 0) / n, EXEC_PASS_FLOOR)
    floor("  answered differently, per cent", 100 * wrong / n, EXEC_WRONG_CEILING, at_least=False)


def rejects():
    """Queries that the real engine refuses."""
    path = os.path.join(shared, "conformance", "exec", "kusto_rejects.jsonl")
    with open(path, encoding="utf-8") as lines:
        cases = [json.loads(line) for line in lines if line.strip()]
    asked = "".join(json.dumps({"id": it["id"], "query": it["query"]}) + "\n" for it in cases)
    answers = run(["run", "--batch", "--data", os.path.join(shared, "conformance", "exec", "data")], input=asked)
    refused = sum("error" in json.loads(line) for line in answers.stdout.splitlines())
    floor("queries that Kusto refuses, refused here, per cent", 100 * refused / len(cases), REJECT_FLOOR)


def language():
    """What the language front end says, held against Microsoft's."""
    checker = os.path.join(shared, "conformance", "language", "check_language.py")
    asked = [sys.executable, checker, "--runner", f"{program} check --batch"]
    answer = subprocess.run(asked, capture_output=True, text=True, encoding="utf-8")
    print(answer.stdout + answer.stderr, end="")
    reached = dict(re.findall(r"^([\w-]+) +([\d.]+)%", answer.stdout, re.MULTILINE))
    for name, bound in LANGUAGE_FLOORS.items():
        floor(f"language: {name}, per cent", float(reached.get(name, 0)), bound)


def data_formats():
    """The same tables in three formats have the same counts, and every folder of files opens."""
    mini = os.path.join(shared, "data", "advhunt_mini")
    counts = {}
    for form in ("csv", "ndjson", "parquet"):
        names = sorted({re.split(r"\.", it)[0] for it in os.listdir(os.path.join(mini, form))})
        asked = "".join(json.dumps({"id": it, "query": f"{it} | count"}) + "\n" for it in names)
        answers = run(["run", "--batch", "--data", os.path.join(mini, form)], input=asked).stdout.splitlines()
        counts[form] = {it["id"]: it.get("rows", it.get("error")) for it in map(json.loads, answers)}
    same = counts["csv"] == counts["ndjson"] == counts["parquet"] and len(counts["csv"]) > 10
    print(f"advhunt_mini: {len(counts['csv'])} tables, {'counts agree' if same else counts}")
    if not same:
        faults.append("advhunt_mini")
    for folder in ("defender_export", "portal_export_style", "nested_json", "nasty"):
        opened = run(["run", "--data", os.path.join(shared, "data", folder), "print 1"])
        # A query that fails is told everything that reading the files found.
        failing = run(["run", "--data", os.path.join(shared, "data", folder), "NoSuchTable"])
        notes = sum(line.startswith("note:") for line in failing.stderr.splitlines())
        print(f"{folder}: exit {opened.returncode}, {notes} findings named")
        if opened.returncode != 0 or failing.returncode != 1 or (folder == "nasty" and notes == 0):
            faults.append(folder)


exec_cases()
rejects()
language()
data_formats()
if faults:
    sys.exit("below the floors: " + ", ".join(faults))
