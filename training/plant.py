"""Plants changes of meaning into faithful versions: further material for train.py.

    plant(pairs, seed) -> [(source, copy, start, end, kind)]

Each faithful pair (source, copy) can give one changed copy, with the place of the change in code points. Only what both sides say is
changed, so that the change is real: figures (scale, digits, unit, bound), dates, negations, conditions, opposites, offices, hedges, names
exchanged, active for passive, a plan for what was done, men for women, one kind for another of the same set (src/judge/alternatives.tsv), known confusions.
"""
import os, random, re

HERE = os.path.dirname(os.path.abspath(__file__))
TABLES = os.path.join(HERE, "..", "src", "judge")
MONTHS = "January February March April May June July August September October November December".split()
DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
OFFICES = r"(?:director|chairman|chairwoman|minister|president|governor|head|chief|treasurer|mayor|secretary|commander|coach|editor|ambassador|prosecutor)"
# (pattern in the copy, replacement): small words that turn a statement.
TURNS = [(k, a, b) for k, rows in {
    "number": [(r"\bat least\b", "at most"), (r"\bup to\b", "at least"), (r"\bas much as\b", "at least"), (r"\bas many as\b", "at least"), (r"\bmore than (?=\d|a|twice)", "less than "),
               (r"\bless than (?=\d|a|one)", "more than "), (r"\bfewer than (?=\d)", "more than "), (r"\bnearly (?=\d|half|twice)", "more than "), (r"\balmost (?=\d|half|twice)", "more than "),
               (r"\bover (?=\d)", "under "), (r"\bby (?=[\d.,]+ ?(?:%|per|points|million|billion))", "to "), (r"\bto (?=[\d.,]+ ?(?:%|per|points|million|billion))", "by "),
               (r"\bmillion\b", "billion"), (r"\bbillion\b", "million"), (r"\bthousand\b", "million"), (r"\btwice\b", "three times"), (r"\bhalf of\b", "a quarter of"),
               (r"\bpercentage points\b", "percent"), (r"\bkm\b", "miles"), (r"\bmiles\b", "km"), (r"\bkilomet(?:re|er)s\b", "miles"), (r"\bmet(?:re|er)s\b", "feet"), (r"\btonnes\b", "kilograms")],
    "date_unit": [(r"\bbefore\b", "after"), (r"\bafter\b", "before"), (r"\blast (?=week|month|year)", "next "), (r"\bnext (?=week|month|year)", "last "), (r"\bsince (?=\d{4})", "until "),
                  (r"\buntil (?=\d{4})", "since "), (r"\bearlier\b", "later"), (r"\bweeks\b", "months"), (r"\bdays\b", "weeks"), (r"\bhours\b", "minutes"), (r"\bminutes\b", "hours"), (r"\bmonths\b", "weeks"),
                  (r"\ba month\b", "a week"), (r"\bmorning\b", "evening"), (r"\bevening\b", "morning"), (r"\bnoon\b", "midnight"), (r"\ba\.m\.", "p.m."), (r"\bp\.m\.", "a.m.")],
    "polarity": [(r"\b[Uu]nless\b", "if"), (r"\b[Uu]nlike\b", "Like"), (r"\bdenied\b", "admitted"), (r"\brejected\b", "accepted"), (r"\bnot ", ""), (r"\bnever\b", "often"), (r"\bno longer\b", "still"),
                 (r"\bstill\b", "no longer"), (r"\bwithout\b", "with"), (r"\bagainst\b", "for"), (r"\b(?:rose|climbed|gained|increased|jumped)\b", "fell"), (r"\b(?:fell|dropped|declined|slipped)\b", "rose"),
                 (r"\bhigher\b", "lower"), (r"\blower\b", "higher"), (r"\baccepted\b", "rejected"), (r"\bapproved\b", "rejected"), (r"\bagreed\b", "refused"), (r"\brefused\b", "agreed"),
                 (r"\bfailed to\b", "managed to"), (r"\bwon\b", "lost"), (r"\blost\b", "won"), (r"\bdespite\b", "because of"), (r"\b(?:was|were|is|are|has|have|had|will|would|could|can)\b(?! not)", r"\g<0> not"),
                 (r"\bincluding\b", "excluding"), (r"\bsupport(?:s|ed)?\b", "oppose"), (r"\bbegan\b", "ended"), (r"\bended\b", "began"), (r"\bfew\b(?<!a few)", "many"), (r"\bonly\b", "not only"), (r"\bneither\b", "both")],
    "modality": [(r"\b(?:may|might|could)\b(?! not)", "will"), (r"\b(?:allegedly|reportedly|probably|possibly|perhaps|apparently|suspected|alleged) ", ""), (r"\bsuggest(?:s|ed)?\b", "prove"), (r"\burged\b", "ordered"),
                 (r"\basked\b", "ordered"), (r"\badvised\b", "ordered"), (r"\bshould\b", "must"), (r"\bplans to\b", "has begun to"), (r"\bplanned to\b", "began to"), (r"\bintends to\b", "has begun to"),
                 (r"\bis expected to\b", "has begun to"), (r"\bare expected to\b", "have begun to"), (r"\bwas expected to\b", "did"), (r"\bwas considering\b", "had decided on"), (r"\bis considering\b", "has decided on"),
                 (r"\bhopes to\b", "managed to"), (r"\bwants to\b", "managed to"), (r"\btried to\b", "managed to"), (r"\bsought to\b", "managed to"), (r"\blikely\b", "certain"), (r"\bwould (?=[a-z]+ )", "had to "),
                 (r"\b(?:is|are|was|were) (?:due|set|scheduled) to\b", "began to"), (r"\bwill (?!not)(?=[a-z]+ )", "did "),
                 (r"\b(?:was|were) (?=[a-z]{3,}ed\b)", "will be "), (r"\b(?:was|were) (?=[a-z]{3,}ed\b)", "may have been "), (r"\bha(?:s|ve|d) been (?=[a-z]{3,}ed\b)", "could be ")],
    "named_entity": [(r"\b(?:deputy|vice[- ]|former|acting|interim|assistant) ?(?=(?:\w+ ){0,2}" + OFFICES + r")", ""), (r"\b(?=" + OFFICES + r" [A-Z])", "deputy "), (r"\bthe (?=" + OFFICES + r"\b)", "the former ")],
    "role_swap": [(r"\b([a-z]+ed) by\b", r"\1 to"), (r"\bfrom (?=[A-Z])", "to "), (r"\bto (?=[A-Z])", "from "), (r"\b(?<!was )(?<!were )(?<!been )(?<!be )(accused|killed|attacked|told|warned|asked|called|charged|arrested|invited|criticised|criticized|defeated|beat|blamed|sued|hit|saved|visited|paid|helped|joined|rescued|followed) (?=the |a |his |her |[A-Z])", r"was \1 by "),
                  (r"\b(?:was|were) ([a-z]+ed) by\b", r"\1")],
}.items() for a, b in rows]

def kinds():
    sets = []
    for line in open(os.path.join(TABLES, "alternatives.tsv"), encoding="utf-8"):
        if line.startswith("#"): continue
        fields = line.rstrip("\n").split("\t")
        # Kinds that need another word near, and phrases, are not planted: a word for a word keeps the sentence whole.
        if fields[3].startswith("near:"): continue
        sets.append((fields[0], [[w for w in p.split(",") if w and " " not in w] for p in fields[3:]]))
    return sets
def confusables():
    out = []
    for line in open(os.path.join(TABLES, "confusables.tsv"), encoding="utf-8"):
        if line.startswith("#") or not line.strip(): continue
        lemma, wrong = line.split("\t")[:2]
        out.append((lemma, wrong.split(",")))
    return out
SETS, CONFUSED = kinds(), confusables()
BY_WORD = {}
for category, poles in SETS:
    for n, pole in enumerate(poles):
        for w in pole: BY_WORD.setdefault(w, []).append((category, [x for m, p in enumerate(poles) if m != n for x in p[:2]]))
WRONG = {}
for lemma, wrong in CONFUSED: WRONG.setdefault(lemma, []).extend(wrong)

def stem(word):
    """Ending of a regular form and its base, for words of the tables."""
    low = word.lower()
    for ending in ("", "s", "es", "ed", "d", "ing", "ly"):
        if low.endswith(ending) and ending != low:
            base = low[:len(low) - len(ending)] if ending else low
            if base in BY_WORD or base in WRONG: return base, ending
    return None, None
def inflect(word, ending):
    if ending in ("ed", "d"): return word + ("d" if word.endswith("e") else "ed")
    if ending == "ing": return (word[:-1] if word.endswith("e") and not word.endswith("ee") else word) + "ing"
    if ending in ("s", "es"): return word[:-1] + "ies" if re.search(r"[^aeiou]y$", word) else word + ("es" if re.search(r"(?:s|x|ch|sh)$", word) else "s")
    return word + ("ly" if ending == "ly" and not word.endswith("ly") else "")

def verb_forms():
    """Base forms of verbs, and irregular past forms with theirs."""
    bases, past = set(), {}
    lexicon = os.path.join(HERE, "..", "lexicon")
    for line in open(os.path.join(lexicon, "synsets.tsv"), encoding="utf-8"):
        lemma, kind = line.split("\t")[:2]
        if kind == "v": bases.add(lemma)
    for line in open(os.path.join(lexicon, "irregular.tsv"), encoding="utf-8"):
        form, kind, lemma = line.rstrip("\n").split("\t")[:3]
        if kind == "v": past[form] = lemma
    return bases, past
BASES, PAST = verb_forms()
def base_of(form):
    """The base of a past form, where that is sure."""
    if form in PAST: return PAST[form]
    for base in (form[:-2], form[:-1], form[:-3], form[:-3] + "y"):
        if form.endswith("ed") and len(base) > 2 and base in BASES and (base != form[:-3] or form[-3] == form[-4:-3]): return base
PRONOUNS = {"he": "she", "she": "he", "his": "her", "him": "her", "himself": "herself", "herself": "himself", "He": "She", "She": "He", "His": "Her"}

def changes(source, copy, rng):
    """Every change that could be made: (start, end, new text, kind)."""
    out = []
    low = source.lower()
    for kind, pattern, new in TURNS:
        for m in re.finditer(pattern, copy):
            if kind in ("polarity", "modality") and m.group(0).strip() and m.group(0).strip().lower() not in low and new and rng.random() < 0.5: continue
            out.append((m.start(), m.end(), m.expand(new), kind))
    for m in re.finditer(r"\b\d[\d,]*(?:\.\d+)?\b", copy):
        text = m.group(0)
        if text not in source or re.fullmatch(r"(?:19|20)\d\d", text): continue
        whole = text.replace(",", "")
        options = []
        if "." in whole: options += [whole.replace(".", ""), str(round(float(whole) / 10, 4))]
        else: options += [f"{int(whole) * 10:,}", f"{int(whole) * 10:,}"] if len(whole) < 9 else []
        if len(whole) >= 2 and whole.isdigit() and whole[0] != whole[1]: options.append(whole[1] + whole[0] + whole[2:])
        if whole.isdigit() and whole.endswith("0") and len(whole) > 2: options.append(f"{int(whole) // 10:,}")
        options = [o for o in options if o not in source]
        if options: out.append((m.start(), m.end(), rng.choice(options), "number"))
    for names in (MONTHS, DAYS):
        for m in re.finditer(r"\b(?:" + "|".join(names) + r")\b", copy):
            if m.group(0) in source: out.append((m.start(), m.end(), rng.choice([n for n in names if n not in source and n not in copy] or [names[0]]), "date_unit"))
    for m in re.finditer(r"\b(?:19|20)\d\d\b", copy):
        if m.group(0) in source: out.append((m.start(), m.end(), str(int(m.group(0)) + rng.choice([-10, -1, 1, 2, 10])), "date_unit"))
    for m in re.finditer(r"\b[A-Za-z]{3,}\b", copy):
        base, ending = stem(m.group(0))
        if base is None or not re.search(r"\b" + base[:max(4, len(base) - 1)], low): continue
        options = [(w, k) for k, ws in BY_WORD.get(base, []) for w in ws] + [(w, "wrong_sense") for w in WRONG.get(base, [])] * 2
        options = [(w, k) for w, k in options if w not in low and w.isalpha()]
        if options:
            w, k = rng.choice(options)
            out.append((m.start(), m.end(), inflect(w, ending) if ending else w, k))
    # What was done is still to come, or only possible.
    for m in re.finditer(r"(?<=[a-z] )[a-z]{3,}(?= (?:the|a|an|its|his|her|their|two|three|on|in|for|to|from|with)\b)", copy):
        base = base_of(m.group(0))
        if base and base != m.group(0) and re.search(r"\b" + m.group(0) + r"\b", low) and not re.search(r"\b(?:is|are|was|were|be|been|being|has|have|had|by|the|a|an|of|and|or|not) $", copy[:m.start()]):
            out.append((m.start(), m.end(), rng.choice(["will ", "may ", "plans to ", "could ", "is expected to ", "wants to "]) + base, "modality"))
    for m in re.finditer(r"\b(?:" + "|".join(PRONOUNS) + r")\b", copy):
        other = PRONOUNS[m.group(0)]
        if re.search(r"\b" + m.group(0).lower() + r"\b", low) and not re.search(r"\b(?:she|her|hers|herself)\b" if other.lower() in ("she", "her", "herself") else r"\b(?:he|his|him|himself)\b", low):
            out.append((m.start(), m.end(), other, "pronoun"))
    # Two names that both sides have, exchanged.
    found = [m for m in re.finditer(r"(?<![.!?] )(?<!^)\b[A-Z][a-z]+(?: [A-Z][a-z]+)*\b", copy) if m.group(0) in source]
    for a, b in zip(found, found[1:]):
        if a.group(0) != b.group(0) and a.group(0) not in MONTHS + DAYS and b.group(0) not in MONTHS + DAYS and copy[a.end():b.start()].strip(" ,") not in ("", "and", "of", "in"):
            out.append((a.start(), b.end(), b.group(0) + copy[a.end():b.start()] + a.group(0), "role_swap"))
    return [c for c in out if copy[c[0]:c[1]] != c[2]]

def plant(pairs, seed=7, most=1):
    rng = random.Random(seed)
    planted = []
    for source, copy in pairs:
        options = changes(source, copy, rng)
        # A rare kind first, so that figures do not crowd out the rest.
        rng.shuffle(options)
        kinds_here = list({o[3] for o in options})
        rng.shuffle(kinds_here)
        for kind in kinds_here[:most]:
            start, end, new, _ = next(o for o in options if o[3] == kind)
            changed = copy[:start] + new + copy[end:]
            # A removal is marked at the word behind it.
            last = start + len(new) if new.strip() else start + len(re.match(r"\W*\w*", changed[start:]).group(0))
            planted.append((source, changed, start, max(last, start + 1), kind))
    return planted
