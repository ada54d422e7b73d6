//! Units of measure, currencies, hundredths.

use std::borrow::Cow;

use super::{HOURS_OF_YEAR, Kind};

/// Kind and factor of a unit word; the value in the kind's unit is figure times factor.
pub(super) fn unit(word: &str) -> Option<(Kind, f64)> {
    Some(match word {
        "percent" | "%" | "pct" | "pc" | "percentage" => (Kind::Percent, 1.0),
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
        "m2" | "sqm" => (Kind::Area, 1.0),
        "km2" => (Kind::Area, 1e6),
        "kg" | "kilogram" | "kilograms" | "kilo" | "kilos" => (Kind::Mass, 1.0),
        "tonne" | "tonnes" | "ton" | "tons" => (Kind::Mass, 1000.0),
        "pound" | "pounds" | "lb" | "lbs" => (Kind::Mass, 0.4536),
        "ounce" | "ounces" | "oz" => (Kind::Mass, 0.028_35),
        "gram" | "grams" | "g" => (Kind::Mass, 0.001),
        "litre" | "litres" | "liter" | "liters" => (Kind::Volume, 1.0),
        "gallon" | "gallons" => (Kind::Volume, 3.785),
        "barrel" | "barrels" => (Kind::Volume, 158.99),
        "second" | "seconds" => (Kind::Duration, 1.0 / 3600.0),
        "minute" | "minutes" | "mins" => (Kind::Duration, 1.0 / 60.0),
        "hour" | "hours" | "hr" | "hrs" => (Kind::Duration, 1.0),
        "day" | "days" | "nights" => (Kind::Duration, 24.0),
        "week" | "weeks" => (Kind::Duration, 168.0),
        "fortnight" | "fortnights" => (Kind::Duration, 336.0),
        "month" | "months" => (Kind::Duration, 730.5),
        "year" | "years" => (Kind::Duration, HOURS_OF_YEAR),
        "decade" | "decades" => (Kind::Duration, 10.0 * HOURS_OF_YEAR),
        "century" | "centuries" => (Kind::Duration, 100.0 * HOURS_OF_YEAR),
        "watt" | "watts" => (Kind::Power, 1.0),
        "kilowatt" | "kilowatts" | "kw" => (Kind::Power, 1e3),
        "megawatt" | "megawatts" | "mw" => (Kind::Power, 1e6),
        "gigawatt" | "gigawatts" | "gw" => (Kind::Power, 1e9),
        "terawatt" | "terawatts" | "tw" => (Kind::Power, 1e12),
        "kwh" => (Kind::Energy, 1e3),
        "mwh" => (Kind::Energy, 1e6),
        "gwh" => (Kind::Energy, 1e9),
        "twh" => (Kind::Energy, 1e12),
        "kph" | "kmh" => (Kind::Speed, 1.0 / 3.6),
        "mph" => (Kind::Speed, 0.44704),
        "knot" | "knots" => (Kind::Speed, 0.5144),
        _ => return None,
    })
}

pub(super) fn currency(word: &str) -> bool {
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
            | "cny"
            | "jpy"
            | "inr"
            | "chf"
            | "hkd"
            | "sgd"
            | "aud"
            | "cad"
            | "krw"
            | "vnd"
            | "rub"
            | "aed"
            | "dong"
            | "rand"
            | "ringgit"
            | "rupiah"
            | "forint"
            | "hryvnia"
            | "dirham"
            | "dirhams"
            | "shekel"
            | "shekels"
            | "taka"
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
pub(super) fn currency_of(unit: &str) -> Option<char> {
    Some(match unit {
        "$" | "dollar" | "dollars" | "usd" => '$',
        "€" | "euro" | "euros" | "eur" => '€',
        "£" | "gbp" => '£',
        "₹" | "rupee" | "rupees" => '₹',
        "₽" | "rouble" | "roubles" | "ruble" | "rubles" => '₽',
        _ => return None,
    })
}

/// Per cent or percentage points at token `at`: the kind and one past the last token.
pub(super) fn hundredths(words: &[Cow<'_, str>], at: usize) -> Option<(Kind, usize)> {
    let word = |k: usize| words.get(k).map(|w| &**w);
    match word(at)? {
        "percent" | "%" | "pct" | "pc" => Some((Kind::Percent, at + 1)),
        "per" if word(at + 1) == Some("cent") => Some((Kind::Percent, at + 2)),
        "percentage" if word(at + 1).is_some_and(|w| w.starts_with("point")) => {
            Some((Kind::Points, at + 2))
        }
        _ => None,
    }
}

/// "of a percentage point", "of one per cent" at token `at`.
pub(super) fn of_one_hundredth(words: &[Cow<'_, str>], at: usize) -> Option<(Kind, usize)> {
    let word = |k: usize| words.get(k).map(|w| &**w);
    (word(at) == Some("of") && matches!(word(at + 1), Some("a" | "one" | "1")))
        .then(|| hundredths(words, at + 2))
        .flatten()
}

/// How a unit of hundredths is named.
pub(super) fn unit_of(kind: Kind) -> &'static str {
    if kind == Kind::Points {
        "points"
    } else {
        "percent"
    }
}
