"""rensa, full path: RMinHash of 5-word shingles (128), LSH of 16 bands. IN.jsonl OUT.tsv"""
import json
import re
import sys

from rensa import RMinHash, RMinHashLSH

from shared import Union, write

WORD = re.compile(r"\w+")


def shingles(text):
    words = WORD.findall(text.lower())
    return list({" ".join(words[at:at + 5]) for at in range(max(1, len(words) - 4))})


with open(sys.argv[1], encoding="utf-8") as lines:
    records = [json.loads(line) for line in lines]
ids, texts = [r["id"] for r in records], [r["text"] for r in records]
hashes = []
for at in range(0, len(texts), 4096):
    hashes.extend(RMinHash.from_token_sets([shingles(t) for t in texts[at:at + 4096]], num_perm=128, seed=42))
index = RMinHashLSH(threshold=0.75, num_perm=128, num_bands=16)
index.insert_many(hashes, start_key=0)
union = Union(len(ids))
for at, found in enumerate(index.query_all(hashes)):
    for other in found:
        union.join(at, other)
write(sys.argv[2], ids, union)
