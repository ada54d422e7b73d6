"""What every driver shares: records in, word shingles, clusters out."""
import json
import re

WORD = re.compile(r"\w+")
SHINGLE_WORDS = 5
SLOTS = 128
BANDS = 16
ROWS = 8
WORKERS = 2
# Documents handed to a tool at a time: enough for its threads, little beside the corpus.
BATCH = 4096


def read(path):
    """Ids and texts, in order."""
    ids, texts = [], []
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            ids.append(record["id"])
            texts.append(record["text"])
    return ids, texts


def shingles(text):
    """The distinct 5-word shingles of the lower-cased text; a shorter text is one shingle."""
    words = WORD.findall(text.lower())
    last = max(1, len(words) - SHINGLE_WORDS + 1)
    return list({" ".join(words[at:at + SHINGLE_WORDS]) for at in range(last)})


def batches(items):
    for at in range(0, len(items), BATCH):
        yield items[at:at + BATCH]


class Clusters:
    """Union-find; a cluster goes by its first document."""

    def __init__(self, size):
        self.parents = list(range(size))

    def first(self, at):
        parents = self.parents
        while parents[at] != at:
            parents[at] = parents[parents[at]]
            at = parents[at]
        return at

    def join(self, a, b):
        a, b = self.first(a), self.first(b)
        if a != b:
            self.parents[max(a, b)] = min(a, b)

    def join_bands(self, signatures):
        """Joins rows of a (documents x slots) array that agree in a whole band: plain banding, for tools without an index."""
        import numpy

        for band in range(BANDS):
            seen = {}
            rows = numpy.ascontiguousarray(signatures[:, band * ROWS:(band + 1) * ROWS])
            for at, key in enumerate(map(bytes, rows)):
                first = seen.setdefault(key, at)
                if first != at:
                    self.join(at, first)

    def write(self, path, ids):
        with open(path, "w", encoding="utf-8") as out:
            for at, name in enumerate(ids):
                out.write(f"{name}\t{self.first(at)}\n")
