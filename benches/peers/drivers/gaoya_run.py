"""gaoya: words, sketches and index all in its own threads; its words are parted by spaces. IN.jsonl OUT.tsv"""
import sys

from gaoya.minhash import MinHashStringIndex

from corpus import BANDS, ROWS, SHINGLE_WORDS, SLOTS, Clusters, read

ids, texts = read(sys.argv[1])
index = MinHashStringIndex(
    hash_size=32,
    jaccard_threshold=0.70,
    num_bands=BANDS,
    band_size=ROWS,
    num_hashes=SLOTS,
    analyzer="word",
    lowercase=True,
    ngram_range=(SHINGLE_WORDS, SHINGLE_WORDS),
)
index.par_bulk_insert_docs(list(range(len(ids))), texts)
clusters = Clusters(len(ids))
for at, found in enumerate(index.par_bulk_query(texts)):
    for other in found:
        if other < at:
            clusters.join(at, other)
clusters.write(sys.argv[2], ids)
