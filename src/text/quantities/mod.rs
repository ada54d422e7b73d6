//! Figures, dates, times and measures by value: "two" is 2, "1.2m" is 1,200,000, "a fifth" is 20 percent, 3.7 miles
//! are 6 km, "three-day" is 72 hours, "doubled" is twice as much, "half past six" 6:30.

mod multiples;
mod numbers;
mod reader;
mod times;
mod units;

use std::borrow::Cow;
use std::sync::LazyLock;

use super::calendar;
use super::fold::folded;
use super::tokens::{Token, TokenKind};
use crate::model::Span;
use numbers::{ORDINALS, UNITS, figure, unit_word};
use reader::Reader;
use times::HALF_DAY;
use units::{currency, currency_of};

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
    /// A decade or a century, by its first year; the step says how long.
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
    /// Watts.
    Power,
    /// Watt hours.
    Energy,
    /// How many times as much: 2 of "doubled" and "twice as many", 0.5 of "halved".
    Multiple,
    /// An order of magnitude ("hundreds", "in her forties"): the value is the least amount that may be meant, the step the greatest.
    Magnitude,
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
    /// The unit word as written, folded ("km", "miles", "marks"), empty when there is none; "no" of what is numbered ("No. 30").
    pub unit: String,
    /// Whether it is given as inexact ("about", "nearly", "some", "more than", "dozens").
    pub approximate: bool,
    /// Smallest step of the figure as written, in the kind's unit: 2,300 has 100, 6.53 has 0.01.
    pub step: f64,
}

/// The unit of what is numbered.
const NUMBERED: &str = "no";

/// The unit of ages.
const YEARS: &str = "years";

/// Hours of a year of 365.25 days: spans of time are told in hours.
pub const HOURS_OF_YEAR: f64 = 8766.0;

/// The unit of points that are not said to be percentage points: of a share of votes, of a game.
pub const BARE_POINTS: &str = "point";

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
            (Kind::Decade, Kind::Year) => b >= a && b < a + self.step,
            (Kind::Year, Kind::Decade) => a >= b && a < b + other.step,
            (Kind::Decade, Kind::Decade) => {
                a >= b && a < b + other.step || b >= a && b < a + self.step
            }
            (Kind::Year, Kind::Year) => a == b,
            (Kind::Clock, Kind::Clock) => {
                let slack = if self.approximate || other.approximate {
                    31.0
                } else {
                    0.5
                };
                let day = if self.step == HALF_DAY || other.step == HALF_DAY {
                    HALF_DAY
                } else {
                    2.0 * HALF_DAY
                };
                let apart = (a - b).abs() % day;
                apart.min(day - apart) <= slack
            }
            (Kind::Magnitude, Kind::Magnitude) => a < other.step && b < self.step,
            (Kind::Magnitude, _) => self.may_mean(other),
            (_, Kind::Magnitude) => other.may_mean(self),
            (Kind::Multiple, Kind::Multiple) => (a - b).abs() <= 0.05 * a.max(b),
            (Kind::Multiple, Kind::Percent) => self.is_a_change_of(other),
            (Kind::Percent, Kind::Multiple) => other.is_a_change_of(self),
            // "No. 30" and "30"
            (Kind::Count, Kind::Ordinal) => {
                other.unit == NUMBERED && self.unit.is_empty() && a == b
            }
            (Kind::Ordinal, Kind::Count) => {
                self.unit == NUMBERED && other.unit.is_empty() && a == b
            }
            (Kind::Ordinal, Kind::Ordinal) => a == b,
            // "1.1m" is metres beside metres and feet.
            (Kind::Count, Kind::Length) if self.unit == "m" => {
                converted(a / 1e6, b, (self.step / 1e6).max(other.step))
            }
            (Kind::Length, Kind::Count) if other.unit == "m" => {
                converted(a, b / 1e6, self.step.max(other.step / 1e6))
            }
            // A share that rose from 4 to 5 percent rose by one point, and by 25 percent.
            (Kind::Percent, Kind::Points) | (Kind::Points, Kind::Percent) => false,
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

    /// Whether an order of magnitude takes in that amount, with some room: "hundreds" may be 90 and, loosely, 1,100.
    fn may_mean(&self, amount: &Self) -> bool {
        let (least, most, value) = (self.value, self.step, amount.value);
        let takes_in = if self.unit.is_empty() {
            value >= 0.8 * least && value <= 1.2 * most
        } else {
            // "single digits", "below 10 percent"
            let bound = amount.approximate && value == most;
            value >= least && (value < most || bound)
        };
        self.comparable(amount) && takes_in
    }

    /// Whether a multiple is that share: "doubled" is 200 percent, and 100 percent more; "halved" is 50, "ten times less" 10 percent or 90
    /// percent less.
    fn is_a_change_of(&self, share: &Self) -> bool {
        let room = 0.5001 * share.step.min(5.0) + if share.approximate { 2.5 } else { 0.5 };
        let of = |percent: f64| (percent - share.value).abs() <= room;
        let whole = 100.0 * self.value;
        of(whole) || of((whole - 100.0).abs())
    }

    /// Whether the two measure the same kind of thing, so that different values contradict each other.
    /// Amounts in two currencies may be one converted into the other, unless the figure is the same.
    pub fn contradicts(&self, other: &Self) -> bool {
        if self.in_another_currency(other) {
            return self.value == other.value;
        }
        let zones = self.kind == Kind::Clock
            && !self.unit.is_empty()
            && !other.unit.is_empty()
            && self.unit != other.unit;
        self.comparable(other) && !zones && !self.agrees(other)
    }

    fn comparable(&self, other: &Self) -> bool {
        match (self.kind, other.kind) {
            (Kind::Magnitude, Kind::Magnitude) => (self.unit == YEARS) == (other.unit == YEARS),
            (Kind::Magnitude, kind) => match &*self.unit {
                YEARS => kind == Kind::Duration,
                "digits" => matches!(kind, Kind::Count | Kind::Money | Kind::Percent),
                _ => matches!(kind, Kind::Count | Kind::Money),
            },
            (_, Kind::Magnitude) => other.comparable(self),
            (a, b) => comparable(a, b),
        }
    }

    /// Whether both are money, of two currencies.
    fn in_another_currency(&self, other: &Self) -> bool {
        self.kind == Kind::Money
            && other.kind == Kind::Money
            && matches!((currency_of(&self.unit), currency_of(&other.unit)), (Some(a), Some(b)) if a != b)
    }

    /// Whether it is told by words that are verbs and nouns as well: "doubled", "hundreds".
    pub fn is_in_words(&self) -> bool {
        matches!(self.kind, Kind::Multiple | Kind::Magnitude)
    }

    /// Whether it is a date, a time or a span of time.
    pub fn is_time(&self) -> bool {
        matches!(
            self.kind,
            Kind::Year | Kind::Decade | Kind::Date | Kind::Weekday | Kind::Clock | Kind::Duration
        )
    }
}

/// Whether two amounts in different units may be one: as exact as the coarser of the two figures, which for round ones ("10 km") is not
/// very coarse.
fn converted(a: f64, b: f64, step: f64) -> bool {
    let largest = a.abs().max(b.abs());
    (a - b).abs() <= (0.5001 * step).min(0.12 * largest) + 0.02 * largest
}

fn comparable(a: Kind, b: Kind) -> bool {
    a == b
        || matches!(
            (a, b),
            (Kind::Count, Kind::Money)
                | (Kind::Money, Kind::Count)
                | (Kind::Percent, Kind::Points)
                | (Kind::Points, Kind::Percent)
                | (Kind::Multiple, Kind::Percent)
                | (Kind::Percent, Kind::Multiple)
                | (Kind::Year, Kind::Decade)
                | (Kind::Decade, Kind::Year)
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
    let reader = Reader {
        text,
        tokens,
        words: &words,
    };
    for i in begins {
        if found.last().is_none_or(|before| i >= before.last) {
            found.extend(reader.quantity_at(i));
        }
    }
    share_units(&words, &mut found);
    found
}

/// Whether [`Reader::quantity_at`] may find one from this token on. Never says no where it does; of other words it says yes of few.
fn may_begin(text: &str, token: &Token) -> bool {
    /// By the first three letters of a word, each counted from "a".
    static BEGINNINGS: LazyLock<Box<[bool]>> = LazyLock::new(|| {
        let mut known = vec![false; 26 * 26 * 26];
        let lists = [&UNITS[..], &ORDINALS, &calendar::MONTHS, &calendar::DAYS];
        // "fourty", "forties" and "fivefold" begin like others.
        let others = [
            "half",
            "halved",
            "noon",
            "number",
            "midday",
            "midnight",
            "quarter",
            "doubled",
            "tripled",
            "treble",
            "once",
            "twice",
            "thrice",
            "quadrupled",
            "quintupled",
            "several",
            "tens",
            "dozens",
            "scores",
            "hundreds",
            "thousands",
            "millions",
            "billions",
            "single",
            "both",
            "pair",
            "couple",
            "duo",
            "trio",
            "sextet",
            "runner",
        ];
        for word in lists.into_iter().flatten().chain(&others) {
            let letters = word.as_bytes().first_chunk().and_then(place);
            known[letters.expect("these words are of plain letters")] = true;
        }
        known.into()
    });
    fn place(letters: &[u8; 3]) -> Option<usize> {
        let [a, b, c] =
            letters.map(|letter| usize::from(letter.to_ascii_lowercase()).wrapping_sub(97));
        (a < 26 && b < 26 && c < 26).then(|| (a * 26 + b) * 26 + c)
    }
    let printed = token.span.of(text);
    if token.kind == TokenKind::Figure || !printed.is_ascii() {
        return true;
    }
    match printed.as_bytes().first_chunk() {
        Some(letters) => place(letters).is_some_and(|letters| BEGINNINGS[letters]),
        None => ["a", "an", "no"]
            .iter()
            .any(|w| printed.eq_ignore_ascii_case(w)),
    }
}

/// "between 400 and 550 million", "85 to 100 kilometres", "1.2 or 1.6 percent", "$13.8 to $14.3 billion": a bare figure, or a price in few
/// words, takes scale and unit of the one behind it.
fn share_units(words: &[Cow<'_, str>], found: &mut [Quantity]) {
    for k in (1..found.len()).rev() {
        let (before, rest) = found.split_at_mut(k);
        let (bare, full) = (&mut before[k - 1], &rest[0]);
        let figure_alone = bare.kind == Kind::Count && bare.unit.is_empty();
        let price_alone = bare.kind == Kind::Money && full.kind == Kind::Money;
        // "25 instead of 20 percent"
        let compared = figure_alone
            && words.get(bare.last..full.first).is_some_and(|between| {
                let between: Vec<&str> = between.iter().map(|w| &**w).collect();
                matches!(
                    between[..],
                    ["instead", "of"]
                        | ["rather", "than"]
                        | ["compared", "with" | "to"]
                        | ["up" | "down", "from"]
                        | ["from" | "against" | "versus" | "vs" | "not"]
                )
            });
        // The sign of the second price, and letters before it: "S$", "US$".
        let signs = words.get(bare.last + 1..full.first).unwrap_or(&[]);
        let beside = bare.last < full.first
            && (compared
                || signs.is_empty()
                || price_alone
                    && signs.len() <= 2
                    && signs.iter().all(|w| currency(w) || w.len() <= 2));
        if !(figure_alone || price_alone && bare.last == bare.first + 1) || !beside {
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
        if !(joined || compared)
            || figures < 2
            || x <= 0.0
            || x > y && !compared
            || y > 100.0 * x
            || x > 100.0 * y
            || matches!(full.kind, Kind::Multiple | Kind::Magnitude | Kind::Ordinal)
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
    fn the_scale_of_a_range_is_told_once() {
        for text in [
            "reach S$13.8 billion to S$14.3 billion",
            "reach S$13.8 to S$14.3 billion",
            "reach $13.8-$14.3 billion",
        ] {
            let found: Vec<f64> = of(text).iter().map(|q| q.value).collect();
            assert_eq!(found, [13.8e9, 14.3e9], "{text}");
        }
        let apart: Vec<f64> = of("from $5 to $14.3 billion in 2020")
            .iter()
            .map(|q| q.value)
            .collect();
        assert_eq!(apart[1], 14.3e9);
    }

    #[test]
    fn headlines_write_scales_and_percent_in_their_own_ways() {
        for (short, full) in [
            ("a record US$38b", "a record $38 billion"),
            ("raised $6.6B", "raised $6.6 billion"),
            ("a $1.2T plan", "a $1.2 trillion plan"),
            ("sold for $250-M", "sold for $250 million"),
            ("a $70-bn deal", "a $70 billion deal"),
            ("a reward of $10 mil.", "a reward of $10 million"),
            ("up by 25pc", "up by 25 percent"),
            ("question nº 6", "question No. 6"),
        ] {
            assert!(agree(short, full), "{short}");
        }
        // A block and a version are no billions, and how often an agency sent a story is no amount.
        assert_eq!(of("in block 38b")[0].value, 38.0);
        assert_eq!(of("UPDATE 2-Kelvand shares fall"), []);
    }

    #[test]
    fn a_currency_may_touch_its_figure() {
        for (text, value) in [
            ("fined RMB20,000 for it", 20_000.0),
            ("rose to CNY1.5 billion", 1.5e9),
            ("a loan of Rp500 million", 5e8),
        ] {
            let found = of(text);
            assert_eq!(found.len(), 1, "{text}");
            assert_eq!(found[0].value, value, "{text}");
        }
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
            ("School No. 30", "school № 30"),
            ("half a metre", "50 cm"),
            ("a metre and a half", "one and a half metres"),
            ("within a mile", "within 1.6 kilometres"),
            ("an hour later", "60 minutes later"),
            ("for a fortnight", "for two weeks"),
            ("six miles", "10 km"),
            ("School No. 30", "school 30"),
            ("the Group No.1 plant", "the first plant"),
            ("$3 tln", "3 trillion dollars"),
            ("10000m²", "10,000 square metres"),
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
            ("a quarter past six in the evening", "6.15 p.m."),
            ("half past six", "18:30"),
            ("at twenty to eight in the morning", "at 0740"),
            ("at three in the morning", "3 a.m."),
            ("12 noon", "midday"),
            ("midnight", "00:00"),
            ("7 o'clock", "at 7 p.m."),
            ("minus 14 degrees", "14 degrees below zero"),
            ("-14C", "minus 14 degrees Celsius"),
            ("90 cents", "0.90 dollars"),
            ("1,200 megawatts", "1.2 gigawatts"),
            ("12 stone", "76 kilos"),
            ("12 nautical miles", "22 km"),
            ("two percentage points", "2 points"),
            ("doubled", "twice as many"),
            ("increased fivefold", "five times as many"),
            ("halved", "50 percent"),
            ("a tenth of it", "ten times less"),
            ("tripled", "200 percent"),
            ("nearly half of it", "48 percent"),
            ("a third dearer", "33 percent"),
            ("every third household", "one in three"),
            ("its tenth anniversary", "its 10 years"),
            ("both men", "the two men"),
            ("one job in eight", "12.5 percent"),
            ("by a factor of three", "three times as much"),
            ("three out of every four", "75 percent"),
            ("a quarter of a million", "250,000"),
            ("three quarters of an hour", "45 minutes"),
            ("four hundredths of a second", "0.04 seconds"),
            ("a million and a half", "1.5 million"),
            ("half-century", "50 years"),
            ("within a year", "within 12 months"),
            ("a year and a half", "18 months"),
            ("a trio of men", "three men"),
            ("number three", "the third"),
            ("in the night before Sunday", "on Saturday night"),
            ("runner-up", "second"),
            ("aged 45", "45-year-old"),
            ("in her forties", "aged 45"),
            ("in his late 40s", "49 years"),
            ("13th century", "the 1200s"),
            ("thirteenth-century", "the 1200s"),
            ("the nineties", "the 1990s"),
            ("hundreds of men", "400 men"),
            ("tens of thousands", "40,000"),
            ("several hundred", "hundreds"),
            ("a six-figure sum", "350,000 euros"),
            ("single digits", "9.4 percent"),
            ("single digits", "below 10 percent"),
            ("ten times heavier than", "ten times the weight"),
        ] {
            assert!(agree(a, b), "{a} | {b}: {:?} {:?}", of(a), of(b));
        }
    }

    #[test]
    fn what_is_compared_shares_its_unit() {
        let found = of("to pay 25 instead of 20 percent");
        assert!(found.iter().all(|q| q.kind == Kind::Percent), "{found:?}");
        let found = of("from ten to twelve years");
        assert!(found.iter().all(|q| q.kind == Kind::Duration), "{found:?}");
    }

    #[test]
    fn hours_and_minutes_may_be_parted() {
        let found = of("(airs 20: 30-21: 30 from Monday)");
        let times: Vec<f64> = found[..2].iter().map(|q| q.value).collect();
        assert_eq!(times, [1230.0, 1290.0], "{found:?}");
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
            ("six miles", "6 km"),
            ("minus 3 degrees Celsius", "3 degrees Celsius"),
            ("half a metre", "a metre and a half"),
            ("a fortnight", "four nights"),
            ("9 percent", "9 percentage points"),
            ("44", "45"),
            ("20 March", "21 March"),
            ("under the 1957 treaty", "under the 1975 treaty"),
            ("half past six", "19:30"),
            ("three in the morning", "3 p.m."),
            ("doubled", "three times as many"),
            ("halved", "15 percent"),
            ("14 degrees below zero", "4 degrees below zero"),
            ("13th century", "14th century"),
            ("in her forties", "aged 75"),
            ("thousands", "300"),
            ("hundreds", "thousands"),
            ("a six-figure sum", "4 million euros"),
            ("a six-figure sum", "several million euros"),
            ("its tenth anniversary", "after five years"),
            ("both men", "three men"),
            ("within a year", "within two years"),
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
            "a barrel",
            "a foot",
            "an hour of talks",
            "a double murder",
            "the scores of the match",
            "a third party",
            "both soldiers and doctors",
            "every third day",
            "the married couple",
            "temperatures below zero",
            "six stone houses",
        ] {
            assert!(
                of(text)
                    .iter()
                    .all(|q| matches!(q.kind, Kind::Ordinal) || q.value == 6.0),
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
