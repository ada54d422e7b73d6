//! Figures that follow from others: of 9 that are trapped 7 are out, so 2 are left; 2004 and a year later is 2005; two-thirds of 90 is 60.

use crate::text::quantities::{HOURS_OF_YEAR, Kind, Quantity};
use crate::words::{Class, Words};

/// Most figures of a passage that are reckoned with: more are a table.
const MOST: usize = 12;

/// Counts below this are met by chance.
const SMALL: f64 = 20.0;

/// How many words may stand between two figures that are told together.
const TOGETHER: usize = 5;

const HOURS_OF_DAY: f64 = 24.0;

/// The figures of `words` from which `told` follows, at least one of them being met already; `None` where it does not follow from any.
///
/// Takes time in the square of the number of figures.
pub(super) fn derived(words: &Words, met: &[bool], told: &Quantity) -> Option<Vec<usize>> {
    let figures = &words.quantities;
    if figures.len() > MOST {
        return None;
    }
    for (x, a) in figures.iter().enumerate() {
        // "two men and a woman" are three.
        if a.kind == Kind::Count && and_one(words, a) && with_value(a, a.value + 1.0).agrees(told) {
            return Some(vec![x]);
        }
        for (y, b) in figures.iter().enumerate().skip(x + 1) {
            if !met[x] && !met[y] {
                continue;
            }
            // Small counts add up to one another too easily, unless they are told together.
            if told.kind == Kind::Count
                && a.kind == b.kind
                && told.value < SMALL
                && b.first > a.last + TOGETHER
            {
                continue;
            }
            if results(a, b).iter().any(|r| r.agrees(told)) {
                return Some(vec![x, y]);
            }
        }
    }
    // "killed 12 soldiers, four policemen and three children"
    let all_met: Vec<usize> = (0..figures.len())
        .filter(|&x| met[x] && figures[x].kind == told.kind)
        .collect();
    let sum: f64 = all_met.iter().map(|&x| figures[x].value).sum();
    (all_met.len() > 2 && told.kind == Kind::Count && sum == told.value).then_some(all_met)
}

/// The figure that figure `x` is a part of: "46 of the chamber's 90 deputies", "84 players, of whom one third".
pub(super) fn whole_of(words: &Words, x: usize) -> Option<usize> {
    let figures = &words.quantities;
    let part = figures.get(x)?;
    let word = |k: usize| words.words.get(k).map(|w| w.folded.as_str());
    let them = |k: usize| matches!(word(k), Some("which" | "whom" | "them" | "these" | "those"));
    let is_count = |y: &usize| figures[*y].kind == Kind::Count;
    let behind = word(part.last) == Some("of") && them(part.last + 1);
    let before = part.first >= 2 && word(part.first - 2) == Some("of") && them(part.first - 1);
    if behind || before {
        return x
            .checked_sub(1)
            .filter(|y| figures[*y].last + 8 >= part.first)
            .filter(is_count);
    }
    let of = (part.last..part.last + 3).find(|&k| word(k) == Some("of"))?;
    let whole = figures.get(x + 1)?;
    (whole.first <= of + 4).then_some(x + 1).filter(is_count)
}

/// What two figures make together.
fn results(a: &Quantity, b: &Quantity) -> Vec<Quantity> {
    let mut found = Vec::new();
    if a.kind == b.kind {
        let apart = (a.value - b.value).abs();
        match a.kind {
            Kind::Year => found.push(years(apart)),
            Kind::Count
            | Kind::Money
            | Kind::Percent
            | Kind::Points
            | Kind::Length
            | Kind::Area
            | Kind::Mass
            | Kind::Volume
            | Kind::Duration => {
                found.push(with_value(a, a.value + b.value));
                found.push(with_value(a, apart));
                if a.kind == Kind::Percent {
                    found.push(Quantity {
                        kind: Kind::Points,
                        ..with_value(a, apart)
                    });
                }
            }
            _ => {}
        }
        if matches!(a.kind, Kind::Count | Kind::Money) {
            let (less, more) = (a.value.min(b.value), a.value.max(b.value));
            if less > 0.0 {
                found.push(Quantity {
                    kind: Kind::Percent,
                    step: 0.01,
                    unit: String::new(),
                    ..with_value(a, 100.0 * less / more)
                });
                found.push(Quantity {
                    kind: Kind::Multiple,
                    step: 0.01,
                    unit: String::new(),
                    ..with_value(a, more / less)
                });
            }
        }
    }
    for (a, b) in [(a, b), (b, a)] {
        match (a.kind, b.kind) {
            (Kind::Year, Kind::Duration) if is_of_years(b) => {
                let span = b.value / HOURS_OF_YEAR;
                found.push(with_value(a, a.value + span));
                found.push(with_value(a, a.value - span));
            }
            // "on 18 August, eleven days earlier than usual": usual is 29 August.
            (Kind::Date, Kind::Duration) if is_of_days(b) => {
                let span = b.value / HOURS_OF_DAY;
                found.extend([span, -span].map(|days| with_value(a, days_later(a.value, days))));
            }
            (Kind::Percent, Kind::Count | Kind::Money) => {
                let value = b.value * a.value / 100.0;
                found.push(Quantity {
                    approximate: true,
                    ..with_value(b, value)
                });
                found.push(Quantity {
                    approximate: true,
                    ..with_value(b, b.value - value)
                });
            }
            // "rose by four points to 38%", "rose to 38% from 34%"
            (Kind::Percent, Kind::Points) => {
                found.push(with_value(a, a.value + b.value));
                found.push(with_value(a, a.value - b.value));
            }
            (Kind::Multiple, Kind::Count | Kind::Money) if a.value > 0.0 => {
                found.push(with_value(b, b.value * a.value));
                found.push(with_value(b, b.value / a.value));
            }
            _ => {}
        }
    }
    found
}

fn is_of_days(span: &Quantity) -> bool {
    span.unit.starts_with("day") || span.unit.starts_with("week")
}

/// The date, a hundred times its month and its day, so many days after another one; in a year that is no leap year.
fn days_later(date: f64, days: f64) -> f64 {
    const BEFORE: [f64; 13] = [
        0.0, 31.0, 59.0, 90.0, 120.0, 151.0, 181.0, 212.0, 243.0, 273.0, 304.0, 334.0, 365.0,
    ];
    let (month, day) = ((date / 100.0).floor(), date % 100.0);
    let before = (1..=12u8).find(|&m| f64::from(m) == month);
    let Some(before) = before
        .map(|m| BEFORE[usize::from(m) - 1])
        .filter(|_| day > 0.0)
    else {
        return date;
    };
    let later = (before + day + days - 1.0).rem_euclid(365.0) + 1.0;
    let ended = BEFORE.iter().filter(|&&ends| ends < later).count();
    100.0 * ended as f64 + later - BEFORE[ended - 1]
}

fn is_of_years(span: &Quantity) -> bool {
    span.unit.starts_with("year") || span.unit.starts_with("decade")
}

fn years(span: f64) -> Quantity {
    Quantity {
        first: 0,
        last: 0,
        span: Default::default(),
        kind: Kind::Duration,
        value: span * HOURS_OF_YEAR,
        unit: "years".to_owned(),
        approximate: false,
        step: HOURS_OF_YEAR,
    }
}

fn with_value(like: &Quantity, value: f64) -> Quantity {
    Quantity {
        value,
        ..like.clone()
    }
}

/// Whether one more is told right behind a figure: "two men and a woman", "three policemen and their driver".
fn and_one(words: &Words, figure: &Quantity) -> bool {
    let word = |k: usize| words.words.get(k).map(|w| w.folded.as_str());
    (figure.last + 1..figure.last + 4).any(|k| {
        word(k) == Some("and")
            && matches!(
                word(k + 1),
                Some("a" | "an" | "one" | "his" | "her" | "their")
            )
            && words
                .words
                .get(k + 2)
                .is_some_and(|w| w.class == Class::Content && w.quantity.is_none())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Span;

    /// Whether the last figure of `copy` follows from those of `source` that others of `copy` meet.
    fn follows(source: &str, copy: &str) -> bool {
        let of = |text: &str| Words::new(text, Span::new(0, text.len()));
        let (a, b) = (of(source), of(copy));
        let met: Vec<bool> = a
            .quantities
            .iter()
            .map(|q| b.quantities.iter().any(|r| q.agrees(r)))
            .collect();
        let told = b.quantities.last().expect("the copy has figures");
        derived(&a, &met, told).is_some()
    }

    #[test]
    fn what_follows_from_other_figures_is_told() {
        for (source, copy) in [
            (
                "Seven of the nine miners are out.",
                "Seven are out, leaving two.",
            ),
            (
                "He won in 2004 and left a year later.",
                "He won in 2004 and left in 2005.",
            ),
            (
                "Two-thirds of the 90 members agreed.",
                "Of the 90 members agreed 60.",
            ),
            (
                "It seats 65,000, that is 20,000 more.",
                "It seats 65,000 instead of 45,000.",
            ),
            (
                "Four soldiers and nine rebels died.",
                "Four soldiers, nine rebels, in all 13.",
            ),
            ("Two men and a woman were held.", "Three were held."),
            (
                "It runs 45 shops and closes fifteen.",
                "Of the 45 shops it closes a third.",
            ),
            (
                "Picking began on 25 August, eleven days early.",
                "Picking began eleven days before 5 September.",
            ),
            (
                "It opened in 2009, and shut in 2019.",
                "It shut in 2019 after ten years.",
            ),
        ] {
            assert!(follows(source, copy), "{source} | {copy}");
        }
    }

    #[test]
    fn another_figure_does_not_follow() {
        for (source, copy) in [
            (
                "Seven of the nine miners are out.",
                "Seven are out, leaving four.",
            ),
            (
                "He won in 2004 and left a year later.",
                "He won in 2004 and left in 2009.",
            ),
            (
                "Two-thirds of the 90 members agreed.",
                "Of the 90 members agreed 46.",
            ),
            (
                "A gang of four robbed the bank and fled on two motorcycles.",
                "They fled on two motorcycles, a gang of six.",
            ),
            // No figure is met, so that anything might follow.
            ("Five of the eight drowned.", "Three drowned."),
        ] {
            assert!(!follows(source, copy), "{source} | {copy}");
        }
    }
}
