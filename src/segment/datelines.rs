//! Datelines: "YEREVAN, Sept 13 (Reuters) - ".

/// Length in bytes of a dateline at the start of a sentence: "YEREVAN, Sept 13 (Reuters) - ", "(Reuters) – ", "Yerevan: ".
pub fn dateline(sentence: &str) -> usize {
    let end = sentence
        .char_indices()
        .nth(90)
        .map_or(sentence.len(), |(at, _)| at);
    let head = &sentence[..end];
    // A dash after a bracketed agency or after a place and date.
    const DASHES: [&str; 6] = [" - ", " – ", " — ", " -- ", ") -", ")- "];
    let dashed = head.contains(['-', '–', '—']);
    for dash in DASHES.into_iter().filter(|_| dashed) {
        let Some(at) = head.find(dash) else { continue };
        let before = &head[..at + usize::from(dash.starts_with(')'))];
        let bracket =
            before.trim_end().ends_with(')') && before.contains('(') && before.len() <= 80;
        let place: String = before
            .chars()
            .take_while(|c| !matches!(c, ',' | '(' | ':'))
            .collect();
        let shouted = place.chars().filter(|c| c.is_alphabetic()).count() >= 3
            && place
                .chars()
                .filter(|c| c.is_alphabetic())
                .all(char::is_uppercase);
        if bracket
            && (shouted
                || before.trim_start().starts_with('(')
                || before.split_whitespace().count() <= 9)
            || shouted && before.split_whitespace().count() <= 7
        {
            let after = at + dash.len();
            let rest = &sentence[after..];
            return after + (rest.len() - rest.trim_start_matches([' ', '-', '–', '—']).len());
        }
    }
    // "Yerevan: Armenia ..." and "YEREVAN (Reuters): ..."
    if let Some((place, rest)) = head.split_once(": ") {
        let words: Vec<&str> = place.split_whitespace().collect();
        let named = words
            .iter()
            .all(|w| w.starts_with(|c: char| c.is_uppercase() || c == '('))
            && !words.is_empty()
            && words.len() <= 3;
        let speaks = rest.trim_start().starts_with(['"', '“', '‘', '\'']);
        if named
            && place.matches('(').count() == place.matches(')').count()
            && !speaks
            && rest.starts_with(char::is_uppercase)
            && place
                .chars()
                .all(|c| c.is_alphabetic() || matches!(c, ' ' | ',' | '(' | ')' | '/' | '-'))
        {
            return place.len() + 2;
        }
    }
    0
}
