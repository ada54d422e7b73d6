//! When a page was published, from the many ways in which sites write it.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::Offset;

/// A date as found, in the form `read` understands everywhere: `2026-03-03T14:05:00Z`, with the offset that was said;
/// `2026-03-03T14:05:00` where none was; `2026-03-03` for a day.
pub(super) fn normalised(text: &str) -> Option<String> {
    let text = text.trim();
    if text.is_empty() || text.len() > 120 {
        return None;
    }
    machine(text).or_else(|| human(text))
}

/// Whether a line begins with a date: within its first words, after one such as "Published" and a day of the week.
pub(super) fn leads(line: &str) -> bool {
    let tokens = tokens(line);
    (0..tokens.len().min(5)).any(|at| day_at(&tokens, at).is_some())
}

/// Whether a line is a time and nothing else: "7.42pm", "17:20 EET, 2 hours ago", "Updated 3 March 2026 at 14:05".
pub(super) fn is_time(line: &str) -> bool {
    if line.len() > 80 || !line.bytes().any(|byte| byte.is_ascii_digit()) {
        return false;
    }
    let is_word_of_time = |word: &str| {
        let lower = word.to_lowercase();
        let lower = lower.trim_start_matches(|c: char| c.is_ascii_digit());
        lower.is_empty()
            || ZONES.iter().any(|(zone, _)| *zone == word)
            || month(lower).is_some()
            || matches!(
                lower,
                "am" | "pm"
                    | "a"
                    | "p"
                    | "m"
                    | "s"
                    | "h"
                    | "min"
                    | "mins"
                    | "minute"
                    | "minutes"
                    | "hr"
                    | "hrs"
                    | "hour"
                    | "hours"
                    | "day"
                    | "days"
                    | "ago"
                    | "at"
                    | "on"
                    | "updated"
                    | "published"
                    | "posted"
                    | "last"
                    | "first"
                    | "st"
                    | "nd"
                    | "rd"
                    | "th"
                    | "mon"
                    | "tue"
                    | "wed"
                    | "thu"
                    | "fri"
                    | "sat"
                    | "sun"
                    | "monday"
                    | "tuesday"
                    | "wednesday"
                    | "thursday"
                    | "friday"
                    | "saturday"
                    | "sunday"
                    | "local"
                    | "time"
                    | "today"
                    | "yesterday"
            )
    };
    let mut words = line
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .peekable();
    words.peek().is_some() && words.all(is_word_of_time) && line.contains([':', '.', ' ', '-', '/'])
}

/// ISO 8601 and its neighbours, RFC 2822, seconds or milliseconds since 1970.
fn machine(text: &str) -> Option<String> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        let number: i64 = text.parse().ok()?;
        let seconds = match text.len() {
            10 => number,
            13 => number / 1000,
            8 => return compact_day(text),
            _ => return None,
        };
        return Some(Timestamp::from_second(seconds).ok()?.to_string());
    }
    if !text.as_bytes()[0].is_ascii_digit() {
        let zoned = jiff::fmt::rfc2822::parse(text).ok()?;
        return Some(moment(zoned.datetime(), Some(zoned.offset())));
    }
    let bytes = text.as_bytes();
    if bytes.len() > 8
        && matches!(bytes[8], b'T' | b't')
        && bytes[..8].iter().all(u8::is_ascii_digit)
    {
        // 20260303T1405Z
        let day: Date = compact_day(text.get(..8)?)?.parse().ok()?;
        let (time, rest) = clock(text.get(9..)?)?;
        return Some(moment(day.to_datetime(time), offset(rest)));
    }
    if bytes.len() < 10 || !bytes[..4].iter().all(u8::is_ascii_digit) {
        return None;
    }
    let day: Date = text.get(..10)?.parse().ok()?;
    let rest = text[10..].trim_start_matches(['T', 't', ' ', ',']);
    if rest.is_empty() {
        return Some(day.to_string());
    }
    let (time, rest) = clock(rest)?;
    Some(moment(day.to_datetime(time), offset(rest)))
}

fn compact_day(text: &str) -> Option<String> {
    let number = |range: std::ops::Range<usize>| text.get(range)?.parse::<i16>().ok();
    let day = Date::new(
        number(0..4)?,
        number(4..6)?.try_into().ok()?,
        number(6..8)?.try_into().ok()?,
    );
    Some(day.ok()?.to_string())
}

fn moment(at: DateTime, offset: Option<Offset>) -> String {
    let at = at.round(jiff::Unit::Second).unwrap_or(at);
    match offset {
        None => at.to_string(),
        Some(offset) if offset == Offset::UTC => format!("{at}Z"),
        Some(offset) => {
            let minutes = offset.seconds() / 60;
            let sign = if minutes < 0 { '-' } else { '+' };
            let minutes = minutes.abs();
            format!("{at}{sign}{:02}:{:02}", minutes / 60, minutes % 60)
        }
    }
}

/// A time of day at the start of `text`, and what follows: `14:05`, `14.05`, `2:05 p.m.`, `1405 GMT`.
fn clock(text: &str) -> Option<(Time, &str)> {
    let text = text.trim_start();
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let count = digits(text);
    let (hour, minute, mut rest) = match count {
        1 | 2 => {
            let hour: i8 = text[..count].parse().ok()?;
            let after = &text[count..];
            match after.strip_prefix([':', '.', 'h', 'H']) {
                Some(more) if digits(more) == 2 => (hour, more[..2].parse().ok()?, &more[2..]),
                _ => (hour, 0, after),
            }
        }
        // "1405 GMT", as agencies write.
        4 => (
            text[..2].parse().ok()?,
            text[2..4].parse().ok()?,
            &text[4..],
        ),
        _ => return None,
    };
    let bare = rest.len() == text.len() - count && count < 4;
    let mut second = 0;
    if let Some(more) = rest.strip_prefix(':').filter(|more| digits(more) == 2) {
        second = more[..2].parse().ok()?;
        rest = &more[2..];
        if let Some(fraction) = rest.strip_prefix(['.', ',']) {
            rest = &fraction[digits(fraction)..];
        }
    }
    let trimmed = rest.trim_start();
    let lower: String = trimmed
        .chars()
        .take(4)
        .collect::<String>()
        .to_ascii_lowercase();
    let half = ["a.m.", "p.m.", "am", "pm"].into_iter().find(|half| {
        lower.starts_with(half) && !trimmed[half.len()..].starts_with(|c: char| c.is_alphanumeric())
    });
    let hour = match half {
        Some(half) => {
            rest = &trimmed[half.len()..];
            if !(1..=12).contains(&hour) {
                return None;
            }
            hour % 12 + if half.starts_with('p') { 12 } else { 0 }
        }
        // A lone number is an hour only with its half of the day.
        None if bare => return None,
        None => hour,
    };
    Some((Time::new(hour, minute, second, 0).ok()?, rest))
}

/// Names of zones that newsrooms write. Two of them are ambiguous and read as English-language newsrooms mean them:
/// `IST` is India's, `CST` America's.
const ZONES: &[(&str, i32)] = &[
    ("GMT", 0),
    ("UTC", 0),
    ("Z", 0),
    ("WET", 0),
    ("BST", 60),
    ("WEST", 60),
    ("CET", 60),
    ("CEST", 120),
    ("EET", 120),
    ("SAST", 120),
    ("EEST", 180),
    ("MSK", 180),
    ("TRT", 180),
    ("AST", -240),
    ("GST", 240),
    ("PKT", 300),
    ("IST", 330),
    ("WIB", 420),
    ("SGT", 480),
    ("HKT", 480),
    ("AWST", 480),
    ("JST", 540),
    ("KST", 540),
    ("AEST", 600),
    ("AEDT", 660),
    ("NZST", 720),
    ("NZDT", 780),
    ("EST", -300),
    ("EDT", -240),
    ("ET", -300),
    ("CST", -360),
    ("CDT", -300),
    ("MST", -420),
    ("MDT", -360),
    ("PST", -480),
    ("PDT", -420),
    ("BRT", -180),
    ("ART", -180),
];

/// The zone at the start of `text`.
fn offset(text: &str) -> Option<Offset> {
    let text = text.trim_start_matches([' ', '(', ',', '\u{a0}']);
    let letters = text.bytes().take_while(u8::is_ascii_alphabetic).count();
    let (name, rest) = text.split_at(letters);
    let named = ZONES
        .iter()
        .find(|(zone, _)| *zone == name || (name == "z" && *zone == "Z"));
    let minutes = match named {
        Some(&(_, minutes)) if minutes != 0 || !rest.starts_with(['+', '-']) => minutes,
        Some(_) => shift(rest)?,
        None if name.is_empty() => shift(rest)?,
        None => return None,
    };
    Offset::from_seconds(minutes * 60).ok()
}

/// Minutes of `+01:00`, `+0100`, `+1`.
fn shift(text: &str) -> Option<i32> {
    let sign = match text.bytes().next()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let digits: String = text[1..]
        .chars()
        .take_while(|c| c.is_ascii_digit() || *c == ':')
        .collect();
    let (hours, minutes) = match digits.split_once(':') {
        Some((hours, minutes)) => (hours.parse::<i32>().ok()?, minutes.parse::<i32>().ok()?),
        None if digits.len() > 2 => (
            digits.get(..digits.len() - 2)?.parse().ok()?,
            digits.get(digits.len() - 2..)?.parse().ok()?,
        ),
        None => (digits.parse().ok()?, 0),
    };
    Some(sign * (hours * 60 + minutes))
}

/// Months in the languages of the larger wires; three letters or more of one are enough where no other begins so.
const MONTHS: &[&[&str]] = &[
    &[
        "january",
        "يناير",
        "janvier",
        "januar",
        "enero",
        "janeiro",
        "gennaio",
        "января",
        "ocak",
        "januari",
    ],
    &[
        "february",
        "فبراير",
        "février",
        "februar",
        "febrero",
        "fevereiro",
        "febbraio",
        "февраля",
        "şubat",
        "feb",
    ],
    &[
        "march",
        "مارس",
        "mars",
        "märz",
        "marzo",
        "março",
        "марта",
        "mart",
        "maart",
    ],
    &[
        "april",
        "أبريل",
        "avril",
        "abril",
        "aprile",
        "апреля",
        "nisan",
    ],
    &[
        "may", "مايو", "mai", "mayo", "maio", "maggio", "мая", "mayıs", "mei",
    ],
    &[
        "june",
        "يونيو",
        "juin",
        "juni",
        "junio",
        "junho",
        "giugno",
        "июня",
        "haziran",
    ],
    &[
        "july",
        "يوليو",
        "juillet",
        "juli",
        "julio",
        "julho",
        "luglio",
        "июля",
        "temmuz",
    ],
    &[
        "august",
        "أغسطس",
        "août",
        "agosto",
        "августа",
        "ağustos",
        "augustus",
    ],
    &[
        "september",
        "سبتمبر",
        "septembre",
        "septiembre",
        "setembro",
        "settembre",
        "сентября",
        "eylül",
        "sept",
    ],
    &[
        "october",
        "أكتوبر",
        "octobre",
        "oktober",
        "octubre",
        "outubro",
        "ottobre",
        "октября",
        "ekim",
    ],
    &[
        "november",
        "نوفمبر",
        "novembre",
        "noviembre",
        "novembro",
        "ноября",
        "kasım",
    ],
    &[
        "december",
        "ديسمبر",
        "décembre",
        "dezember",
        "diciembre",
        "dezembro",
        "dicembre",
        "декабря",
        "aralık",
        "december",
    ],
];

fn month(word: &str) -> Option<i8> {
    let word = word.to_lowercase();
    let count = word.chars().count();
    if count < 3 {
        return None;
    }
    let exact = MONTHS.iter().position(|names| names.contains(&&*word));
    let found = exact.or_else(|| {
        let begins =
            |names: &&[&str]| count <= 5 && names.iter().any(|name| name.starts_with(&*word));
        let mut fitting = (0..MONTHS.len()).filter(|&at| begins(&MONTHS[at]));
        // "ju" could be two of them, "jun" is one.
        fitting.next().filter(|_| fitting.next().is_none())
    });
    i8::try_from(found? + 1).ok()
}

/// A date in running words: "Published 3 March 2026, 14:05 GMT", "March 3, 2026 at 2:05 p.m. EST", "3. März 2026",
/// "03.03.2026 14:05", "2026年3月3日 14:05". Day and month in figures are taken day first, as most of the world writes
/// them, unless the second cannot be a month.
fn human(text: &str) -> Option<String> {
    let tokens = tokens(text);
    let (day, before, after) = (0..tokens.len()).find_map(|at| {
        let (day, after) = day_at(&tokens, at)?;
        Some((day, tokens[at].start, after))
    })?;
    let time = time_in(&text[after..]).or_else(|| time_before(&text[..before]));
    Some(match time {
        Some((time, offset)) => moment(day.to_datetime(time), offset),
        None => day.to_string(),
    })
}

#[derive(Clone, Copy, Debug)]
struct Token<'a> {
    word: &'a str,
    start: usize,
    end: usize,
}

impl Token<'_> {
    fn number(&self, digits: std::ops::RangeInclusive<usize>) -> Option<i16> {
        let word = self.word;
        let count = word.bytes().take_while(u8::is_ascii_digit).count();
        let ordinal = matches!(&word[count..], "" | "st" | "nd" | "rd" | "th" | "er" | "º");
        (digits.contains(&count) && ordinal).then(|| word[..count].parse().ok())?
    }
}

/// Words and numbers; Chinese and Japanese date signs end a number.
fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut out = Vec::new();
    let mut start = None;
    let mut digit_run = false;
    let mut flush = |start: &mut Option<usize>, end: usize| {
        if let Some(from) = start.take() {
            out.push(Token {
                word: &text[from..end],
                start: from,
                end,
            });
        }
    };
    for (at, c) in text.char_indices() {
        let sign = matches!(c, '年' | '月' | '日');
        if sign {
            flush(&mut start, at + c.len_utf8());
        } else if c.is_alphanumeric() || c == 'º' {
            if start.is_none() {
                digit_run = c.is_ascii_digit();
                start = Some(at);
            } else if !digit_run && c.is_ascii_digit() {
                flush(&mut start, at);
                start = Some(at);
                digit_run = true;
            }
        } else {
            flush(&mut start, at);
        }
    }
    flush(&mut start, text.len());
    out
}

/// A day written from token `at` on, and where it ends.
fn day_at(tokens: &[Token<'_>], at: usize) -> Option<(Date, usize)> {
    // "de", "of" and the like may stand between.
    let skip = |mut at: usize| {
        while tokens
            .get(at)
            .is_some_and(|token| matches!(token.word, "de" | "del" | "of" | "the"))
        {
            at += 1;
        }
        at
    };
    let second = skip(at + 1);
    let third = skip(second + 1);
    let [a, b, c] = [tokens.get(at)?, tokens.get(second)?, tokens.get(third)?];
    let signs = a.word.ends_with('年') && b.word.ends_with('月') && c.word.ends_with('日');
    let (year, month_number, day) = if signs {
        let number = |token: &Token<'_>| {
            token
                .word
                .trim_end_matches(['年', '月', '日'])
                .parse::<i16>()
                .ok()
        };
        (number(a)?, i8::try_from(number(b)?).ok()?, number(c)?)
    } else if let (Some(day), Some(month), Some(year)) =
        (a.number(1..=2), month(b.word), c.number(4..=4))
    {
        (year, month, day)
    } else if let (Some(month), Some(day), Some(year)) =
        (month(a.word), b.number(1..=2), c.number(4..=4))
    {
        (year, month, day)
    } else if let (Some(year), Some(month), Some(day)) =
        (a.number(4..=4), b.number(1..=2), c.number(1..=2))
    {
        (year, i8::try_from(month).ok()?, day)
    } else if let (Some(first), Some(second), Some(year)) =
        (a.number(1..=2), b.number(1..=2), c.number(4..=4))
    {
        if second > 12 {
            (year, i8::try_from(first).ok()?, second)
        } else {
            (year, i8::try_from(second).ok()?, first)
        }
    } else {
        return None;
    };
    if !(1980..=2100).contains(&year) {
        return None;
    }
    let date = Date::new(year, month_number, i8::try_from(day).ok()?).ok()?;
    Some((date, c.end))
}

/// The first time of day in the words after a date.
fn time_in(text: &str) -> Option<(Time, Option<Offset>)> {
    let mut from = 0;
    // Only what stands close belongs to the date.
    while from < text.len() && from < 24 {
        let digit = text[from..].find(|c: char| c.is_ascii_digit())? + from;
        if digit > 24 {
            return None;
        }
        if let Some((time, rest)) = clock(&text[digit..]) {
            return Some((time, offset(rest)));
        }
        from = digit + text[digit..].bytes().take_while(u8::is_ascii_digit).count();
    }
    None
}

/// The first time of day in the words before a date: "14:05, 3 March 2026", "9.00am, Sunday 28 July 2024".
fn time_before(text: &str) -> Option<(Time, Option<Offset>)> {
    let mut from = 0;
    while let Some(found) = text[from..].find(|c: char| c.is_ascii_digit()) {
        let digit = from + found;
        if let Some((time, rest)) = clock(&text[digit..]) {
            return Some((time, offset(rest)));
        }
        from = digit + text[digit..].bytes().take_while(u8::is_ascii_digit).count();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_as_sites_write_them() {
        for (written, read) in [
            ("2026-03-03T14:05:00Z", "2026-03-03T14:05:00Z"),
            ("2026-03-03T14:05:11.412Z", "2026-03-03T14:05:11Z"),
            ("2026-03-03T14:05:00+0530", "2026-03-03T14:05:00+05:30"),
            ("2026-03-03 14:05:00 -0330", "2026-03-03T14:05:00-03:30"),
            ("2026-03-03T14:05", "2026-03-03T14:05:00"),
            ("20260303T1405Z", "2026-03-03T14:05:00Z"),
            ("20260303", "2026-03-03"),
            ("1772546700", "2026-03-03T14:05:00Z"),
            ("1772546700000", "2026-03-03T14:05:00Z"),
            (
                "Tue, 03 Mar 2026 14:05:00 +0100",
                "2026-03-03T14:05:00+01:00",
            ),
            ("Published 3 March 2026, 14:05 GMT", "2026-03-03T14:05:00Z"),
            (
                "March 3, 2026 at 2:05 p.m. EST",
                "2026-03-03T14:05:00-05:00",
            ),
            ("Mar 3rd, 2026", "2026-03-03"),
            ("Tuesday 3 Mar 2026 2:05 pm", "2026-03-03T14:05:00"),
            (
                "First published on Tue 3 Mar 2026 14.05 CET",
                "2026-03-03T14:05:00+01:00",
            ),
            ("14:05, 3 March 2026", "2026-03-03T14:05:00"),
            ("9.00am, Sunday 28 July 2024", "2024-07-28T09:00:00"),
            ("Tue, 03/25/2026 - 17:45", "2026-03-25T17:45:00"),
            ("03.02.2026 14:05 Uhr", "2026-02-03T14:05:00"),
            ("3. März 2026", "2026-03-03"),
            ("3 de marzo de 2026, 10:40 CET", "2026-03-03T10:40:00+01:00"),
            ("3 марта 2026, 18:55 MSK", "2026-03-03T18:55:00+03:00"),
            ("2026年3月3日 09:32", "2026-03-03T09:32:00"),
            ("3 مارس 2026", "2026-03-03"),
        ] {
            assert_eq!(normalised(written).as_deref(), Some(read), "{written}");
        }
        for no_date in [
            "",
            "2 hours ago",
            "March",
            "1 of 14",
            "31 February 2026",
            "99:99",
            "call 2026 now",
            "3 May",
            "12345678901",
        ] {
            assert_eq!(normalised(no_date), None, "{no_date}");
        }
    }

    #[test]
    fn a_line_of_time_is_told_from_a_sentence() {
        for time in [
            "7.42pm",
            "17:20 EET, 2 hours ago",
            "Updated 3 March 2026 at 14:05",
        ] {
            assert!(is_time(time), "{time}");
        }
        for sentence in [
            "At 14:05 the river rose.",
            "Hostilities",
            "2026",
            "He left on 3 March.",
        ] {
            assert!(!is_time(sentence), "{sentence}");
        }
    }
}
