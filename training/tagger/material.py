"""Labelled pairs of passages: what the tagger learns from.

Every reader yields Pair objects. A pair's marks are spans of the copy with two likelihoods: that a careful reader calls the words a major change
of meaning, and that anybody calls them a change at all; None leaves the words out of the fit. `lost` are spans of the source that the copy changed or left out.
"""
import gzip, json, os, re, zlib
from dataclasses import dataclass, field

FOLDS = 5           # by document; fold 0 is never fitted on
MEANING = {"mistranslation", "addition", "untranslated", "terminology", "nontranslation"}


@dataclass
class Pair:
    kind: str
    group: str
    source: str
    copy: str
    marks: list = field(default_factory=list)      # (start, end, major, any) in the copy
    lost: list = field(default_factory=list)       # (start, end, likelihood) in the source
    copy_weight: float = 1.0                       # of the copy's words in the fit
    source_weight: float = 0.0
    changed: tuple = (0.0, 0.0)                    # (likelihood that the meaning changed, weight)
    partly: tuple = (0.0, 0.0)                     # (likelihood that the two do not say the same in full, weight)
    row: dict = None

    @property
    def fold(self):
        return zlib.crc32(self.group.encode()) % FOLDS


def rows(folder, name):
    for path in (os.path.join(folder, name, "dev.jsonl"), os.path.join(folder, name, "dev.jsonl.gz")):
        if os.path.exists(path):
            opened = gzip.open(path, "rt", encoding="utf-8") if path.endswith(".gz") else open(path, encoding="utf-8")
            with opened as f:
                return [json.loads(line) for line in f]
    return []


def stories(corpus, split):
    """Pairs of the labelled stories of one split."""
    with open(os.path.join(corpus, "labels", "stories.jsonl"), encoding="utf-8") as f:
        wanted = [s["story"] for s in map(json.loads, f) if s["split"] == split]
    for story in wanted:
        with open(os.path.join(corpus, "labels", story + ".jsonl"), encoding="utf-8") as f:
            for r in map(json.loads, f):
                if not r["source"] or r["relation"] in ("new", "furniture") or r.get("updates"):
                    continue
                source, copy = " ".join(s["text"] for s in r["source"]), r["sentence"]["text"]
                pair = Pair("corpus", story, source, copy, source_weight=1.0, row=r)
                for d in r["drifts"]:
                    major = 1.0 if d["severity"] == "major" else 0.3
                    if d["copy"]:
                        at = copy.find(d["copy"]["text"])
                        if at >= 0:
                            pair.marks.append((at, at + len(d["copy"]["text"]), major, 1.0))
                    if d["source"]:
                        at = source.find(d["source"]["text"])
                        if at >= 0:
                            pair.lost.append((at, at + len(d["source"]["text"]), major))
                severities = {d["severity"] for d in r["drifts"]}
                pair.changed = (float("major" in severities), 0.0 if severities == {"minor"} else 2.0)
                if not r["drifts"]:
                    pair.partly = (0.0, 0.3)
                yield pair


DEMETR_MAJOR = {"number", "entity", "negation", "antonym", "untranslated", "gender", "modality", "addition"}
DEMETR_ASKED = {"number", "entity", "negation", "antonym", "untranslated"}


def demetr(folder):
    for r in rows(folder, "demetr"):
        kind = r["error_class"]
        pair = Pair("demetr", f"demetr{r['base_id']}", r["reference"], r["hypothesis"], row=r)
        for g in r["spans"]:
            if g["start"] < g["end"]:
                if kind in DEMETR_MAJOR:
                    pair.marks.append((g["start"], g["end"], 1.0, 1.0))
                elif kind == "form":
                    pair.marks.append((g["start"], g["end"], None, None))
                else:
                    pair.marks.append((g["start"], g["end"], None, 1.0))
            was = g.get("was", "").strip(" .,;:")
            if was and kind in DEMETR_MAJOR | {"omission"}:
                found = re.search(r"(?<!\w)" + re.escape(was) + r"(?!\w)", r["reference"])
                if found:
                    pair.lost.append((found.start(), found.end(), 1.0))
                    pair.source_weight = 1.0
        if kind == "none":
            pair.changed, pair.partly, pair.source_weight = (0.0, 2.0), (0.0, 0.7), 0.5
        elif kind in DEMETR_ASKED:
            pair.changed = (1.0, 0.5)
        elif kind == "form":
            pair.changed = (0.0, 0.2)
        elif kind in ("omission", "gender", "modality", "addition"):
            pair.changed = (1.0, 0.2)
        yield pair


def humans(folder):
    for k, r in enumerate(rows(folder, "human_ref_pairs")):
        for source, copy in ((r["s1"], r["s2"]), (r["s2"], r["s1"])):
            yield Pair("humans", f"human{k}", source, copy, source_weight=0.5, changed=(0.0, 1.0), partly=(0.0, 0.7), row=r)


def mqm(folder):
    for r in rows(folder, "wmt_mqm_zhen_news"):
        if not r.get("reference") or r.get("reference_has_major_error") is True or r.get("human"):
            continue
        pair = Pair("mqm", r["doc"], r["reference"], r["hypothesis"], row=r)
        edges = sorted({e for g in r["spans"] if g["kind"] in MEANING for e in (g["start"], g["end"])})
        for start, end in zip(edges, edges[1:]):
            here = [g for g in r["spans"] if g["kind"] in MEANING and g["start"] < end and start < g["end"]]
            major = {g["rater"] for g in here if g["severity"].lower() == "major"}
            if here:
                pair.marks.append((start, end, len(major) / r["n_raters"], len({g["rater"] for g in here}) / r["n_raters"]))
        if r["label"] == "major_meaning":
            pair.changed = (1.0, 0.5)
        elif r["label"] == "clean":
            pair.changed, pair.partly, pair.source_weight = (0.0, 0.7), (0.0, 0.2), 0.3
        yield pair


def msrp(folder):
    for k, r in enumerate(rows(folder, "msrp")):
        same = int(r["label"]) == 1
        yield Pair("msrp", f"msrp{k}", r["s1"], r["s2"], copy_weight=0.3 if same else 0.0, source_weight=0.2 if same else 0.0,
                   partly=(float(not same), 1.0), row=r)


def everything(corpus, folder):
    """All pairs, and those to measure on: fold 0, whose texts are taken out of the other sets too."""
    pairs = list(stories(corpus, "dev"))
    if folder:
        pairs += list(demetr(folder)) + list(humans(folder)) + list(mqm(folder)) + list(msrp(folder))
    held = [p for p in pairs if p.fold == 0]
    fold_text = lambda text: re.sub(r"\W+", " ", text.lower()).strip()
    seen = {fold_text(t) for p in held for t in (p.source, p.copy)}
    fit = [p for p in pairs if p.fold != 0 and fold_text(p.source) not in seen and fold_text(p.copy) not in seen]
    return fit, held
