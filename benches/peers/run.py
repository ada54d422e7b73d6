#!/usr/bin/env python3
"""Near-duplicate tools side by side: same corpus, same scorer, one after another.

    python3 benches/peers/run.py [--documents 100000] [--seed 5] [--work DIR] [--corpus PREFIX]

Builds wirecopy and its generator, installs the others in a virtual environment in the work folder, runs each three times
and keeps the run with the least CPU time, scores pairs against the planted clusters, and writes benches/RESULTS.md. All use 5-word shingles
and 128 slots; the others 16 bands of 8 rows.
"""
import argparse
import json
import os
import platform
import resource
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--documents", type=int, default=100_000)
parser.add_argument("--seed", type=int, default=5)
parser.add_argument("--work", type=Path, default=ROOT / "target" / "peers")
parser.add_argument("--corpus", help="use PREFIX.jsonl and PREFIX.truth.tsv instead of generating")
parser.add_argument("--runs", type=int, default=3)
args = parser.parse_args()
args.work.mkdir(parents=True, exist_ok=True)

subprocess.run(["cargo", "build", "--release", "--bins", "--examples"], cwd=ROOT, check=True)
corpus = args.corpus or str(args.work / f"n{args.documents}-{args.seed}")
if not os.path.exists(corpus + ".truth.tsv"):
    subprocess.run([ROOT / "target/release/examples/generate", corpus, str(args.documents), str(args.seed)], check=True)
python = args.work / "venv/bin/python"
if not python.exists():
    subprocess.run([sys.executable, "-m", "venv", args.work / "venv"], check=True)
    subprocess.run([python, "-m", "pip", "install", "-q", "numpy", "daft", "rensa"], check=True)
versions = {}
for name in ("daft", "rensa"):
    code = f"import importlib.metadata as m; print(m.version('{name}'))"
    versions[name] = subprocess.run([python, "-c", code], check=True, capture_output=True, text=True).stdout.strip()


def measure(command):
    """CPU seconds of the process and its children, wall seconds, peak resident MiB of the largest of them."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.time()
    process = subprocess.Popen(list(map(str, command)), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=HERE)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{command[0]} failed with status {status}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return cpu, time.time() - start, usage.ru_maxrss / 1024


def clusters(path):
    found = {}
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            if line.startswith("{"):
                record = json.loads(line)
                found[record["id"]] = record["cluster"]
            else:
                name, cluster = line.rstrip("\n").split("\t")
                found[name] = cluster
    return found


def score(found):
    pairs = lambda count: count * (count - 1) // 2
    truth, guess, both = Counter(), Counter(), Counter()
    with open(corpus + ".truth.tsv", encoding="utf-8") as lines:
        for line in lines:
            name, cluster, _, _ = line.rstrip("\n").split("\t")
            cluster = cluster if cluster != "-" else ("alone", name)
            mine = found.get(name, ("alone", name))
            truth[cluster] += 1
            guess[mine] += 1
            both[(cluster, mine)] += 1
    t, g, b = (sum(map(pairs, counts.values())) for counts in (truth, guess, both))
    precision, recall = b / g if g else 1.0, b / t
    return precision, recall, 2 * precision * recall / (precision + recall)


wirecopy = ROOT / "target/release/wirecopy"
tools = {
    "wirecopy": lambda out: [wirecopy, "--threads", "2", "dedup", corpus + ".jsonl", "--clusters", out],
    "Daft " + versions["daft"]: lambda out: [python, "daft_run.py", corpus + ".jsonl", out],
    "rensa " + versions["rensa"] + ", full path": lambda out: [python, "rensa_run.py", corpus + ".jsonl", out],
}
best = {}
for _ in range(args.runs):
    for number, (name, command) in enumerate(tools.items()):
        out = args.work / f"out{number}"
        run = measure(command(out))
        print(name, *(f"{value:.2f}" for value in run), flush=True)
        best[name] = min(best.get(name, run), run)
size = os.path.getsize(corpus + ".jsonl") / 1e6
model = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), platform.processor())
avx = "AVX-512" if "avx512bw" in open("/proc/cpuinfo").read() else "AVX2 or less"
lines = [
    "# Side by side",
    "",
    f"`python3 benches/peers/run.py`, {platform.machine()}, {model} ({avx}), {os.cpu_count()} cores, 2 workers; "
    f"{size:.0f} MB of JSONL; least CPU time of {args.runs} turns, the tools in turn. 5-word shingles, 128 slots; the others 16 bands of 8 rows.",
    "",
    "| tool | CPU s | MB a CPU second | peak MiB | pair precision | recall | F1 |",
    "|---|---|---|---|---|---|---|",
]
for number, name in enumerate(tools):
    cpu, _, peak = best[name]
    precision, recall, f1 = score(clusters(args.work / f"out{number}"))
    lines.append(f"| {name} | {cpu:.2f} | {size / cpu:.1f} | {peak:.0f} | {precision:.4f} | {recall:.4f} | {f1:.4f} |")
lines += ["", "Of wirecopy's peak most is the mapped input file, which the system can take back at any time."]
(ROOT / "benches/RESULTS.md").write_text("\n".join(lines) + "\n")
print("\n".join(lines))
