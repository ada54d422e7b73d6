//! Figures, dates, times and measures by value: "two" is 2, "1.2m" is 1,200,000, "a fifth" is 20 percent, 3.7 miles
//! are 6 km, "three-day" is 72 hours.

use std::borrow::Cow;
use std::sync::LazyLock;

use super::fold::folded;
use super::tokens::{Token, TokenKind};
use crate::model::Span;

/// What is measured. Two quantities can only agree or disagree when their kinds can be compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A bare count.
    Count,
    /// 1st, second, third ...
    Ordinal,
    /// Per cent, or a fraction of something; value in percent.
    Percent,
    /// Percentage points.
    Points,
    /// Money, in units of its currency.
    Money,
    /// A year of the calendar.
    Year,
    /// A decade, by its first year.
    Decade,
    /// A day of a month: month * 100 + day (day 0 when only the month is named).
    Date,
    /// A day of the week, Monday = 1.
    Weekday,
    /// A time of day, in minutes after midnight.
    Clock,
    /// A span of time, in hours.
    Duration,
    /// Metres.
    Length,
    /// Square metres.
    Area,
    /// Kilograms.
    Mass,
    /// Litres.
    Volume,
    /// Degrees Celsius.
    Temperature,
    /// Metres a second.
    Speed,
}

/// A quantity in a sentence.
#[derive(Clone, Debug, PartialEq)]
pub struct Quantity {
    /// First token of it.
    pub first: usize,
    /// One past its last token.
    pub last: usize,
    /// Its words.
    pub span: Span,
    /// What is measured.
    pub kind: Kind,
    /// Value in the kind's unit.
    pub value: f64,
    /// The unit word as written, folded ("km", "miles", "marks"), empty when there is none.
    pub unit: String,
    /// Whether it is given as inexact ("about", "nearly", "some", "more than", "dozens").
    pub approximate: bool,
    /// Smallest step of the figure as written, in the kind's unit: 2,300 has 100, 6.53 has 0.01.
    pub step: f64,
}

impl Quantity {
    /// Whether both name the same amount: equal after conversion, or one is the other rounded as it says.
    pub fn agrees(&self, other: &Self) -> bool {
        let (a, b) = (self.value, other.value);
        match (self.kind, other.kind) {
            (Kind::Date, Kind::Date) => {
                let (month_a, month_b) = ((a / 100.0).floor(), (b / 100.0).floor());
                let (day_a, day_b) = (a % 100.0, b % 100.0);
                month_a == month_b && (day_a == day_b || day_a == 0.0 || day_b == 0.0)
            }
            (Kind::Decade, Kind::Year) => b >= a && b < a + 10.0,
            (Kind::Year, Kind::Decade) => a >= b && a < b + 10.0,
            (Kind::Clock, Kind::Clock) => {
                let slack = if self.approximate || other.approximate {
                    31.0
                } else {
                    0.5
                };
                (a - b).abs() <= slack
            }
            // "1.1m" is metres beside metres and feet.
            (Kind::Count, Kind::Length) if self.unit == "m" => {
                converted(a / 1e6, b, (self.step / 1e6).max(other.step))
            }
            (Kind::Length, Kind::Count) if other.unit == "m" => {
                converted(a, b / 1e6, self.step.max(other.step / 1e6))
            }
            (x, y) if !comparable(x, y) => false,
            _ if self.in_another_currency(other) => false,
            _ => {
                let difference = (a - b).abs();
                if difference <= 1e-9 * a.abs().max(b.abs()) {
                    return true;
                }
                let largest = a.abs().max(b.abs());
                if self.unit != other.unit && self.kind != Kind::Count && self.kind != Kind::Money {
                    return converted(a, b, self.step.max(other.step));
                }
                let rounded = difference <= 0.5001 * self.step.max(other.step);
                let told = self.approximate || other.approximate;
                (rounded && (told || self.step != other.step) && difference <= 0.05 * largest)
                    || (told && difference <= 0.025 * largest)
            }
        }
    }

    /// Whether the two measure the same kind of thing, so that different values contradict each other.
    /// Amounts in two currencies may be one converted into the other, unless the figure is the same.
    pub fn contradicts(&self, other: &Self) -> bool {
        if self.in_another_currency(other) {
            return self.value == other.value;
        }
        comparable(self.kind, other.kind) && !self.agrees(other)
    }

    /// Whether both are money, of two currencies.
    fn in_another_currency(&self, other: &Self) -> bool {
        self.kind == Kind::Money
            && other.kind == Kind::Money
            && matches!((currency_of(&self.unit), currency_of(&other.unit)), (Some(a), Some(b)) if a != b)
    }

    /// Whether it is a date, a time or a span of time.
    pub fn is_time(&self) -> bool {
        matches!(
            self.kind,
            Kind::Year | Kind::Decade | Kind::Date | Kind::Weekday | Kind::Clock | Kind::Duration
        )
    }
}

/// Whether two amounts in different units may be one: as exact as the coarser of the two figures.
fn converted(a: f64, b: f64, step: f64) -> bool {
    (a - b).abs() <= 0.5001 * step + 0.02 * a.abs().max(b.abs())
}

fn comparable(a: Kind, b: Kind) -> bool {
    a == b
        || matches!(
            (a, b),
            (Kind::Count, Kind::Money)
                | (Kind::Money, Kind::Count)
                | (Kind::Percent, Kind::Points)
                | (Kind::Points, Kind::Percent)
        )
        || matches!(
            (a, b),
            (Kind::Year, Kind::Decade) | (Kind::Decade, Kind::Year)
        )
}

const UNITS: [&str; 28] = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
    "twenty",
    "thirty",
    "forty",
    "fifty",
    "sixty",
    "seventy",
    "eighty",
    "ninety",
];

/// The value of a number word up to ninety, `None` for other words.
fn unit_word(word: &str) -> Option<f64> {
    const TENS: [f64; 8] = [20.0, 30.0, 40.0, 50.0, 60.0, 70.0, 80.0, 90.0];
    if word == "fourty" {
        return Some(40.0);
    }
    let at = UNITS.iter().position(|&w| w == word)?;
    Some(if at < 20 {
        f64::from(u8::try_from(at).ok()?)
    } else {
        TENS[at - 20]
    })
}

fn scale_word(word: &str) -> Option<f64> {
    Some(match word {
        "hundred" | "hundreds" => 100.0,
        "thousand" | "thousands" | "k" => 1e3,
        "lakh" | "lakhs" => 1e5,
        "million" | "millions" | "m" | "mn" | "mln" => 1e6,
        "crore" | "crores" => 1e7,
        "billion" | "billions" | "bn" | "bln" => 1e9,
        "trillion" | "trillions" | "tn" | "trn" => 1e12,
        "dozen" => 12.0,
        _ => return None,
    })
}

const ORDINALS: [&str; 20] = [
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
    "thirteenth",
    "fourteenth",
    "fifteenth",
    "sixteenth",
    "seventeenth",
    "eighteenth",
    "nineteenth",
    "twentieth",
];

fn ordinal_word(word: &str) -> Option<f64> {
    let at = ORDINALS.iter().position(|&w| w == word)?;
    Some(f64::from(u8::try_from(at + 1).ok()?))
}

fn fraction_word(word: &str) -> Option<f64> {
    Some(match word.trim_end_matches('s') {
        "half" | "halve" => 50.0,
        "third" => 100.0 / 3.0,
        "quarter" => 25.0,
        "fifth" => 20.0,
        "sixth" => 100.0 / 6.0,
        "seventh" => 100.0 / 7.0,
        "eighth" => 12.5,
        "tenth" => 10.0,
        _ => return None,
    })
}

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

fn month(word: &str) -> Option<f64> {
    let plain = word.trim_end_matches('.');
    let at = MONTHS.iter().position(|&m| {
        m == plain
            || (plain.len() >= 3
                && plain.len() <= 4
                && m.starts_with(plain)
                && plain != "mar"
                && plain != "may")
            || (plain == "may" && m == "may")
    })?;
    Some(f64::from(u8::try_from(at + 1).ok()?))
}

const DAYS: [&str; 7] = [
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
];

fn weekday(word: &str) -> Option<f64> {
    let plain = word.trim_end_matches('.').trim_end_matches('s');
    let at = DAYS.iter().position(|d| {
        d.trim_end_matches('s') == plain
            || (matches!(
                plain,
                "mon" | "tue" | "tues" | "wed" | "thu" | "thur" | "fri" | "sat"
            ) && d.starts_with(plain))
    })?;
    Some(f64::from(u8::try_from(at + 1).ok()?))
}

/// Kind and factor of a unit word; the value in the kind's unit is figure times factor.
fn unit(word: &str) -> Option<(Kind, f64)> {
    Some(match word {
        "percent" | "%" | "pct" | "percentage" => (Kind::Percent, 1.0),
        "km" | "kms" | "kilometre" | "kilometres" | "kilometer" | "kilometers" => {
            (Kind::Length, 1000.0)
        }
        "mile" | "miles" | "mi" => (Kind::Length, 1609.344),
        "metre" | "metres" | "meter" | "meters" => (Kind::Length, 1.0),
        "cm" | "centimetre" | "centimetres" | "centimeter" | "centimeters" => (Kind::Length, 0.01),
        "mm" | "millimetre" | "millimetres" | "millimeter" | "millimeters" => (Kind::Length, 0.001),
        "foot" | "feet" | "ft" => (Kind::Length, 0.3048),
        "inch" | "inches" => (Kind::Length, 0.0254),
        "yard" | "yards" => (Kind::Length, 0.9144),
        "hectare" | "hectares" | "ha" => (Kind::Area, 1e4),
        "acre" | "acres" => (Kind::Area, 4046.86),
        "kg" | "kilogram" | "kilograms" | "kilo" | "kilos" => (Kind::Mass, 1.0),
        "tonne" | "tonnes" | "ton" | "tons" => (Kind::Mass, 1000.0),
        "pound" | "pounds" | "lb" | "lbs" => (Kind::Mass, 0.4536),
        "gram" | "grams" | "g" => (Kind::Mass, 0.001),
        "litre" | "litres" | "liter" | "liters" => (Kind::Volume, 1.0),
        "gallon" | "gallons" => (Kind::Volume, 3.785),
        "barrel" | "barrels" => (Kind::Volume, 158.99),
        "second" | "seconds" => (Kind::Duration, 1.0 / 3600.0),
        "minute" | "minutes" | "mins" => (Kind::Duration, 1.0 / 60.0),
        "hour" | "hours" | "hr" | "hrs" => (Kind::Duration, 1.0),
        "day" | "days" => (Kind::Duration, 24.0),
        "week" | "weeks" => (Kind::Duration, 168.0),
        "fortnight" => (Kind::Duration, 336.0),
        "month" | "months" => (Kind::Duration, 730.5),
        "year" | "years" => (Kind::Duration, 8766.0),
        "decade" | "decades" => (Kind::Duration, 87_660.0),
        "century" | "centuries" => (Kind::Duration, 876_600.0),
        "kph" | "kmh" => (Kind::Speed, 1.0 / 3.6),
        "mph" => (Kind::Speed, 0.44704),
        "knot" | "knots" => (Kind::Speed, 0.5144),
        _ => return None,
    })
}

fn currency(word: &str) -> bool {
    matches!(
        word,
        "$" | "€"
            | "£"
            | "¥"
            | "₹"
            | "₽"
            | "dollar"
            | "dollars"
            | "euro"
            | "euros"
            | "yen"
            | "yuan"
            | "rmb"
            | "rouble"
            | "roubles"
            | "ruble"
            | "rubles"
            | "rupee"
            | "rupees"
            | "lira"
            | "liras"
            | "franc"
            | "francs"
            | "mark"
            | "marks"
            | "crown"
            | "crowns"
            | "krona"
            | "kronor"
            | "peso"
            | "pesos"
            | "real"
            | "reais"
            | "riyal"
            | "riyals"
            | "dinar"
            | "dinars"
            | "cent"
            | "cents"
            | "pence"
            | "usd"
            | "eur"
            | "gbp"
            | "won"
            | "baht"
            | "zloty"
            | "florin"
            | "florins"
            | "ducat"
            | "ducats"
            | "shilling"
            | "shillings"
    )
}

/// The sign that stands for a currency; dollars of all countries are one, and so are all pounds. `None` for currencies without a sign of their own.
fn currency_of(unit: &str) -> Option<char> {
    Some(match unit {
        "$" | "dollar" | "dollars" | "usd" => '$',
        "€" | "euro" | "euros" | "eur" => '€',
        "£" | "gbp" => '£',
        "₹" | "rupee" | "rupees" => '₹',
        "₽" | "rouble" | "roubles" | "ruble" | "rubles" => '₽',
        _ => return None,
    })
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

/// Every quantity of a sentence's tokens, in order. Linear time.
pub fn quantities(text: &str, tokens: &[Token]) -> Vec<Quantity> {
    let begins: Vec<usize> = (0..tokens.len())
        .filter(|&k| may_begin(text, &tokens[k]))
        .collect();
    let mut found: Vec<Quantity> = Vec::new();
    if begins.is_empty() {
        return found;
    }
    let words: Vec<Cow<'_, str>> = tokens.iter().map(|t| folded(t.span.of(text))).collect();
    for i in begins {
        if found.last().is_none_or(|before| i >= before.last) {
            found.extend(quantity_at(text, tokens, &words, i));
        }
    }
    share_units(&words, &mut found);
    found
}

/// Whether [`quantity_at`] may find one from this token on. Never says no where it does; of other words it says yes of one in four.
fn may_begin(text: &str, token: &Token) -> bool {
    /// By the first two letters of a word, each counted from "a".
    static BEGINNINGS: LazyLock<[bool; 26 * 26]> = LazyLock::new(|| {
        let mut known = [false; 26 * 26];
        let lists = [&UNITS[..], &ORDINALS, &MONTHS, &DAYS];
        // "fourty" and "one" are among the first; "a" is asked for by its length.
        let others = ["an", "half", "noon", "midday", "midnight"];
        for word in lists.into_iter().flatten().chain(&others) {
            let letters = word.as_bytes().first_chunk().and_then(place);
            known[letters.expect("these words are of plain letters")] = true;
        }
        known
    });
    fn place(letters: &[u8; 2]) -> Option<usize> {
        let [a, b] =
            letters.map(|letter| usize::from(letter.to_ascii_lowercase()).wrapping_sub(97));
        (a < 26 && b < 26).then(|| a * 26 + b)
    }
    let printed = token.span.of(text);
    token.kind == TokenKind::Figure
        || !printed.is_ascii()
        || printed.eq_ignore_ascii_case("a")
        || printed
            .as_bytes()
            .first_chunk()
            .and_then(place)
            .is_some_and(|letters| BEGINNINGS[letters])
}

/// "between 400 and 550 million", "85 to 100 kilometres", "1.2 or 1.6 percent": a bare figure takes scale and unit of the one behind it.
fn share_units(words: &[Cow<'_, str>], found: &mut [Quantity]) {
    for k in (1..found.len()).rev() {
        let (before, rest) = found.split_at_mut(k);
        let (bare, full) = (&mut before[k - 1], &rest[0]);
        if bare.kind != Kind::Count || !bare.unit.is_empty() || bare.last + 1 != full.first {
            continue;
        }
        let opened = bare
            .first
            .checked_sub(1)
            .map(|b| &*words[b])
            .is_some_and(|w| matches!(w, "between" | "from"));
        let joined = match &*words[bare.last] {
            "to" | "-" | "–" | "or" => true,
            "and" => opened,
            _ => false,
        };
        // Only figures that could stand in one range: the second is the greater one, and not by far.
        let figures = full.last - full.first;
        let printed = |q: &Quantity| {
            figure(&words[q.first])
                .map(|f| f.0)
                .or_else(|| unit_word(&words[q.first]))
        };
        let (Some(x), Some(y)) = (printed(bare), printed(full)) else {
            continue;
        };
        if !joined
            || figures < 2
            || x <= 0.0
            || x > y
            || y > 100.0 * x
            || full.is_time() && full.kind != Kind::Duration
        {
            continue;
        }
        if full.kind == Kind::Temperature || bare.value != x {
            continue;
        }
        let factor = full.value / y;
        bare.kind = full.kind;
        bare.value *= factor;
        bare.step *= factor;
        bare.unit.clone_from(&full.unit);
    }
}

fn figure(word: &str) -> Option<(f64, f64)> {
    // Thousands are grouped by commas (or, rarely, by points in threes with a comma behind); a lone point is decimal.
    let digits: String = word
        .chars()
        .take_while(|c| c.is_ascii_digit() || matches!(c, ',' | '.'))
        .collect();
    let digits = digits.trim_end_matches(['.', ',']);
    let groups: Vec<&str> = digits.split(',').collect();
    // "1,00,000" groups as India does; "1,75" has a decimal comma.
    let length = |g: &&str| g.split('.').next().map_or(0, str::len);
    let grouped = groups.len() > 1
        && groups[1..].iter().all(|g| matches!(length(g), 2 | 3))
        && groups.last().is_some_and(|g| length(g) == 3);
    let plain = if grouped || groups.len() == 1 {
        digits.replace(',', "")
    } else {
        digits.replace(',', ".")
    };
    let plain = if plain.matches('.').count() > 1 {
        plain.replace('.', "")
    } else {
        plain
    };
    // "272.000" is a count with its thousands marked by a point.
    let plain = match plain.split_once('.') {
        Some((whole, "000")) if (1..=3).contains(&whole.len()) && whole != "0" => {
            format!("{whole}000")
        }
        _ => plain,
    };
    let value: f64 = plain.parse().ok()?;
    let step = match plain.split_once('.') {
        Some((_, decimals)) => 10_f64.powi(-i32::try_from(decimals.len()).ok()?),
        None => {
            let zeros = plain.len() - plain.trim_end_matches('0').len();
            10_f64.powi(i32::try_from(zeros.min(plain.len().saturating_sub(1))).ok()?)
        }
    };
    Some((value, step))
}

/// The fraction that tokens `at` to `at + 2` write: "1/2", "1/4", "3/4".
fn half_or_quarters(words: &[Cow<'_, str>], at: usize) -> Option<f64> {
    match words.get(at..at + 3)? {
        [a, mark, b] if mark == "/" => match (&**a, &**b) {
            ("1", "2") => Some(0.5),
            ("1", "4") => Some(0.25),
            ("3", "4") => Some(0.75),
            _ => None,
        },
        _ => None,
    }
}

/// Per cent or percentage points at token `at`: the kind and one past the last token.
fn hundredths(words: &[Cow<'_, str>], at: usize) -> Option<(Kind, usize)> {
    let word = |k: usize| words.get(k).map(|w| &**w);
    match word(at)? {
        "percent" | "%" | "pct" => Some((Kind::Percent, at + 1)),
        "per" if word(at + 1) == Some("cent") => Some((Kind::Percent, at + 2)),
        "percentage" if word(at + 1).is_some_and(|w| w.starts_with("point")) => {
            Some((Kind::Points, at + 2))
        }
        _ => None,
    }
}

/// "of a percentage point", "of one per cent" at token `at`.
fn of_one_hundredth(words: &[Cow<'_, str>], at: usize) -> Option<(Kind, usize)> {
    let word = |k: usize| words.get(k).map(|w| &**w);
    (word(at) == Some("of") && matches!(word(at + 1), Some("a" | "one" | "1")))
        .then(|| hundredths(words, at + 2))
        .flatten()
}

/// How a unit of hundredths is named.
fn unit_of(kind: Kind) -> &'static str {
    if kind == Kind::Points {
        "points"
    } else {
        "percent"
    }
}

/// A plain number from token `i`: value, step, one past its last token, whether it was in words.
fn number_at(
    tokens: &[Token],
    words: &[Cow<'_, str>],
    i: usize,
) -> Option<(f64, f64, usize, bool)> {
    let word = words.get(i)?;
    let mut next = i + 1;
    let (mut value, mut step);
    let in_words;
    if tokens[i].kind == TokenKind::Figure {
        if word.contains(':')
            || word.ends_with('s')
            || word.ends_with("th")
            || word.ends_with("st")
            || word.ends_with("nd")
            || word.ends_with("rd")
        {
            return None;
        }
        (value, step) = figure(word)?;
        in_words = false;
        // "2 1/2"; "1/2" is left alone, and "2 300" with a thin space is two figures.
        if let Some(part) = half_or_quarters(words, next) {
            value += part;
            step = 0.1;
            next += 3;
        }
    } else {
        in_words = true;
        let half_a = word == "half"
            && words.get(i + 1).is_some_and(|w| w == "a")
            && words.get(i + 2).is_some_and(|w| scale_word(w).is_some());
        if half_a {
            let scale = scale_word(&words[i + 2])?;
            return Some((0.5 * scale, 0.1 * scale, i + 3, true));
        }
        if matches!(&**word, "a" | "an") {
            let mut scale = words
                .get(i + 1)
                .and_then(|w| scale_word(w))
                .filter(|_| words[i + 1].len() > 2)?;
            if words[i + 1].ends_with('s') {
                return None;
            }
            let mut next = i + 2;
            // "a hundred billion"
            while let Some(more) = words
                .get(next)
                .filter(|w| w.len() > 2)
                .and_then(|w| scale_word(w))
            {
                scale *= more;
                next += 1;
            }
            return Some((scale, scale, next, true));
        }
        value = unit_word(word)?;
        step = 1.0;
        if value >= 20.0 {
            let hyphen = words.get(next).is_some_and(|w| w == "-");
            let at = if hyphen { next + 1 } else { next };
            match words
                .get(at)
                .and_then(|w| unit_word(w))
                .filter(|&u| u > 0.0 && u < 10.0)
            {
                Some(ones) => {
                    value += ones;
                    next = at + 1;
                }
                None => step = 10.0,
            }
        }
        if words.get(next).is_some_and(|w| w == "and")
            && words.get(next + 1).is_some_and(|w| w == "a")
            && words.get(next + 2).is_some_and(|w| w == "half")
        {
            value += 0.5;
            step = 0.1;
            next += 3;
        }
    }
    let mut total = 0.0;
    // "a 110-billion-euro bailout", with or without spaces.
    if words.get(next).is_some_and(|w| w == "-")
        && words
            .get(next + 1)
            .is_some_and(|w| w.len() > 2 && scale_word(w).is_some())
    {
        next += 1;
    }
    while let Some(scale) = words.get(next).and_then(|w| scale_word(w)) {
        // A bare "m" is metres unless it stands right behind its figure; a "k" likewise.
        if words[next].len() <= 2
            && tokens[next].span.start != tokens[next - 1].span.end
            && words[next] != "bn"
            && words[next] != "mn"
            && words[next] != "tn"
        {
            break;
        }
        value *= scale;
        step *= scale;
        next += 1;
        // "two hundred and fifty", "one million two hundred thousand"
        let and = words.get(next).is_some_and(|w| w == "and");
        let at = if and { next + 1 } else { next };
        if in_words
            && scale < 1e6
            && let Some(rest) = words.get(at).and_then(|w| unit_word(w))
            && rest < scale
            && (and || scale == 100.0 || scale == 1000.0)
        {
            total += value;
            let (more, more_step, end, _) = number_at(tokens, words, at)?;
            return Some((total + more, more_step, end, true));
        }
    }
    Some((value + total, step, next, in_words))
}

fn quantity_at(text: &str, tokens: &[Token], words: &[Cow<'_, str>], i: usize) -> Option<Quantity> {
    let word = &*words[i];
    let make = |first: usize, last: usize, kind: Kind, value: f64, step: f64, unit: &str| {
        let approximate = (first.saturating_sub(3)..first).any(|k| approximator(&words[k]))
            || words.get(last).is_some_and(|w| w == "or")
                && words
                    .get(last + 1)
                    .is_some_and(|w| w == "so" || w == "more");
        Some(Quantity {
            first,
            last,
            span: tokens[first].span.join(tokens[last - 1].span),
            kind,
            value,
            unit: unit.to_owned(),
            approximate,
            step,
        })
    };
    if let Some(day) =
        weekday(word).filter(|_| tokens[i].span.of(text).starts_with(char::is_uppercase))
    {
        return make(i, i + 1, Kind::Weekday, day, 1.0, "");
    }
    match word {
        "noon" | "midday" => return make(i, i + 1, Kind::Clock, 720.0, 1.0, ""),
        "midnight" => return make(i, i + 1, Kind::Clock, 0.0, 1.0, ""),
        _ => {}
    }
    if let Some(m) = month(word).filter(|_| tokens[i].span.of(text).starts_with(char::is_uppercase))
    {
        let mut next = i + 1;
        if words.get(next).is_some_and(|w| w == ".") {
            next += 1;
        }
        if let Some(day) = tokens
            .get(next)
            .filter(|t| t.kind == TokenKind::Figure)
            .and_then(|_| day_figure(&words[next]))
        {
            return make(i, next + 1, Kind::Date, m * 100.0 + day, 1.0, "");
        }
        // "may" the verb is refused unless something of a date stands beside it.
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
        if word != "may" || i.checked_sub(1).is_some_and(|k| dated(&words[k])) {
            return make(i, i + 1, Kind::Date, m * 100.0, 1.0, "");
        }
        return None;
    }
    if tokens[i].kind == TokenKind::Figure {
        // 00:05, 7.30 p.m.
        if let Some((hours, minutes)) = word.split_once(':') {
            let (h, m) = (
                hours.parse::<f64>().ok()?,
                minutes.get(..2)?.parse::<f64>().ok()?,
            );
            return if h < 25.0 && m < 60.0 && minutes.len() == 2 {
                clock(words, i, i + 1, h, m)
                    .and_then(|(v, last)| make(i, last, Kind::Clock, v, 1.0, ""))
            } else {
                None
            };
        }
        // "0737 GMT"
        if word.len() == 4
            && words
                .get(i + 1)
                .is_some_and(|w| matches!(&**w, "gmt" | "utc" | "hours" | "hrs"))
            && let (Ok(h), Ok(m)) = (word[..2].parse::<f64>(), word[2..].parse::<f64>())
            && h < 25.0
            && m < 60.0
            && (words[i + 1].len() == 3 || word.starts_with('0'))
        {
            return make(i, i + 2, Kind::Clock, h * 60.0 + m, 1.0, "");
        }
        // "the No. 1 team"
        if i >= 2
            && words[i - 1] == "."
            && words[i - 2] == "no"
            && let Ok(n) = word.parse::<f64>()
        {
            return make(i, i + 1, Kind::Ordinal, n, 1.0, "");
        }
        // "Duncan Rait, 36, died"
        if let Some(years) = word.parse::<u8>().ok().filter(|y| (1..=110).contains(y))
            && i >= 2
            && words[i - 1] == ","
            && tokens[i - 2].kind == TokenKind::Word
            && tokens[i - 2].span.of(text).starts_with(char::is_uppercase)
            && month(&words[i - 2]).is_none()
            && words
                .get(i + 1)
                .is_some_and(|w| matches!(&**w, "," | ";" | ")"))
            && words
                .get(i + 2)
                .is_none_or(|w| !w.starts_with(|c: char| c.is_ascii_digit()))
        {
            return make(
                i,
                i + 1,
                Kind::Duration,
                f64::from(years) * 8766.0,
                8766.0,
                "years",
            );
        }
        // "from 9: 00 am"
        if words.get(i + 1).is_some_and(|w| w == ":")
            && tokens[i].span.end == tokens[i + 1].span.start
            && let Some(minutes) = words.get(i + 2).filter(|w| w.len() == 2)
            && let (Ok(h), Ok(m)) = (word.parse::<f64>(), minutes.parse::<f64>())
            && h < 25.0
            && m < 60.0
        {
            let told = words.get(i + 3).is_some_and(|w| {
                matches!(w.replace('.', "").as_str(), "am" | "pm" | "gmt" | "hours")
            }) || i.checked_sub(1).is_some_and(|k| {
                matches!(&*words[k], "at" | "from" | "to" | "until" | "till" | "by")
            });
            if told {
                return clock(words, i, i + 3, h, m)
                    .and_then(|(v, last)| make(i, last, Kind::Clock, v, 1.0, ""));
            }
        }
        if let Some(start) = word.strip_suffix('s').and_then(|w| w.parse::<f64>().ok()) {
            let start = if start < 100.0 { 1900.0 + start } else { start };
            return make(i, i + 1, Kind::Decade, start, 10.0, "");
        }
        for ending in ["st", "nd", "rd", "th"] {
            if let Some(n) = word
                .strip_suffix(ending)
                .and_then(|w| w.replace(',', "").parse::<f64>().ok())
            {
                let of = usize::from(words.get(i + 1).is_some_and(|w| w == "of"));
                if let Some(m) = words.get(i + 1 + of).and_then(|w| month(w)) {
                    return make(i, i + 2 + of, Kind::Date, m * 100.0 + n, 1.0, "");
                }
                return make(i, i + 1, Kind::Ordinal, n, 1.0, "");
            }
        }
        // "14 March", "14. March"
        if let Some(day) = day_figure(word) {
            let next = i + 1;
            if let Some(m) = words
                .get(next)
                .filter(|_| tokens[next].span.of(text).starts_with(char::is_uppercase))
                .and_then(|w| month(w))
            {
                return make(i, next + 1, Kind::Date, m * 100.0 + day, 1.0, "");
            }
        }
        // "7 a.m.", "7am", "7.30 p.m.", "19.30"
        if let Some(half) = words
            .get(i + 1)
            .map(|w| w.replace('.', ""))
            .filter(|w| w == "am" || w == "pm")
        {
            let (h, m) = word.split_once('.').map_or((word, "0"), |(h, m)| (h, m));
            let (mut h, m) = (h.parse::<f64>().ok()?, m.parse::<f64>().ok()?);
            if half == "pm" && h < 12.0 {
                h += 12.0;
            } else if half == "am" && h == 12.0 {
                h = 0.0;
            }
            return make(i, i + 2, Kind::Clock, h * 60.0 + m, 1.0, "");
        }
        let years = |w: &str| w.len() == 4 && w.bytes().all(|b| b.is_ascii_digit());
        if years(word) {
            let value: f64 = word.parse().ok()?;
            let counted = words.get(i + 1).is_some_and(|w| {
                unit(w).is_some() || w == "people" || w == "%" || scale_word(w).is_some()
            });
            let priced = i.checked_sub(1).is_some_and(|k| currency(&words[k]));
            if (1500.0..2100.0).contains(&value) && !counted && !priced {
                return make(i, i + 1, Kind::Year, value, 1.0, "");
            }
        }
    }
    if let Some(n) = ordinal_word(word) {
        let of_time = word == "second"
            && i > 0
            && (unit_word(&words[i - 1]).is_some() || tokens[i - 1].kind == TokenKind::Figure);
        if !of_time
            && !(fraction_word(word).is_some()
                && i > 0
                && (words[i - 1] == "a" || words[i - 1] == "one" || words[i - 1] == "two"))
        {
            return make(i, i + 1, Kind::Ordinal, n, 1.0, "");
        }
    }
    // "a third", "two thirds", "half of", "a quarter of"
    let numerator = if matches!(word, "a" | "one") {
        Some(1.0)
    } else {
        unit_word(word).filter(|&n| n > 1.0 && n < 10.0)
    };
    if let Some(n) = numerator {
        let at = if words.get(i + 1).is_some_and(|w| w == "-") {
            i + 2
        } else {
            i + 1
        };
        if let Some(part) = words
            .get(at)
            .and_then(|w| fraction_word(w).filter(|_| n == 1.0 || w.ends_with('s')))
        {
            // "two-fifths of one per cent" is 0.4 percent.
            if let Some((kind, last)) = of_one_hundredth(words, at + 1) {
                return make(i, last, kind, n * part / 100.0, 0.01, unit_of(kind));
            }
            let whole = words.get(at).is_some_and(|w| w != "second" && w != "half")
                || words.get(at + 1).is_some_and(|w| w == "of" || w == "the");
            // "a third time", "a quarter final" are not fractions: only before "of", a stop, or "the".
            let fits = words.get(at + 1).is_none_or(|w| {
                matches!(
                    &**w,
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
            if whole && fits {
                return make(i, at + 1, Kind::Percent, n * part, 1.0, "");
            }
        }
    }
    if word == "half"
        && words.get(i + 1).is_some_and(|w| w == "a")
        && let Some((kind, last)) = hundredths(words, i + 2)
    {
        return make(i, last, kind, 0.5, 0.1, unit_of(kind));
    }
    if word == "half"
        && words
            .get(i + 1)
            .is_some_and(|w| matches!(&**w, "of" | "the" | "its" | "their" | "("))
    {
        return make(i, i + 1, Kind::Percent, 50.0, 1.0, "");
    }
    let (value, step, mut next, in_words) = number_at(tokens, words, i)?;
    // "four in five", "9 out of 10"
    if value < 100.0 {
        let out = words.get(next).is_some_and(|w| w == "out")
            && words.get(next + 1).is_some_and(|w| w == "of" || w == "in");
        let every = words.get(next).is_some_and(|w| w == "in");
        let at = if out { next + 2 } else { next + 1 };
        if (out || every)
            && let Some((whole, _, end, _)) =
                words.get(at).and_then(|_| number_at(tokens, words, at))
            && whole > value
            && whole <= 1000.0
            && (out || (value <= 9.0 && whole <= 10.0))
            && words.get(end).is_none_or(|w| unit(w).is_none())
        {
            return make(i, end, Kind::Percent, 100.0 * value / whole, 1.0, "");
        }
    }
    if let Some((kind, last)) = of_one_hundredth(words, next) {
        return make(i, last, kind, value, step, unit_of(kind));
    }
    // Units, over a hyphen or "per": "three-day", "five-year-old", "per cent", "km per hour".
    if words.get(next).is_some_and(|w| w == "-")
        && words.get(next + 1).is_some_and(|w| unit(w).is_some())
    {
        next += 1;
    }
    let priced = i
        .checked_sub(1)
        .is_some_and(|k| currency(&words[k]) && tokens[k].kind == TokenKind::Mark);
    if words.get(next).is_some_and(|w| w == "per")
        && words.get(next + 1).is_some_and(|w| w == "cent")
    {
        return make(i, next + 2, Kind::Percent, value, step, "percent");
    }
    if let Some(named) = words.get(next).map(|w| &**w) {
        if named == "m" && !in_words && tokens[next].span.start != tokens[next - 1].span.end {
            return make(i, next + 1, Kind::Length, value, step, "m");
        }
        if matches!(named, "°" | "degree" | "degrees") {
            let scale = words.get(next + 1).map(|w| &**w);
            let fahrenheit = matches!(scale, Some("f" | "fahrenheit"));
            let last = if matches!(
                scale,
                Some("f" | "fahrenheit" | "c" | "celsius" | "centigrade")
            ) {
                next + 2
            } else {
                next + 1
            };
            let celsius = if fahrenheit {
                (value - 32.0) / 1.8
            } else {
                value
            };
            return make(
                i,
                last,
                Kind::Temperature,
                celsius,
                if fahrenheit { step / 1.8 } else { step },
                if fahrenheit { "f" } else { "c" },
            );
        }
        if matches!(named, "celsius" | "fahrenheit") || (matches!(named, "c" | "f") && !in_words) {
            let fahrenheit = named.starts_with('f');
            let celsius = if fahrenheit {
                (value - 32.0) / 1.8
            } else {
                value
            };
            return make(
                i,
                next + 1,
                Kind::Temperature,
                celsius,
                if fahrenheit { step / 1.8 } else { step },
                if fahrenheit { "f" } else { "c" },
            );
        }
        let stop = usize::from(named == "sq" && words.get(next + 1).is_some_and(|w| w == "."));
        if let Some(squared) = words
            .get(next + 1 + stop)
            .filter(|_| matches!(named, "square" | "sq"))
            .and_then(|w| unit(w))
            .filter(|u| u.0 == Kind::Length)
        {
            return make(
                i,
                next + 2 + stop,
                Kind::Area,
                value * squared.1 * squared.1,
                step * squared.1 * squared.1,
                &words[next + 1 + stop],
            );
        }
        if named == "percentage" && words.get(next + 1).is_some_and(|w| w.starts_with("point")) {
            return make(i, next + 2, Kind::Points, value, step, "points");
        }
        if named == "basis" && words.get(next + 1).is_some_and(|w| w.starts_with("point")) {
            return make(
                i,
                next + 2,
                Kind::Points,
                value * 0.01,
                step * 0.01,
                "basis points",
            );
        }
        if named == "am" || named == "pm" {
            return make(
                i,
                next + 1,
                Kind::Clock,
                (if named == "pm" && value < 12.0 {
                    value + 12.0
                } else {
                    value
                }) * 60.0,
                60.0,
                "",
            );
        }
        if currency(named) {
            return make(i, next + 1, Kind::Money, value, step, named);
        }
        if let Some((kind, factor)) = unit(named) {
            let per_hour = kind == Kind::Length
                && words
                    .get(next + 1)
                    .is_some_and(|w| w == "per" || w == "an" || w == "/")
                && words.get(next + 2).is_some_and(|w| w == "hour" || w == "h");
            if per_hour {
                return make(
                    i,
                    next + 3,
                    Kind::Speed,
                    value * factor / 3600.0,
                    step * factor / 3600.0,
                    named,
                );
            }
            // "one day", "one second" are hardly ever measures.
            if !(in_words && value == 1.0 && matches!(named, "day" | "second")) {
                return make(i, next + 1, kind, value * factor, step * factor, named);
            }
        }
        if matches!(named, "o'clock") {
            return make(i, next + 1, Kind::Clock, value * 60.0, 60.0, "");
        }
    }
    if priced {
        let symbol = words[i - 1].clone();
        return make(i, next, Kind::Money, value, step, &symbol);
    }
    // "one" by itself is a pronoun as often as a number.
    if in_words && value == 1.0 && next == i + 1 {
        return None;
    }
    let metres = words[next - 1] == "m";
    make(
        i,
        next,
        Kind::Count,
        value,
        step,
        if metres { "m" } else { "" },
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

/// Minutes after midnight of `h:m`, with a following "a.m." or "p.m." taken in.
fn clock(
    words: &[Cow<'_, str>],
    _first: usize,
    next: usize,
    mut h: f64,
    m: f64,
) -> Option<(f64, usize)> {
    let half = words.get(next).map(|w| w.replace('.', ""));
    let mut last = next;
    match half.as_deref() {
        Some("pm") => {
            if h < 12.0 {
                h += 12.0;
            }
            last += 1;
        }
        Some("am") => {
            if h == 12.0 {
                h = 0.0;
            }
            last += 1;
        }
        _ => {}
    }
    Some((h * 60.0 + m, last))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::tokens::tokens;

    fn of(text: &str) -> Vec<Quantity> {
        quantities(text, &tokens(text, Span::new(0, text.len())))
    }

    fn agree(a: &str, b: &str) -> bool {
        let (a, b) = (of(a), of(b));
        assert_eq!((a.len(), b.len()), (1, 1), "{a:?} {b:?}");
        a[0].agrees(&b[0])
    }

    #[test]
    fn an_amount_in_another_currency_may_be_converted() {
        let contradict = |a: &str, b: &str| of(a)[0].contradicts(&of(b)[0]);
        assert!(!contradict("€103 million", "£88m"));
        assert!(contradict("€103 million", "£103m"));
        assert!(contradict("€103 million", "€88m"));
        assert!(agree("€103 million", "103 million euros"));
    }

    #[test]
    fn the_same_amount_in_other_words_agrees() {
        for (a, b) in [
            ("two", "2"),
            ("1.2 million", "1,200,000"),
            ("a hundred billion", "100bn"),
            ("110 - billion", "110 billion"),
            ("600m", "2,000ft"),
            ("0737 GMT", "07:37 GMT"),
            ("at 9: 05", "at 9:05"),
            ("1.2m boxes", "1.2 million boxes"),
            ("twenty-four months", "two years"),
            ("72 hours", "three-day"),
            ("a fifth of it", "20 percent"),
            ("four in five", "80%"),
            ("nearly 6 km", "nearly 3.7 miles"),
            ("some 2,000", "1,960"),
            ("September 12", "12 September"),
            ("7 a.m.", "7am"),
            ("shortly before 7 a.m.", "shortly before 07:00"),
            ("two hundred and fifty", "250"),
            ("more than five and a half thousand", "some 5,600"),
            ("9 per cent", "nine percent"),
            ("25 lakh", "2.5 million"),
            ("100 degrees Fahrenheit", "38 degrees Celsius"),
            ("two-fifths of one per cent", "0.4 percent"),
            ("half a percentage point", "0.5 of a percentage point"),
            ("3,8 billion", "3.8 billion"),
            ("1,75 billion", "1.75 billion"),
            ("1,00,000", "100,000"),
            ("$70-million", "$70 million"),
            ("2 1/2 million", "2.5 million"),
            ("50 mi", "50 miles"),
            ("1 thousand square meters", "1000 sq. meters"),
        ] {
            assert!(agree(a, b), "{a} | {b}: {:?} {:?}", of(a), of(b));
        }
    }

    #[test]
    fn another_amount_contradicts() {
        for (a, b) in [
            ("some 2,000", "2,500"),
            ("81 percent", "18 percent"),
            ("1.9 million", "1.9 billion"),
            ("Monday", "Tuesday"),
            ("the late 1980s", "2011"),
            ("6 km", "6 miles"),
            ("9 percent", "9 percentage points"),
            ("44", "45"),
            ("20 March", "21 March"),
        ] {
            let (x, y) = (of(a), of(b));
            assert_eq!((x.len(), y.len()), (1, 1), "{x:?} {y:?}");
            let unlike = x[0].contradicts(&y[0]) || (x[0].kind != y[0].kind);
            assert!(unlike, "{a} | {b}: {x:?} {y:?}");
        }
    }

    #[test]
    fn words_that_only_look_like_amounts_are_left_alone() {
        for text in [
            "one of its soldiers",
            "it may rain",
            "a third time",
            "the second half",
        ] {
            assert!(
                of(text).iter().all(|q| q.kind == Kind::Ordinal),
                "{text}: {:?}",
                of(text)
            );
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read_without_panic(text in "\\PC{0,60}") {
            for quantity in of(&text) {
                proptest::prop_assert!(quantity.agrees(&quantity) && !quantity.span.is_empty());
            }
        }
    }
}
