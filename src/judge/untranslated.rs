//! Words left in another language.

use super::{Pair, Proposal};
use crate::lexicon::lexicon;
use crate::model::Category;
use crate::text::fold::is_unspaced;
use crate::words::Class;

/// Words of the copy that the source does not have and that are no English: another script, or lower-case words that the
/// lexicon knows neither whole nor in two pieces.
pub(super) fn judge(pair: &Pair<'_>) -> Vec<Proposal> {
    let latin = |text: &str| {
        text.chars()
            .filter(|c| c.is_alphabetic())
            .all(|c| (c as u32) < 0x250)
    };
    let source_latin = latin(pair.source.span.of(pair.source_text));
    let mut found: Vec<Proposal> = Vec::new();
    for (j, word) in pair.copy.words.iter().enumerate() {
        let known = pair.alignment.of_copy[j].is_some_and(|(_, like)| like >= 0.85)
            || pair.source.words.iter().any(|w| w.folded == word.folded);
        if known || word.class == Class::Quantity {
            continue;
        }
        let printed = word.span.of(pair.copy_text);
        let foreign_script = source_latin
            && printed
                .chars()
                .any(|c| c.is_alphabetic() && (c as u32 >= 0x370 || is_unspaced(c)));
        let lexicon = lexicon();
        let letters = printed.chars().count();
        let strange = printed.chars().any(|c| c.is_alphabetic() && !c.is_ascii());
        let outside = !lexicon.relations.is_lemma(&word.lemma)
            && !lexicon.relations.is_lemma(&word.folded)
            && !is_compound(&word.lemma)
            && !is_derived(&word.folded);
        let pieces = word.vector.as_ref().map_or(0, |v| v.pieces);
        let common_foreign = FOREIGN.contains(&word.folded.as_str());
        // A capital may be a name's; at a sentence's start it is only the first letter.
        let lower = !word.capital || common_foreign && j == 0;
        let unknown =
            lower && word.class != Class::Function && outside && (common_foreign || letters >= 4);
        if !foreign_script && !unknown {
            continue;
        }
        let score = if foreign_script {
            0.93
        } else if common_foreign {
            0.80
        } else if strange {
            0.74
        } else if pieces >= 3 {
            0.66
        } else {
            // The encoder's vocabulary has it whole or nearly so: a rare English word, or one that is often met abroad.
            0.35
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
            source: at..at,
            copy: j..j + 1,
            evidence: format!("`{}` is not English", pair.copy_words(j..j + 1)),
        });
    }
    found
}

/// Frequent words of other languages that are no English words.
const FOREIGN: &[&str] = &[
    "und", "oder", "aber", "nicht", "auch", "ist", "sind", "wurde", "werden", "wird", "haben",
    "einen", "eine", "einer", "eines", "mit", "von", "vom", "zum", "zur", "nach", "uber", "unter",
    "durch", "mehr", "sehr", "schon", "noch", "wenn", "weil", "dass", "sich", "ihr", "ihre",
    "seine", "selbst", "viele", "mehrere", "heute", "les", "des", "une", "dans", "avec", "sur",
    "est", "sont", "aussi", "mais", "nous", "vous", "leur", "leurs", "cette", "ces", "tous",
    "tout", "toute", "apres", "avant", "moins", "tres", "entre", "quand", "los", "las", "del",
    "una", "unos", "por", "como", "pero", "muy", "esta", "estos", "ese", "sus", "tambien", "sobre",
    "desde", "hasta", "cuando", "donde", "todos", "todo", "gli", "della", "dello", "delle",
    "degli", "nel", "nella", "che", "anche", "sono", "essere", "piu", "molto", "questo", "questa",
    "tutti", "tutte", "quando", "dopo", "uma", "nao", "sao", "pelo", "pela", "muito", "foi",
    "jest", "nie", "przez", "oraz", "ktory", "byl", "byla", "jako", "podle", "pri", "jeho",
    "ktere", "het", "een", "niet", "maar", "ook", "voor", "zijn", "wordt", "och", "att", "inte",
    "som", "fran", "olan", "icin", "daha", "gibi",
];

/// "politicize" of a known word with an ending English makes words with, or a known word behind a common prefix.
fn is_derived(folded: &str) -> bool {
    const ENDINGS: [&str; 22] = [
        "ly", "ness", "er", "ers", "ing", "ed", "ism", "ist", "ists", "able", "less", "like",
        "ish", "ment", "ize", "ized", "ise", "ised", "ion", "ity", "ship", "ful",
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

/// "landmine": two known words of three letters and more.
fn is_compound(lemma: &str) -> bool {
    let lexicon = lexicon();
    let known =
        |part: &str| part.len() >= 3 && lexicon.relations.is_lemma(&lexicon.relations.lemma(part));
    lemma.is_ascii()
        && (3..lemma.len().saturating_sub(2)).any(|at| known(&lemma[..at]) && known(&lemma[at..]))
}
