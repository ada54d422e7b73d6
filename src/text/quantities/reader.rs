//! Reads quantities off the tokens of a passage.

use std::borrow::Cow;

use super::numbers::{fraction_word, number_at, ordinal_word, scale_word, unit_word};
use super::units::{currency, hundredths, of_one_hundredth, unit, unit_of};
use super::{Kind, NUMBERED, Quantity};
use crate::text::calendar;
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
            .or_else(|| self.one_or_half(i))
            .or_else(|| self.time_in_figures(i))
            .or_else(|| self.ordinal(i))
            .or_else(|| self.fraction(i))
            .or_else(|| self.measure(i))
    }

    fn word(&self, k: usize) -> Option<&str> {
        self.words.get(k).map(|w| &**w)
    }

    fn before(&self, i: usize, back: usize) -> Option<&str> {
        self.word(i.checked_sub(back)?)
    }

    fn printed(&self, k: usize) -> &str {
        self.tokens[k].span.of(self.text)
    }

    fn is_capital(&self, k: usize) -> bool {
        self.printed(k).starts_with(char::is_uppercase)
    }

    fn is_figure(&self, k: usize) -> bool {
        self.tokens
            .get(k)
            .is_some_and(|t| t.kind == TokenKind::Figure)
    }

    fn make(
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

    /// "Tuesday", "noon".
    fn named_time(&self, i: usize) -> Option<Quantity> {
        let (kind, value) = match &*self.words[i] {
            "noon" | "midday" => (Kind::Clock, 720.0),
            "midnight" => (Kind::Clock, 0.0),
            word => (Kind::Weekday, weekday(word).filter(|_| self.is_capital(i))?),
        };
        Some(self.make(i..i + 1, kind, value, 1.0, ""))
    }

    fn is_month(&self, i: usize) -> bool {
        month(&self.words[i]).is_some() && self.is_capital(i)
    }

    /// "March 14", "Sept. 14", "March"; "may" the verb is refused unless something of a date stands beside it.
    fn date_from_month(&self, i: usize) -> Option<Quantity> {
        let m = month(&self.words[i])?;
        let next = if self.word(i + 1) == Some(".") {
            i + 2
        } else {
            i + 1
        };
        if self.is_figure(next)
            && let Some(day) = day_figure(&self.words[next])
        {
            return Some(self.make(i..next + 1, Kind::Date, m * 100.0 + day, 1.0, ""));
        }
        let dated = |w: &str| {
            matches!(
                w,
                "in" | "last"
                    | "next"
                    | "since"
                    | "of"
                    | "by"
                    | "until"
                    | "and"
                    | "late"
                    | "early"
                    | "mid"
                    | "from"
                    | "this"
                    | "to"
                    | "between"
            ) || w.starts_with(|c: char| c.is_ascii_digit())
        };
        (&*self.words[i] != "may" || self.before(i, 1).is_some_and(dated))
            .then(|| self.make(i..i + 1, Kind::Date, m * 100.0, 1.0, ""))
    }

    /// "No. 1", "No 7", "№ 30".
    fn numbered(&self, i: usize) -> Option<Quantity> {
        if &*self.words[i] != "no" || !(self.is_capital(i) || self.printed(i) == "№") {
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
        let half = &*self.words[i] == "half" && article(i + 1);
        if !half && !article(i) {
            return None;
        }
        let at = if half { i + 2 } else { i + 1 };
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
        let counts = match named {
            "mile" | "kilometre" | "kilometer" => true,
            "fortnight" => !matches!(
                self.before(i, 1),
                Some("once" | "twice" | "times" | "every")
            ),
            _ => {
                kind == Kind::Duration
                    && matches!(
                        self.word(at + 1),
                        Some("later" | "earlier" | "ago" | "before" | "after")
                    )
            }
        };
        counts.then(|| of(at + 1, 1.0))?
    }

    /// Times of the day, days, years, decades and ages that begin with a figure.
    fn time_in_figures(&self, i: usize) -> Option<Quantity> {
        if !self.is_figure(i) {
            return None;
        }
        self.clock(i)
            .or_else(|| self.age(i))
            .or_else(|| self.decade(i))
            .or_else(|| self.numbered_day(i))
            .or_else(|| self.half_day_clock(i))
            .or_else(|| self.year(i))
    }

    /// "00:05", "7:30 p.m.", "0737 GMT", "from 9: 00 am".
    fn clock(&self, i: usize) -> Option<Quantity> {
        let word = &*self.words[i];
        if let Some((hours, minutes)) = word.split_once(':') {
            let (h, m) = (hours.parse().ok()?, minutes.parse::<f64>().ok()?);
            return (minutes.len() == 2).then(|| self.clock_of(i, i + 1, h, m))?;
        }
        let next = self.word(i + 1)?;
        if word.len() == 4
            && matches!(next, "gmt" | "utc" | "hours" | "hrs")
            && (next.len() == 3 || word.starts_with('0'))
        {
            let (h, m) = (
                word[..2].parse::<f64>().ok()?,
                word[2..].parse::<f64>().ok()?,
            );
            return (h < 25.0 && m < 60.0)
                .then(|| self.make(i..i + 2, Kind::Clock, h * 60.0 + m, 1.0, ""));
        }
        let (h, m) = self.parted_clock(i)?;
        let told = self
            .word(i + 3)
            .is_some_and(|w| matches!(w.replace('.', "").as_str(), "am" | "pm" | "gmt" | "hours"))
            || matches!(
                self.before(i, 1),
                Some("at" | "from" | "to" | "until" | "till" | "by")
            );
        // "20: 30-21: 30"
        let dash = |k: Option<usize>| matches!(k.and_then(|k| self.word(k)), Some("-" | "–"));
        let opens = dash(Some(i + 3)) && self.parted_clock(i + 4).is_some();
        let closes = dash(i.checked_sub(1))
            && i.checked_sub(4)
                .is_some_and(|k| self.parted_clock(k).is_some());
        (told || opens || closes).then(|| self.clock_of(i, i + 3, h, m))?
    }

    /// Hour and minute of "9: 00", which begins at token `i`.
    fn parted_clock(&self, i: usize) -> Option<(f64, f64)> {
        let minutes = self.word(i + 2).filter(|w| w.len() == 2)?;
        let touches = self.tokens[i].span.end == self.tokens[i + 1].span.start;
        if !self.is_figure(i) || self.word(i + 1) != Some(":") || !touches {
            return None;
        }
        let (h, m) = (
            self.word(i)?.parse::<f64>().ok()?,
            minutes.parse::<f64>().ok()?,
        );
        (h < 25.0 && m < 60.0).then_some((h, m))
    }

    /// The clock time `h:m` in tokens `first..last`, with a following "a.m." or "p.m." taken in.
    fn clock_of(&self, first: usize, last: usize, h: f64, m: f64) -> Option<Quantity> {
        if h >= 25.0 || m >= 60.0 {
            return None;
        }
        let half = self.word(last).map(|w| w.replace('.', ""));
        let (h, last) = match half.as_deref() {
            Some("pm") => (if h < 12.0 { h + 12.0 } else { h }, last + 1),
            Some("am") => (if h == 12.0 { 0.0 } else { h }, last + 1),
            _ => (h, last),
        };
        Some(self.make(first..last, Kind::Clock, h * 60.0 + m, 1.0, ""))
    }

    /// "7 a.m.", "7am", "7.30 p.m."
    fn half_day_clock(&self, i: usize) -> Option<Quantity> {
        let half = self.word(i + 1)?.replace('.', "");
        if half != "am" && half != "pm" {
            return None;
        }
        let word = &*self.words[i];
        let (h, m) = word.split_once('.').unwrap_or((word, "0"));
        self.clock_of(i, i + 1, h.parse().ok()?, m.parse().ok()?)
    }

    /// "Duncan Rait, 36, died"
    fn age(&self, i: usize) -> Option<Quantity> {
        let years: u8 = self.words[i].parse().ok()?;
        let name = i.checked_sub(2)?;
        let closed = matches!(self.word(i + 1), Some("," | ";" | ")"));
        let goes_on = self
            .word(i + 2)
            .is_some_and(|w| w.starts_with(|c: char| c.is_ascii_digit()));
        ((1..=110).contains(&years)
            && &*self.words[i - 1] == ","
            && self.tokens[name].kind == TokenKind::Word
            && self.is_capital(name)
            && month(&self.words[name]).is_none()
            && closed
            && !goes_on)
            .then(|| {
                let hours = f64::from(years) * 8766.0;
                self.make(i..i + 1, Kind::Duration, hours, 8766.0, "years")
            })
    }

    /// "1980s", "80s"
    fn decade(&self, i: usize) -> Option<Quantity> {
        let start: f64 = self.words[i].strip_suffix('s')?.parse().ok()?;
        let start = if start < 100.0 { 1900.0 + start } else { start };
        Some(self.make(i..i + 1, Kind::Decade, start, 10.0, ""))
    }

    /// "21st", "4th of March", "14 March".
    fn numbered_day(&self, i: usize) -> Option<Quantity> {
        let word = &*self.words[i];
        let mut endings = ["st", "nd", "rd", "th"].into_iter();
        if let Some(n) = endings.find_map(|e| word.strip_suffix(e)?.replace(',', "").parse().ok()) {
            let of = usize::from(self.word(i + 1) == Some("of"));
            if let Some(m) = self.word(i + 1 + of).and_then(month) {
                return Some(self.make(i..i + 2 + of, Kind::Date, m * 100.0 + n, 1.0, ""));
            }
            return Some(self.make(i..i + 1, Kind::Ordinal, n, 1.0, ""));
        }
        let day = day_figure(word)?;
        let m = self.word(i + 1).and_then(month)?;
        self.is_capital(i + 1)
            .then(|| self.make(i..i + 2, Kind::Date, m * 100.0 + day, 1.0, ""))
    }

    fn year(&self, i: usize) -> Option<Quantity> {
        let word = &*self.words[i];
        if word.len() != 4 || !word.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let value: f64 = word.parse().ok()?;
        let counted = self.word(i + 1).is_some_and(|w| {
            unit(w).is_some() || w == "people" || w == "%" || scale_word(w).is_some()
        });
        let priced = self.before(i, 1).is_some_and(currency);
        ((1500.0..2100.0).contains(&value) && !counted && !priced)
            .then(|| self.make(i..i + 1, Kind::Year, value, 1.0, ""))
    }

    /// "third", but in "a third" and "one second".
    fn ordinal(&self, i: usize) -> Option<Quantity> {
        let word = &*self.words[i];
        let n = ordinal_word(word)?;
        let of_time = word == "second"
            && self.before(i, 1).and_then(unit_word).is_some()
                | i.checked_sub(1).is_some_and(|k| self.is_figure(k));
        let part =
            fraction_word(word).is_some() && matches!(self.before(i, 1), Some("a" | "one" | "two"));
        (!of_time && !part).then(|| self.make(i..i + 1, Kind::Ordinal, n, 1.0, ""))
    }

    /// "a third", "two thirds", "half of", "two-fifths of one per cent".
    fn fraction(&self, i: usize) -> Option<Quantity> {
        let word = &*self.words[i];
        if word == "half" {
            if self.word(i + 1) == Some("a")
                && let Some((kind, last)) = hundredths(self.words, i + 2)
            {
                return Some(self.make(i..last, kind, 0.5, 0.1, unit_of(kind)));
            }
            return matches!(self.word(i + 1), Some("of" | "the" | "its" | "their" | "("))
                .then(|| self.make(i..i + 1, Kind::Percent, 50.0, 1.0, ""));
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
        let next = self.word(at + 1);
        let whole =
            !matches!(self.word(at), Some("second" | "half")) || matches!(next, Some("of" | "the"));
        // "a third time", "a quarter final" are not fractions: only before "of", a stop, or "the".
        let fits = next.is_none_or(|w| {
            matches!(
                w,
                "of" | "the"
                    | "."
                    | ","
                    | "more"
                    | "less"
                    | "in"
                    | "from"
                    | "and"
                    | ";"
                    | ")"
                    | "on"
                    | "to"
                    | "since"
                    | "by"
            )
        });
        (whole && fits).then(|| self.make(i..at + 1, Kind::Percent, n * part, 1.0, ""))
    }

    /// A number with what it measures, or alone.
    fn measure(&self, i: usize) -> Option<Quantity> {
        let (value, step, last, in_words) = number_at(self.tokens, self.words, i)?;
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
            let every = self.word(number.last) == Some("in");
            let at = if out {
                number.last + 2
            } else {
                number.last + 1
            };
            if (out || every)
                && self.word(at).is_some()
                && let Some((whole, _, end, _)) = number_at(self.tokens, self.words, at)
                && whole > number.value
                && whole <= 1000.0
                && (out || (number.value <= 9.0 && whole <= 10.0))
                && self.word(end).is_none_or(|w| unit(w).is_none())
            {
                let percent = 100.0 * number.value / whole;
                return Some(self.make(number.first..end, Kind::Percent, percent, 1.0, ""));
            }
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
        if currency(named) {
            return of(at + 1, Kind::Money, 1.0, named);
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
        let below = self.before(number.first, 1) == Some("minus");
        let (figure, first) = if below {
            (-number.value, number.first - 1)
        } else {
            (number.value, number.first)
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

/// The month that a word of a sentence names; "mar" may be a verb.
fn month(word: &str) -> Option<f64> {
    let named = word.trim_end_matches('.') != "mar";
    named.then(|| calendar::month(word).map(f64::from))?
}

/// The day that a word of a sentence names; "sun" may be the sun.
fn weekday(word: &str) -> Option<f64> {
    let named = word.trim_end_matches('.') != "sun";
    named.then(|| calendar::weekday(word).map(f64::from))?
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

fn day_figure(word: &str) -> Option<f64> {
    let digits = word.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    digits
        .parse::<u8>()
        .ok()
        .filter(|d| (1..=31).contains(d) && digits.len() <= 2)
        .map(f64::from)
}
