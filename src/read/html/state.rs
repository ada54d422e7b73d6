//! The text of pages that are drawn in the browser: it stands in the state that the page's program starts from.

use serde_json::Value;

/// How many values are looked at: a state of a megabyte has some 50,000.
const MOST_VALUES: usize = 200_000;

/// What one place of a state holds.
#[derive(Clone, Debug, Default)]
pub(super) struct Text {
    /// Paragraphs as they stand, which may be HTML.
    pub(super) paragraphs: Vec<String>,
    length: usize,
}

/// The longest run of prose in `scripts`, each the text of a script that holds JSON or sets a variable to it.
pub(super) fn longest<'s>(scripts: impl Iterator<Item = &'s str>) -> Option<Text> {
    let mut best: Option<Text> = None;
    for script in scripts {
        let Some(value) = parse(script) else { continue };
        let found = in_value(&value);
        best = match (best, found) {
            (Some(best), Some(found)) if found.length > best.length => Some(found),
            (best, found) => best.or(found),
        };
    }
    best
}

/// The JSON of a script: all of it, or the first object that a variable is set to.
fn parse(script: &str) -> Option<Value> {
    let script = script.trim();
    let start = match script.as_bytes().first()? {
        b'{' | b'[' => 0,
        // `window.state = {...};`
        _ => script
            .find("={")
            .map(|at| at + 1)
            .or_else(|| script.find("= {").map(|at| at + 2))?,
    };
    serde_json::Deserializer::from_str(&script[start..])
        .into_iter::<Value>()
        .next()?
        .ok()
}

fn in_value(root: &Value) -> Option<Text> {
    let mut best: Option<Text> = None;
    let mut offer = |found: Text| {
        if found.length >= 300 && best.as_ref().is_none_or(|best| found.length > best.length) {
            best = Some(found);
        }
    };
    let mut open = vec![root];
    let mut seen = 0;
    while let Some(value) = open.pop() {
        seen += 1;
        if seen > MOST_VALUES {
            break;
        }
        match value {
            Value::Array(items) => {
                offer(of_list(items));
                open.extend(items);
            }
            Value::Object(fields) => {
                for (name, value) in fields {
                    if let Some(text) = value
                        .as_str()
                        .filter(|text| is_body_field(name) && is_prose(text))
                    {
                        offer(Text {
                            length: text.len(),
                            paragraphs: vec![text.to_owned()],
                        });
                    }
                }
                open.extend(fields.values());
            }
            _ => {}
        }
    }
    best
}

/// The prose of a list's items, of those kinds that carry prose: `{"type": "paragraph", "html": ...}`.
fn of_list(items: &[Value]) -> Text {
    let mut found = Text::default();
    let kind = |item: &Value| {
        ["type", "_type", "__typename", "kind", "name"]
            .iter()
            .find_map(|name| item[*name].as_str().map(str::to_owned))
    };
    let texts: Vec<(Option<String>, Option<&str>)> = items
        .iter()
        .map(|item| (kind(item), text_of(item)))
        .collect();
    let kinds_of_prose: ahash::AHashSet<&String> = texts
        .iter()
        .filter(|(_, text)| text.is_some_and(is_prose))
        .filter_map(|(kind, _)| kind.as_ref())
        .collect();
    for (kind, text) in &texts {
        let Some(text) = text else { continue };
        let of_prose = is_prose(text)
            || kind
                .as_ref()
                .is_some_and(|kind| kinds_of_prose.contains(kind));
        let is_caption = kind.as_deref().is_some_and(|kind| {
            let kind = kind.to_ascii_lowercase();
            [
                "image", "video", "related", "link", "gallery", "promo", "ad", "embed",
            ]
            .iter()
            .any(|word| {
                kind.contains(word) && kind != "heading" && kind != "header" && kind != "lead"
            })
        });
        if of_prose && !is_caption {
            found.length += text.len();
            found.paragraphs.push((*text).to_owned());
        }
    }
    found
}

fn is_body_field(name: &str) -> bool {
    matches!(
        name,
        "body"
            | "content"
            | "html"
            | "text"
            | "articleBody"
            | "bodyHtml"
            | "body_html"
            | "contentHtml"
            | "rendered"
            | "fullText"
    )
}

fn text_of(item: &Value) -> Option<&str> {
    match item {
        Value::String(text) => Some(text.as_str()),
        Value::Object(fields) => fields
            .iter()
            .filter(|(name, _)| {
                is_body_field(name) || matches!(&***name, "value" | "paragraph" | "markup")
            })
            .find_map(|(_, value)| value.as_str()),
        _ => None,
    }
    .filter(|text| !text.trim().is_empty())
}

/// Whether a string reads like sentences, not like a label, an address or code.
fn is_prose(text: &str) -> bool {
    let words = text.split_whitespace().count();
    let wide = text.chars().filter(|c| !c.is_ascii()).count();
    (words >= 8 || wide >= 20)
        && !text.starts_with("http")
        && !text.contains("function(")
        && text.contains(['.', '。', '!', '?', '؟', '।', ',', '，'])
}
