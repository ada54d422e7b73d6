#!/usr/bin/env python3
"""Fits the judge's scores and writes src/judge/models/*.tsv.

    train.py FEATURES_PROGRAM CORPUS_DIR [DATA_DIR] [--out DIR] [--tables FILE]

FEATURES_PROGRAM is the built example `judge_features`. CORPUS_DIR is `corpus/` of this repository; only stories marked `dev` are used. DATA_DIR,
when given, holds further labelled sets (DEMETR, WMT MQM, pairs of human translations, MSRP; see training/README.md); their development
parts are used too. Needs numpy and scikit-learn (training/requirements.txt).

changes.tsv   a proposed change: is it a change of meaning? A hit overlaps a labelled one (a minor one counts half) or one that plant.py
              planted into a faithful version, a miss overlaps none.
changed.tsv   a pair: did its meaning change? Sees the scores of its proposals, as predicted by models that did not see the pair.
in_full.tsv   a pair: is something told on one side only, so that the two do not say the same in full?
drift.tsv     the two before together: a pair's `drift_score`.
words.tsv     a word of the copy: which share of the readers marks a passage it stands in? Sees the other three.
"""
import argparse, gzip, json, os, random, subprocess, sys, tempfile, zlib
# Threads that wait must not spin: on a busy machine they take the time of those that work.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score, average_precision_score

import plant as planting

ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
ap.add_argument("program"); ap.add_argument("corpus"); ap.add_argument("data", nargs="?")
ap.add_argument("--out", default="src/judge/models"); ap.add_argument("--tables")
ap.add_argument("--predictions", help="write what models that did not see its document say of each pair; for training/tagger/calibrate.py")
ap.add_argument("--trees", type=int, default=140); ap.add_argument("--leaves", type=int, default=12)
args = ap.parse_args()
random.seed(7)
FOLDS = 5
MEANING = {"mistranslation", "addition", "untranslated", "terminology", "nontranslation"}
CATEGORIES = ["number", "date_unit", "named_entity", "polarity", "role_swap", "modality", "wrong_sense", "addition", "omission", "untranslated"]
names = None

class Pair:
    def __init__(self, kind, group, source, copy, row):
        self.kind, self.group, self.source, self.copy, self.row = kind, group, source, copy, row
        self.fold = zlib.crc32(group.encode()) % FOLDS

def propose(pairs, words):
    global names
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", delete=False) as f:
        for k, p in enumerate(pairs): f.write(json.dumps({"id": k, "reference": p.source, "hypothesis": p.copy}) + "\n")
    done = subprocess.Popen([args.program, f.name] + ["--words"] * words, stdout=subprocess.PIPE)
    names = json.loads(done.stdout.readline())
    for p, line in zip(pairs, done.stdout):
        r = json.loads(line)
        p.proposals = [(q["category"], q["source"], q["copy"]) for q in r["proposals"]]
        p.changes = np.array([q["features"] for q in r["proposals"]], np.float32).reshape(-1, len(names["changes"]))
        p.whole = np.array(r["whole"], np.float32)
        p.words = [w["copy"] for w in r["words"]]
        p.word_features = np.array([w["features"] for w in r["words"]], np.float32)
    if done.wait() != 0: sys.exit("the features program failed")
    os.unlink(f.name)

def touches(span, gold): return gold is not None and span[0] < span[1] and span[0] < gold[1] and gold[0] < span[1]

def rows(name):
    for path in (os.path.join(args.data, name, "dev.jsonl"), os.path.join(args.data, name, "dev.jsonl.gz")):
        if os.path.exists(path):
            opened = gzip.open(path, "rt", encoding="utf-8") if path.endswith(".gz") else open(path, encoding="utf-8")
            with opened as f: return [json.loads(l) for l in f]
    sys.exit(f"no {name}/dev.jsonl or dev.jsonl.gz in {args.data}")

# --- the material
def stories():
    for story in [json.loads(l) for l in open(os.path.join(args.corpus, "labels", "stories.jsonl"))]:
        for line in open(os.path.join(args.corpus, "labels", story["story"] + ".jsonl")):
            r = json.loads(line)
            if not r["source"] or r["relation"] in ("new", "furniture") or r.get("updates"): continue
            r["split"] = story["split"]
            yield Pair("corpus-" + story["split"], story["story"], " ".join(s["text"] for s in r["source"]), r["sentence"]["text"], r)

def retold():
    """Single sentences of `corpus/pairs.jsonl`, each retold faithfully and with one change. One in three is held out for good."""
    for line in open(os.path.join(args.corpus, "pairs.jsonl")):
        r = json.loads(line)
        for copy, changed in ((r["faithful"], False), (r["changed"], True)):
            yield Pair("pairs-" + r["split"], r["id"], r["source"], copy, r | {"is_changed": changed})

def versions():
    """Sentences of machine translations beside another translation of the same text: nearly all of them say the same."""
    documents, chosen = {}, random.Random(3)
    for r in rows("translation_variants_docs"): documents.setdefault(r["cluster"], []).append(r)
    for cluster, versions in sorted(documents.items()):
        machines = [v for v in versions if v["version"].startswith("machine")]
        human = next((v for v in versions if v["system"] in ("ref", "refA")), versions[0])
        for v in machines:
            # Marked ones (from Chinese) are judged beside their human translation elsewhere.
            others = [human] if "ruen" in cluster else [w for w in machines if w is not v]
            if not others: continue
            other = chosen.choice(others)
            for a, b in zip(other["sentences"], v["sentences"]):
                if a != b: yield Pair("versions", cluster, *((a, b) if chosen.random() < 0.5 else (b, a)), {})

sets = [list(stories())]
if args.data:
    sets.append([Pair("demetr", "demetr%d" % r["base_id"], r["reference"], r["hypothesis"], r) for r in rows("demetr")])
    sets.append([Pair("humans", "human%d" % k, r["s1"], r["s2"], r) for k, r in enumerate(rows("human_ref_pairs"))])
    sets.append([Pair("mqm", r["doc"], r["reference"], r["hypothesis"], r) for r in rows("wmt_mqm_zhen_news")
                 if r.get("reference") and r.get("reference_has_major_error") is not True and not r.get("human")])
    sets.append([Pair("msrp", "msrp%d" % k, r["s1"], r["s2"], r) for k, r in enumerate(rows("msrp"))])
sets.append(list(retold()))
if args.data: sets.append(list(versions()))
# Changes planted into faithful versions: what a change looks like where the rest was retold freely.
faithful = [p for p in sets[0] if p.kind == "corpus-dev" and not p.row["drifts"] and p.row["relation"] in ("paraphrase", "minor_edit", "summary")]
if args.data: faithful += sets[2] + [p for p in sets[4] if int(p.row["label"]) == 1]
sets.append([Pair("planted", p.group, source, copy, {"at": (start, end), "kind": kind}) for n, p in enumerate(faithful)
             for source, copy, start, end, kind in planting.plant([(p.source, p.copy)], seed=n, most=2 if p.kind == "corpus-dev" else 1)])
for pairs in sets: propose(pairs, pairs[0].kind in ("mqm", "humans") or pairs[0].kind.startswith("corpus"))
everything = [p for pairs in sets for p in pairs]

def drifts_of(p):
    place = lambda side, text: None if side is None else (text.find(side["text"]), text.find(side["text"]) + len(side["text"]))
    return [(d["severity"], place(d["source"], p.source), place(d["copy"], p.copy)) for d in p.row["drifts"]]

def label_change(p, category, source, copy):
    """Hit or miss and weight; weight 0: not in the fit."""
    r = p.row
    if p.kind.startswith("corpus"):
        hits = [d for d in drifts_of(p) if touches(copy, d[2]) or touches(source, d[1])]
        if p.kind == "corpus-test": return bool(hits), 0.0
        return bool(hits), 6.0 if hits and all(d[0] == "minor" for d in hits) else 12.0
    if p.kind.startswith("pairs"):
        hit = r["is_changed"] and (any(touches(copy, g) for g in r["changed_spans"]) or any(touches(source, g) for g in r["source_spans"]))
        return hit, 0.0 if p.kind == "pairs-test" or r["is_changed"] and not hit else 12.0
    if p.kind == "planted":
        # What else is proposed in a changed version may be the change seen from another side: only the place itself is told.
        return touches(copy, r["at"]), 0.5 if touches(copy, r["at"]) else 0.0
    if p.kind == "demetr":
        # "will" for what was done is a plan; what else was put into another tense mostly says the same.
        if r["error_class"] == "tense":
            told = [g for g in r["spans"] if {"will", "would", "shall", "going"} & set(p.copy[g["start"]:g["end"]].lower().split())]
            hit = category == "modality" and any(touches(copy, (g["start"], g["end"])) for g in told)
            return hit, 0.2 if hit else 0.0
        kinds = {"number", "entity", "negation", "antonym", "untranslated", "gender", "modality", "addition", "omission"}
        if r["error_class"] not in kinds | {"none"}: return False, 0.0
        if r["error_class"] == "omission":
            hit = category == "omission" and any(g["was"].strip() and g["was"].strip() in p.source[source[0]:source[1]] for g in r["spans"])
        else: hit = any(touches(copy, (g["start"], g["end"])) for g in r["spans"])
        if hit: return True, {"omission": 0.15, "addition": 0.3}.get(r["error_class"], 0.4)
        return False, 1.0 if r["error_class"] == "none" or random.random() < 0.06 else 0.0
    if p.kind == "humans": return False, 2.0
    if p.kind == "versions": return False, 0.3
    if p.kind == "msrp" and int(r["label"]) == 1: return False, 0.2
    if p.kind == "mqm" and r["label"] != "disputed":
        near = [g for g in r["spans"] if touches(copy, (g["start"], g["end"])) and g["kind"] in MEANING]
        major = {g["rater"] for g in near if g["severity"].lower() == "major"}
        if 2 * len(major) > max(1, r["n_raters"]) or (r["n_raters"] <= 1 and major): return True, 0.3
        if not near: return False, 0.3
    return False, 0.0

def raters(row, span=None):
    """Share of a row's raters who mark a major error of meaning, anywhere or in a span."""
    return len({g["rater"] for g in row.get("spans", []) if g["severity"].lower() == "major" and g["kind"] in MEANING
                and (span is None or touches((g["start"], g["end"]), span))}) / max(1, row.get("n_raters", 1))

def label_changed(p):
    r = p.row
    if p.kind.startswith("corpus"):
        severities = {d["severity"] for d in r["drifts"]}
        return "major" in severities, 2.0 if p.kind == "corpus-dev" and severities != {"minor"} else 0.0
    if p.kind.startswith("pairs"): return r["is_changed"], 2.0 if p.kind == "pairs-dev" else 0.0
    if p.kind == "demetr":
        if r["error_class"] == "none": return False, 4.0
        return True, 0.5 if r["error_class"] in ("number", "entity", "negation", "antonym", "untranslated", "modality") else 0.0
    if p.kind == "humans": return False, 1.0
    if p.kind == "mqm" and r["label"] in ("major_meaning", "clean"): return r["label"] == "major_meaning", 1.0
    if p.kind == "mqm" and r["label"] == "disputed": return raters(r) > 1 / 3, 0.35
    return False, 0.0

def label_in_full(p):
    """True: the two do not say the same in full."""
    r = p.row
    if p.kind == "msrp": return int(r["label"]) == 0, 1.0
    if p.kind == "humans": return False, 0.7
    if p.kind == "demetr" and r["error_class"] == "none": return False, 0.7
    if p.kind == "mqm" and r["label"] == "clean": return False, 0.2
    if p.kind == "corpus-dev" and not r["drifts"]: return False, 0.3
    return False, 0.0

# --- fitting
class Trees:
    """Boosted trees, or the mean of several that were fitted with other features at each split, whose logits err less together."""
    def __init__(self, trees, leaves, few, bags):
        share = 0.4 if few or bags > 1 else 1.0
        self.parts = [HistGradientBoostingClassifier(max_iter=trees, max_leaf_nodes=leaves, learning_rate=0.08, min_samples_leaf=60 if few else 40,
                                                     l2_regularization=10.0 if few else 5.0, max_features=share, max_bins=64, early_stopping=False,
                                                     random_state=7 + bag) for bag in range(bags)]
    def fit(self, X, Y, sample_weight):
        for part in self.parts: part.fit(X, Y, sample_weight=sample_weight)
        return self
    def likelihood(self, X): return 1 / (1 + np.exp(-np.mean([part.decision_function(X) for part in self.parts], 0)))

def make(trees, leaves, few, bags):
    """With `few` each split is chosen among four in ten of the features, which keeps models of many noisy rows from leaning on some."""
    return Trees(trees, leaves, few, bags)

def fitted(title, X, Y, W, fold, kinds, trees, leaves, few=False, share=None, bags=1):
    """Predictions by models that did not see the fold, and the model of everything. With `share` the label is that share of a row: it counts as a
    hit by the share and as a miss by the rest; `Y` is then only reported on."""
    def fit(rows):
        if share is None: return make(trees, leaves, few, bags).fit(X[rows], Y[rows], sample_weight=W[rows])
        some = rows & (share > 0)
        return make(trees, leaves, few, bags).fit(np.concatenate([X[rows], X[some]]), np.repeat([False, True], [rows.sum(), some.sum()]),
                                            sample_weight=np.concatenate([(W * (1 - share))[rows], (W * share)[some]]))
    out = np.zeros(len(Y))
    for k in range(FOLDS):
        train, test = (fold != k) & (W > 0), fold == k
        if test.any(): out[test] = fit(train).likelihood(X[test])
    print(f"{title}: {int((W > 0).sum())} rows, {int(Y[W > 0].sum())} hits", file=sys.stderr)
    for s in sorted(set(kinds)):
        m = kinds == s
        if s.endswith("-test") or (W[m] > 0).any():
            if not s.endswith("-test"): m &= W > 0
            line = f"  {s}:"
            if len(set(Y[m])) > 1: line += f" AUC {roc_auc_score(Y[m], out[m]):.3f} AP {average_precision_score(Y[m], out[m]):.3f}"
            for limit in (0.3, 0.5, 0.7):
                over = m & (out >= limit)
                line += f" @{limit}: P {Y[over].mean() if over.any() else 0:.2f} R {(Y & over).sum() / max(1, Y[m].sum()):.2f} n {over.sum()}"
            print(line, file=sys.stderr)
    return out, fit(W > 0)

tables = ["# Reliability of the judge's scores", "", "Predicted likelihood against the share that was labelled so, rows weighted as in the fit; every row predicted by a model",
          "that did not see its document (five folds). Made by `training/train.py`.", "", "| predicted | " + " | ".join(f"{t:.1f}-{t + .1:.1f}" for t in np.arange(0, 1, .1)) + " |",
          "|---" * 11 + "|"]
def reliability(title, Y, W, out):
    cells = []
    for lo in np.arange(0, 1, .1):
        b = (out >= lo) & (out < lo + .1 + 1e-9) & (W > 0)
        cells.append(f"{np.average(Y[b], weights=W[b]):.2f}" if b.sum() >= 20 else "-")
    tables.append(f"| {title} | " + " | ".join(cells) + " |")

def write(name, model, features):
    os.makedirs(args.out, exist_ok=True)
    with open(os.path.join(args.out, name), "w") as f:
        f.write("# Boosted trees; made by training/train.py.\n")
        n = len(model.parts)
        f.write(f"base\t{float(sum(part._baseline_prediction.ravel()[0] for part in model.parts)) / n:.6g}\n")
        for tree in [tree for part in model.parts for (tree,) in part._predictors]:
            f.write("tree\n")
            for node in tree.nodes:
                if node["is_leaf"]: f.write(f"leaf\t{node['value'] / n:.5g}\n")
                else: f.write(f"split\t{features[node['feature_idx']]}\t{node['num_threshold']:.6g}\t{node['left']}\t{node['right']}\n")

# --- changes
labels = [label_change(p, *q) for p in everything for q in p.proposals]
X = np.concatenate([p.changes for p in everything])
Y, W = np.array([y for y, _ in labels]), np.array([w for _, w in labels])
owner = np.array([k for k, p in enumerate(everything) for _ in p.proposals])
fold, kinds = np.array([p.fold for p in everything]), np.array([p.kind for p in everything])
scores, model = fitted("changes", X, Y, W, fold[owner], kinds[owner], int(0.65 * args.trees), args.leaves + 4, bags=2)
reliability("a drift's `score`", Y, W, scores)
write("changes.tsv", model, names["changes"])

# --- pairs
def whole(p, scores):
    top = [0.0] * len(CATEGORIES)
    for (category, _, _), score in zip(p.proposals, scores):
        at = CATEGORIES.index("wrong_sense" if category == "terminology" else category)
        top[at] = max(top[at], score)
    first = (sorted(scores, reverse=True) + [0.0] * 3)[:3]
    return np.concatenate([p.whole, np.array(top + first + [float(sum(scores)), float(len(scores))], np.float32)])
at = 0
for p in everything:
    p.scores = [float(s) for s in scores[at:at + len(p.proposals)]]; at += len(p.proposals)
X = np.array([whole(p, p.scores) for p in everything])
for field, label, file, title in (("changed", label_changed, "changed.tsv", "a pair changed, by the trees alone"), ("in_full", label_in_full, "in_full.tsv", "not the same in full")):
    Y, W = np.array([label(p)[0] for p in everything]), np.array([label(p)[1] for p in everything])
    if not (Y & (W > 0)).any(): continue
    out, model = fitted(field, X, Y, W, fold, kinds, args.trees, args.leaves, few=True)
    for p, s in zip(everything, out): setattr(p, field, float(s))
    reliability(title, Y, W, out)
    write(file, model, names["whole"])

# --- both together: the pair's likelihood and its likeliest named change. The ratio of the two weights is the one with the highest mean recall of
# named errors on held-out DEMETR at 5 % false alarms (1 : .7); slope and intercept are fitted.
NAMED = {"number", "date_unit", "named_entity", "polarity", "untranslated", "role_swap", "modality"}
RATIO, FLOOR = 0.7, 0.06
logit = lambda p: np.log(np.clip(p, 1e-4, 1 - 1e-4) / (1 - np.clip(p, 1e-4, 1 - 1e-4)))
named = np.array([max([s for (c, _, _), s in zip(p.proposals, p.scores) if c in NAMED], default=0.0) for p in everything])
Z = (logit(np.array([p.changed for p in everything])) + RATIO * logit(np.maximum(named, FLOOR)))[:, None]
Y, W = np.array([label_changed(p)[0] for p in everything]), np.array([label_changed(p)[1] for p in everything])
together = LogisticRegression(C=1e6).fit(Z[W > 0], Y[W > 0], sample_weight=W[W > 0])
slope, intercept = float(together.coef_[0, 0]), float(together.intercept_[0])
reliability("`drift_score`", Y, W, together.predict_proba(Z)[:, 1])
with open(os.path.join(args.out, "drift.tsv"), "w") as f:
    f.write(f"# Logistic model over logits; made by training/train.py.\nintercept\t{intercept:.5g}\nchanged\t{slope:.5g}\nnamed\t{slope * RATIO:.5g}\nfloor\t{FLOOR}\n")

if args.predictions:
    with open(args.predictions, "w") as f:
        for p in everything:
            f.write(json.dumps({"kind": p.kind, "group": p.group, "source": p.source, "copy": p.copy, "changed": p.changed, "in_full": p.in_full,
                                "proposals": [[*q, round(s, 5)] for q, s in zip(p.proposals, p.scores)]}) + "\n")

# --- words: only where readers marked passages
marked = [p for p in everything if len(p.words) and (p.kind == "mqm" or p.kind == "humans" and random.random() < 0.4)]
if marked:
    parts, shares, weights, groups, of = [], [], [], [], []
    for p in marked:
        here = np.zeros(len(p.words), np.float32)
        for (_, _, copy), score in zip(p.proposals, p.scores):
            for k, w in enumerate(p.words):
                if touches(copy, w): here[k] = max(here[k], score)
        rest = np.tile(np.array([max(p.scores, default=0.0), p.changed, p.in_full], np.float32), (len(p.words), 1))
        parts.append(np.concatenate([p.word_features, here[:, None], rest], 1))
        for w in p.words:
            shares.append(raters(p.row, w)); weights.append(0.3 if p.kind == "humans" else 1.0 if p.row.get("n_raters", 1) >= 3 else 0.6)
        groups += [p.fold] * len(p.words); of += [p.kind] * len(p.words)
    X = np.concatenate(parts)
    share, W = np.array(shares), np.array(weights)
    out, model = fitted("words", X, share > 0.5, W, np.array(groups), np.array(of), min(args.trees, 110), args.leaves, few=True, share=share)
    reliability("a suspect word, by the share of readers", share, W, out)
    write("words.tsv", model, names["words"])
    if os.environ.get("KEEP"):
        import pickle; at = 0
        for p in marked:
            p.suspicion = out[at:at + len(p.words)]; at += len(p.words)
        for p in everything: p.changes = p.word_features = None
        pickle.dump([(p.kind, p.row, p.proposals, p.scores, getattr(p, "changed", 0), getattr(p, "in_full", 0), p.words, getattr(p, "suspicion", None)) for p in everything], open(os.environ["KEEP"], "wb"))
if args.tables:
    with open(args.tables, "w") as f: f.write("\n".join(tables) + "\n")
