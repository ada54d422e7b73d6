#!/usr/bin/env python3
"""Builds spelling.tsv: how much likelier a run of three letters is in another language than in English. Run by make.sh.

    make_spelling.py PROFILES_DIR [OUT]

PROFILES_DIR holds the language profiles of `language-detection` (Nakatani Shuyo, 2010; Apache-2.0) as the PyPI package `langdetect` ships them: counts of
letters and of runs of two and three letters in Wikipedia, a space standing for the edge of a word.
"""
import json, math, sys, unicodedata
from collections import Counter
from pathlib import Path

LANGUAGES = "cs da de es fi fr hr hu id it nl no pl pt ro sv tr".split()
SMOOTHING = 1e-5  # share of all runs that one never seen is taken to have
STEP = 0.5        # nats per letter of the alphabet; `m` is zero
ZERO = ord("m")

profiles, sums = {}, {}
for language in LANGUAGES + ["en"]:
    counts = Counter()
    for run, n in json.loads((Path(sys.argv[1]) / language).read_text(encoding="utf-8"))["freq"].items():
        if len(run) == 3:
            counts[run.lower()] += n
    profiles[language], sums[language] = counts, sum(counts.values())

def share(language, run):
    return profiles[language][run] / sums[language] + SMOOTHING

latin = lambda run: all(c == " " or c.isalpha() and unicodedata.name(c, "").startswith("LATIN") for c in run)
runs = sorted(run for run in set().union(*profiles.values()) if latin(run) and len(run) == 3)
out = Path(sys.argv[2]) if len(sys.argv) > 2 else Path(__file__).resolve().parent / "spelling.tsv"
with open(out, "w", encoding="utf-8") as f:
    for run in runs:
        steps = [round(math.log(share(l, run) / share("en", run)) / STEP) for l in LANGUAGES]
        f.write(run.replace(" ", "_") + "\t" + "".join(chr(ZERO + max(-12, min(12, s))) for s in steps) + "\n")
print(len(runs), "runs of letters,", out.stat().st_size, "bytes")
