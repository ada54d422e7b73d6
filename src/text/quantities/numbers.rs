//! Numbers as they are written, in figures and in words.

use std::borrow::Cow;

use super::units::currency;
use crate::text::tokens::{Token, TokenKind};

pub(super) const UNITS: [&str; 28] = [
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
pub(super) fn unit_word(word: &str) -> Option<f64> {
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

pub(super) fn scale_word(word: &str) -> Option<f64> {
    Some(match word {
        "hundred" | "hundreds" => 100.0,
        "thousand" | "thousands" | "k" => 1e3,
        "lakh" | "lakhs" => 1e5,
        "million" | "millions" | "m" | "mn" | "mln" | "mil" => 1e6,
        "crore" | "crores" => 1e7,
        "billion" | "billions" | "bn" | "bln" => 1e9,
        "trillion" | "trillions" | "tn" | "trn" | "tln" => 1e12,
        "dozen" => 12.0,
        _ => return None,
    })
}

/// What stands behind an amount of money only: "$38b", "$1.2t".
fn scale_of_money(word: &str) -> Option<f64> {
    match word {
        "b" => Some(1e9),
        "t" => Some(1e12),
        _ => None,
    }
}

pub(super) const ORDINALS: [&str; 20] = [
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

pub(super) fn ordinal_word(word: &str) -> Option<f64> {
    let at = ORDINALS.iter().position(|&w| w == word)?;
    Some(f64::from(u8::try_from(at + 1).ok()?))
}

pub(super) fn fraction_word(word: &str) -> Option<f64> {
    Some(match word.trim_end_matches('s') {
        "half" | "halve" => 50.0,
        "third" => 100.0 / 3.0,
        "quarter" => 25.0,
        "fifth" => 20.0,
        "sixth" => 100.0 / 6.0,
        "seventh" => 100.0 / 7.0,
        "eighth" => 12.5,
        "tenth" => 10.0,
        "hundredth" => 1.0,
        "thousandth" => 0.1,
        _ => return None,
    })
}

pub(super) fn figure(word: &str) -> Option<(f64, f64)> {
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
pub(super) fn half_or_quarters(words: &[Cow<'_, str>], at: usize) -> Option<f64> {
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

/// A plain number from token `i`: value, step, one past its last token, whether it was in words.
pub(super) fn number_at(
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
            // "a million and a half"
            if words
                .get(next..next + 3)
                .is_some_and(|w| w == ["and", "a", "half"])
            {
                return Some((1.5 * scale, 0.1 * scale, next + 3, true));
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
            && let Some(part @ ("half" | "quarter")) = words.get(next + 2).map(|w| &**w)
        {
            value += if part == "half" { 0.5 } else { 0.25 };
            step = if part == "half" { 0.1 } else { 0.01 };
            next += 3;
        }
    }
    let mut total = 0.0;
    let after_currency = i
        .checked_sub(1)
        .is_some_and(|k| tokens[k].kind == TokenKind::Mark && currency(&words[k]));
    // "a 110-billion-euro bailout", with or without spaces; "$250-M".
    if words.get(next).is_some_and(|w| w == "-")
        && words.get(next + 1).is_some_and(|w| {
            scale_word(w).is_some() && (w.len() > 2 || after_currency || w.ends_with('n'))
        })
    {
        next += 1;
    }
    while let Some(scale) = words.get(next).and_then(|w| {
        let of_money = after_currency.then(|| scale_of_money(w)).flatten();
        scale_word(w).or(of_money)
    }) {
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
