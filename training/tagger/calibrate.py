#!/usr/bin/env python3
"""Fits how a tagger's readings are weighed together with what the rules say, on documents that neither was fitted on.

    calibrate.py READINGS_PROGRAM MODEL_FOLDER PREDICTIONS [--data DATA_DIR] [--corpus CORPUS_DIR] [--out FILE] [--tables FILE]

READINGS_PROGRAM is the built example `model_readings`; PREDICTIONS comes from `training/train.py --predictions`. Prints what each part is worth alone
and together, and writes the calibrations for `pack.py --calibration`. Needs numpy and scikit-learn.
"""
import argparse, json, os, random, subprocess, sys, tempfile
import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, roc_auc_score
from sklearn.model_selection import GroupKFold, cross_val_predict

import material

ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
ap.add_argument("program"); ap.add_argument("folder"); ap.add_argument("predictions")
ap.add_argument("--corpus", default="corpus"); ap.add_argument("--data"); ap.add_argument("--false-majors", type=float, default=0.025, help="share of pairs of human translations that may have a major drift")
ap.add_argument("--most", type=int, default=10 ** 9, help="pairs to take, drawn evenly; all human translations besides")
ap.add_argument("--out"); ap.add_argument("--tables")
args = ap.parse_args()

fit, held = material.everything(args.corpus, args.data)
wanted = {(p.source, p.copy): p for p in held}
pairs = []
with open(args.predictions, encoding="utf-8") as f:
    for r in map(json.loads, f):
        p = wanted.pop((r["source"], r["copy"]), None)
        if p is not None:
            p.rules = r
            pairs.append(p)
kept = set(random.Random(7).sample(range(len(pairs)), min(args.most, len(pairs))))
pairs = [p for k, p in enumerate(pairs) if k in kept or p.kind == "humans"]
print(f"{len(pairs)} pairs of held-out documents", file=sys.stderr)
with tempfile.NamedTemporaryFile("w", suffix=".jsonl", delete=False) as f:
    for k, p in enumerate(pairs):
        f.write(json.dumps({"id": k, "reference": p.source, "hypothesis": p.copy}) + "\n")
for p, line in zip(pairs, subprocess.run([args.program, args.folder, f.name], stdout=subprocess.PIPE, check=True).stdout.splitlines()):
    p.reading = json.loads(line)
os.unlink(f.name)

LOW = float(np.log(0.01 / 0.99))
logit = lambda x: float(np.log(min(max(x, 0.001), 0.999) / (1 - min(max(x, 0.001), 0.999))))
highest = lambda values: max(values, default=LOW)
touching = lambda pieces, span: [p for p in pieces if p[0] < span[1] and span[0] < p[1]]
group = lambda list_of: np.array([p.group for p in list_of])

tables = ["| question | set | pairs or places | rules alone | model alone | together |", "|---|---|---|---|---|---|"]
reliability = ["| predicted | " + " | ".join(f"{t:.1f}-{t + .1:.1f}" for t in np.arange(0, 1, .1)) + " |", "|---" * 11 + "|"]


def together(name, X, Y, W, groups, kinds, columns):
    """Fits one calibration; its readings are of documents left out of the fit (five folds)."""
    X, Y, W, kinds = np.array(X, float), np.array(Y, bool), np.array(W, float), np.array(kinds)
    model = LogisticRegression(C=1.0, max_iter=1000)
    out = np.zeros(len(Y))
    for train, test in GroupKFold(5).split(X, Y, groups):
        out[test] = LogisticRegression(C=1.0, max_iter=1000).fit(X[train][:, columns], Y[train], sample_weight=W[train]).predict_proba(X[test][:, columns])[:, 1]
    model.fit(X[:, columns], Y, sample_weight=W)
    weights = np.zeros(4)
    weights[columns] = model.coef_[0]
    for kind in sorted(set(kinds)) + ["all"]:
        m = (kinds == kind) | (kind == "all")
        if Y[m].any() and not Y[m].all():
            both = [f"{roc_auc_score(Y[m], s):.3f} / {average_precision_score(Y[m], s):.3f}" for s in (X[m, 0], X[m, 1] if name in ("changed", "partly") else X[m, 2], out[m])]
            tables.append(f"| {name} | {kind} | {m.sum()} | " + " | ".join(both) + " |")
    cells = []
    for low in np.arange(0, 1, .1):
        b = (out >= low) & (out < low + .1 + 1e-9)
        cells.append(f"{np.average(Y[b], weights=W[b]):.2f} ({b.sum()})" if b.sum() >= 20 else "-")
    reliability.append(f"| {name} | " + " | ".join(cells) + " |")
    return dict(bias=round(float(model.intercept_[0]), 5), weights=[round(float(w), 5) for w in weights]), out


calibrations = {}
X, Y, W, K, G = [], [], [], [], []
for p in pairs:
    (y, w), r = p.changed, p.reading
    if w > 0 and p.kind != "planted" and not (p.kind == "demetr" and p.row["error_class"] not in material.DEMETR_ASKED | {"none"}):
        X.append([logit(p.rules["changed"]), r["changed"], highest([c[2] for c in r["copy"]]), highest([c[3] for c in r["copy"]])])
        Y.append(y > 0.5); W.append(w); K.append(p.kind); G.append(p.group)
calibrations["changed"], _ = together("changed", X, Y, W, np.array(G), K, [0, 1, 2])

X, Y, W, K, G = [], [], [], [], []
for p in pairs:
    (y, w), r = p.partly, p.reading
    if w > 0:
        X.append([logit(p.rules["in_full"]), r["partly"], highest([c[2] for c in r["source"]]), highest([c[3] for c in r["copy"]])])
        Y.append(y > 0.5); W.append(w); K.append(p.kind); G.append(p.group)
if any(Y): calibrations["partly"], _ = together("partly", X, Y, W, np.array(G), K, [0, 1, 2])

# A change that the rules propose: as training/train.py labels it.
X, Y, W, K, G = [], [], [], [], []
touches = lambda span, gold: span[0] < span[1] and gold[0] < gold[1] and span[0] < gold[1] and gold[0] < span[1]
for p in pairs:
    r = p.reading
    for category, source, copy, score in p.rules["proposals"]:
        if score < 0.03: continue
        if copy[0] < copy[1]:
            pieces = touching(r["copy"], copy)
            major, some = highest([c[2] for c in pieces]), highest([c[3] for c in pieces])
        else:
            major = some = highest([c[2] for c in touching(r["source"], source)])
        weight = {"corpus": 4.0, "humans": 1.5, "demetr": 0.5, "mqm": 0.4, "msrp": 0.1}[p.kind]
        hits = [m for m in p.marks if touches(copy, m)] + [m for m in p.lost if touches(source, m)]
        if p.kind == "demetr" and (p.row["error_class"] not in material.DEMETR_MAJOR | {"none", "omission"}): continue
        if p.kind == "msrp" and int(p.row["label"]) == 0: continue
        if p.kind == "mqm" and p.row["label"] == "disputed": continue
        likelihood = max([m[2] if m[2] is not None else 0.0 for m in hits], default=0.0)
        if hits and likelihood <= 0.5: continue
        X.append([logit(score), r["changed"], major, some]); Y.append(likelihood > 0.5); W.append(weight); K.append(p.kind); G.append(p.group)
calibrations["drift"], _ = together("drift", X, Y, W, np.array(G), K, [0, 1, 2])

# A word that no rule marks as likely.
X, Y, W, K, G, P = [], [], [], [], [], []
for p in pairs:
    if p.kind == "msrp" or p.kind == "mqm" and p.row["label"] == "disputed": continue
    if p.kind == "demetr" and p.row["error_class"] not in material.DEMETR_MAJOR | {"none"}: continue
    taken = [c for _, _, c, s in p.rules["proposals"] if s >= 0.15]
    for start, end, major, some in p.reading["copy"]:
        if any(touches((start, end), c) for c in taken): continue
        here = [m for m in p.marks if touches((start, end), m)]
        likelihood = max([m[2] if m[2] is not None else 0.0 for m in here], default=0.0)
        X.append([0.0, p.reading["changed"], major, some]); Y.append(likelihood > 0.5)
        W.append({"corpus": 2.0, "humans": 1.0, "demetr": 0.5, "mqm": 1.0}[p.kind]); K.append(p.kind); G.append(p.group)
calibrations["marked"], words = together("marked", X, Y, W, np.array(G), K, [1, 2, 3])

# Thresholds of the marks: best F1 of pieces where readers marked passages.
X, Y, K = np.array(X), np.array(Y), np.array(K)
m = K == ("mqm" if (K == "mqm").any() else "corpus")
best = max((2 * (Y[m] & (words[m] >= t)).sum() / max(1, (words[m] >= t).sum() + Y[m].sum()), t) for t in np.arange(0.05, 0.6, 0.01))
calibrations["first"] = max(0.15, round(float(best[1]), 3))     # less is not reported
calibrations["beside"] = round(calibrations["first"] * 0.6, 3)
# The sets are full of changes, newspapers are not: what is called major is held back until few pairs of human translations have any.
MAJOR = logit(0.56)
def highest_scores(p):
    of = lambda name, numbers: calibrations[name]["bias"] + float(np.dot(calibrations[name]["weights"], numbers))
    r = p.reading
    drifts = []
    for category, source, copy, score in p.rules["proposals"]:
        pieces = touching(r["copy"], copy) if copy[0] < copy[1] else touching(r["source"], source)
        if score >= 0.03: drifts.append(of("drift", [logit(score), r["changed"], highest([c[2] for c in pieces]), 0.0]))
    partly = of("partly", [logit(p.rules["in_full"]), r["partly"], highest([c[2] for c in r["source"]]), 0.0])
    if partly >= 0: return 99.0, 99.0               # its likeliest drift becomes a major one
    return max(drifts, default=-9.0), max((of("marked", [0.0, r["changed"], c[2], c[3]]) for c in r["copy"]), default=-9.0)
humans = np.array([highest_scores(p) for p in pairs if p.kind == "humans"])
if len(humans):
    shift = next((s for s in np.arange(0, 5, 0.05) if ((humans[:, 0] - s >= MAJOR) | (humans[:, 1] - s * 2 / 3 >= MAJOR)).mean() <= args.false_majors), 0.0)
    calibrations["drift"]["bias"] = round(calibrations["drift"]["bias"] - float(shift), 5)
    calibrations["marked"]["bias"] = round(calibrations["marked"]["bias"] - float(shift) * 2 / 3, 5)
    print(f"held back by {shift:.2f}", file=sys.stderr)
print(f"pieces F1 {best[0]:.3f} at {best[1]:.2f}", file=sys.stderr)
text = "\n".join(["Area under the curve / average precision.", ""] + tables + [""] + reliability)
print(text)
if args.tables:
    with open(args.tables, "w") as f: f.write("# What the tagger adds, on documents it did not learn from\n\nMade by `training/tagger/calibrate.py`.\n\n" + text + "\n")
if args.out:
    with open(args.out, "w") as f: json.dump(calibrations, f, indent=1)
