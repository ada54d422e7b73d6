//! Multiples ("doubled", "five times as many"), orders of magnitude ("tens of thousands", "a six-figure sum") and groups told by a noun ("a
//! trio of").

use super::numbers::{number_at, unit_word};
use super::reader::Reader;
use super::units::unit;
use super::{Kind, Quantity};

impl Reader<'_> {
    /// "doubled", "twice as", "fivefold", "ten times less", "half as many": how many times as much.
    pub(super) fn multiple(&self, i: usize) -> Option<Quantity> {
        let of = |last: usize, factor: f64| {
            Some(self.make(i..last, Kind::Multiple, factor, 0.1 * factor, ""))
        };
        let word = &*self.words[i];
        let next = self.word(i + 1);
        if let Some(factor) = verb_of_multiple(word) {
            return of(i + 1, factor);
        }
        // "by a factor of three"
        if word == "a" && next == Some("factor") && self.word(i + 2) == Some("of") {
            let (value, _, last, _) = number_at(self.tokens, self.words, i + 3)?;
            return of(last, value);
        }
        // "once a year"
        if word == "once" && matches!(next, Some("a" | "an" | "per" | "every" | "each")) {
            return Some(self.make(i..i + 1, Kind::Count, 1.0, 1.0, ""));
        }
        // "twice the price" and "twice elected"; "double what it was", not "a double murder".
        let factor = match word {
            "twice" | "double" => 2.0,
            "thrice" | "triple" | "treble" => 3.0,
            "quadruple" => 4.0,
            "half" => 0.5,
            _ => 0.0,
        };
        if factor > 0.0 {
            let compared = match word {
                "half" => next == Some("as"),
                // Else it says how often.
                "twice" | "thrice" if !next.is_some_and(compares) => {
                    return Some(self.make(i..i + 1, Kind::Count, factor, 1.0, ""));
                }
                "twice" | "thrice" => true,
                _ => {
                    next.is_some_and(|w| compares(w) || matches!(w, "in" | "to" | "." | "," | "by"))
                        || matches!(
                            self.before(i, 1),
                            Some("to" | "will" | "would" | "could" | "may" | "might" | "nearly")
                        )
                }
            };
            return compared.then(|| of(i + 1, factor))?;
        }
        if let Some(factor) = word.strip_suffix("fold").and_then(unit_word) {
            return of(i + 1, factor);
        }
        let (value, _, last, _) = number_at(self.tokens, self.words, i)?;
        if value <= 1.0 || value > 1000.0 {
            return None;
        }
        if self.word(last) == Some("-") && self.word(last + 1) == Some("fold") {
            return of(last + 2, value);
        }
        if self.word(last) != Some("times") {
            return None;
        }
        match self.word(last + 1)? {
            "less" | "fewer" | "lower" | "smaller" | "cheaper" | "shorter" | "slower" => {
                of(last + 1, 1.0 / value)
            }
            word => {
                // "ten times heavier than"
                let than = word.ends_with("er") && self.word(last + 2) == Some("than");
                (than || compares(word)).then(|| of(last + 1, value))?
            }
        }
    }

    /// "dozens of", "several hundred", "tens of thousands", "a six-figure sum": the least and the greatest amount that may be meant.
    pub(super) fn magnitude(&self, i: usize) -> Option<Quantity> {
        let of = |last: usize, least: f64, greatest: f64, unit: &str| {
            Some(self.make(i..last, Kind::Magnitude, least, greatest, unit))
        };
        let word = &*self.words[i];
        if matches!(self.word(i + 2), Some("figure" | "digit" | "digits"))
            && self.word(i + 1) == Some("-")
            || matches!(self.word(i + 1), Some("digits" | "figures"))
        {
            let digits = match word {
                "single" => 1.0,
                "double" => 2.0,
                "triple" => 3.0,
                _ => unit_word(word)?,
            };
            let last = i + 2 + usize::from(self.word(i + 1) == Some("-"));
            let least = 10_f64.powf(digits - 1.0);
            return of(last, least, 10.0 * least, "digits");
        }
        let few = matches!(word, "several")
            || word == "a" && matches!(self.word(i + 1), Some("few" | "couple"));
        let at = match (few, word) {
            (true, "several") => i + 1,
            (true, _) => i + 2 + usize::from(self.word(i + 2) == Some("of")),
            _ => i,
        };
        let (mut least, mut greatest) = if few {
            order(self.word(at)?, true)?
        } else {
            order(word, false)?
        };
        let mut last = at + 1;
        // "tens of thousands", "several hundreds of thousands", "several hundred thousand"
        let joint = usize::from(self.word(last) == Some("of"));
        if let Some((more, _)) = self.word(last + joint).and_then(|w| order(w, joint == 0))
            && more > least
        {
            (least, greatest) = (least * more, greatest * more);
            last += joint + 1;
        }
        // "scores" may be those of a match, and "tens" digits.
        let parted = self.word(last) == Some("of");
        let counts = match word {
            "scores" => {
                last == at + 1
                    && parted
                    && !matches!(
                        self.word(last + 1),
                        Some("the" | "a" | "an" | "this" | "each")
                    )
            }
            "tens" => last > at + 1,
            _ => true,
        };
        let measured = self.word(last).is_some_and(|w| unit(w).is_some());
        (counts && !measured).then(|| of(last, least, greatest, ""))?
    }

    /// "a trio of", "another pair of": so many together.
    pub(super) fn group(&self, i: usize) -> Option<Quantity> {
        // "both men", but not "both soldiers and doctors"
        if &*self.words[i] == "both" {
            let joins = (i + 1..i + 6).any(|k| self.word(k) == Some("and"));
            let of = self.word(i + 1).is_some_and(|w| {
                matches!(w, "of" | "the" | "its" | "his" | "her" | "their") || w.ends_with('s')
            }) || self
                .word(i + 1)
                .is_some_and(|w| matches!(w, "men" | "women" | "children"));
            return (of && !joins).then(|| self.make(i..i + 1, Kind::Count, 2.0, 1.0, ""));
        }
        let count = match &*self.words[i] {
            "pair" | "couple" | "duo" => 2.0,
            "trio" | "threesome" => 3.0,
            "quartet" | "foursome" => 4.0,
            "quintet" => 5.0,
            "sextet" => 6.0,
            _ => return None,
        };
        let led = matches!(self.before(i, 1), Some("a" | "another"));
        (led && self.word(i + 1) == Some("of"))
            .then(|| self.make(i..i + 1, Kind::Count, count, 1.0, ""))
    }
}

/// Forms of verbs that say by which factor something grew.
fn verb_of_multiple(word: &str) -> Option<f64> {
    Some(match word {
        "doubled" | "doubling" | "doubles" => 2.0,
        "trebled" | "trebling" | "tripled" | "tripling" | "triples" => 3.0,
        "quadrupled" | "quadrupling" => 4.0,
        "quintupled" => 5.0,
        "halved" | "halving" => 0.5,
        _ => return None,
    })
}

/// Whether a word behind "twice" or "five times" opens what is compared.
fn compares(word: &str) -> bool {
    matches!(
        word,
        "as" | "the"
            | "that"
            | "those"
            | "what"
            | "its"
            | "their"
            | "his"
            | "her"
            | "last"
            | "more"
            | "over"
            | "higher"
            | "larger"
            | "bigger"
            | "greater"
            | "longer"
            | "faster"
            | "dearer"
    )
}

/// The least and the greatest amount that a word for an order of magnitude may mean; `counted`: behind "several", where it has no plural.
fn order(word: &str, counted: bool) -> Option<(f64, f64)> {
    let one = match word {
        "tens" => 10.0,
        "dozens" => return Some((24.0, 100.0)),
        "scores" => return Some((40.0, 200.0)),
        "dozen" if counted => return Some((24.0, 100.0)),
        "hundreds" => 100.0,
        "thousands" => 1e3,
        "millions" => 1e6,
        "billions" => 1e9,
        "hundred" if counted => 100.0,
        "thousand" if counted => 1e3,
        "million" if counted => 1e6,
        "billion" if counted => 1e9,
        _ => return None,
    };
    Some((one, 10.0 * one))
}
