//! Words of several senses, taken in another one than the passage shows: the "bill" of a parliament as an invoice, the "coach" that left the
//! road as a trainer.

use std::sync::LazyLock;

use ahash::AHashMap;

use super::alternatives::expected_place;
use super::phrases::{IN_CONTEXT, rows};
use super::{Pair, Proposal};
use crate::model::Category;
use crate::words::{Class, Lexeme, Note, Word};

/// One sense of a word.
struct Sense {
    /// What the word is here.
    is: &'static str,
    /// Words of which one stands in a passage that speaks of it.
    near: Vec<&'static str>,
    /// Words that tell another of the word's senses.
    others: Vec<&'static str>,
}

impl Sense {
    /// Whether a form of the word may have this sense: what is done is a verb ("to win a vote"), of others only the singular and the plural
    /// are meant ("led" is no metal).
    fn may_be(&self, word: &Word) -> bool {
        self.is.starts_with("to ")
            || word.folded == word.lemma
            || word.folded.ends_with('s')
            || SENSES.contains_key(word.folded.as_str())
    }
}

/// The senses of a word, by its lemma.
static SENSES: LazyLock<AHashMap<&'static str, Vec<Sense>>> = LazyLock::new(|| {
    let mut all = AHashMap::<_, Vec<Sense>>::new();
    for fields in rows(include_str!("polysemy.tsv")) {
        if let [lemmas, is, near, others] = fields[..] {
            for lemma in lemmas.split(',') {
                all.entry(lemma).or_default().push(Sense {
                    is,
                    near: near.split(',').collect(),
                    others: others.split(',').collect(),
                });
            }
        }
    }
    all
});

/// How many words away from its expected place another sense is looked for.
const REACH: f32 = 5.0;
/// How near a word's own counterpart comes to it when the copy tells the right sense elsewhere.
const TOLD: f32 = 0.8;

/// Words of the copy that tell another sense of a word of the source than the one which the source speaks of.
pub(super) fn judge(pair: &Pair<'_>) -> Vec<Proposal> {
    let (ours, theirs) = (&pair.source.words, &pair.copy.words);
    let is = |word: &Word, one: &str| word.lemma == one || word.base == one || word.folded == one;
    let mut found = Vec::new();
    for (i, word) in ours.iter().enumerate() {
        let known = |w: &Lexeme| SENSES.contains_key(w.lemma.as_str());
        if word.class != Class::Content || !word.is(Note::Polysemous, known) {
            continue;
        }
        if theirs.iter().any(|w| w.key == word.key) {
            continue;
        }
        // Each sense that the passage may speak of, with the word that shows it.
        let spoken_of: Vec<(&Sense, &Word)> = SENSES[word.lemma.as_str()]
            .iter()
            .filter(|sense| sense.may_be(word))
            .filter_map(|sense| {
                let shows =
                    |(k, w): &(usize, &Word)| *k != i && sense.near.iter().any(|one| is(w, one));
                let (_, beside) = ours.iter().enumerate().find(shows)?;
                Some((sense, beside))
            })
            .collect();
        let Some((sense, beside)) = spoken_of.first() else {
            continue;
        };
        let (expected, answer) = (expected_place(pair, i), pair.alignment.of_source[i]);
        let place = |j: usize| (j as f32 - expected).abs();
        let wrong = |j: &usize| {
            let w = &theirs[*j];
            place(*j) <= REACH
                && w.class == Class::Content
                && spoken_of
                    .iter()
                    .all(|(sense, _)| sense.others.iter().any(|one| is(w, one)))
                // "led" and "leadership" are of one root.
                && !w.folded.starts_with(word.lemma.as_str())
                && !ours.iter().any(|o| o.key == w.key)
                && answer.is_none_or(|(k, like)| k == *j || like < TOLD)
                && pair.alignment.of_copy[*j].is_none_or(|(k, like)| k == i || like < TOLD)
        };
        let other = (0..theirs.len())
            .filter(wrong)
            .min_by(|&p, &q| place(p).total_cmp(&place(q)));
        if let Some(j) = other {
            found.push(Proposal {
                category: Category::WrongSense,
                score: IN_CONTEXT,
                source: i..i + 1,
                copy: j..j + 1,
                evidence: format!(
                    "`{}` is {} here, beside `{}`; `{}` takes it another way",
                    pair.source_words(i..i + 1),
                    sense.is,
                    beside.folded,
                    pair.copy_words(j..j + 1)
                ),
            });
        }
    }
    found
}

#[cfg(test)]
mod tests {
    fn proposed(source: &str, copy: &str) -> Vec<String> {
        crate::judge::paired(source, copy, |pair| {
            let found = super::judge(pair).into_iter();
            found.map(|p| pair.copy_words(p.copy).to_owned()).collect()
        })
    }

    #[test]
    fn what_stands_beside_a_word_tells_its_sense() {
        let source = "Lawmakers in the lower house passed the bill on Thursday.";
        let copy = "On Thursday deputies in the lower house passed the invoice.";
        assert_eq!(proposed(source, copy), ["invoice"]);
        let source = "The restaurant sent the guest a bill for 40 crowns.";
        let copy = "The guest got an invoice for 40 crowns from the restaurant.";
        assert_eq!(proposed(source, copy), [""; 0]);
    }

    #[test]
    fn a_verb_is_not_the_thing_of_the_same_letters() {
        let source = "A group led by Marrash had claimed to see water on the planet.";
        let copy =
            "A group under the leadership of Marrash had claimed to see water on the planet.";
        assert_eq!(proposed(source, copy), [""; 0]);
    }

    #[test]
    fn one_word_may_be_mistaken_either_way() {
        let source = "The coach left the road and 12 passengers were injured.";
        let copy = "The trainer left the road and 12 passengers were injured.";
        assert_eq!(proposed(source, copy), ["trainer"]);
        let source = "The coach said his team had played its best match of the season.";
        let copy = "The bus said his team had played its best match of the season.";
        assert_eq!(proposed(source, copy), ["bus"]);
        let copy = "The trainer said his team had played its best match of the season.";
        assert_eq!(proposed(source, copy), [""; 0]);
    }
}
