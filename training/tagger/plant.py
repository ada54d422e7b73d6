"""Plants changes of meaning, and changes that leave it alone, into sentences.

`plant(pair, random)` takes a clean pair and gives one with a change in the copy whose place is known. The words come from `lexicon/`.
"""
import os, re, struct
from collections import defaultdict
from dataclasses import replace
import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
LEXICON = os.path.join(HERE, "..", "..", "lexicon")
WORD = re.compile(r"[A-Za-z]+(?:['’-][A-Za-z]+)*|\d[\d,.]*\d|\d")


def table(name):
    with open(os.path.join(LEXICON, name), encoding="utf-8") as f:
        for line in f:
            yield line.rstrip("\n").split("\t")


SENSES = {(lemma, pos): [int(n) for n in numbers.split()] for lemma, pos, numbers in table("synsets.tsv")}
ABOVE = {int(s): [int(n) for n in numbers.split()] for s, numbers in table("hypernyms.tsv")}
OPPOSITES = defaultdict(set)
for a, b in table("antonyms.tsv"):
    OPPOSITES[a].add(b)
    OPPOSITES[b].add(a)
LEMMA, FORMS = {}, defaultdict(dict)
for form, pos, lemma in table("irregular.tsv"):
    LEMMA[(form, pos)] = lemma
    if pos == "v":
        FORMS[(lemma, "v")].setdefault("ing" if form.endswith("ing") else "ed", form)
    elif pos == "n":
        FORMS[(lemma, "n")].setdefault("s", form)

with open(os.path.join(LEXICON, "vectors.bin"), "rb") as f:
    data = f.read()
count, dims = struct.unpack_from("<II", data, 8)
at = 16 + 8 * count
ROWS = np.frombuffer(data, np.int8, count * dims, at).reshape(count, dims).astype(np.float32)
ROWS /= np.maximum(np.linalg.norm(ROWS, axis=1, keepdims=True), 1e-6)
at += count * dims
PIECES = []
while at < len(data):
    size = data[at]
    PIECES.append(data[at + 1:at + 1 + size].decode())
    at += 1 + size
PLACE = {p: k for k, p in enumerate(PIECES)}
COMMON = set(PIECES[:14000])                       # the vocabulary runs from frequent to rare
CLASS = defaultdict(list)                          # first sense's kind -> common nouns, verbs, adjectives of that kind
MATES = defaultdict(list)                          # first sense -> lemmas
for (lemma, pos), senses in SENSES.items():
    if lemma in COMMON and lemma.isalpha() and len(lemma) > 2:
        MATES[(senses[0], pos)].append(lemma)
        for kind in ABOVE.get(senses[0], [])[:1]:
            CLASS[(kind, pos)].append(lemma)

STOP = set("""be have do say go get make take see come know think give use find tell ask work seem feel try leave call new other first last many
more most own same good such one time year day man thing way people part place case week number point""".split())
DOUBLE = re.compile(r"^[^aeiou]*[aeiou][bdgmnprt]$")


def inflect(lemma, pos, ending):
    """`lemma` with the ending "", "s", "ed" or "ing"."""
    if not ending:
        return lemma
    if ending in FORMS.get((lemma, pos), {}):
        return FORMS[(lemma, pos)][ending]
    if ending == "s":
        if re.search(r"(s|x|z|ch|sh)$", lemma):
            return lemma + "es"
        return lemma[:-1] + "ies" if re.search(r"[^aeiou]y$", lemma) else lemma + "s"
    if ending == "ed":
        if lemma.endswith("e"):
            return lemma + "d"
        if re.search(r"[^aeiou]y$", lemma):
            return lemma[:-1] + "ied"
    if ending == "ing" and re.search(r"[^eoy]e$", lemma):
        return lemma[:-1] + "ing"
    return lemma + (lemma[-1] if DOUBLE.match(lemma) else "") + ending


def readings(word):
    """(lemma, part of speech, ending) that a lower-case word may be."""
    found = []
    for pos in "nv":
        lemma = LEMMA.get((word, pos))
        if lemma and lemma != word and (lemma, pos) in SENSES:
            found.append((lemma, pos, "s" if pos == "n" else "ing" if word.endswith("ing") else "ed"))
    for pos in "nvar":
        if (word, pos) in SENSES:
            found.append((word, pos, ""))
    for ending, poses in (("s", "nv"), ("ed", "v"), ("ing", "v")):
        if word.endswith(ending) and len(word) > len(ending) + 2:
            stem = word[:-len(ending)]
            for lemma in (stem, stem + "e", stem[:-1] if stem[-1:] == stem[-2:-1] else "", stem[:-1] + "y" if stem.endswith("i") else "",
                          stem[:-1] if ending == "s" and stem.endswith("e") else ""):
                for pos in poses:
                    if lemma and (lemma, pos) in SENSES and inflect(lemma, pos, ending) == word:
                        found.append((lemma, pos, ending))
    return found


def related(a, b, pos):
    """Whether two lemmas share a sense or one is a kind of the other."""
    first, second = set(SENSES.get((a, pos), [])), set(SENSES.get((b, pos), []))
    up = lambda senses: {n for s in senses for n in ABOVE.get(s, [])}
    return bool(first & second or first & up(second) or second & up(first))


near_cache = {}


def near(lemma, pos):
    """Lemmas of the same part of speech that are somewhat near in meaning but share no sense."""
    key = (lemma, pos)
    if key not in near_cache:
        found = []
        if lemma in PLACE:
            cosines = ROWS @ ROWS[PLACE[lemma]]
            for k in np.argsort(-cosines)[1:120]:
                other = PIECES[k]
                if cosines[k] < 0.25:
                    break
                if other in COMMON and other.isalpha() and len(other) > 2 and (other, pos) in SENSES and cosines[k] < 0.62 \
                        and other[:4] != lemma[:4] and not related(lemma, other, pos):
                    found.append(other)
        near_cache[key] = found
    return near_cache[key]


def cased(word, like):
    return word[:1].upper() + word[1:] if like[:1].isupper() else word


class Plant:
    """One planted change: what to put where. `major` None: a change that leaves the meaning alone."""

    def __init__(self, start, end, text, major=1.0, marked=None):
        self.start, self.end, self.text, self.major, self.marked = start, end, text, major, marked


def content_words(text):
    for m in WORD.finditer(text):
        word = m.group()
        if word.isalpha() and word.islower() and len(word) > 3:
            yield m, word


def swap_words(text, random, choose):
    """The first of the content words, in random order, for which `choose(lemma, pos)` knows another."""
    words = list(content_words(text))
    random.shuffle(words)
    for m, word in words[:8]:
        kinds = readings(word)
        random.shuffle(kinds)
        for lemma, pos, ending in kinds[:3]:
            if lemma in STOP:
                continue
            others = choose(lemma, pos)
            if others:
                other = inflect(random.choice(others), pos, ending)
                if other != word:
                    return Plant(m.start(), m.end(), other)
    return None


def antonym(text, random):
    return swap_words(text, random, lambda lemma, pos: [o for o in sorted(OPPOSITES.get(lemma, ())) if (o, pos) in SENSES])


def sibling(text, random):
    def choose(lemma, pos):
        senses = SENSES.get((lemma, pos), [])
        if pos != "n" or not senses:
            return []
        return [o for kind in ABOVE.get(senses[0], [])[:1] for o in CLASS[(kind, "n")] if o != lemma and not related(lemma, o, "n")]
    return swap_words(text, random, choose)


def wrong_sense(text, random):
    return swap_words(text, random, near)


def synonym(text, random):
    def choose(lemma, pos):
        senses = SENSES.get((lemma, pos), [])
        return [o for o in MATES.get((senses[0], pos), []) if o != lemma] if senses else []
    found = swap_words(text, random, choose)
    if found:
        found.major = None
    return found


UNITS = "zero one two three four five six seven eight nine ten eleven twelve".split()
CALENDAR = ["Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split(),
            "January February March April June July August September October November December".split(),
            "morning afternoon evening night".split(), "minutes hours days weeks months years".split(),
            "thousand million billion".split(), "first second third fourth fifth".split(),
            "dollars euros pounds yuan rubles".split(), "meters kilometers miles feet".split(), "north south east west".split(),
            "northern southern eastern western".split(), "two three four five six seven eight nine ten".split()]
SLOT = {w: row for row in CALENDAR for w in row}


def figure(text, random):
    found = [m for m in WORD.finditer(text) if m.group()[0].isdigit() or m.group() in SLOT or m.group().lower() in UNITS[2:]]
    if not found:
        return None
    m = random.choice(found)
    word = m.group()
    if word in SLOT:
        return Plant(m.start(), m.end(), random.choice([w for w in SLOT[word] if w != word]))
    if not word[0].isdigit():
        return Plant(m.start(), m.end(), cased(random.choice([w for w in UNITS[2:] if w != word.lower()]), word))
    digits = [k for k, c in enumerate(word) if c.isdigit()]
    new = list(word)
    way = random.random()
    if way < 0.3 and len(digits) > 1:
        a, b = random.sample(digits, 2)
        new[a], new[b] = new[b], new[a]
        if new[digits[0]] == "0" or new == list(word):
            return None
    elif way < 0.45 and len(word) < 4:
        new = list(word + "0")
    else:
        k = random.choice(digits)
        new[k] = random.choice([d for d in "123456789" if d != word[k]])
    return Plant(m.start(), m.end(), "".join(new))


NAME = re.compile(r"(?<=[a-z,’'\"“(] )[A-Z][a-zA-Z]+(?: [A-Z][a-zA-Z]+){0,2}")
NOT_NAMES = set("I The A An In On It He She They We But And Mr Mrs Ms Dr Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March "
                "April May June July August September October November December".split())


def names_in(text):
    return [m for m in NAME.finditer(text) if m.group().split()[0] not in NOT_NAMES]


def name(text, random, pool):
    found = names_in(text)
    if not found or not pool:
        return None
    m = random.choice(found)
    size = len(m.group().split())
    for _ in range(8):
        other = random.choice(pool)
        if len(other.split()) == size and other not in text:
            return Plant(m.start(), m.end(), other)
    return None


def exchanged(text, random):
    """Two names of the sentence change places: who did it to whom."""
    found = names_in(text)
    if len(found) < 2:
        return None
    a, b = sorted(random.sample(found, 2), key=lambda m: m.start())
    if a.group() == b.group() or b.start() - a.end() < 5 or re.fullmatch(r"\W*(and|or|,)\W*", text[a.end():b.start()]):
        return None
    middle = text[a.end():b.start()]
    first = (a.start(), a.start() + len(b.group()))
    second = (first[1] + len(middle), first[1] + len(middle) + len(a.group()))
    return Plant(a.start(), b.end(), b.group() + middle + a.group(), marked=[first, second])


AUXILIARY = re.compile(r"\b(will|would|can|could|should|must|is|are|was|were|has|have|had|did|does|do)\b")
NEGATION = re.compile(r"\b(will|would|can|could|should|must|is|are|was|were|has|have|had|did|does|do)( not|n['’]t)\b|\bcannot\b|\bnever \b|\bno longer \b")
PAST = {"said": "denied", "confirmed": "denied", "agreed": "refused", "accepted": "rejected", "approved": "rejected", "supported": "opposed",
        "succeeded": "failed", "began": "stopped", "continued": "stopped", "won": "lost", "rose": "fell", "increased": "decreased", "allowed": "banned"}
PAST.update({b: a for a, b in list(PAST.items()) if b not in ("stopped", "rejected")})


def negated(text, random):
    found = list(NEGATION.finditer(text))
    if found and random.random() < 0.6:
        m = random.choice(found)
        word = m.group()
        plain = {"cannot": "can", "never ": "", "no longer ": "still " if random.random() < 0.5 else ""}.get(word.lower())
        return Plant(m.start(), m.end(), m.group(1) if plain is None else plain, marked="neighbours")
    verbs = [m for m in WORD.finditer(text) if m.group() in PAST]
    if verbs and random.random() < 0.4:
        m = random.choice(verbs)
        if random.random() < 0.6:
            return Plant(m.start(), m.end(), PAST[m.group()])
        for lemma, pos, ending in readings(m.group()):
            if pos == "v":
                return Plant(m.start(), m.end(), random.choice(["did not ", "failed to ", "refused to "]) + lemma)
    found = [m for m in AUXILIARY.finditer(text) if not re.match(r"( not|n['’]t)", text[m.end():])]
    if not found:
        return None
    m = random.choice(found)
    put = " not" if random.random() < 0.85 or m.group() in ("will", "can") else "n't"
    return Plant(m.end(), m.end(), put, marked="negated")


HEDGES = [(r"\b(may|might|could) (?=[a-z]+\b)", "will "), (r"\b(may|might|could) have ", "have "), (r"\b(allegedly|reportedly|possibly|perhaps|probably|apparently|about|almost|nearly|"
          r"alleged|suspected|potential|likely|partly) ", ""), (r"\b(was|were|is|are) (expected|likely|set|due|scheduled) to be\b", r"\1"), (r"\bis expected to\b", "will"),
          (r"\b(plans?|planned|hopes?|hoped|intends?|wants?|wanted|tried|attempted) to (?=[a-z])", "will "), (r"\bwill (?=[a-z]+\b)", "may "),
          (r"\b(some|many|most)\b", "all"), (r"\bsometimes\b", "always"), (r"\bat least\b", "at most"), (r"\bmore than\b", "less than"), (r"\bless than\b", "more than"),
          (r"\bbefore\b", "after"), (r"\bafter\b", "before"), (r"\bonly\b", "also"), (r"\bmust\b", "may"), (r"\bshould\b", "must")]


def certain(text, random):
    """A hedge, a quantifier or an order in time that is lost or turned."""
    order = list(HEDGES)
    random.shuffle(order)
    for pattern, put in order:
        m = re.search(pattern, text)
        if m and m.start() > 0:
            return Plant(m.start(), m.end(), m.expand(put), marked=None if put else "neighbours")
    return None


TAILS = re.compile(r"(?:, (?:which|who|where|including|after|while|although|but|and|with|as)\b[^,.;]{12,90}(?=[,.;])| (?:in|on|at|for|by|with|from|after|before|during|under|without|despite) "
                   r"[^,.;]{6,50}(?=[,.;]))")


def left_out(text, random):
    found = list(TAILS.finditer(text))
    if not found:
        return None
    m = random.choice(found)
    return Plant(m.start(), m.end(), "", major=0.0, marked=[])


NEUTRAL = [(r"\btwo\b", "2"), (r"\bthree\b", "3"), (r"\bfour\b", "4"), (r"\bten\b", "10"), (r"\b2\b", "two"), (r"\b5\b", "five"), (r"\b7\b", "seven"), (r"(?<=\d)%", " percent"),
           (r"(?<=\d) percent\b", "%"), (r"(?<=\d) per cent\b", "%"), (r"\bdid not\b", "didn't"), (r"\bcannot\b", "is unable to"), (r"\bsaid\b", "told reporters"), (r"\bsaid\b", "stated"),
           (r"\bsaid that\b", "said"), (r"\bbecause\b", "since"), (r"\bhowever, ", ""), (r"\balso ", ""), (r"\bmore than\b", "over"), (r"\bover (?=\d)", "more than "), (r"\babout (?=\d)", "around "),
           (r"\bbegan\b", "started"), (r"\bstarted\b", "began"), (r"\bin order to\b", "to"), (r"\bnear\b", "close to"), (r"\bSept\.", "September"), (r"\bU\.S\.", "US"),
           (r"\bUnited States\b", "U.S."), (r"(?<=\d) million\b", "m"), (r"(?<=\d)m\b", " million"), (r"\bas well as\b", "and"), (r"\bbut\b", "though"), (r"\bwhile\b", "whereas"),
           (r"\bdied\b", "were killed"), (r"\bhelp\b", "assist"), (r"\bbought\b", "purchased"), (r"\bcompany\b", "firm"), (r"\bofficials\b", "authorities"), (r"\bchildren\b", "kids")]


def retold(text, random):
    order = list(NEUTRAL)
    random.shuffle(order)
    for pattern, put in order:
        m = re.search(pattern, text)
        if m:
            return Plant(m.start(), m.end(), put, major=None)
    return None


FOREIGN = """der die das und nicht mit wurde gegen le la les des avec pour contre dans el los las con para contra gobierno gouvernement Regierung presidente
ministre ministerio Wirtschaft guerra guerre Krieg ville ciudad Stadt enfants niños Kinder année año Jahr maison casa Haus travail trabajo Arbeit mort muerte policía
argent dinero Geld eau agua Wasser santé salud Gesundheit école escuela Schule 政府 总统 公司 中国 经济 правительство президент война город работа компания""".split()


def foreign(text, random):
    words = list(content_words(text))
    if not words:
        return None
    m, _ = random.choice(words)
    return Plant(m.start(), m.end(), random.choice(FOREIGN))


WAYS = [("figure", 3.0), ("name", 2.5), ("exchanged", 2.0), ("negated", 3.0), ("antonym", 2.5), ("sibling", 2.0), ("wrong_sense", 3.0), ("certain", 2.0),
        ("left_out", 1.0), ("foreign", 0.7), ("synonym", 3.5), ("retold", 3.0)]


def plant(pair, random, pool):
    """A copy of the clean `pair` with one change, and with which; None where the way that was drawn finds nothing to change."""
    way = random.choices([w for w, _ in WAYS], [x for _, x in WAYS])[0]
    act = globals()[way]
    text = pair.copy
    found = act(text, random, pool) if way == "name" else act(text, random)
    if found is None:
        return None
    copy = text[:found.start] + found.text + text[found.end:]
    shift = len(found.text) - (found.end - found.start)
    marks = [(s + (shift if s >= found.end else 0), e + (shift if e >= found.end else 0), m, a) for s, e, m, a in pair.marks]
    if found.major is None:
        return replace(pair, kind="planted", copy=copy, marks=marks)
    at = (found.start, found.start + len(found.text))
    if found.marked is None:
        spans = [at]
    elif found.marked == "neighbours":
        spans = [m.span() for m in WORD.finditer(copy) if m.end() >= at[0] - 1 and m.start() <= at[1] + 1][:3]
    elif found.marked == "negated":
        first = [m for m in WORD.finditer(copy) if m.end() <= found.start][-1:]
        spans = [(first[0].start() if first else at[0], at[1])]
    else:
        spans = found.marked
    marks = marks + [(s, e, 1.0, 1.0) for s, e in spans if s < e and found.major == 1.0]
    lost, weight = list(pair.lost), pair.source_weight
    was = text[found.start:found.end].strip(" ,.;")
    if was and found.marked is None or way == "left_out":
        hit = re.search(r"(?<!\w)" + re.escape(was) + r"(?!\w)", pair.source)
        if hit:
            lost.append((hit.start(), hit.end(), 1.0))
        else:
            weight = 0.0
    else:
        weight = 0.0
    if way == "left_out":
        return replace(pair, kind="planted", copy=copy, marks=marks, lost=lost, source_weight=weight, changed=(0.0, 0.0), partly=(1.0, 0.3 if lost else 0.0))
    return replace(pair, kind="planted", copy=copy, marks=marks, lost=lost, source_weight=weight, changed=(1.0, 0.5), partly=(1.0, 0.3))


def clean(pair):
    """Whether changes may be planted into a pair: nothing in it is marked."""
    if pair.kind == "demetr":
        return pair.row["error_class"] == "none"
    if pair.kind == "mqm":
        return pair.row["label"] == "clean"
    if pair.kind == "msrp":
        return int(pair.row["label"]) == 1
    return pair.kind == "humans" or pair.kind == "corpus" and not pair.row["drifts"]


def name_pool(pairs):
    return sorted({m.group() for p in pairs for m in names_in(p.source)})


def planted(pairs, pool, random, amount):
    """`amount` pairs with a change, made from the clean ones of `pairs`; a third of them from a copy that repeats its source."""
    base = [p for p in pairs if clean(p)]
    found = []
    while len(found) < amount:
        p = random.choice(base)
        if random.random() < 0.33:
            p = replace(p, copy=p.source, marks=[], lost=[])
        made = plant(replace(p, copy_weight=1.0, source_weight=max(0.5, p.source_weight)), random, pool)
        if made and made.copy != made.source:
            if random.random() < 0.3:
                more = plant(made, random, pool)
                made = more or made
            found.append(made)
    return found
