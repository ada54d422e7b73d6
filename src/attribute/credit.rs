//! Credit: which agency a version names, and where.

use super::Agencies;
use crate::lexicon::lexicon;
use crate::model::{
    Attribution, AttributionKind, Cited, Document, Reason, Segmented, SentenceKind, Span,
};
use crate::text::fold::fold;

/// The agency in a dateline's brackets: "YEREVAN, Sept 13 (Reuters) - " names "Reuters"; "(Washington) - " names a place.
pub fn agency_of_dateline(dateline: &str) -> Option<&str> {
    let (before, behind) = dateline.rsplit_once('(')?;
    let inside = behind.split_once(')')?.0.trim();
    let is_name = !inside.is_empty()
        && inside.len() <= 40
        && inside.starts_with(char::is_uppercase)
        && !inside.chars().any(|c| c.is_ascii_digit());
    // Without a place before the brackets the place may stand inside.
    (is_name && !(before.trim().is_empty() && is_place(inside))).then_some(inside)
}

/// Whether a name in brackets is rather a place's than an agency's: "Washington", "New York", "Oslo, Norway".
fn is_place(name: &str) -> bool {
    const FIRST: [&str; 24] = [
        "new", "san", "santa", "santo", "sao", "los", "las", "la", "el", "st", "saint", "tel",
        "abu", "kuala", "addis", "buenos", "rio", "hong", "cape", "port", "phnom", "dar", "mexico",
        "salt",
    ];
    let folded = fold(name);
    let first = folded.split([' ', '.']).next().unwrap_or_default();
    let parted = first.len() < folded.len();
    folded.contains(',')
        || parted && FIRST.contains(&first)
        || lexicon().relations.is_individual(&folded)
}

/// Where `document` gives credit. A dateline outranks a line of credit, that outranks the record's fields, and those a sentence ("Reuters
/// reported this"). Different agencies in datelines, lines of credit and fields conflict. An agency that is only the source of
/// single statements (", Interfax reported") is cited, not credited: it is no credit where nothing better stands either.
pub fn credit(document: &Document, segmented: &Segmented, agencies: &Agencies) -> Attribution {
    let text = &document.text;
    let mut strong: Vec<(AttributionKind, String, Option<Span>)> = Vec::new();
    let mut inline: Vec<Mention> = Vec::new();
    let mut story = 0;
    for sentence in &segmented.sentences {
        let printed = sentence.span.of(text);
        let start = sentence.span.start as usize;
        if sentence.dateline > 0 {
            let dateline = &printed[..sentence.dateline as usize];
            let named =
                agency_of_dateline(dateline).map(|a| agencies.name_of(a).unwrap_or(a).to_owned());
            let span = Span::new(start, start + dateline.trim_end().len());
            if let Some(name) = named {
                strong.push((AttributionKind::Dateline, name, Some(span)));
            }
        }
        story += u32::from(sentence.matters());
        for (range, name) in agencies.mentions(printed) {
            if range.start < sentence.dateline as usize {
                continue;
            }
            let span = Span::new(start + range.start, start + range.end);
            if sentence.kind != SentenceKind::Body {
                if gives_credit(sentence.why, printed) {
                    strong.push((AttributionKind::CreditLine, name.to_owned(), Some(span)));
                }
            } else if reports(printed, &range) {
                inline.push(Mention {
                    agency: name.to_owned(),
                    span,
                    weight: weight(printed, &range, story <= 3),
                });
            }
        }
    }
    strong.extend(fields(document, agencies).map(|name| (AttributionKind::Metadata, name, None)));
    let cited = |credited: &[&String]| -> Vec<Cited> {
        let mut cited: Vec<Cited> = Vec::new();
        for mention in &inline {
            let known = credited.contains(&&mention.agency)
                || cited.iter().any(|c| c.agency == mention.agency);
            if !known {
                cited.push(Cited {
                    agency: mention.agency.clone(),
                    span: mention.span,
                });
            }
        }
        cited
    };
    let mut names: Vec<&String> = strong.iter().map(|s| &s.1).collect();
    names.sort();
    names.dedup();
    if let Some((kind, _, span)) = strong.first() {
        let all: Vec<&str> = names.iter().map(|n| n.as_str()).collect();
        return Attribution {
            kind: if names.len() > 1 {
                AttributionKind::Conflicting
            } else {
                *kind
            },
            agency: Some(all.join(", ")),
            span: *span,
            cited: cited(&names),
        };
    }
    if let Some(name) = document
        .outlet
        .as_deref()
        .and_then(|o| agencies.of_outlet(o))
    {
        let name = name.to_owned();
        return Attribution {
            kind: AttributionKind::Metadata,
            cited: cited(&[&name]),
            agency: Some(name),
            span: None,
        };
    }
    // The agency with the most to say for it, of equals the first.
    let total = |agency: &str| -> u32 {
        let own = inline
            .iter()
            .filter(|m| m.agency == agency)
            .map(|m| m.weight);
        own.sum()
    };
    let mut best: Option<(u32, &Mention)> = None;
    for mention in &inline {
        let sum = total(&mention.agency);
        if best.is_none_or(|(most, _)| sum > most) {
            best = Some((sum, mention));
        }
    }
    match best.filter(|&(sum, _)| sum >= CREDITED) {
        Some((_, mention)) => Attribution {
            kind: AttributionKind::Inline,
            agency: Some(mention.agency.clone()),
            span: Some(mention.span),
            cited: cited(&[&mention.agency]),
        },
        None => Attribution {
            cited: cited(&[]),
            ..Attribution::default()
        },
    }
}

/// Gives `agency` the credit when it is cited and nothing is credited: the agency whose text the version was found to be made from
/// was more than the source of one statement.
pub fn promote(attribution: &mut Attribution, agency: &str) {
    if attribution.kind != AttributionKind::None {
        return;
    }
    if let Some(at) = attribution.cited.iter().position(|c| c.agency == agency) {
        let Cited { agency, span } = attribution.cited.remove(at);
        attribution.kind = AttributionKind::Inline;
        attribution.agency = Some(agency);
        attribution.span = Some(span);
    }
}

/// An agency named in a sentence of the story.
struct Mention {
    agency: String,
    span: Span,
    /// How much it speaks for the agency being the wire.
    weight: u32,
}

/// Weight from which mentions are credit: one that claims the report, or three single statements.
const CREDITED: u32 = 3;

/// A mention that claims the report ("Reuters reported this", "told AFP", any in the first sentences) weighs 3, the source of a statement 1.
fn weight(sentence: &str, range: &std::ops::Range<usize>, leads: bool) -> u32 {
    let before = sentence[..range.start].trim_end().to_lowercase();
    let after = sentence[range.end..].to_lowercase();
    let told = before.ends_with("told")
        || before.ends_with("told the")
        || before.ends_with("interview with");
    let this = [
        "reported this",
        "reported the news",
        "reports:",
        "report said",
        "'s report",
        "’s report",
        "first reported",
    ]
    .iter()
    .any(|w| after.trim_start().starts_with(w));
    if told || this || leads { CREDITED } else { 1 }
}

/// Whether a line beside the story can be about the text: a photograph's credit and a link to share are not.
fn gives_credit(why: Option<Reason>, printed: &str) -> bool {
    if matches!(
        why,
        Some(
            Reason::Caption
                | Reason::Share
                | Reason::Subscribe
                | Reason::Pointer
                | Reason::Comments
                | Reason::Tags
                | Reason::Repeats(_)
                | Reason::Contents
        )
    ) {
        return false;
    }
    let flat = printed.to_lowercase();
    !["photo", "image", "picture", "getty", "video"]
        .iter()
        .any(|w| flat.contains(w))
}

/// The agency that the record's own fields name.
fn fields(document: &Document, agencies: &Agencies) -> Option<String> {
    let named = |field: &str| -> Option<String> {
        agencies
            .name_of(field)
            .or_else(|| agencies.mentions(field).first().map(|(_, name)| *name))
            .map(str::to_owned)
    };
    if let Some(field) = document
        .credit
        .as_deref()
        .map(str::trim)
        .filter(|f| !f.is_empty())
    {
        // An agency that no list knows is still the one the record names.
        return named(field).or_else(|| (field.chars().count() <= 60).then(|| field.to_owned()));
    }
    document.byline.as_deref().and_then(named)
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

    #[test]
    fn a_place_in_brackets_is_no_agency() {
        assert_eq!(agency_of_dateline("(Washington) – "), None);
        assert_eq!(agency_of_dateline("(New York) – "), None);
        assert_eq!(agency_of_dateline("(Washington, DC) – "), None);
        assert_eq!(agency_of_dateline("(Reuters) – "), Some("Reuters"));
        assert_eq!(agency_of_dateline("(Halden Wire) - "), Some("Halden Wire"));
        assert_eq!(agency_of_dateline("VARN, 3 May (HW) - "), Some("HW"));
    }

    #[test]
    fn the_source_of_a_statement_is_cited_and_not_credited() {
        let story = "Troops fought near the river. The town was quiet. Nobody was hurt. A bridge fell. The envoy will appeal to Moscow, Interfax reported.";
        let found = |text: &str, document: Document| {
            let document = Document {
                text: text.to_owned(),
                ..document
            };
            let found = credit(&document, &segment(&document, false), &Agencies::default());
            let cited: Vec<String> = found.cited.iter().map(|c| c.agency.clone()).collect();
            (found.kind, found.agency, cited)
        };
        assert_eq!(
            found(&format!("VARN (Reuters) - {story}"), Document::default()),
            (
                AttributionKind::Dateline,
                Some("Reuters".into()),
                vec!["Interfax".to_owned()]
            )
        );
        assert_eq!(
            found(story, Document::default()),
            (AttributionKind::None, None, vec!["Interfax".to_owned()])
        );
        let wired = Document {
            credit: Some("AFP".to_owned()),
            ..Document::default()
        };
        assert_eq!(
            found(story, wired.clone()).1.as_deref(),
            Some("Agence France-Presse")
        );
        assert_eq!(
            found(&format!("VARN (Reuters) - {story}"), wired).0,
            AttributionKind::Conflicting
        );
    }

    #[test]
    fn a_cited_agency_whose_text_it_was_becomes_the_credit() {
        let mut attribution = Attribution {
            cited: vec![Cited {
                agency: "Interfax".into(),
                span: Span::new(0, 8),
            }],
            ..Attribution::default()
        };
        promote(&mut attribution, "Reuters");
        assert_eq!(attribution.kind, AttributionKind::None);
        promote(&mut attribution, "Interfax");
        assert_eq!(
            (
                attribution.kind,
                attribution.agency.as_deref(),
                attribution.cited.len()
            ),
            (AttributionKind::Inline, Some("Interfax"), 0)
        );
    }
}
