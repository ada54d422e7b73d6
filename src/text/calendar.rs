//! Names of months and of days of the week, folded, in full or short.

/// The months in full, folded, January first.
pub const MONTHS: [&str; 12] = [
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

/// The days of the week in full, folded, Monday first.
pub const DAYS: [&str; 7] = [
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
];

/// The month that `word` names, from 1: "september", "sept", "sep."
pub fn month(word: &str) -> Option<u8> {
    let plain = word.trim_end_matches('.');
    let short = (3..=4).contains(&plain.len());
    place(&MONTHS, plain, |month| {
        month == plain || short && month.starts_with(plain)
    })
}

/// The day of the week that `word` names, Monday being 1: "tuesday", "tuesdays", "tues.", "tue"
pub fn weekday(word: &str) -> Option<u8> {
    let plain = word.trim_end_matches('.');
    let one = plain.strip_suffix('s').unwrap_or(plain);
    let short = plain.len() == 3 || matches!(plain, "tues" | "thur" | "thurs");
    place(&DAYS, plain, |day| {
        day == one || short && day.starts_with(plain)
    })
}

/// The place, from 1, of the first name that begins like `word` and fits.
fn place(names: &[&str], word: &str, fits: impl Fn(&str) -> bool) -> Option<u8> {
    let head = |name: &str| name.as_bytes().first_chunk::<3>().copied();
    let begins = head(word)?;
    let at = names
        .iter()
        .position(|name| head(name) == Some(begins) && fits(name))?;
    u8::try_from(at + 1).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_known_in_full_and_short() {
        for (word, number) in [("march", 3), ("sept", 9), ("sep.", 9), ("may", 5)] {
            assert_eq!(month(word), Some(number), "{word}");
        }
        for (word, number) in [("monday", 1), ("tuesdays", 2), ("thurs.", 4), ("sun", 7)] {
            assert_eq!(weekday(word), Some(number), "{word}");
        }
        for word in [
            "", "s", ".", "ma", "marching", "mondaya", "sunshine", "days",
        ] {
            assert_eq!((month(word), weekday(word)), (None, None), "{word}");
        }
    }
}
