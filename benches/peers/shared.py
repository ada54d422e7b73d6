"""Union-find, and the clusters as id<TAB>cluster."""


class Union:
    def __init__(self, size):
        self.parent = list(range(size))

    def find(self, at):
        while self.parent[at] != at:
            self.parent[at] = self.parent[self.parent[at]]
            at = self.parent[at]
        return at

    def join(self, a, b):
        a, b = self.find(a), self.find(b)
        if a != b:
            self.parent[max(a, b)] = min(a, b)


def write(path, ids, union):
    with open(path, "w", encoding="utf-8") as out:
        for at, name in enumerate(ids):
            out.write(f"{name}\t{union.find(at)}\n")
