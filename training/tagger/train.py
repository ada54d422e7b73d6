#!/usr/bin/env python3
"""Trains the tagger's comparer; see README.md.

    train.py prepare FOLDER CORPUS_DIR [DATA_DIR] [--rounds N]
    train.py fit FOLDER CHECKPOINT [--minutes N] [--processes N]

`prepare` reads the labelled sets, plants changes, cuts all into pieces and has the encoder read every sentence once; `fit` only learns. Its schedule
follows the clock: the rate of learning falls to nothing at the end of --minutes, however fast the machine is. Processes learn on different pairs and
take the mean of their weights every few steps (local SGD: Stich 2019).
"""
import argparse, os, pickle, random, time
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
import numpy as np
import torch
import torch.distributed as dist
import torch.multiprocessing as mp
import torch.nn.functional as F

import material, plant
from encoder import CLS, SEP, TAPS, Comparer, Encoder, find_encoder, kinds, load_tokenizer

ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
steps = ap.add_subparsers(dest="step", required=True)
p = steps.add_parser("prepare")
p.add_argument("folder"); p.add_argument("corpus"); p.add_argument("data", nargs="?"); p.add_argument("--rounds", type=int, default=1)
p.add_argument("--longest", type=int, default=120, help="most pieces of a pair; longer ones are left out")
p.add_argument("--processes", type=int, default=2)
p = steps.add_parser("fit")
p.add_argument("folder"); p.add_argument("checkpoint")
p.add_argument("--minutes", type=float, default=60); p.add_argument("--processes", type=int, default=2)
p.add_argument("--rate", type=float, default=1e-3); p.add_argument("--drop", type=float, default=0.1)
p.add_argument("--batch", type=int, default=2400, help="pieces a batch")

SHARES = {"mqm": 1.0, "humans": 1.0, "msrp": 1.0, "corpus": 2.0}
PLANTED = 12000                                     # a round
SYNC = 8


def label(offsets, marks, column):
    """For each piece the largest likelihood of the marks it touches, and whether it counts."""
    values, counts = [0.0] * len(offsets), [1.0] * len(offsets)
    for mark in marks:
        start, end, value = mark[0], mark[1], mark[column]
        for k, (s, e) in enumerate(offsets):
            if s < end and start < e:
                if value is None:
                    counts[k] = 0.0
                else:
                    values[k] = max(values[k], value)
    return values, counts


def encode(tokenizer, pair):
    """Pieces of both sides, their kinds, labels and weights (a row a piece, marks included), labels of the pair."""
    source, copy = (tokenizer.encode(t, add_special_tokens=False) for t in (pair.source, pair.copy))
    a, b = len(source.ids), len(copy.ids)
    marks = [0] + kinds(source.ids, copy.ids) + [0, 0] + kinds(copy.ids, source.ids) + [0]
    major, count_major = label(copy.offsets, pair.marks, 2)
    some, count_any = label(copy.offsets, pair.marks, 3)
    lost, count_lost = label(source.offsets, pair.lost, 2)
    labels = np.zeros((a + b + 4, 3), np.float16); weights = np.zeros((a + b + 4, 3), np.float16)
    at = slice(a + 3, a + 3 + b)
    labels[at, 0], labels[at, 1], labels[1:a + 1, 2] = major, some, lost
    weights[at, 0] = np.array(count_major) * pair.copy_weight
    weights[at, 1] = np.array(count_any) * pair.copy_weight
    weights[1:a + 1, 2] = np.array(count_lost) * pair.source_weight
    return (CLS, *source.ids, SEP), (CLS, *copy.ids, SEP), np.array(marks, np.int8), labels, weights, [pair.changed, pair.partly]


def round_of(fit, pool, shuffle):
    """The pairs of one round, drawn anew each time."""
    drawn = []
    for p in fit:
        share = SHARES.get(p.kind)
        if p.kind == "demetr":
            kind = p.row["error_class"]
            share = 3.0 if kind == "none" else 1.0 if kind in material.DEMETR_ASKED else 0.3
        while share > 0:
            if share >= 1 or shuffle.random() < share:
                drawn.append(p)
            share -= 1
    return drawn + plant.planted(fit, pool, shuffle, PLANTED)


def read_all(rank, sentences, folder, args):
    """Has the encoder read every `processes`-th batch of the sentences; vectors as bytes, with a scale for each piece and tap."""
    torch.set_num_threads(1)
    encoder = Encoder(find_encoder()).eval()
    starts = np.cumsum([0] + [len(s) for s in sentences])
    vectors = np.memmap(os.path.join(folder, "vectors.bin"), np.int8, "r+", shape=(starts[-1], len(TAPS), 384))
    scales = np.memmap(os.path.join(folder, "scales.bin"), np.float32, "r+", shape=(starts[-1], len(TAPS)))
    order = sorted(range(len(sentences)), key=lambda k: len(sentences[k]))
    runs = [order[k:k + 32] for k in range(0, len(order), 32)]
    with torch.no_grad():
        for run in runs[rank::args.processes]:
            longest = max(len(sentences[k]) for k in run)
            ids = torch.zeros(len(run), longest, dtype=torch.long); mask = torch.zeros(len(run), longest, dtype=torch.bool)
            for row, k in enumerate(run):
                ids[row, :len(sentences[k])] = torch.tensor(sentences[k]); mask[row, :len(sentences[k])] = True
            with torch.autocast("cpu", torch.bfloat16):
                x = encoder(ids, mask)
            x = x.float().view(len(run), longest, len(TAPS), -1)
            scale = x.abs().amax(3) / 127
            x = torch.round(x / scale[..., None]).to(torch.int8).numpy()
            for row, k in enumerate(run):
                size = len(sentences[k])
                vectors[starts[k]:starts[k] + size] = x[row, :size]; scales[starts[k]:starts[k] + size] = scale[row, :size].numpy()


def prepare(args):
    tokenizer = load_tokenizer(find_encoder())
    fit, held = material.everything(args.corpus, args.data)
    pool, shuffle = plant.name_pool(fit), random.Random(7)
    cut_up = lambda pairs: [e for e in (encode(tokenizer, p) for p in pairs) if len(e[2]) <= args.longest]
    rounds = [cut_up(round_of(fit, pool, shuffle)) for _ in range(args.rounds)]
    few = [p for p in held if p.kind != "demetr" or p.row["error_class"] in material.DEMETR_ASKED | {"none"}]
    held = cut_up(shuffle.sample(few, min(800, len(few))))
    numbers = {}
    for pairs in rounds + [held]:
        for k, (a, b, *rest) in enumerate(pairs):
            pairs[k] = (numbers.setdefault(a, len(numbers)), numbers.setdefault(b, len(numbers)), *rest)
    sentences = list(numbers)
    total = sum(map(len, sentences))
    os.makedirs(args.folder, exist_ok=True)
    for name, size in (("vectors.bin", total * len(TAPS) * 384), ("scales.bin", total * len(TAPS) * 4)):
        with open(os.path.join(args.folder, name), "wb") as f:
            f.truncate(size)
    print([len(r) for r in rounds], "pairs a round,", len(sentences), "sentences of", total, "pieces", flush=True)
    with open(os.path.join(args.folder, "pairs.pickle"), "wb") as f:
        pickle.dump((rounds, held, np.cumsum([0] + [len(s) for s in sentences])), f)
    mp.spawn(read_all, (sentences, args.folder, args), nprocs=args.processes)


class Vectors:
    def __init__(self, folder, starts):
        self.starts = starts
        self.bytes = np.memmap(os.path.join(folder, "vectors.bin"), np.int8, "r", shape=(starts[-1], len(TAPS), 384))
        self.scales = np.memmap(os.path.join(folder, "scales.bin"), np.float32, "r", shape=(starts[-1], len(TAPS)))

    def of(self, number):
        at = slice(self.starts[number], self.starts[number + 1])
        return self.bytes[at].astype(np.float32) * self.scales[at][:, :, None]


def collate(examples, vectors):
    longest = max(len(e[2]) for e in examples)
    n = len(examples)
    x, near = torch.zeros(n, longest, 384 * len(TAPS)), torch.zeros(n, longest, len(TAPS))
    of_kind, sides = torch.zeros(n, longest, dtype=torch.long), torch.zeros(n, longest, dtype=torch.long)
    mask = torch.zeros(n, longest, dtype=torch.bool)
    labels, weights = torch.zeros(n, longest, 3), torch.zeros(n, longest, 3)
    for k, e in enumerate(examples):
        a, b = torch.from_numpy(vectors.of(e[0])), torch.from_numpy(vectors.of(e[1]))
        size, first = len(e[2]), len(a)
        x[k, :first], x[k, first:size] = a.reshape(first, -1), b.reshape(size - first, -1)
        unit_a, unit_b = F.normalize(a, dim=2).transpose(0, 1), F.normalize(b, dim=2).transpose(0, 1)
        cosines = unit_a @ unit_b.transpose(1, 2)
        near[k, :first], near[k, first:size] = cosines.amax(2).T, cosines.amax(1).T
        of_kind[k, :size] = torch.from_numpy(e[2].astype(np.int64))
        sides[k, first:] = 1
        mask[k, :size] = True
        labels[k, :size], weights[k, :size] = torch.from_numpy(e[3].astype(np.float32)), torch.from_numpy(e[4].astype(np.float32))
    return (x, of_kind, sides, near, mask), labels, weights, torch.tensor([e[5] for e in examples])


def batches(examples, pieces, shuffle):
    """Batches of pairs of like length."""
    order = sorted(examples, key=lambda e: len(e[2]) + (shuffle.random() * 8 if shuffle else 0))
    found, now, longest = [], [], 0
    for e in order:
        if now and max(longest, len(e[2])) * (len(now) + 1) > pieces:
            found.append(now); now, longest = [], 0
        now.append(e); longest = max(longest, len(e[2]))
    found.append(now)
    if shuffle:
        shuffle.shuffle(found)
    return found


def loss_of(out, pair, labels, weights, whole):
    each = F.binary_cross_entropy_with_logits(out, labels, reduction="none", pos_weight=torch.tensor([2.0, 1.5, 2.0])) * weights
    pieces = each.sum((0, 1)) / weights.sum((0, 1)).clamp(min=50)
    both = F.binary_cross_entropy_with_logits(pair, whole[:, :, 0], reduction="none") * whole[:, :, 1]
    return pieces * torch.tensor([6.0, 2.5, 3.0]), both.mean(0) * torch.tensor([1.5, 1.5])


def auc(score, truth):
    score, truth = np.asarray(score), np.asarray(truth, bool)
    order = np.argsort(np.argsort(score, kind="stable"), kind="stable") + 1
    n, m = truth.sum(), (~truth).sum()
    return float("nan") if n == 0 or m == 0 else (order[truth].sum() - n * (n + 1) / 2) / (n * m)


def measure(model, held, vectors, budget):
    """Readings on some pairs of documents that were not fitted on."""
    model.eval()
    changed, pieces, partly = [], [], []
    with torch.no_grad():
        for batch in batches(held, budget, None):
            inputs, labels, weights, whole = collate(batch, vectors)
            out, pair = model(*inputs)
            for column, list_of in ((0, changed), (1, partly)):
                for score, (y, w) in zip(pair[:, column].tolist(), whole[:, column].tolist()):
                    if w > 0: list_of.append((score, y > 0.5))
            use = weights[:, :, 0] > 0
            pieces.append((out[:, :, 0][use].numpy(), (labels[:, :, 0][use] > 0.5).numpy()))
    model.train()
    s, y = (np.concatenate([f[k] for f in pieces]) for k in (0, 1))
    best = max((2 * (y & (s > t)).sum() / ((s > t).sum() + y.sum() + 1e-9), t) for t in np.arange(-4, 3, 0.25))
    return f"held out: AUC of pieces {auc(s, y):.3f} (F1 {best[0]:.3f}), changed {auc(*zip(*changed)):.3f}, partly {auc(*zip(*partly)):.3f}"


def work(rank, args):
    torch.set_num_threads(1)
    torch.manual_seed(7)
    os.environ.update(MASTER_ADDR="127.0.0.1", MASTER_PORT="29571")
    dist.init_process_group("gloo", rank=rank, world_size=args.processes)
    with open(os.path.join(args.folder, "pairs.pickle"), "rb") as f:
        rounds, held, starts = pickle.load(f)
    vectors = Vectors(args.folder, starts)
    model = Comparer()
    parameters = list(model.parameters())
    optimiser = torch.optim.AdamW(parameters, lr=args.rate, weight_decay=0.02, betas=(0.9, 0.98))
    shuffle = random.Random(1000 + rank)
    torch.manual_seed(1000 + rank)
    start, step, done, saved = time.time(), 0, 0, 0.0
    totals = np.zeros(5); counted = 0
    model.train()
    flag = torch.zeros(1)
    for number in range(10 ** 6):
        if flag.item() > 0: break
        for batch in batches(rounds[number % len(rounds)][rank::args.processes], args.batch, shuffle):
            progress = min(1.0, (time.time() - start) / (60 * args.minutes))
            for group in optimiser.param_groups:
                group["lr"] = args.rate * max(0.01, min(1.0, (step + 1) / 60) * 0.5 * (1 + np.cos(np.pi * progress)))
            inputs, labels, weights, whole = collate(batch, vectors)
            with torch.autocast("cpu", torch.bfloat16):
                out, pair = model(*inputs, args.drop)
            pieces, both = loss_of(out, pair, labels, weights, whole)
            (pieces.sum() + both.sum()).backward()
            torch.nn.utils.clip_grad_norm_(parameters, 1.0)
            optimiser.step(); optimiser.zero_grad()
            totals += np.concatenate([pieces.detach().numpy(), both.detach().numpy()]); counted += 1
            step += 1; done += len(batch)
            if step % SYNC == 0:
                with torch.no_grad():
                    flat = torch.nn.utils.parameters_to_vector(parameters)
                    dist.all_reduce(flat); flat /= args.processes
                    torch.nn.utils.vector_to_parameters(flat, parameters)
                flag.fill_(float(progress >= 1)); dist.all_reduce(flag)
            if rank == 0 and step % 40 == 0:
                print(f"{time.time() - start:.0f} s step {step} pairs {done} ({done * args.processes / (time.time() - start):.0f}/s) "
                      + " ".join(f"{t:.3f}" for t in totals / counted) + f" cpu {time.process_time():.0f} s", flush=True)
                totals[:] = 0; counted = 0
            if rank == 0 and progress - saved >= 0.1:
                saved = progress
                torch.save(model.state_dict(), args.checkpoint + ".part"); os.replace(args.checkpoint + ".part", args.checkpoint)
                print("   " + measure(model, held, vectors, args.batch), flush=True)
            if flag.item() > 0: break
    if rank == 0:
        torch.save(model.state_dict(), args.checkpoint)
        print(measure(model, held, vectors, args.batch), flush=True)
    dist.destroy_process_group()


if __name__ == "__main__":
    args = ap.parse_args()
    if args.step == "prepare":
        prepare(args)
    else:
        mp.spawn(work, (args,), nprocs=args.processes)
