"""Clusters against the planted ones: pairs, adjusted Rand index, and recall by kind of edit."""
import json
from collections import Counter, defaultdict
from typing import NamedTuple


class Score(NamedTuple):
    precision: float
    recall: float
    f1: float
    # Hubert, Arabie 1985.
    rand: float
    largest: int
    # Kind of edit -> share of such copies that lie in one cluster with their base story.
    found: dict


def read_clusters(path):
    """Document -> cluster, from `id<TAB>cluster` or from lines of {"id", "cluster"}; documents alone may be missing."""
    clusters = {}
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            if line.startswith("{"):
                record = json.loads(line)
                clusters[str(record["id"])] = record["cluster"]
            else:
                name, _, cluster = line.rstrip("\n").partition("\t")
                clusters[name] = cluster
    return clusters


def score(truth_path, clusters):
    pairs = lambda count: count * (count - 1) // 2
    planted, guessed, both = Counter(), Counter(), Counter()
    bases, copies = {}, defaultdict(list)
    with open(truth_path, encoding="utf-8") as lines:
        for line in lines:
            name, cluster, kind, rate = line.rstrip("\n").split("\t")
            guess = clusters.get(name, ("alone", name))
            if cluster == "-":
                cluster = ("alone", name)
            elif kind == "base":
                bases[cluster] = guess
            else:
                label = kind if float(rate) == 0 else f"{kind} {float(rate):.1%}".replace(".0%", "%").replace("%", " %")
                copies[label].append((cluster, guess))
            planted[cluster] += 1
            guessed[guess] += 1
            both[cluster, guess] += 1
    true, found, right = (sum(map(pairs, counts.values())) for counts in (planted, guessed, both))
    precision = right / found if found else 1.0
    recall = right / true if true else 1.0
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    chance = true * found / max(1, pairs(sum(planted.values())))
    spread = (true + found) / 2 - chance
    return Score(
        precision,
        recall,
        f1,
        (right - chance) / spread if spread else 1.0,
        max(guessed.values()),
        {
            label: sum(guess == bases[cluster] for cluster, guess in members) / len(members)
            for label, members in sorted(copies.items())
        },
    )
