"""rensa, its full path: RMinHash of all shingles (its threads), RMinHashLSH, query_all. IN.jsonl OUT.tsv

Its headline benchmark samples at most 15 places of a long document and finds about half of what this path finds.
"""
import sys

from rensa import RMinHash, RMinHashLSH

from corpus import BANDS, SLOTS, Clusters, batches, read, shingles

ids, texts = read(sys.argv[1])
sketches = []
for batch in batches(texts):
    sketches.extend(RMinHash.from_token_sets([shingles(text) for text in batch], num_perm=SLOTS, seed=42))
index = RMinHashLSH(threshold=0.75, num_perm=SLOTS, num_bands=BANDS)
index.insert_many(sketches, start_key=0)
clusters = Clusters(len(ids))
for at, found in enumerate(index.query_all(sketches)):
    for other in found:
        if other < at:
            clusters.join(at, other)
clusters.write(sys.argv[2], ids)
