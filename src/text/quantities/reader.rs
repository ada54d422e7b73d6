//! Reads quantities off the tokens of a passage.

use std::borrow::Cow;

use super::numbers::{fraction_word, number_at, ordinal_word, scale_word, unit_word};
use super::units::{currency, hundredths, of_one_hundredth, unit, unit_of};
use super::{BARE_POINTS, Kind, NUMBERED, Quantity};
use crate::text::tokens::{Token, TokenKind};

/// The tokens of a passage and their folded words.
pub(super) struct Reader<'a> {
    pub(super) text: &'a str,
    pub(super) tokens: &'a [Token],
    pub(super) words: &'a [Cow<'a, str>],
}

/// A value as it is written, before its unit.
#[derive(Clone, Copy)]
struct Number {
    value: f64,
    step: f64,
    /// Its first token, and one past its last.
    first: usize,
    last: usize,
    in_words: bool,
}

impl Reader<'_> {
    /// The quantity that begins at token `i`.
    pub(super) fn quantity_at(&self, i: usize) -> Option<Quantity> {
        if let Some(found) = self.named_time(i) {
            return Some(found);
        }
        if self.is_month(i) {
            return self.date_from_month(i);
        }
        self.numbered(i)
            .or_else(|| self.spoken_clock(i))
            .or_else(|| self.one_or_half(i))
            .or_else(|| self.time_in_figures(i))
            .or_else(|| self.times_in_words(i))
            .or_else(|| self.multiple(i))
            .or_else(|| self.magnitude(i))
            .or_else(|| self.group(i))
            .or_else(|| self.ordinal(i))
            .or_else(|| self.fraction(i))
            .or_else(|| self.measure(i))
    }

    pub(super) fn word(&self, k: usize) -> Option<&str> {
        self.words.get(k).map(|w| &**w)
    }

    pub(super) fn before(&self, i: usize, back: usize) -> Option<&str> {
        self.word(i.checked_sub(back)?)
    }

    pub(super) fn printed(&self, k: usize) -> &str {
        self.tokens[k].span.of(self.text)
    }

    pub(super) fn is_capital(&self, k: usize) -> bool {
        self.printed(k).starts_with(char::is_uppercase)
    }

    pub(super) fn is_figure(&self, k: usize) -> bool {
        self.tokens
            .get(k)
            .is_some_and(|t| t.kind == TokenKind::Figure)
    }

    pub(super) fn make(
        &self,
        tokens: std::ops::Range<usize>,
        kind: Kind,
        value: f64,
        step: f64,
        unit: &str,
    ) -> Quantity {
        let (first, last) = (tokens.start, tokens.end);
        let around = (first.saturating_sub(3)..first).any(|k| approximator(&self.words[k]));
        let or_so =
            self.word(last) == Some("or") && matches!(self.word(last + 1), Some("so" | "more"));
        Quantity {
            first,
            last,
            span: self.tokens[first].span.join(self.tokens[last - 1].span),
            kind,
            value,
            unit: unit.to_owned(),
            approximate: around || or_so,
            step,
        }
    }

    /// "No. 1", "No 7", "№ 30", "nº 6", "number three".
    fn numbered(&self, i: usize) -> Option<Quantity> {
        if &*self.words[i] == "number" {
            let value = match self.word(i + 1)? {
                figure if self.is_figure(i + 1) => figure.parse().ok()?,
                word => unit_word(word)?,
            };
            return Some(self.make(i..i + 2, Kind::Ordinal, value, 1.0, NUMBERED));
        }
        let sign = self.printed(i) == "№" || self.printed(i).ends_with('º');
        if &*self.words[i] != "no" || !(self.is_capital(i) || sign) {
            return None;
        }
        let at = if self.word(i + 1) == Some(".") {
            i + 2
        } else {
            i + 1
        };
        let number = self.word(at).filter(|_| self.is_figure(at))?;
        let value = number.parse().ok()?;
        Some(self.make(i..at + 1, Kind::Ordinal, value, 1.0, NUMBERED))
    }

    /// "half a metre", "a metre and a half", "a mile", "a fortnight", "an hour later".
    fn one_or_half(&self, i: usize) -> Option<Quantity> {
        let article = |k: usize| matches!(self.word(k), Some("a" | "an"));
        // "half an hour", "half-century", "a half-hour"
        let from = if article(i) && self.word(i + 1) == Some("half") {
            i + 1
        } else {
            i
        };
        let half = self.word(from) == Some("half")
            && (article(from + 1) || self.word(from + 1) == Some("-") || from > i);
        if !half && !article(i) {
            return None;
        }
        let joint = usize::from(article(from + 1) || self.word(from + 1) == Some("-"));
        let at = if half { from + 1 + joint } else { i + 1 };
        let named = self.word(at)?;
        let (kind, factor) = unit(named).filter(|of| of.0 != Kind::Percent)?;
        let of = |last: usize, value: f64| {
            Some(self.make(i..last, kind, value * factor, 0.1 * factor, named))
        };
        if half {
            return of(at + 1, 0.5);
        }
        if self.word(at + 1) == Some("and") && article(at + 2) && self.word(at + 3) == Some("half")
        {
            return of(at + 4, 1.5);
        }
        // "$80 a barrel", "a foot", "twice a week" measure nothing.
        let away = |w: &str| matches!(w, "later" | "earlier" | "ago" | "before" | "after");
        let counts = match named {
            "mile" | "kilometre" | "kilometer" => true,
            "fortnight" => !matches!(
                self.before(i, 1),
                Some("once" | "twice" | "times" | "every")
            ),
            "second" | "day" => self.word(at + 1).is_some_and(away),
            _ => {
                kind == Kind::Duration
                    && (self.word(at + 1).is_some_and(away)
                        || matches!(
                            self.before(i, 1),
                            Some(
                                "within" | "for" | "in" | "after" | "nearly" | "almost" | "lasted"
                            )
                        ))
            }
        };
        counts.then(|| of(at + 1, 1.0))?
    }

    /// "third", but in "a third" and "one second".
    fn ordinal(&self, i: usize) -> Option<Quantity> {
        let word = &*self.words[i];
        if word == "runner" && self.word(i + 1) == Some("-") && self.word(i + 2) == Some("up") {
            return Some(self.make(i..i + 3, Kind::Ordinal, 2.0, 1.0, ""));
        }
        let n = ordinal_word(word)?;
        // "every third household"; "every third day" says how often.
        let of_each = n >= 3.0
            && self.before(i, 1) == Some("every")
            && self
                .word(i + 1)
                .is_some_and(|w| unit(w).is_none() && w != "time");
        if of_each {
            return Some(self.make(i - 1..i + 1, Kind::Percent, 100.0 / n, 5.0, ""));
        }
        let of_time = word == "second"
            && self.before(i, 1).and_then(unit_word).is_some()
                | i.checked_sub(1).is_some_and(|k| self.is_figure(k));
        let part =
            fraction_word(word).is_some() && matches!(self.before(i, 1), Some("a" | "one" | "two"));
        (!of_time && !part).then(|| self.make(i..i + 1, Kind::Ordinal, n, 1.0, ""))
    }

    /// "a third", "two thirds", "half of", "two-fifths of one per cent", "a quarter of a million".
    fn fraction(&self, i: usize) -> Option<Quantity> {
        let word = &*self.words[i];
        if word == "half" {
            if self.word(i + 1) == Some("a")
                && let Some((kind, last)) = hundredths(self.words, i + 2)
            {
                return Some(self.make(i..last, kind, 0.5, 0.1, unit_of(kind)));
            }
            let fits = matches!(
                self.word(i + 1),
                Some("of" | "the" | "its" | "their" | "his" | "her" | "(")
            ) || matches!(self.before(i, 1), Some("by" | "in"));
            return fits.then(|| self.make(i..i + 1, Kind::Percent, 50.0, PART_STEP, ""));
        }
        let n = if matches!(word, "a" | "one") {
            1.0
        } else {
            unit_word(word).filter(|&n| n > 1.0 && n < 10.0)?
        };
        let at = if self.word(i + 1) == Some("-") {
            i + 2
        } else {
            i + 1
        };
        let part = self
            .word(at)
            .filter(|w| n == 1.0 || w.ends_with('s'))
            .and_then(fraction_word)?;
        if let Some((kind, last)) = of_one_hundredth(self.words, at + 1) {
            return Some(self.make(i..last, kind, n * part / 100.0, 0.01, unit_of(kind)));
        }
        if self.word(at + 1) == Some("of") && matches!(self.word(at + 2), Some("a" | "an")) {
            let of = self.word(at + 3)?;
            let value = n * part / 100.0;
            if let Some(scale) = scale_word(of).filter(|_| of.len() > 2) {
                return Some(self.make(i..at + 4, Kind::Count, value * scale, 0.1 * scale, ""));
            }
            if let Some((kind, factor)) = unit(of) {
                return Some(self.make(i..at + 4, kind, value * factor, 0.01 * factor, of));
            }
        }
        let next = self.word(at + 1);
        let whole =
            !matches!(self.word(at), Some("second" | "half")) || matches!(next, Some("of" | "the"));
        // "a third time", "a quarter final" are not fractions.
        let fits = next.is_none_or(follows_a_part);
        (whole && fits).then(|| self.make(i..at + 1, Kind::Percent, n * part, PART_STEP, ""))
    }

    /// A number with what it measures, or alone.
    fn measure(&self, i: usize) -> Option<Quantity> {
        let (value, step, last, in_words) = number_at(self.tokens, self.words, i)?;
        // "UPDATE 2-Markets fall": how often an agency sent it.
        let sent = matches!(self.before(i, 1), Some("update" | "wrapup" | "refile"))
            && self.printed(i - 1).ends_with(char::is_uppercase)
            && matches!(self.word(last), Some("-" | "–" | ":"));
        if sent {
            return None;
        }
        let number = Number {
            value,
            step,
            first: i,
            last,
            in_words,
        };
        self.share(number)
            .or_else(|| self.with_unit(number))
            .or_else(|| self.alone(number))
    }

    /// "four in five", "9 out of 10", "0.4 of a percentage point".
    fn share(&self, number: Number) -> Option<Quantity> {
        if number.value < 100.0 {
            let out = self.word(number.last) == Some("out")
                && matches!(self.word(number.last + 1), Some("of" | "in"));
            let mut at = number.last + 1 + usize::from(out);
            // "one in every five", "two of every three"
            let every = self.word(at) == Some("every");
            at += usize::from(every);
            let part = out
                || match self.word(number.last) {
                    Some("in") => true,
                    Some("of") => every,
                    _ => false,
                };
            if part
                && self.word(at).is_some()
                && let Some((whole, _, end, _)) = number_at(self.tokens, self.words, at)
                && whole > number.value
                && whole <= 1000.0
                && (out || (number.value <= 9.0 && whole <= 10.0))
                && self.word(end).is_none_or(|w| unit(w).is_none())
            {
                let percent = 100.0 * number.value / whole;
                let step = if whole <= 10.0 { PART_STEP } else { 1.0 };
                return Some(self.make(number.first..end, Kind::Percent, percent, step, ""));
            }
        }
        if let Some(share) = self.share_of_things(number) {
            return Some(share);
        }
        let (kind, end) = of_one_hundredth(self.words, number.last)?;
        Some(self.make(
            number.first..end,
            kind,
            number.value,
            number.step,
            unit_of(kind),
        ))
    }

    /// "one job in eight": few of many, with what they are between.
    fn share_of_things(&self, number: Number) -> Option<Quantity> {
        let thing = self.tokens.get(number.last)?;
        let of_many = thing.kind == TokenKind::Word
            && unit(self.word(number.last)?).is_none()
            && self.word(number.last + 1) == Some("in")
            && number.value <= 9.0;
        let (whole, _, end, _) =
            number_at(self.tokens, self.words, number.last + 2).filter(|_| of_many)?;
        // Not "two goals in ten matches".
        let ends = self
            .tokens
            .get(end)
            .is_none_or(|t| t.kind == TokenKind::Mark)
            || matches!(
                self.word(end),
                Some("is" | "are" | "was" | "were" | "has" | "have" | "had")
            );
        let percent = 100.0 * number.value / whole;
        (ends && whole > number.value && whole <= 20.0)
            .then(|| self.make(number.first..end, Kind::Percent, percent, PART_STEP, ""))
    }

    /// The number with the unit behind it, over a hyphen or not: "three-day", "five-year-old", "per cent", "km per hour", "1.2 million euros".
    fn with_unit(&self, number: Number) -> Option<Quantity> {
        let joined = self.word(number.last) == Some("-")
            && self
                .word(number.last + 1)
                .is_some_and(|w| unit(w).is_some());
        let at = if joined { number.last + 1 } else { number.last };
        let named = self.word(at)?;
        let next = self.word(at + 1);
        let points = next.is_some_and(|w| w.starts_with("point"));
        let of = |end: usize, kind: Kind, factor: f64, unit: &str| {
            Some(self.make(
                number.first..end,
                kind,
                number.value * factor,
                number.step * factor,
                unit,
            ))
        };
        match named {
            "per" if next == Some("cent") => return of(at + 2, Kind::Percent, 1.0, "percent"),
            "percentage" if points => return of(at + 2, Kind::Points, 1.0, "points"),
            "basis" if points => return of(at + 2, Kind::Points, 0.01, "basis points"),
            // "one point" is a place in time, too.
            "point" | "points" if number.value != 1.0 || !number.in_words => {
                return of(at + 1, Kind::Points, 1.0, BARE_POINTS);
            }
            "stone" if self.word(at + 1).is_none_or(closes) => {
                return of(at + 1, Kind::Mass, 6.350_29, "stone");
            }
            "nautical" if next.is_some_and(|w| w.starts_with("mile")) => {
                return of(at + 2, Kind::Length, 1852.0, "nautical");
            }
            "noon" => return self.clock_of(number.first, at + 1, 12.0, 0.0),
            "midnight" => return self.clock_of(number.first, at + 1, 0.0, 0.0),
            "m" if !number.in_words
                && self.tokens[at].span.start != self.tokens[at - 1].span.end =>
            {
                return of(at + 1, Kind::Length, 1.0, "m");
            }
            "am" | "pm" if number.value <= 24.0 => {
                return self.clock_of(number.first, at, number.value, 0.0);
            }
            "o'clock" => {
                return Some(self.make(
                    number.first..at + 1,
                    Kind::Clock,
                    number.value * 60.0,
                    60.0,
                    "",
                ));
            }
            _ => {}
        }
        if let Some(found) = self.temperature(number, at) {
            return Some(found);
        }
        let stop = usize::from(named == "sq" && next == Some("."));
        if matches!(named, "square" | "sq")
            && let Some(side) = self.word(at + 1 + stop)
            && let Some((Kind::Length, metres)) = unit(side)
        {
            return of(at + 2 + stop, Kind::Area, metres * metres, side);
        }
        if named == "cubic"
            && let Some(side) = self.word(at + 1)
            && let Some((Kind::Length, metres)) = unit(side)
        {
            return of(at + 2, Kind::Volume, 1000.0 * metres.powi(3), side);
        }
        if matches!(named, "cents" | "pence") {
            return of(at + 1, Kind::Money, 0.01, named);
        }
        if currency(named) {
            return of(at + 1, Kind::Money, 1.0, named);
        }
        // "5 kilowatt-hours"
        let hours = self.word(at + 1).map_or(0, |w| usize::from(w == "-"));
        if let Some((Kind::Power, watts)) = unit(named)
            && matches!(self.word(at + 1 + hours), Some("hour" | "hours"))
        {
            return of(at + 2 + hours, Kind::Energy, watts, named);
        }
        let (kind, factor) = unit(named)?;
        let per_hour = kind == Kind::Length
            && matches!(next, Some("per" | "an" | "/"))
            && matches!(self.word(at + 2), Some("hour" | "h"));
        if per_hour {
            return of(at + 3, Kind::Speed, factor / 3600.0, named);
        }
        // "one day", "one second" are hardly ever measures.
        let hardly = number.in_words && number.value == 1.0 && matches!(named, "day" | "second");
        (!hardly).then(|| of(at + 1, kind, factor, named))?
    }

    /// "30 °C", "86 degrees Fahrenheit", "30C": the unit begins at token `at`.
    fn temperature(&self, number: Number, at: usize) -> Option<Quantity> {
        let fahrenheit = |w: &str| matches!(w, "f" | "fahrenheit");
        let scale = |w: &str| fahrenheit(w) || matches!(w, "c" | "celsius" | "centigrade");
        let named = self.word(at)?;
        let (of, last) = match named {
            "°" | "degree" | "degrees" => match self.word(at + 1).filter(|w| scale(w)) {
                Some(scale) => (scale, at + 2),
                None => ("c", at + 1),
            },
            "celsius" | "fahrenheit" => (named, at + 1),
            "c" | "f" if !number.in_words => (named, at + 1),
            _ => return None,
        };
        // "-14C", but not "12-14C"
        let signed = number.first.checked_sub(1).is_some_and(|k| {
            let parted = |k: usize| self.tokens[k].span.end < self.tokens[k + 1].span.start;
            matches!(&*self.words[k], "-" | "−" | "–")
                && !parted(k)
                && k.checked_sub(1).is_none_or(parted)
        });
        let minus = signed || self.before(number.first, 1) == Some("minus");
        let under = self.word(last) == Some("below")
            && matches!(self.word(last + 1), Some("zero" | "freezing"));
        let last = if under { last + 2 } else { last };
        let first = number.first - usize::from(minus);
        let figure = if minus || under {
            -number.value
        } else {
            number.value
        };
        let (value, step, unit) = if fahrenheit(of) {
            ((figure - 32.0) / 1.8, number.step / 1.8, "f")
        } else {
            (figure, number.step, "c")
        };
        Some(self.make(first..last, Kind::Temperature, value, step, unit))
    }

    /// A price with its sign before it, or a bare count.
    fn alone(&self, number: Number) -> Option<Quantity> {
        if let Some(sign) = number
            .first
            .checked_sub(1)
            .filter(|&k| currency(&self.words[k]) && self.tokens[k].kind == TokenKind::Mark)
        {
            return Some(self.make(
                number.first..number.last,
                Kind::Money,
                number.value,
                number.step,
                &self.words[sign],
            ));
        }
        // "below zero", "sub-zero"
        if number.value == 0.0
            && number.in_words
            && matches!(self.before(number.first, 1), Some("below" | "above" | "-"))
        {
            return None;
        }
        // "one" by itself is a pronoun as often as a number.
        if number.in_words && number.value == 1.0 && number.last == number.first + 1 {
            return None;
        }
        let metres = &*self.words[number.last - 1] == "m";
        let unit = if metres { "m" } else { "" };
        Some(self.make(
            number.first..number.last,
            Kind::Count,
            number.value,
            number.step,
            unit,
        ))
    }
}

/// Whether a measure may end before that word: "12 stone," but not "12 stone houses".
fn closes(word: &str) -> bool {
    matches!(
        word,
        "," | "." | ";" | ")" | "and" | "in" | "at" | "on" | "after" | "to" | "from" | "when"
    ) || word.starts_with(|c: char| c.is_ascii_digit())
}

/// How exact a simple part is, in percent: "nearly half" may be 48 percent, "a third" 33.
const PART_STEP: f64 = 5.0;

/// Whether a word may stand behind a part ("a third of", "a quarter fewer"), so that no thing is numbered there.
fn follows_a_part(word: &str) -> bool {
    matches!(
        word,
        "of" | "the"
            | "."
            | ","
            | ";"
            | ")"
            | "in"
            | "from"
            | "and"
            | "on"
            | "to"
            | "since"
            | "by"
            | "as"
            | "than"
            | "at"
            | "or"
            | "but"
            | "are"
            | "were"
            | "is"
            | "was"
            | "have"
            | "had"
            | "has"
            | "did"
            | "do"
            | "said"
            | "say"
            | "who"
            | "which"
            | "because"
            | "while"
            | "when"
            | "after"
            | "before"
            | "over"
            | "more"
            | "less"
            | "fewer"
            | "higher"
            | "lower"
            | "larger"
            | "smaller"
            | "bigger"
            | "greater"
            | "cheaper"
            | "dearer"
            | "longer"
            | "shorter"
            | "faster"
            | "slower"
            | "heavier"
            | "lighter"
    )
}

fn approximator(word: &str) -> bool {
    matches!(
        word,
        "about"
            | "around"
            | "approximately"
            | "roughly"
            | "nearly"
            | "almost"
            | "some"
            | "over"
            | "under"
            | "below"
            | "above"
            | "circa"
            | "than"
            | "least"
            | "most"
            | "up"
            | "estimated"
            | "shortly"
            | "before"
            | "after"
            | "towards"
            | "toward"
            | "close"
            | "just"
            | "past"
            | "approaching"
            | "exceeding"
            | "upwards"
            | "topped"
    )
}
