//! Times of the day, days, years, decades, centuries and ages.

use super::numbers::{ordinal_word, scale_word, unit_word};
use super::reader::Reader;
use super::units::{currency, unit};
use super::{HOURS_OF_YEAR, Kind, Quantity, YEARS};
use crate::text::calendar;
use crate::text::tokens::TokenKind;

/// Minutes of half a day.
pub(super) const HALF_DAY: f64 = 720.0;

impl Reader<'_> {
    /// "Tuesday", "noon".
    pub(super) fn named_time(&self, i: usize) -> Option<Quantity> {
        let (kind, value) = match &*self.words[i] {
            "noon" | "midday" => (Kind::Clock, 720.0),
            "midnight" => (Kind::Clock, 0.0),
            word => {
                let day = weekday(word).filter(|_| self.is_capital(i))?;
                // The night before Sunday, or to Sunday, is Saturday's.
                let eve = matches!(self.before(i, 1), Some("before" | "to"))
                    && self.before(i, 2) == Some("night");
                (
                    Kind::Weekday,
                    if eve { (day + 5.0) % 7.0 + 1.0 } else { day },
                )
            }
        };
        Some(self.make(i..i + 1, kind, value, 1.0, ""))
    }

    pub(super) fn is_month(&self, i: usize) -> bool {
        month(&self.words[i]).is_some() && self.is_capital(i)
    }

    /// "March 14", "Sept. 14", "March"; "may" the verb is refused unless something of a date stands beside it.
    pub(super) fn date_from_month(&self, i: usize) -> Option<Quantity> {
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

    /// Times of the day, days, years, decades and ages that begin with a figure.
    pub(super) fn time_in_figures(&self, i: usize) -> Option<Quantity> {
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
        let next = self.word(i + 1).unwrap_or("");
        let night = word.starts_with('0');
        if word.len() == 4
            && (matches!(next, "gmt" | "utc" | "local" | "hours" | "hrs")
                && (next != "hours" && next != "hrs" || night)
                || night && matches!(self.before(i, 1), Some("at" | "until" | "from" | "by")))
        {
            let (h, m) = (
                word[..2].parse::<f64>().ok()?,
                word[2..].parse::<f64>().ok()?,
            );
            return (h < 25.0 && m < 60.0).then(|| self.clock_of(i, i + 1, h, m))?;
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

    /// The clock time `h:m` in tokens `first..last`, with a following "p.m.", "in the morning" or name of a zone taken in. What may be in
    /// either half of the day has a step of [`HALF_DAY`].
    pub(super) fn clock_of(&self, first: usize, last: usize, h: f64, m: f64) -> Option<Quantity> {
        if h >= 25.0 || m >= 60.0 {
            return None;
        }
        let (half, last) = match self.word(last).map(|w| w.replace('.', "")).as_deref() {
            Some("pm") => (Some(true), last + 1),
            Some("am") => (Some(false), last + 1),
            _ => self
                .part_of_day(last, h)
                .map_or((None, last), |(half, last)| (Some(half), last)),
        };
        let sure = half.is_some()
            || h == 0.0
            || h > 12.0
            || self.printed(first).starts_with('0')
            || matches!(&*self.words[last - 1], "noon" | "midnight");
        let h = match half {
            Some(true) if h < 12.0 => h + 12.0,
            Some(false) if h == 12.0 => 0.0,
            _ => h,
        };
        let (zone, last) = match self.word(last) {
            Some("gmt" | "utc") => ("gmt", last + 1),
            Some("local") if self.word(last + 1) == Some("time") => ("local", last + 2),
            Some("hours" | "hrs") => ("", last + 1),
            _ => ("", last),
        };
        let step = if sure { 1.0 } else { HALF_DAY };
        let minutes = (h * 60.0 + m) % (2.0 * HALF_DAY);
        Some(self.make(first..last, Kind::Clock, minutes, step, zone))
    }

    /// "in the morning", "at night" at token `at`: whether that is the second half of the day for the hour `h`, and one past its end.
    fn part_of_day(&self, at: usize, h: f64) -> Option<(bool, usize)> {
        let (part, last) = match (self.word(at)?, self.word(at + 1)?) {
            ("in", "the") => (self.word(at + 2)?, at + 3),
            ("at", "night") => ("night", at + 2),
            _ => return None,
        };
        match part {
            "morning" => Some((false, last)),
            "afternoon" | "evening" => Some((true, last)),
            "night" => Some(((6.0..12.0).contains(&h), last)),
            _ => None,
        }
    }

    /// "quarter past six", "half past eight", "twenty to eight", "three in the morning", "7 o'clock".
    pub(super) fn spoken_clock(&self, i: usize) -> Option<Quantity> {
        let hour = |k: usize| -> Option<f64> {
            let word = self.word(k)?;
            match word {
                "noon" | "midday" => Some(12.0),
                "midnight" => Some(0.0),
                _ if self.is_figure(k) => word.parse().ok().filter(|h| (1.0..=12.0).contains(h)),
                _ => unit_word(word).filter(|h| (1.0..=12.0).contains(h)),
            }
        };
        let led = |k: usize| {
            matches!(
                self.before(k, 1),
                Some(
                    "at" | "from"
                        | "until"
                        | "till"
                        | "by"
                        | "around"
                        | "about"
                        | "between"
                        | "before"
                        | "after"
                        | "since"
                        | "past"
                        | "and"
                        | "to"
                )
            )
        };
        // "a quarter past", "quarter to"
        let from = i + usize::from(&*self.words[i] == "a");
        let minutes = match self.word(from)? {
            "quarter" => Some(15.0),
            "half" => Some(30.0),
            word if from == i => unit_word(word).filter(|m| matches!(m, 5.0 | 10.0 | 20.0)),
            _ => None,
        };
        if let Some(minutes) = minutes {
            let at = from + 1 + usize::from(self.word(from + 1) == Some("minutes"));
            let past = self.word(at) == Some("past");
            // "ten to twelve" is more often a range.
            let to = self.word(at) == Some("to")
                && minutes != 30.0
                && (minutes == 15.0
                    || led(from)
                        && hour(at + 1)
                            .is_some_and(|h| h < minutes || self.part_of_day(at + 2, h).is_some()));
            if (past || to)
                && let Some(h) = hour(at + 1)
            {
                let whole = if past {
                    h * 60.0 + minutes
                } else {
                    (h + 24.0) * 60.0 - minutes
                };
                let whole = whole % (2.0 * HALF_DAY);
                return self.clock_of(i, at + 2, (whole / 60.0).floor(), whole % 60.0);
            }
        }
        let h = hour(i)?;
        if self.word(i + 1) == Some("o'clock") {
            return self.clock_of(i, i + 2, h, 0.0);
        }
        let part = led(i) && self.part_of_day(i + 1, h).is_some();
        part.then(|| self.clock_of(i, i + 1, h, 0.0))?
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

    /// "Duncan Rait, 36, died", "aged 36", "at the age of 36"
    fn age(&self, i: usize) -> Option<Quantity> {
        let years: u8 = self.words[i].parse().ok()?;
        let of = || {
            let hours = f64::from(years) * HOURS_OF_YEAR;
            self.make(i..i + 1, Kind::Duration, hours, HOURS_OF_YEAR, YEARS)
        };
        let about = usize::from(
            self.before(i, 1)
                .is_some_and(|w| matches!(w, "about" | "around")),
        );
        // "aged 46 to 65"
        let to = matches!(self.before(i, 1), Some("to" | "-" | "–" | "and" | "or"));
        let aged = self.before(i, 1 + about) == Some("aged")
            || to && self.before(i, 3) == Some("aged")
            || self.before(i, 1) == Some("of") && self.before(i, 2) == Some("age");
        if aged && (1..=120).contains(&years) && self.word(i + 1).is_none_or(|w| unit(w).is_none())
        {
            return Some(of());
        }
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
            .then(of)
    }

    /// "1980s", "80s", "the 1200s"; "in her 40s"
    fn decade(&self, i: usize) -> Option<Quantity> {
        let start: f64 = self.words[i].strip_suffix('s')?.parse().ok()?;
        if start < 100.0 {
            return self
                .years_of_life(i, start)
                .or_else(|| Some(self.make(i..i + 1, Kind::Decade, 1900.0 + start, 10.0, "")));
        }
        let step = if start % 100.0 == 0.0 { 100.0 } else { 10.0 };
        Some(self.make(i..i + 1, Kind::Decade, start, step, ""))
    }

    /// The ten years of a life that begin at age `start`, behind "in her", "in his early".
    fn years_of_life(&self, i: usize, start: f64) -> Option<Quantity> {
        let part = usize::from(matches!(self.before(i, 1), Some("early" | "mid" | "late")));
        let dash = usize::from(self.before(i, 1) == Some("-")) * 2;
        let owned = matches!(
            self.before(i, 1 + part + dash),
            Some("her" | "his" | "their")
        );
        owned.then(|| {
            let (least, greatest) = (start * HOURS_OF_YEAR, (start + 10.0) * HOURS_OF_YEAR);
            self.make(i..i + 1, Kind::Magnitude, least, greatest, YEARS)
        })
    }

    /// "the nineties", "in her forties", "thirteenth century".
    pub(super) fn times_in_words(&self, i: usize) -> Option<Quantity> {
        let word = &*self.words[i];
        if let Some(stem) = word.strip_suffix("ies")
            && let Some(tens) = unit_word(&format!("{stem}y")).filter(|&t| t >= 20.0)
        {
            let dated = matches!(self.before(i, 1), Some("the" | "early" | "late" | "mid"))
                || self.before(i, 1) == Some("-");
            return self.years_of_life(i, tens).or_else(|| {
                dated.then(|| self.make(i..i + 1, Kind::Decade, 1900.0 + tens, 10.0, ""))
            });
        }
        let n = ordinal_word(word)?;
        self.century(i, n).or_else(|| self.anniversary(i, n))
    }

    /// "tenth anniversary", "80th birthday"
    fn anniversary(&self, i: usize, n: f64) -> Option<Quantity> {
        let is = matches!(self.word(i + 1), Some("anniversary" | "birthday"));
        let hours = n * HOURS_OF_YEAR;
        is.then(|| self.make(i..i + 2, Kind::Duration, hours, HOURS_OF_YEAR, YEARS))
    }

    /// "13th century", "thirteenth-century"
    fn century(&self, i: usize, n: f64) -> Option<Quantity> {
        let at = i + 1 + usize::from(self.word(i + 1) == Some("-"));
        (self.word(at) == Some("century") && (2.0..30.0).contains(&n))
            .then(|| self.make(i..at + 1, Kind::Decade, 100.0 * (n - 1.0), 100.0, ""))
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
            return self
                .century(i, n)
                .or_else(|| self.anniversary(i, n))
                .or_else(|| Some(self.make(i..i + 1, Kind::Ordinal, n, 1.0, "")));
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

fn day_figure(word: &str) -> Option<f64> {
    let digits = word.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    digits
        .parse::<u8>()
        .ok()
        .filter(|d| (1..=31).contains(d) && digits.len() <= 2)
        .map(f64::from)
}
