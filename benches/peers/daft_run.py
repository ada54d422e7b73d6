"""Daft: normalise, minhash (128, 5 words), 16 bands of 8 rows, all in one process. IN.jsonl OUT.tsv"""
import sys

import daft
import numpy as np
from daft import col

from shared import Union, write

frame = daft.read_json(sys.argv[1])
frame = frame.with_column("norm", col("text").normalize(remove_punct=True, lowercase=True, nfd_unicode=True, white_space=True))
frame = frame.with_column("mh", col("norm").minhash(num_hashes=128, ngram_size=5, seed=42, hash_function="xxhash"))
table = frame.select("id", "mh").to_arrow()
ids = table["id"].to_pylist()
hashes = table["mh"].combine_chunks()
values = (hashes.values if hasattr(hashes, "values") else hashes.flatten()).to_numpy().reshape(-1, 128)
union = Union(len(ids))
for band in range(16):
    seen = {}
    for at, key in enumerate(map(bytes, np.ascontiguousarray(values[:, band * 8:band * 8 + 8]))):
        union.join(at, seen.setdefault(key, at))
write(sys.argv[2], ids, union)
