//! Credit: which agency a version names, and where.

use super::Agencies;
use crate::model::{Attribution, AttributionKind, Document, Segmented, SentenceKind, Span};

/// The agency in a dateline's brackets: "YEREVAN, Sept 13 (Reuters) - " names "Reuters".
pub fn agency_of_dateline(dateline: &str) -> Option<&str> {
    let inside = dateline.rsplit_once('(')?.1.split_once(')')?.0.trim();
    (!inside.is_empty()
        && inside.len() <= 40
        && inside.starts_with(char::is_uppercase)
        && !inside.chars().any(|c| c.is_ascii_digit()))
    .then_some(inside)
}

/// Where `document` gives credit. A dateline outranks a line of credit, that outranks a sentence ("Reuters reported"), and that
/// the outlet's name; an agency quoted as the source of a single statement ("Interfax reported" at a sentence's end) counts only where
/// nothing better is found. Different agencies in datelines and lines of credit conflict.
pub fn credit(document: &Document, segmented: &Segmented, agencies: &Agencies) -> Attribution {
    let text = &document.text;
    let mut strong: Vec<(AttributionKind, String, Span)> = Vec::new();
    let mut inline: Vec<(usize, String, Span)> = Vec::new();
    for sentence in &segmented.sentences {
        let printed = sentence.span.of(text);
        let start = sentence.span.start as usize;
        if sentence.dateline > 0 {
            let dateline = &printed[..sentence.dateline as usize];
            let named =
                agency_of_dateline(dateline).map(|a| agencies.name_of(a).unwrap_or(a).to_owned());
            let span = Span::new(start, start + dateline.trim_end().len());
            if let Some(name) = named {
                strong.push((AttributionKind::Dateline, name, span));
            }
        }
        for (range, name) in agencies.mentions(printed) {
            if range.start < sentence.dateline as usize {
                continue;
            }
            let span = Span::new(start + range.start, start + range.end);
            if sentence.kind == SentenceKind::Boilerplate {
                // A photograph's credit is not the text's.
                let flat = printed.to_lowercase();
                if !["photo", "image", "picture", "getty", "video"]
                    .iter()
                    .any(|w| flat.contains(w))
                {
                    strong.push((AttributionKind::CreditLine, name.to_owned(), span));
                }
            } else if reports(printed, &range) {
                inline.push((range.start, name.to_owned(), span));
            }
        }
    }
    let mut names: Vec<&String> = strong.iter().map(|s| &s.1).collect();
    names.sort();
    names.dedup();
    if names.len() > 1 {
        let all = names
            .iter()
            .map(|n| n.as_str())
            .collect::<Vec<_>>()
            .join(", ");
        return Attribution {
            kind: AttributionKind::Conflicting,
            agency: Some(all),
            span: strong.first().map(|s| s.2),
        };
    }
    if let Some((kind, name, span)) = strong.into_iter().next() {
        return Attribution {
            kind,
            agency: Some(name),
            span: Some(span),
        };
    }
    if let Some(name) = document.outlet.as_deref().and_then(|o| agencies.name_of(o)) {
        return Attribution {
            kind: AttributionKind::Metadata,
            agency: Some(name.to_owned()),
            span: None,
        };
    }
    // The agency named most often in sentences, of equals the first.
    let mut best: Option<(usize, usize)> = None;
    for (k, (_, name, _)) in inline.iter().enumerate() {
        let count = inline.iter().filter(|(_, other, _)| other == name).count();
        if best.is_none_or(|(most, _)| count > most) {
            best = Some((count, k));
        }
    }
    match best.map(|(_, k)| inline.swap_remove(k)) {
        Some((_, name, span)) => Attribution {
            kind: AttributionKind::Inline,
            agency: Some(name),
            span: Some(span),
        },
        None => Attribution::default(),
    }
}

/// Whether the agency named at `range` speaks: "Reuters reported", "told AFP", "according to Interfax", "news agency".
fn reports(sentence: &str, range: &std::ops::Range<usize>) -> bool {
    let before: String = sentence[..range.start]
        .chars()
        .rev()
        .take(40)
        .collect::<String>()
        .chars()
        .rev()
        .collect::<String>()
        .to_lowercase();
    let after: String = sentence[range.end..]
        .chars()
        .take(40)
        .collect::<String>()
        .to_lowercase();
    [
        "told ",
        "according to ",
        "citing ",
        "reported by ",
        "quoted by ",
        "to the agency ",
        "by the agency ",
        "agency ",
        "with ",
        "via ",
        "source: ",
        "said to ",
    ]
    .iter()
    .any(|w| before.ends_with(w))
        || [
            " report",
            " said",
            " says",
            " quoted",
            " wrote",
            " has learned",
            " news agency",
            "'s report",
            "’s report",
            ")",
            " noted",
            " cited",
            " added",
        ]
        .iter()
        .any(|w| after.starts_with(w))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::segment::segment;

    fn credited(text: &str) -> (AttributionKind, Option<String>) {
        let document = Document {
            text: text.to_owned(),
            ..Document::default()
        };
        let found = credit(&document, &segment(&document, false), &Agencies::default());
        (found.kind, found.agency)
    }

    #[test]
    fn credit_is_found_where_it_stands() {
        let body = " troops fought near the river on Monday, the ministry of defence said.";
        assert_eq!(
            credited(&format!("YEREVAN, Sept 13 (Reuters) -{body}")),
            (AttributionKind::Dateline, Some("Reuters".into()))
        );
        assert_eq!(
            credited(&format!(
                "The{body}\n\nReporting by A. Stone; Editing by B. Kern, Reuters"
            )),
            (AttributionKind::CreditLine, Some("Reuters".into()))
        );
        assert_eq!(
            credited(&format!("The{body} Reuters reported this.")),
            (AttributionKind::Inline, Some("Reuters".into()))
        );
        assert_eq!(
            credited(&format!("The{body}")),
            (AttributionKind::None, None)
        );
        assert_eq!(
            credited(&format!("The{body}\n\n(Photo by AFP)")),
            (AttributionKind::None, None)
        );
    }
}
