"""Fits the weights of `src/attribute/descent.tsv`: who copied whom.

    cargo build --release --example descent_features
    python3 training/descent.py target/release/examples/descent_features corpus

The model is log-linear over arborescences: a tree is as likely as the product of its edges' exp(weights . numbers). What is maximised is
the likelihood of the labelled trees (matrix-tree theorem: Koo, Globerson, Carreras, Collins 2007) with a quadratic penalty. Only
development stories are fitted; figures printed for them are of stories that were held out (one at a time). Prints how well the
probabilities hold, and the figures of the test stories, which are never fitted on.
"""

import argparse
import json
import subprocess
import sys

import numpy as np
from scipy.optimize import minimize


def read(program, corpus, part, variations):
    lines = subprocess.run([program, corpus, part, str(variations)], check=True, capture_output=True, text=True).stdout.splitlines()
    names = json.loads(lines[0])
    return names, [prepare(json.loads(line)) for line in lines[1:]]


def prepare(cluster):
    """Numbers as arrays: X[child, parent, :] for pairs, with -1 where there is no candidate; parent n is outside."""
    n = len(cluster["ids"])
    size = len(cluster["outside"][0])
    width = len(cluster["pairs"][0][0][1])
    x = np.zeros((n, n + 1, width + size))
    mask = np.zeros((n, n + 1), bool)
    for child, row in enumerate(cluster["pairs"]):
        for parent, numbers in row:
            x[child, parent, :width] = numbers
            mask[child, parent] = True
        x[child, n, width:] = cluster["outside"][child]
        mask[child, n] = True
    truth = np.array([n if p < 0 else p for p in cluster["parents"]])
    return dict(story=cluster["story"], variation=cluster["variation"], ids=cluster["ids"], x=x, mask=mask, truth=truth, n=n)


def marginals(cluster, weights):
    n = cluster["n"]
    logits = np.where(cluster["mask"], cluster["x"] @ weights, -np.inf)
    top = logits.max(axis=1, keepdims=True)
    w = np.exp(logits - top)
    scale = top[:, 0] + np.log(w.sum(axis=1))
    w = w / w.sum(axis=1, keepdims=True)
    w[:, n] = np.maximum(w[:, n], 1e-7)
    laplacian = np.zeros((n, n))
    for child in range(n):
        laplacian[child, child] += w[child, :n].sum() + w[child, n]
        laplacian[:, child] -= w[child, :n]
    inverse = np.linalg.inv(laplacian)
    logz = np.linalg.slogdet(laplacian)[1] + scale.sum()
    p = np.zeros((n, n + 1))
    for child in range(n):
        p[child, :n] = w[child, :n] * (inverse[child, child] - inverse[child, :])
        p[child, n] = w[child, n] * inverse[child, child]
    # The sum over trees with one root only.
    single = laplacian - np.diag(w[:, n])
    single[0, :] = w[:, n]
    try:
        only = np.exp(np.linalg.slogdet(single)[1] - np.linalg.slogdet(laplacian)[1]) * w[:, n] * np.linalg.inv(single)[:, 0]
    except np.linalg.LinAlgError:
        only = np.zeros(n)
    return p, logz, only


def fit(clusters, width, penalty):
    """Clusters of one size are summed together; a plain cluster counts as much as ten varied ones."""
    groups = {}
    for cluster in clusters:
        groups.setdefault(cluster["n"], []).append(cluster)
    batches = []
    for n, members in groups.items():
        x = np.stack([c["x"] for c in members])
        mask = np.stack([c["mask"] for c in members])
        share = np.array([10.0 if c["variation"] == 0 else 1.0 for c in members])
        truth = np.zeros(mask.shape)
        for k, c in enumerate(members):
            truth[k, np.arange(n), c["truth"]] = 1.0
        batches.append((n, x, mask, share, truth))
    total = sum(share.sum() for _, _, _, share, _ in batches)

    def loss(theta):
        value, gradient = 0.5 * penalty * theta @ theta, penalty * theta
        for n, x, mask, share, truth in batches:
            logits = np.where(mask, x @ theta, -np.inf)
            top = logits.max(axis=2, keepdims=True)
            w = np.exp(logits - top)
            sums = w.sum(axis=2, keepdims=True)
            w = w / sums
            w[:, :, n] = np.maximum(w[:, :, n], 1e-7)
            laplacian = -np.swapaxes(w[:, :, :n], 1, 2)
            inner = np.arange(n)
            laplacian[:, inner, inner] += w.sum(axis=2)
            inverse = np.linalg.inv(laplacian)
            diagonal = inverse[:, inner, inner]
            p = np.empty_like(w)
            p[:, :, :n] = w[:, :, :n] * (diagonal[:, :, None] - inverse)
            p[:, :, n] = w[:, :, n] * diagonal
            logz = np.linalg.slogdet(laplacian)[1] + (top[:, :, 0] + np.log(sums[:, :, 0])).sum(axis=1)
            chosen = np.where(truth > 0, x @ theta, 0.0).sum(axis=(1, 2))
            value += (share * (logz - chosen)).sum() / total
            gradient = gradient + np.einsum("b,bcp,bcpf->f", share / total, p - truth, x, optimize=True)
        return value, gradient

    return minimize(loss, np.zeros(width), jac=True, method="L-BFGS-B", options={"maxiter": 120}).x


def measure(clusters, weights_of, show=False):
    """Counts over clusters: edges found by the likeliest parent when it is over one half, sources, reliability."""
    bins = np.zeros((10, 3))
    source_bins = np.zeros((5, 3))
    counts = dict(predicted=0, right=0, labelled=0, second=0, second_found=0, second_predicted=0, sources=0, sources_right=0)
    for cluster in clusters:
        p, _, only = marginals(cluster, weights_of(cluster))
        n, truth = cluster["n"], cluster["truth"]
        roots = [c for c in range(n) if truth[c] == n]
        for child in range(n):
            best = int(p[child].argmax())
            k = min(int(p[child, best] * 10), 9)
            bins[k] += [1, p[child, best], best == truth[child]]
            if best != n and p[child, best] >= 0.5:
                counts["predicted"] += 1
                counts["right"] += best == truth[child]
                counts["second_predicted"] += best not in roots
                if show and best != truth[child]:
                    print("   wrong:", cluster["ids"][child], "<-", cluster["ids"][best], f"{p[child, best]:.2f}", "true", (cluster["ids"] + ["outside"])[truth[child]], f"{p[child, truth[child]]:.2f}")
            if truth[child] != n:
                counts["labelled"] += 1
                hit = best == truth[child] and p[child, best] >= 0.5
                if truth[child] not in roots:
                    counts["second"] += 1
                    counts["second_found"] += hit
                if show and not hit and best == truth[child]:
                    print("   unsure:", cluster["ids"][child], f"{p[child, best]:.2f}")
        source = int(only.argmax())
        sure, right = (only[source], len(roots) == 1 and roots[0] == source)
        if sure < 0.5:
            sure, right = (1 - only.sum(), len(roots) > 1) if 1 - only.sum() >= 0.5 else (0, False)
        counts["sources"] += 1
        counts["sources_right"] += bool(right and sure >= 0.5)
        source_bins[min(int(sure * 5), 4)] += [1, sure, right]
    return counts, bins, source_bins


def told(title, result):
    counts, bins, source_bins = result
    precision, recall = counts["right"] / max(counts["predicted"], 1), counts["right"] / max(counts["labelled"], 1)
    print(f"{title}: edges precision {precision:.3f} recall {recall:.3f} F1 {2 * precision * recall / max(precision + recall, 1e-9):.3f}; "
          f"second-hand found {counts['second_found']} of {counts['second']}, told {counts['second_predicted']}; "
          f"source or loss right {counts['sources_right']} of {counts['sources']}")
    for name, table in (("parent", bins), ("source", source_bins)):
        for number, total, right in table:
            if number:
                print(f"    {name}: {int(number):5} said {total / number:.2f}, right {right / number:.2f}")


def main():
    options = argparse.ArgumentParser()
    options.add_argument("program")
    options.add_argument("corpus")
    options.add_argument("--variations", type=int, default=25)
    options.add_argument("--penalty", type=float, default=0.01)
    options.add_argument("--out", default="src/attribute/descent.tsv")
    given = options.parse_args()
    names, dev = read(given.program, given.corpus, "dev", given.variations)
    width = len(names["pair"]) + len(names["outside"])
    stories = sorted({c["story"] for c in dev})
    # Six folds of stories.
    held = {}
    for fold in range(6):
        inside = {s for k, s in enumerate(stories) if k % 6 == fold}
        theta = fit([c for c in dev if c["story"] not in inside], width, given.penalty)
        held.update({s: theta for s in inside})
    told("dev as it is, held out", measure([c for c in dev if c["variation"] == 0], lambda c: held[c["story"]], show=True))
    told("dev varied, held out", measure([c for c in dev if c["variation"] > 0], lambda c: held[c["story"]]))
    theta = fit(dev, width, given.penalty)
    for name, weight in zip(names["pair"] + names["outside"], theta):
        print(f"{name:24} {weight:8.3f}")
    _, test = read(given.program, given.corpus, "test", 8)
    told("test as it is", measure([c for c in test if c["variation"] == 0], lambda c: theta))
    told("test varied", measure([c for c in test if c["variation"] > 0], lambda c: theta))
    with open(given.out, "w", encoding="utf-8") as file:
        file.write("# Weights of what speaks for a parent; made by training/descent.py.\n")
        for name, weight in zip(names["pair"] + names["outside"], theta):
            file.write(f"{name}\t{weight:.4f}\n")


if __name__ == "__main__":
    sys.exit(main())
