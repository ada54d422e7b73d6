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
        let known = pair.alignment.of_copy[j].is_some_and(|(_, like)| like >= 0.55)
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
        let unknown = !word.capital
            && word.class == Class::Content
            && letters >= 4
            && !lexicon.vectors.knows(&word.folded)
            && !lexicon.relations.is_lemma(&word.lemma)
            && !lexicon.vectors.knows(&word.lemma)
            && !is_compound(&word.lemma)
            && word
                .vector
                .as_ref()
                .is_some_and(|v| v.pieces >= if printed.is_ascii() { 3 } else { 2 });
        if !foreign_script && !unknown {
            continue;
        }
        let score = if foreign_script { 0.93 } else { 0.66 };
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

/// "landmine": two known words of three letters and more.
fn is_compound(lemma: &str) -> bool {
    let lexicon = lexicon();
    let known =
        |part: &str| part.len() >= 3 && lexicon.relations.is_lemma(&lexicon.relations.lemma(part));
    lemma.is_ascii()
        && (3..lemma.len().saturating_sub(2)).any(|at| known(&lemma[..at]) && known(&lemma[at..]))
}
