#!/usr/bin/env python3
"""Near-duplicate tools side by side: one corpus, one scorer, one after another.

    python3 benches/peers/run.py [--documents N] [--runs N] [--only NAME]... [--avx2] [--seed N]

Builds wirecopy and its generator, installs the others in a virtual environment (the newest versions that install; the
versions found are written down), generates the corpus, runs all in turn and keeps for each the run with the least CPU time.
Every tool reads JSONL and writes clusters; the time is that of its whole process tree. Settings are those of
`drivers/corpus.py`: lower-cased words, 5-word shingles, 128 slots, 16 bands of 8 rows, 2 workers; wirecopy has bands of its own.
Writes `benches/RESULTS.md` and `benches/results.svg`; with `--only` it prints alone, since a part of the table would mislead.
"""
import argparse
import os
import platform
import subprocess
import sys
from importlib import metadata
from pathlib import Path

from measure import measure
from plot import plot
from score import read_clusters, score

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
WORKERS = 2

# Name as shown, package, note.
PEERS = [
    ("Daft", "daft", "normalise and minhash in its engine, banding in numpy"),
    ("gaoya", "gaoya", "all of it in its engine"),
    ("rensa", "rensa", "full path: RMinHash of all shingles, LSH, query_all"),
    ("FastSketchLSH", "fastsketchlsh", "sketch in its engine, banding in numpy"),
    ("datasketch", "datasketch", "MinHash in two processes, MinHashLSH"),
]
# Whether more is better, and how the column is called in a sentence.
COLUMNS = {
    "cpu": (False, "CPU time"),
    "wall": (False, "wall time"),
    "peak": (False, "peak memory"),
    "own": (False, "memory of its own"),
    "precision": (True, "pair precision"),
    "recall": (True, "pair recall"),
    "f1": (True, "pair F1"),
    "rand": (True, "adjusted Rand index"),
}


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=100_000, help="size of the corpus (100000)")
    parser.add_argument("--seed", type=int, default=5, help="seed of the corpus (5)")
    parser.add_argument("--runs", type=int, default=3, help="turns; the one with the least CPU time counts (3)")
    parser.add_argument("--only", action="append", metavar="NAME", help="run only this tool; may be given several times")
    parser.add_argument("--avx2", action="store_true", help="run wirecopy a second time without AVX-512")
    parser.add_argument("--work", type=Path, default=ROOT / "target" / "peers", help="folder for the corpus and the tools")
    return parser.parse_args()


def wanted(name, only):
    return not only or any(part.lower() in name.lower() for part in only)


def build():
    subprocess.run(
        ["cargo", "build", "--release", "--bin", "wirecopy", "--example", "generate"], cwd=ROOT, check=True
    )


def corpus(work, documents, seed):
    prefix = work / f"corpus-{documents}-{seed}"
    # Made anew each time, which takes seconds: a corpus of an older generator would go unnoticed.
    subprocess.run([ROOT / "target/release/examples/generate", prefix, str(documents), str(seed)], check=True)
    return Path(f"{prefix}.jsonl"), Path(f"{prefix}.truth.tsv")


def install(work, packages):
    """Python of the environment, the versions found, and the packages that could not be installed with the reason."""
    python = work / "venv/bin/python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", work / "venv"], check=True)
    refused = {}
    for package in ["numpy", *packages]:
        done = subprocess.run(
            [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", package],
            capture_output=True, text=True, check=False,
        )
        if done.returncode:
            refused[package] = (done.stderr.strip().splitlines() or ["pip gave no reason"])[-1]
    site = subprocess.run(
        [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        check=True, capture_output=True, text=True,
    ).stdout.strip()
    versions = {d.metadata["Name"].lower(): d.version for d in metadata.distributions(path=[site])}
    return python, versions, refused


def machine():
    with open("/proc/cpuinfo", encoding="utf-8") as lines:
        text = lines.read()
    model = next((line.partition(":")[2].strip() for line in text.splitlines() if line.startswith("model name")), "unknown")
    level = "AVX-512" if "avx512bw" in text else "AVX2" if "avx2" in text else "no AVX2"
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{model} ({level}), {os.cpu_count()} cores, {memory:.0f} GiB, Linux {platform.release()}, Python {platform.python_version()}"


def contenders(args, work, jsonl):
    """Tools in the order of their turns: name, command for an output path, note; and those left out with the reason."""
    program = ROOT / "target/release/wirecopy"
    version = subprocess.run([program, "--version"], check=True, capture_output=True, text=True).stdout.split()[-1]

    def ours(level):
        return lambda out: [program, "--quiet", "--threads", WORKERS, "--simd", level, "dedup", jsonl, "--clusters", out]

    tools = [(f"wirecopy {version}", ours("auto"), "every pair verified", True)]
    if args.avx2:
        tools.append((f"wirecopy {version}, AVX2", ours("avx2"), "the same without AVX-512", True))
    tools = [tool for tool in tools if wanted(tool[0], args.only)]
    peers = [peer for peer in PEERS if wanted(peer[0], args.only)]
    python, versions, refused = install(work, [package for _, package, _ in peers])
    for name, package, note in peers:
        if package in refused:
            continue
        driver = HERE / "drivers" / f"{package}_run.py"
        tools.append((
            f"{name} {versions.get(package, '')}".strip(),
            lambda out, driver=driver: [python, driver, jsonl, out],
            note,
            False,
        ))
    return tools, {name: refused[package] for name, package, _ in peers if package in refused}


def run_all(tools, runs, work, jsonl, truth):
    """Tool -> its row. The tools take turns, so that a disturbance hits all alike."""
    best, outputs = {}, {}
    failed = {}
    for turn in range(runs):
        for number, (name, command, _, _) in enumerate(tools):
            if name in failed:
                continue
            outputs[name] = work / f"clusters-{number}"
            try:
                run = measure(command(outputs[name]), HERE, work / f"log-{number}")
            except RuntimeError as error:
                failed[name] = str(error).strip().splitlines()[-1]
                print(f"{name}: {error}", file=sys.stderr)
                continue
            print(f"turn {turn + 1}: {name}: {run.cpu_seconds:.2f} CPU s, {run.wall_seconds:.2f} s, {run.peak_mib:.0f} MiB", flush=True)
            best[name] = min(best.get(name, run), run)
    megabytes = jsonl.stat().st_size / 1e6
    rows = {}
    for name, run in best.items():
        found = score(truth, read_clusters(outputs[name]))
        rows[name] = {
            "cpu": run.cpu_seconds,
            "speed": megabytes / run.cpu_seconds,
            "wall": run.wall_seconds,
            "peak": run.peak_mib,
            "own": run.own_mib,
            "precision": found.precision,
            "recall": found.recall,
            "f1": found.f1,
            "rand": found.rand,
            "found": found.found,
        }
    return rows, failed


def better(rows, tools):
    """Sentences: in which figures a peer is ahead of wirecopy; computed from the rows."""
    ours = next((name for name, _, _, own in tools if own and name in rows), None)
    if ours is None:
        return []
    lines = []
    for name, _, _, own in tools:
        if own or name not in rows:
            continue
        ahead = [
            f"{said} ({rows[name][column]:.4g} against {rows[ours][column]:.4g})"
            for column, (more, said) in COLUMNS.items()
            if (rows[name][column] > rows[ours][column]) == more and rows[name][column] != rows[ours][column]
        ]
        kinds = [
            f"copies of kind `{kind}` found ({share:.3f} against {rows[ours]['found'][kind]:.3f})"
            for kind, share in rows[name]["found"].items()
            if share > rows[ours]["found"][kind]
        ]
        if ahead or kinds:
            lines.append(f"- {name}: " + "; ".join(ahead + kinds))
    return lines or ["Nowhere in these figures."]


def report(args, tools, rows, left_out, jsonl, load):
    megabytes = jsonl.stat().st_size / 1e6
    names = [name for name, _, _, _ in tools if name in rows]
    switches = "".join(
        f" --{name} {value}" for name, value in (("documents", args.documents), ("runs", args.runs), ("seed", args.seed))
    ) + (" --avx2" if args.avx2 else "")
    lines = [
        "# Side by side",
        "",
        f"Made by `python3 benches/peers/run.py{switches}`; not edited by hand.",
        "",
        "![MB a CPU second against pair F1](results.svg)",
        "",
        f"- Machine: {machine()}; load average {load[0]:.1f} before the first and {os.getloadavg()[0]:.1f} after the last run.",
        f"- Corpus: `examples/generate.rs`, {args.documents:,} documents, {megabytes:.0f} MB of JSONL, seed {args.seed}; three documents in ten lie in planted clusters.",
        f"- Settings: lower-cased words, 5-word shingles, 128 slots, {WORKERS} workers; the others 16 bands of 8 rows.",
        f"- Whole commands, JSONL in, clusters out. CPU seconds of the process tree; of {args.runs} turns the one with the least CPU time.",
        "- Peak memory is the proportional set size of the process tree, sampled; \"own\" leaves out pages of mapped files, which the system can take back.",
        "",
        "| tool | CPU s | MB a CPU second | wall s | peak MiB | own MiB | pair precision | recall | F1 | ARI |",
        "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for name in names:
        row = rows[name]
        lines.append(
            f"| {name} | {row['cpu']:.2f} | {row['speed']:.1f} | {row['wall']:.2f} | {row['peak']:.0f} | {row['own']:.0f} "
            f"| {row['precision']:.4f} | {row['recall']:.4f} | {row['f1']:.4f} | {row['rand']:.4f} |"
        )
    lines += [""] + [f"- {name}: {note}." for name, _, note, _ in tools if name in rows]
    lines += [f"- {name} is missing: {reason}" for name, reason in left_out.items()]
    lines += ["", "## Where a peer is ahead", ""] + better(rows, tools)
    lines += [
        "",
        "## Copies found, by kind of edit",
        "",
        "Share of the copies that lie in one cluster with their base story.",
        "",
        "| edit | " + " | ".join(names) + " |",
        "|---|" + "---:|" * len(names),
    ]
    for kind in rows[names[0]]["found"]:
        lines.append(f"| {kind} | " + " | ".join(f"{rows[name]['found'][kind]:.3f}" for name in names) + " |")
    return "\n".join(lines) + "\n"


def main():
    args = arguments()
    work = args.work.resolve()
    work.mkdir(parents=True, exist_ok=True)
    build()
    jsonl, truth = corpus(work, args.documents, args.seed)
    tools, left_out = contenders(args, work, jsonl)
    if not tools:
        sys.exit("no tool has that name; there are wirecopy, " + ", ".join(name for name, _, _ in PEERS))
    load = os.getloadavg()
    rows, failed = run_all(tools, args.runs, work, jsonl, truth)
    if not rows:
        sys.exit("every tool failed; what they said lies in " + str(work))
    text = report(args, tools, rows, left_out | failed, jsonl, load)
    print(text)
    if not args.only:
        points = [(name, rows[name]["speed"], rows[name]["f1"], own) for name, _, _, own in tools if name in rows]
        (HERE.parent / "RESULTS.md").write_text(text, encoding="utf-8")
        subtitle = f"{args.documents:,} documents, 2 workers, CPU time of the whole command; up and to the right is better"
        (HERE.parent / "results.svg").write_text(plot(points, "Near-duplicates: speed and accuracy", subtitle), encoding="utf-8")


if __name__ == "__main__":
    main()
