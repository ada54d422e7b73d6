"""datasketch: MinHash in two processes, MinHashLSH in the parent. IN.jsonl OUT.tsv"""
import multiprocessing
import sys

from datasketch import MinHash, MinHashLSH

from corpus import BANDS, ROWS, SLOTS, WORKERS, Clusters, read, shingles


def hashes(text):
    sketch = MinHash(num_perm=SLOTS, seed=1)
    sketch.update_batch([shingle.encode() for shingle in shingles(text)])
    return sketch.hashvalues


def main():
    ids, texts = read(sys.argv[1])
    clusters = Clusters(len(ids))
    index = MinHashLSH(num_perm=SLOTS, params=(BANDS, ROWS))
    # The permutations are made once and lent to every sketch; making them anew for each would triple the parent's time.
    pattern = MinHash(num_perm=SLOTS, seed=1)
    lent = {"scheme": pattern.scheme} if hasattr(pattern, "scheme") else {"permutations": pattern.permutations}
    with multiprocessing.Pool(WORKERS) as pool:
        for at, values in enumerate(pool.imap(hashes, texts, chunksize=256)):
            sketch = MinHash(num_perm=SLOTS, seed=1, hashvalues=values, **lent)
            for other in index.query(sketch):
                clusters.join(at, other)
            index.insert(at, sketch)
    clusters.write(sys.argv[2], ids)


if __name__ == "__main__":
    main()
