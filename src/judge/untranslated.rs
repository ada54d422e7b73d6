//! Words left in another language.

use std::sync::LazyLock;

use ahash::AHashSet;

use super::{Pair, Proposal};
use crate::lexicon::lexicon;
use crate::model::{Category, Span};
use crate::text::fold::is_unspaced;
use crate::words::{Class, Lexeme, Note, Word, Words, american};

/// Strength of a finding in another script.
pub(super) const OTHER_SCRIPT: f32 = 0.97;

/// Words of the copy that the source does not have and that are no English: another script, frequent words of other languages, or words that
/// the lexicon knows neither whole nor in two pieces, the likelier the more they are spelt as another language spells.
///
/// A word that is only spelt like its counterpart ("relativement", "relatively") is none the more English; a capitalised one is looked at where no
/// name of the source could be meant by it.
pub(super) fn judge(pair: &Pair<'_>) -> Vec<Proposal> {
    let latin = |text: &str| {
        text.is_ascii()
            || text
                .chars()
                .filter(|c| c.is_alphabetic())
                .all(|c| (c as u32) < 0x250)
    };
    let source_latin = latin(pair.source.span.of(pair.source_text));
    let lexicon = lexicon();
    let mut found: Vec<Proposal> = Vec::new();
    for (j, word) in pair.copy.words.iter().enumerate() {
        if word.class == Class::Quantity {
            continue;
        }
        let printed = word.span.of(pair.copy_text);
        let common_foreign = word.is(Note::Foreign, |word| is_common_foreign(&word.folded));
        let plain = word.common && printed.is_ascii() || word.class == Class::Function;
        // Most words end here: English ones of more than three letters.
        if plain && !common_foreign && printed.is_ascii() {
            continue;
        }
        if in_address(pair.copy_text, word.span) {
            continue;
        }
        let other = |c: char| c.is_alphabetic() && (c as u32 >= 0x370 || is_unspaced(c));
        // A single letter may be one that only looks like another: a Cyrillic "C".
        let foreign_script = source_latin
            && (printed.chars().filter(|&c| other(c)).count() >= 2
                || printed.chars().any(is_unspaced));
        if plain && !foreign_script && !common_foreign {
            continue;
        }
        let strange = printed.chars().any(|c| c.is_alphabetic() && !c.is_ascii());
        // An English word with an accent that English does not write: "évaluations".
        let accented = strange && !word.capital && !foreign_script && !is_loan(&word.folded);
        let number = |long: &str, short: &str| {
            long.len() == short.len() + 1 && long.strip_suffix('s') == Some(short)
        };
        let same = |w: &Word| {
            if number(&w.folded, &word.folded) || number(&word.folded, &w.folded) {
                return !accented;
            }
            w.hash == word.hash && (!accented || w.span.of(pair.source_text) == printed)
        };
        if pair.source.words.iter().any(same) || is_spelt_apart(pair.source, word) {
            continue;
        }
        let foreign = lexicon.spelling.foreignness(printed);
        // Made of English parts by chance: "relative" + "ment", "tour" + "nee".
        let by_chance = |w: &Lexeme| is_compound(&w.lemma) || is_derived(&w.folded);
        let english = |w: &Lexeme| {
            is_prefixed(&w.folded)
                || lexicon.relations.is_rare(&w.folded)
                || is_graded(&w.folded)
                || lexicon.relations.is_lemma(&w.base)
        };
        let made =
            word.is(Note::English, english) || foreign < 6.0 && word.is(Note::Made, by_chance);
        let outside = accented
            || !lexicon.relations.is_lemma(&word.lemma)
                && !lexicon.relations.is_lemma(&word.folded)
                && !made;
        let letters = printed.chars().filter(|c| c.is_alphabetic()).count();
        let unknown = outside && letters >= 4;
        if !foreign_script && !common_foreign && !unknown {
            continue;
        }
        let counterpart = pair.alignment.of_copy[j];
        // A capital may be a name's, or that of the first word. Names are spelt in many ways, and some are only told by one side: looked at is
        // only what stands in the place of common words. An office or a body is a common word with a capital.
        let is_name = |w: &Word| w.class == Class::Name && (!w.common || w.individual);
        if word.capital && !foreign_script {
            let replaced = match counterpart {
                Some((i, _)) => !is_name(&pair.source.words[i]),
                None => pair
                    .chunks
                    .iter()
                    .find(|c| c.copy.contains(&j) && !c.source.is_empty())
                    .is_some_and(|c| {
                        let words = &pair.source.words[c.source.clone()];
                        words.iter().any(|w| w.class == Class::Content)
                            && !words.iter().any(is_name)
                    }),
            };
            // "COVID": letters that stand for words.
            let letters_only = printed.chars().all(|c| !c.is_lowercase());
            // "Prime Minister Najib Mikati", where the source says "Mikati" alone.
            let in_name = [j.checked_sub(1), Some(j + 1)]
                .into_iter()
                .flatten()
                .filter_map(|k| pair.copy.words.get(k))
                .any(is_name);
            // A name that the source says in another sentence.
            let told = pair.source_text.contains(printed);
            if letters_only || in_name || told || !(replaced || common_foreign && j == 0) {
                continue;
            }
        }
        if common_foreign && j > 0 && word.capital {
            continue;
        }
        let pieces = word.vector.as_ref().map_or(0, |v| v.pieces);
        let score = if foreign_script {
            OTHER_SCRIPT
        } else if common_foreign {
            // "Charles de Gaulle", "La Paz": small words also stand in names.
            let beside = |k: Option<usize>| {
                k.and_then(|k| pair.copy.words.get(k))
                    .is_some_and(|w| w.capital)
            };
            if word.folded.len() <= 3 && beside(Some(j + 1)) {
                0.50
            } else {
                0.85
            }
        } else {
            let spelt = 0.04 * (foreign + if strange { 3.0 } else { 0.0 }).clamp(-6.0, 14.0);
            let whole = if pieces >= 3 { 0.05 } else { 0.0 };
            let capital = if word.capital { 0.25 } else { 0.0 };
            (0.35 + spelt + whole - capital).clamp(0.02, 0.92)
        };
        // Neighbouring foreign words are one finding.
        if let Some(last) = found.last_mut().filter(|p| p.copy.end == j) {
            last.copy.end = j + 1;
            last.score = last.score.max(score);
            last.evidence = format!("`{}` is not English", pair.copy_words(last.copy.clone()));
            continue;
        }
        let at = (0..j)
            .rev()
            .find_map(|k| pair.alignment.of_copy[k])
            .map_or(0, |(i, _)| i + 1)
            .min(pair.source.words.len());
        found.push(Proposal {
            category: Category::Untranslated,
            score,
            source: counterpart.map_or(at..at, |(i, _)| i..i + 1),
            copy: j..j + 1,
            evidence: format!("`{}` is not English", pair.copy_words(j..j + 1)),
        });
    }
    found
}

/// Whether the word is a piece of an address: "MySpace.com", "desk@halden.example", "#Karabakh".
fn in_address(text: &str, word: Span) -> bool {
    let (before, behind) = (&text[..word.start as usize], &text[word.end as usize..]);
    let joins = |mark: Option<char>, beyond: Option<char>| match mark {
        Some('.' | '/' | '_' | ':') => beyond.is_some_and(|c| c.is_alphanumeric() || c == '/'),
        Some('@' | '#') => true,
        _ => false,
    };
    let (mut left, mut right) = (before.chars().rev(), behind.chars());
    joins(left.next(), left.next()) || joins(right.next(), right.next())
}

/// Frequent words of other languages, without their accents, that are no English words.
const FOREIGN: &[&str] = &[
    "aber", "aby", "ainsi", "alla", "alle", "alors", "anche", "ancora", "andere", "anderen",
    "apres", "att", "auch", "auf", "aunque", "aus", "aussi", "aux", "avant", "avec", "avoir",
    "bei", "beim", "bij", "bir", "bis", "bu", "byc", "byl", "byla", "byli", "bylo", "ces", "cette",
    "che", "chez", "cinco", "cinq", "com", "como", "contre", "cosi", "ctyri", "cuando", "cuatro",
    "cztery", "daha", "dalla", "dann", "dans", "dass", "degli", "dei", "del", "della", "delle",
    "dello", "dem", "depuis", "der", "des", "desde", "det", "deux", "deze", "di", "dieci", "diez",
    "dit", "dix", "dois", "donde", "dopo", "dort", "drei", "drie", "durch", "dva", "dwa", "een",
    "ei", "ein", "eine", "einen", "einer", "eines", "el", "ella", "eller", "ellos", "entre",
    "eran", "ese", "eso", "essa", "essere", "est", "esta", "estan", "este", "esto", "estos", "et",
    "etaient", "etait", "etre", "ett", "faire", "fait", "foi", "fra", "fran", "fu", "fue", "funf",
    "geen", "gegen", "gibi", "gli", "haben", "hacia", "hade", "hanno", "har", "hasta", "hatte",
    "hebben", "heeft", "het", "heute", "hier", "ich", "icin", "ihr", "ihre", "il", "ile", "im",
    "immer", "inte", "isso", "ist", "ja", "jak", "jako", "jego", "jeho", "jej", "jen", "jest",
    "jeste", "jetzt", "jsem", "jsou", "juz", "kadar", "kan", "kann", "konnen", "ktere", "ktora",
    "ktore", "ktory", "kun", "la", "las", "le", "les", "leur", "leurs", "lo", "loro", "los",
    "maar", "mais", "mas", "meer", "mehr", "mehrere", "mit", "moins", "molto", "muito", "muss",
    "mutta", "muy", "naar", "nach", "nao", "nebo", "negli", "nei", "nel", "nella", "neuf", "neun",
    "nicht", "nie", "niet", "niin", "noch", "nosotros", "nous", "nove", "nuestro", "nueve", "nur",
    "och", "od", "oder", "ohne", "oito", "olan", "onde", "ont", "ook", "oraz", "otto", "ou",
    "ovat", "pela", "pelas", "pelo", "pelos", "perche", "pero", "peut", "peuvent", "piec", "piu",
    "podle", "por", "porque", "pouze", "pri", "przed", "przez", "puede", "pueden", "quand",
    "quando", "quatre", "quatro", "quattro", "que", "quem", "questa", "questo", "qui", "quien",
    "quienes", "sao", "schon", "sechs", "segun", "sehr", "seine", "seis", "selbst", "selon",
    "sete", "sette", "seu", "seus", "sia", "sich", "sie", "sieben", "siete", "sind", "ska",
    "sobre", "som", "sono", "sonra", "sont", "su", "sua", "suas", "suo", "suoi", "sur", "sus",
    "tambien", "tego", "tiene", "tienen", "todo", "todos", "tot", "tous", "tout", "toute", "tra",
    "tre", "tres", "tri", "trois", "trzy", "tutte", "tutti", "twee", "tylko", "tym", "uber", "uma",
    "una", "und", "une", "uno", "unos", "unter", "uz", "ve", "viele", "vier", "vijf", "vom", "von",
    "voor", "vous", "waren", "wegen", "weil", "wenn", "werd", "werden", "wie", "wieder", "wir",
    "wird", "worden", "wordt", "wurde", "wurden", "ze", "zehn", "zijn", "zum", "zur", "zwei",
    "zwischen",
];

fn is_common_foreign(folded: &str) -> bool {
    static KNOWN: LazyLock<AHashSet<&str>> = LazyLock::new(|| FOREIGN.iter().copied().collect());
    KNOWN.contains(folded)
}

/// Words that English took over with their accents; folded, as beginnings.
fn is_loan(folded: &str) -> bool {
    const LOANS: &[&str] = &[
        "attache",
        "blase",
        "cafe",
        "canape",
        "cliche",
        "communique",
        "consomme",
        "coup",
        "creche",
        "creme",
        "crepe",
        "debacle",
        "debut",
        "decor",
        "deja",
        "denouement",
        "detente",
        "doppelganger",
        "eclair",
        "elite",
        "emigre",
        "entree",
        "etat",
        "expose",
        "facade",
        "fete",
        "fiance",
        "flambe",
        "fohn",
        "frappe",
        "gruyere",
        "jalapeno",
        "macrame",
        "matinee",
        "melange",
        "melee",
        "menage",
        "metier",
        "naive",
        "nee",
        "papier",
        "pate",
        "pinata",
        "pique",
        "premiere",
        "protege",
        "puree",
        "raison",
        "rechauffe",
        "regime",
        "resume",
        "risque",
        "role",
        "rose",
        "saute",
        "seance",
        "senor",
        "smorgasbord",
        "soiree",
        "souffle",
        "soupcon",
        "tete",
        "touche",
        "uber",
        "vicuna",
        "vis",
        "voila",
    ];
    LOANS.iter().any(|loan| folded.starts_with(loan))
}

/// Whether the source has the word as two that a hyphen joins, or as American spells it: "deinstitutionalisation", "de-institutionalization".
fn is_spelt_apart(source: &Words, word: &Word) -> bool {
    let wanted = american(&word.folded);
    let parted = |two: &[Word]| {
        two[1].after_mark
            && two[1].span.start == two[0].span.end + 1
            && wanted.strip_prefix(two[0].folded.as_str()) == Some(&*american(&two[1].folded))
    };
    source.words.windows(2).any(parted)
        || source.words.iter().any(|w| american(&w.folded) == wanted)
}

/// "pseudorandom", "hydropower", "reconfigurations": a known word of five letters and more behind a prefix that English makes words with.
fn is_prefixed(folded: &str) -> bool {
    const PREFIXES: [&str; 48] = [
        "aero", "agro", "anti", "astro", "auto", "bio", "counter", "cyber", "de", "eco", "electro",
        "euro", "geo", "hydro", "hyper", "infra", "inter", "intra", "macro", "mega", "micro",
        "mid", "mis", "mono", "multi", "nano", "neuro", "non", "out", "over", "photo", "poly",
        "post", "pre", "proto", "pseudo", "quasi", "re", "self", "semi", "socio", "sub", "super",
        "tele", "thermo", "trans", "ultra", "un",
    ];
    let relations = &lexicon().relations;
    let known = |rest: &str| {
        let base = relations.lemma(rest);
        base.len() >= 5 && (relations.is_lemma(&american(&base)) || relations.is_rare(rest))
    };
    PREFIXES
        .iter()
        .any(|p| folded.strip_prefix(p).is_some_and(known))
}

/// "politicize" of a known word with an ending English makes words with, or a known word behind a common prefix.
fn is_derived(folded: &str) -> bool {
    const ENDINGS: [&str; 26] = [
        "ly", "ness", "er", "ers", "ing", "ed", "ism", "ist", "ists", "able", "less", "like",
        "ish", "ment", "ize", "ized", "ise", "ised", "ion", "ity", "ship", "ful", "ability",
        "hood", "wise", "y",
    ];
    const PREFIXES: [&str; 20] = [
        "un", "re", "non", "pre", "post", "anti", "over", "under", "super", "multi", "mis", "co",
        "inter", "out", "sub", "counter", "micro", "cyber", "bio", "de",
    ];
    let relations = &lexicon().relations;
    let known = |word: &str| {
        word.len() >= 3 && (relations.is_lemma(word) || relations.is_lemma(&relations.lemma(word)))
    };
    ENDINGS.iter().any(|e| {
        folded
            .strip_suffix(e)
            .is_some_and(|stem| known(stem) || known(&format!("{stem}e")))
    }) || PREFIXES
        .iter()
        .any(|p| folded.strip_prefix(p).is_some_and(known))
}

/// "bolder", "largest", "biggest": degrees of a known word; and small words that have no senses.
fn is_graded(folded: &str) -> bool {
    let known = |stem: &str| lexicon().relations.is_lemma(stem);
    let plain = ["er", "est"].iter().any(|ending| {
        folded.strip_suffix(ending).is_some_and(|stem| {
            let doubled = stem
                .as_bytes()
                .windows(2)
                .last()
                .is_some_and(|w| w[0] == w[1]);
            stem.len() >= 3
                && (known(stem)
                    || known(&format!("{stem}e"))
                    || doubled && known(&stem[..stem.len() - 1]))
        })
    });
    plain
        || matches!(
            folded,
            "else"
                | "albeit"
                | "versus"
                | "whereby"
                | "wherein"
                | "whilst"
                | "amongst"
                | "unto"
                | "multi"
                | "anymore"
        )
}

/// "landmine": two known words of three letters and more.
fn is_compound(lemma: &str) -> bool {
    let lexicon = lexicon();
    let known =
        |part: &str| part.len() >= 3 && lexicon.relations.is_lemma(&lexicon.relations.lemma(part));
    lemma.is_ascii()
        && (3..lemma.len().saturating_sub(2)).any(|at| known(&lemma[..at]) && known(&lemma[at..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn foreign(source: &str, copy: &str) -> Vec<(String, f32)> {
        crate::judge::paired(source, copy, |pair| {
            judge(pair)
                .into_iter()
                .map(|p| (pair.copy_words(p.copy).to_owned(), p.score))
                .collect()
        })
    }

    #[test]
    fn the_frequent_words_are_sorted() {
        assert!(FOREIGN.is_sorted());
    }

    #[test]
    fn a_word_of_another_language_is_told_even_where_it_is_spelt_like_its_counterpart() {
        for (source, copy, word) in [
            (
                "The island is generally calm in spring.",
                "The island is généralement calm in spring.",
                "généralement",
            ),
            (
                "The talks made great progress on Monday.",
                "The talks made great Fortschritte on Monday.",
                "Fortschritte",
            ),
            (
                "He left the town and did not return.",
                "He left the town et did not return.",
                "et",
            ),
        ] {
            assert_eq!(foreign(source, copy)[0].0, word);
        }
        for (source, copy) in [
            (
                "The organisation recognises the neighbours.",
                "The organization recognizes the neighbors.",
            ),
            (
                "The site has many readers.",
                "The site Halden.com has many readers.",
            ),
            (
                "Prime Minister Mikkati spoke on Monday.",
                "Prime Minister Najjib Mikkati spoke on Monday.",
            ),
            (
                "The plant makes power from water and can be set up anew.",
                "The hydropower plant allows one to reconfigure it by pseudorandom steps.",
            ),
            (
                "The envoy met Gurbanguly in the capital.",
                "The envoy met Kurbanguly in the capital.",
            ),
        ] {
            assert_eq!(foreign(source, copy), []);
        }
    }
}
