"""Daft: normalise and minhash in its engine; banding over the column, since it has no index. IN.jsonl OUT.tsv"""
import sys

import daft
from daft import col

from corpus import SHINGLE_WORDS, SLOTS, WORKERS, Clusters

try:
    daft.set_runner_native(num_threads=WORKERS)
except (AttributeError, TypeError):
    # Other versions take as many threads as there are processors.
    pass
plain = col("text").normalize(remove_punct=True, lowercase=True, nfd_unicode=True, white_space=True)
hashes = plain.minhash(num_hashes=SLOTS, ngram_size=SHINGLE_WORDS, seed=42, hash_function="xxhash")
table = daft.read_json(sys.argv[1]).select(col("id"), hashes.alias("minhash")).to_arrow()
ids = table["id"].to_pylist()
column = table["minhash"].combine_chunks()
values = column.values if hasattr(column, "values") else column.flatten()
clusters = Clusters(len(ids))
clusters.join_bands(values.to_numpy(zero_copy_only=False).reshape(-1, SLOTS))
clusters.write(sys.argv[2], ids)
