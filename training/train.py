#!/usr/bin/env python3
"""Fits the judge's score and writes src/judge/model.tsv.

    train.py FEATURES_PROGRAM CORPUS_DIR [DATA_DIR] [--out FILE]

FEATURES_PROGRAM is the built example `judge_features`. CORPUS_DIR is `corpus/` of this repository; only stories marked `dev` are used. DATA_DIR,
when given, holds further labelled sets (DEMETR, WMT MQM, pairs of human translations; see training/README.md); their development
parts are used too. Needs numpy and scikit-learn (training/requirements.txt).

Material: every change that a judge proposes on a labelled pair. It is a hit when it overlaps a labelled major change of meaning, a miss
when it overlaps none; proposals that only overlap a minor one are left out.
"""
import argparse, gzip, json, os, random, subprocess, sys, tempfile
import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import roc_auc_score, average_precision_score

ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
ap.add_argument("program"); ap.add_argument("corpus"); ap.add_argument("data", nargs="?")
ap.add_argument("--out", default="src/judge/model.tsv"); ap.add_argument("--trees", type=int, default=140); ap.add_argument("--leaves", type=int, default=12)
args = ap.parse_args()
random.seed(7)

def propose(pairs):
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", delete=False) as f:
        for k, (a, b) in enumerate(pairs): f.write(json.dumps({"id": k, "reference": a, "hypothesis": b}) + "\n")
    lines = subprocess.run([args.program, f.name], stdout=subprocess.PIPE, check=True).stdout.decode().splitlines()
    os.unlink(f.name)
    return json.loads(lines[0]), [json.loads(l)["proposals"] for l in lines[1:]]

def touches(span, gold):
    if gold is None: return False
    (s, e), (gs, ge) = span, gold
    return s < ge and gs < e if s < e and gs < ge else False

X, Y, W, G, S = [], [], [], [], []
def add(features, y, w, group, source): X.append(features); Y.append(y); W.append(w); G.append(group); S.append(source)

def rows(name):
    path = os.path.join(args.data, name, "dev.jsonl.gz")
    with gzip.open(path, "rt", encoding="utf-8") as f: return [json.loads(l) for l in f]

# --- the repository's own stories
stories = [json.loads(l) for l in open(os.path.join(args.corpus, "labels", "stories.jsonl"))]
pairs, gold, group = [], [], []
for story in stories:
    for line in open(os.path.join(args.corpus, "labels", story["story"] + ".jsonl")):
        r = json.loads(line)
        if not r["source"] or r["relation"] in ("new", "furniture") or r.get("updates"): continue
        a = " ".join(s["text"] for s in r["source"])
        g = []
        for d in r["drifts"]:
            span = lambda side, text: None if side is None else (text.find(side["text"]), text.find(side["text"]) + len(side["text"]))
            g.append((d["severity"], d["category"], span(d["source"], a), span(d["copy"], r["sentence"]["text"])))
        pairs.append((a, r["sentence"]["text"])); gold.append(g); group.append((story["split"], story["story"]))
names, found = propose(pairs)
for proposals, g, (split, story) in zip(found, gold, group):
    for p in proposals:
        hits = [d for d in g if touches(p["copy"], d[3]) or touches(p["source"], d[2])]
        if hits and all(d[0] == "minor" for d in hits): continue
        add(p["features"], bool(hits), 6.0 if split == "dev" else 0.0, story, "corpus-" + split)

if args.data:
    # --- one planted error in a verified translation
    kinds = {"number", "entity", "negation", "antonym", "untranslated", "gender", "modality", "addition", "omission"}
    demetr = [r for r in rows("demetr") if r["error_class"] in kinds | {"none"}]
    _, found = propose([(r["reference"], r["hypothesis"]) for r in demetr])
    for r, proposals in zip(demetr, found):
        for p in proposals:
            if r["error_class"] == "omission":
                hit = p["category"] == "omission" and any(g["was"].strip() and g["was"].strip() in r["reference"][p["source"][0]:p["source"][1]] for g in r["spans"])
            else:
                hit = any(touches(p["copy"], (g["start"], g["end"])) for g in r["spans"])
            weight = {"none": 1.0, "omission": 0.15, "addition": 0.3}.get(r["error_class"], 0.4)
            if hit: add(p["features"], True, weight, "demetr%d" % r["base_id"], "demetr")
            elif r["error_class"] == "none" or random.random() < 0.06: add(p["features"], False, 1.0, "demetr%d" % r["base_id"], "demetr")
    # --- two human translations of one sentence: nothing is wrong
    humans = rows("human_ref_pairs")
    _, found = propose([(r["s1"], r["s2"]) for r in humans])
    for k, proposals in enumerate(found):
        for p in proposals: add(p["features"], False, 1.5, "human%d" % k, "humans")
    # --- machine translations with experts' marks
    mqm = [r for r in rows("wmt_mqm_zhen_news") if r.get("reference") and r.get("reference_has_major_error") is not True and not r.get("human") and r["label"] != "disputed"]
    random.shuffle(mqm); mqm = mqm[:9000]
    _, found = propose([(r["reference"], r["hypothesis"]) for r in mqm])
    meaning = {"mistranslation", "addition", "untranslated", "terminology", "nontranslation"}
    for r, proposals in zip(mqm, found):
        for p in proposals:
            raters = {g["rater"] for g in r["spans"] if touches(p["copy"], (g["start"], g["end"])) and g["kind"] in meaning}
            major = {g["rater"] for g in r["spans"] if touches(p["copy"], (g["start"], g["end"])) and g["kind"] in meaning and g["severity"].lower() == "major"}
            if 2 * len(major) > max(1, r["n_raters"]) or (r["n_raters"] <= 1 and major): add(p["features"], True, 0.4, r["doc"], "mqm")
            elif not raters: add(p["features"], False, 0.4, r["doc"], "mqm")

X, Y, W, G, S = np.array(X, np.float32), np.array(Y), np.array(W), np.array(G), np.array(S)
print(f"{len(Y)} proposals, {Y.sum()} hits;", {s: (int((S == s).sum()), int(Y[S == s].sum())) for s in sorted(set(S))}, file=sys.stderr)
fold = np.array([hash_ % 5 for hash_ in (int.from_bytes(g.encode()[-8:], "little") * 2654435761 >> 7 for g in G)])
make = lambda: HistGradientBoostingClassifier(max_iter=args.trees, max_leaf_nodes=args.leaves, learning_rate=0.08, min_samples_leaf=40, l2_regularization=5.0, max_bins=64, early_stopping=False, random_state=7)
out = np.zeros(len(Y))
for k in range(5):
    train, test = (fold != k) & (W > 0), fold == k
    out[test] = make().fit(X[train], Y[train], sample_weight=W[train]).predict_proba(X[test])[:, 1]
for s in sorted(set(S)):
    m = S == s
    if len(set(Y[m])) > 1: print(f"  {s}: AUC {roc_auc_score(Y[m], out[m]):.3f}  AP {average_precision_score(Y[m], out[m]):.3f}", end="", file=sys.stderr)
    else: print(f"  {s}:", end="", file=sys.stderr)
    for limit in (0.4, 0.5, 0.6, 0.7): print(f"  @{limit}: P {Y[m & (out >= limit)].mean() if (m & (out >= limit)).any() else 0:.2f} R {(Y & (out >= limit))[m].sum() / max(1, Y[m].sum()):.2f} n {(m & (out >= limit)).sum()}", end="", file=sys.stderr)
    print(file=sys.stderr)
print("  reliability (all, out of fold): " + "  ".join(f"{lo:.1f}-{lo + .1:.1f}: {np.average(Y[b], weights=W[b]):.2f}" for lo in np.arange(0, 1, .1) for b in [(out >= lo) & (out < lo + .1) & (W > 0)] if b.sum() > 20), file=sys.stderr)

use = W > 0
model = make().fit(X[use], Y[use], sample_weight=W[use])
with open(args.out, "w") as f:
    f.write("# Boosted trees over the features of src/judge/features.rs; made by training/train.py.\n")
    f.write(f"base\t{float(model._baseline_prediction.ravel()[0]):.6g}\n")
    for (tree,) in model._predictors:
        f.write("tree\n")
        for node in tree.nodes:
            if node["is_leaf"]: f.write(f"leaf\t{node['value']:.5g}\n")
            else: f.write(f"split\t{names[node['feature_idx']]}\t{node['num_threshold']:.6g}\t{node['left']}\t{node['right']}\n")
