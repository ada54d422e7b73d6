//! Every renderer, fed the same hand-made reports.

use serde_json::Value;
use wirecopy::model::Report;
use wirecopy::render::{self, RenderOptions};

use crate::fixture;

fn rendered(report: &Report, format: &str, options: &RenderOptions) -> String {
    let mut bytes = Vec::new();
    let format = render::format(format).unwrap();
    (format.render)(report, options, &mut bytes).unwrap();
    let text = String::from_utf8(bytes).unwrap();
    // Kept beside the test's other products, to be looked at.
    let name = format!("report-{}.{}", report.clusters.len(), format.name);
    std::fs::write(
        std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(name),
        &text,
    )
    .unwrap();
    text
}

fn plain(width: usize, verbose: bool) -> RenderOptions {
    RenderOptions {
        width,
        verbose,
        colour: false,
    }
}

#[test]
fn the_terminal_report_reads_at_a_glance() {
    insta::assert_snapshot!(rendered(&fixture::report(), "text", &plain(120, false)));
}

#[test]
fn a_narrow_terminal_gets_lines_instead_of_a_table() {
    insta::assert_snapshot!(rendered(&fixture::report(), "text", &plain(60, false)));
}

#[test]
fn verbose_shows_every_sentence_with_its_counterpart() {
    insta::assert_snapshot!(rendered(&fixture::report(), "text", &plain(100, true)));
}

#[test]
fn an_empty_report_says_why() {
    assert_eq!(
        rendered(&fixture::empty(), "text", &RenderOptions::default()),
        "no copies found: 1 candidate, best containment 0.04, asked 0.30 (lower it with `--min-containment`)\n\
         2 articles, 0 clusters, 0 versions, 0 major changes of meaning\n"
    );
}

#[test]
fn colour_changes_nothing_but_escapes() {
    let report = fixture::report();
    let coloured = rendered(
        &report,
        "text",
        &RenderOptions {
            colour: true,
            ..plain(100, true)
        },
    );
    assert!(coloured.contains("\u{1b}["));
    assert_eq!(
        anstream::adapter::strip_str(&coloured).to_string(),
        rendered(&report, "text", &plain(100, true))
    );
}

#[test]
fn no_line_is_wider_than_the_terminal() {
    for width in [40, 60, 80, 100, 140] {
        for line in rendered(&fixture::report(), "text", &plain(width, true)).lines() {
            assert!(
                unicode_width::UnicodeWidthStr::width(line) <= width,
                "{width}: {line}"
            );
        }
    }
}

#[test]
fn no_report_for_people_lets_hidden_characters_through() {
    for format in ["text", "html"] {
        let shown = rendered(&fixture::report(), format, &plain(100, true));
        assert!(
            shown.contains("⟨U+202E⟩") && shown.contains("⟨U+200B⟩"),
            "{format}"
        );
        assert!(
            !shown.contains(['\u{202e}', '\u{202c}', '\u{200b}', '\u{1b}']),
            "{format}"
        );
    }
}

#[test]
fn the_json_report_follows_its_published_schema() {
    let schema: Value =
        serde_json::from_str(include_str!("../../docs/report.schema.json")).unwrap();
    for report in [fixture::report(), fixture::empty()] {
        let value: Value =
            serde_json::from_str(&rendered(&report, "json", &RenderOptions::default())).unwrap();
        let mut wrong = Vec::new();
        check(&schema, &schema, &value, "$", &mut wrong);
        assert!(wrong.is_empty(), "{wrong:#?}");
    }
}

#[test]
fn the_documented_example_follows_the_schema() {
    let page = include_str!("../../docs/report.md");
    let schema: Value =
        serde_json::from_str(include_str!("../../docs/report.schema.json")).unwrap();
    let example = page
        .split("```json\n")
        .nth(1)
        .unwrap()
        .split("```")
        .next()
        .unwrap();
    let value: Value = serde_json::from_str(example).unwrap();
    let mut wrong = Vec::new();
    check(&schema, &schema, &value, "$", &mut wrong);
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_span_of_the_json_report_quotes_its_document_in_code_points() {
    let report = fixture::report();
    let value: Value =
        serde_json::from_str(&rendered(&report, "json", &RenderOptions::default())).unwrap();
    let quoted = |document: usize, span: &Value| {
        let text: Vec<char> = report.documents[document].text.chars().collect();
        let at = |key: &str| usize::try_from(span[key].as_u64().unwrap()).unwrap();
        let words: String = text[at("start")..at("end")].iter().collect();
        assert_eq!(words, span["text"].as_str().unwrap());
    };
    let index = |value: &Value| usize::try_from(value.as_u64().unwrap()).unwrap();
    let mut spans = 0;
    for document in value["documents"].as_array().unwrap() {
        for sentence in document["sentences"].as_array().unwrap() {
            quoted(index(&document["index"]), sentence);
            spans += 1;
        }
    }
    for cluster in value["clusters"].as_array().unwrap() {
        let source = index(&cluster["source"]["document"]);
        for version in cluster["versions"].as_array().unwrap() {
            for link in version["links"].as_array().unwrap() {
                for drift in link["drifts"].as_array().unwrap() {
                    quoted(source, &drift["source"]);
                    quoted(index(&version["document"]), &drift["copy"]);
                    spans += 2;
                }
            }
        }
    }
    assert!(spans > 50);
}

#[test]
fn the_page_is_one_file_that_fetches_nothing() {
    let page = rendered(&fixture::report(), "html", &RenderOptions::default());
    for fetching in ["src=", "<link", "@import", "url("] {
        assert!(!page.contains(fetching), "{fetching}");
    }
    assert!(page.starts_with("<!doctype html>\n<html lang=\"en\">"));
    assert!(page.contains("@media print") && page.contains("prefers-color-scheme: dark"));
}

#[test]
fn markup_in_an_article_stays_text_on_the_page() {
    let page = rendered(&fixture::report(), "html", &RenderOptions::default());
    assert!(page.contains("&lt;script&gt;alert(&quot;not run&quot;)&lt;/script&gt;"));
    assert_eq!(page.matches("<script").count(), 1, "only our own");
    assert!(!page.contains("<b>bold</b>"));
}

#[test]
fn headings_of_the_page_never_skip_a_level() {
    let page = rendered(&fixture::report(), "html", &RenderOptions::default());
    let mut level = 0;
    for piece in page.split("<h").skip(1) {
        let Some(next) = piece.chars().next().and_then(|c| c.to_digit(10)) else {
            continue;
        };
        assert!(next <= level + 1, "h{level} is followed by h{next}");
        level = next;
    }
    assert!(level > 1);
}

#[test]
fn every_link_within_the_page_has_its_target_once() {
    let page = rendered(&fixture::report(), "html", &RenderOptions::default());
    let mut links = 0;
    for piece in page.split("href=\"#").skip(1) {
        let target = piece.split('"').next().unwrap();
        assert_eq!(
            page.matches(&format!("id=\"{target}\"")).count(),
            1,
            "{target}"
        );
        links += 1;
    }
    assert!(links > 10);
}

#[test]
fn clustered_documents_are_listed_by_id() {
    let mut bytes = Vec::new();
    render::clusters(&fixture::report(), &mut bytes).unwrap();
    let lines = String::from_utf8(bytes).unwrap();
    let ids = [
        "border-01 c1",
        "border-02 c1",
        "border-03 c1",
        "border-04 c1",
        "ship-01 c2",
        "ship-02 c2",
    ];
    let wanted: String = ids
        .iter()
        .map(|line| line.split_once(' ').unwrap())
        .map(|(id, cluster)| format!("{{\"id\":\"{id}\",\"cluster\":\"{cluster}\"}}\n"))
        .collect();
    assert_eq!(lines, wanted);
}

/// The part of JSON Schema that the report's schema uses: `$ref`, `type`, `const`, `enum`, `required`, `properties`,
/// `additionalProperties`, `items`, `minimum` and `maximum`.
pub(crate) fn check(
    root: &Value,
    schema: &Value,
    value: &Value,
    at: &str,
    wrong: &mut Vec<String>,
) {
    if let Some(reference) = schema["$ref"].as_str() {
        let target = root
            .pointer(reference.trim_start_matches('#'))
            .unwrap_or_else(|| panic!("no {reference}"));
        return check(root, target, value, at, wrong);
    }
    let is = |name: &str| match name {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "string" => value.is_string(),
        "integer" => value.is_u64() || value.is_i64(),
        "number" => value.is_number(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        other => panic!("{other} is no type of JSON Schema"),
    };
    match &schema["type"] {
        Value::String(name) if !is(name) => wrong.push(format!("{at}: not {name}: {value}")),
        Value::Array(names) if !names.iter().any(|name| is(name.as_str().unwrap())) => {
            wrong.push(format!("{at}: none of {names:?}: {value}"));
        }
        _ => {}
    }
    if !schema["const"].is_null() && schema["const"] != *value {
        wrong.push(format!("{at}: not {}", schema["const"]));
    }
    if schema["enum"]
        .as_array()
        .is_some_and(|allowed| !allowed.contains(value))
    {
        wrong.push(format!("{at}: {value} is not listed"));
    }
    for (bound, low) in [("minimum", true), ("maximum", false)] {
        if let (Some(bound), Some(number)) = (schema[bound].as_f64(), value.as_f64())
            && ((low && number < bound) || (!low && number > bound))
        {
            wrong.push(format!("{at}: {number} past {bound}"));
        }
    }
    if let Some(object) = value.as_object() {
        for name in schema["required"].as_array().into_iter().flatten() {
            if !object.contains_key(name.as_str().unwrap()) {
                wrong.push(format!("{at}: no {name}"));
            }
        }
        for (name, inner) in object {
            match schema["properties"].get(name) {
                Some(described) => check(root, described, inner, &format!("{at}.{name}"), wrong),
                None if schema["additionalProperties"] == true => {}
                None => wrong.push(format!("{at}: {name} is not described")),
            }
        }
    }
    for (index, inner) in value.as_array().into_iter().flatten().enumerate() {
        check(
            root,
            &schema["items"],
            inner,
            &format!("{at}[{index}]"),
            wrong,
        );
    }
}
