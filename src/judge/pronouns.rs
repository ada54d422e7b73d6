//! Men who became women and the reverse: "he" told as "she", as languages without a grammatical sex are often rendered.

use super::alternatives::expected_place;
use super::{Pair, Proposal};
use crate::model::Category;
use crate::words::{Lexeme, Note, Words};

/// The sex that a word tells of a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sex {
    Male,
    Female,
}

/// What a word tells of the sex of whom it speaks of, by its number: nothing, a pronoun's or a noun's.
const NEUTRAL: u8 = 0;
const HE: u8 = 1;
const SHE: u8 = 2;
const MAN: u8 = 3;
const WOMAN: u8 = 4;

fn told(word: &Lexeme) -> u8 {
    word.noted(Note::Sex, |word| match word.folded.as_str() {
        "he" | "him" | "his" | "himself" | "he's" | "he'd" | "he'll" => HE,
        "she" | "her" | "hers" | "herself" | "she's" | "she'd" | "she'll" => SHE,
        _ => match word.base.as_str() {
            "man" | "boy" | "father" | "son" | "brother" | "husband" | "uncle" | "nephew"
            | "grandfather" | "grandson" | "king" | "prince" | "mr" | "sir" | "actor"
            | "widower" | "gentleman" | "businessman" | "spokesman" | "policeman" | "male"
            | "groom" | "boyfriend" => MAN,
            "woman" | "girl" | "mother" | "daughter" | "sister" | "wife" | "aunt" | "niece"
            | "grandmother" | "granddaughter" | "queen" | "princess" | "mrs" | "ms" | "miss"
            | "lady" | "actress" | "widow" | "businesswoman" | "spokeswoman" | "policewoman"
            | "female" | "bride" | "girlfriend" | "nun" => WOMAN,
            _ => NEUTRAL,
        },
    })
}

fn pronoun(word: &Lexeme) -> Option<Sex> {
    match told(word) {
        HE => Some(Sex::Male),
        SHE => Some(Sex::Female),
        _ => None,
    }
}

/// The pronouns of a passage, and whether it speaks of anybody of a sex.
struct Persons {
    pronouns: Vec<(usize, Sex)>,
    male: bool,
    female: bool,
}

impl Persons {
    fn of(words: &Words) -> Self {
        let each = || words.words.iter();
        Self {
            pronouns: each()
                .enumerate()
                .filter_map(|(k, w)| Some((k, pronoun(w)?)))
                .collect(),
            male: each().any(|w| matches!(told(w), HE | MAN)),
            female: each().any(|w| matches!(told(w), SHE | WOMAN)),
        }
    }

    fn speaks_of(&self, sex: Sex) -> bool {
        match sex {
            Sex::Male => self.male,
            Sex::Female => self.female,
        }
    }

    fn count(&self, sex: Sex) -> usize {
        self.pronouns.iter().filter(|(_, s)| *s == sex).count()
    }
}

/// How many words away from its expected place a pronoun is looked for.
const REACH: f32 = 8.0;

/// A pronoun of a sex that the source does not speak of, in the place of one of the other sex that the copy has fewer of.
pub(super) fn judge(pair: &Pair<'_>) -> Vec<Proposal> {
    let ours = Persons::of(pair.source);
    if ours.pronouns.is_empty() {
        return Vec::new();
    }
    let theirs = Persons::of(pair.copy);
    let mut found = Vec::new();
    for &(j, sex) in &theirs.pronouns {
        if ours.speaks_of(sex) {
            continue;
        }
        let nearest = ours
            .pronouns
            .iter()
            .filter(|(_, s)| *s != sex)
            .map(|&(i, s)| (i, s, (expected_place(pair, i) - j as f32).abs()))
            .min_by(|p, q| p.2.total_cmp(&q.2));
        let Some((i, other, far)) = nearest else {
            continue;
        };
        // Who was named is told by a pronoun now: as many of the other sex are left.
        if far > REACH || theirs.count(other) >= ours.count(other) {
            continue;
        }
        let evidence = format!(
            "`{}` became `{}`, and the source speaks of nobody of that sex",
            pair.source_words(i..i + 1),
            pair.copy_words(j..j + 1)
        );
        found.push(Proposal {
            category: Category::NamedEntity,
            score: 0.75 - 0.3 * far / REACH,
            source: i..i + 1,
            copy: j..j + 1,
            evidence,
        });
        // One person: once is enough.
        break;
    }
    found
}

#[cfg(test)]
mod tests {
    fn proposed(source: &str, copy: &str) -> Vec<String> {
        crate::judge::proposed_by(super::judge, source, copy)
    }

    #[test]
    fn he_does_not_become_she() {
        let source = "The minister said he would resign in May.";
        assert_eq!(
            proposed(source, "The minister said she would resign in May."),
            ["she"]
        );
        assert_eq!(
            proposed(source, "In May, the minister said, he would resign."),
            [""; 0]
        );
    }

    #[test]
    fn whoever_was_named_may_be_told_by_a_pronoun() {
        let source = "Merle told the chancellor that he would have to wait.";
        let copy = "She told the chancellor that he would have to wait.";
        assert_eq!(proposed(source, copy), [""; 0]);
        let source = "His mother said the boy had been at home.";
        let copy = "She said the boy had been at home.";
        assert_eq!(proposed(source, copy), [""; 0]);
    }
}
