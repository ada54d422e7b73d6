"""FastSketchLSH: the fast similarity sketch in C++ on two threads; banding over its arrays. IN.jsonl OUT.tsv

Its own index answers one document a call, which costs more than banding here: the cheaper way is timed.
"""
import sys

import numpy
from FastSketchLSH import FastSimilaritySketch

from corpus import SLOTS, WORKERS, Clusters, batches, read, shingles

ids, texts = read(sys.argv[1])
sketch = FastSimilaritySketch(SLOTS, 42)
parts = []
for batch in batches(texts):
    parts.append(numpy.asarray(sketch.batch([shingles(text) for text in batch], num_threads=WORKERS)))
clusters = Clusters(len(ids))
clusters.join_bands(numpy.concatenate(parts))
clusters.write(sys.argv[2], ids)
