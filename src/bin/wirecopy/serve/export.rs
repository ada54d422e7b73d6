//! Exports for people who were not at the page: a table for a spreadsheet, and the evidence pack for a file or a court.

use std::fmt::Write as _;

use wirecopy::model::{Cluster, DocId, Link, Relation, Report, Span};
use wirecopy::recount::{Recount, Switches};
use wirecopy::render::{CodePoints, category, escaped, prose, visible};

use super::answer::{ShareOut, counts};
use super::desk::{Answered, Desk, now, sha256};
use super::failure::Failure;

/// The evidence pack runs nothing and fetches nothing.
pub(super) const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; \
    frame-ancestors 'none'; sandbox";

const STYLE: &str = include_str!("page/evidence.css");

/// Columns of the table.
const COLUMNS: [&str; 19] = [
    "kind",
    "rank",
    "source",
    "source_outlet",
    "source_published_at",
    "relation",
    "similarity",
    "article_start",
    "article_end",
    "article_text",
    "source_start",
    "source_end",
    "source_text",
    "category",
    "severity",
    "score",
    "evidence",
    "article_sha256",
    "source_sha256",
];

/// A cell that no spreadsheet takes for a formula, its hidden characters named.
fn cell(text: &str) -> String {
    let shown = visible(text);
    if shown.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{shown}")
    } else {
        shown.into_owned()
    }
}

/// The words of some sentences and where they stand, from the first to the last, in code points.
fn stretch(
    report: &Report,
    document: DocId,
    numbers: &[u32],
    points: &CodePoints<'_>,
) -> Option<(usize, usize, String)> {
    let sentences = &report.segmented.get(document.index())?.sentences;
    let text = &report.document(document).text;
    let spans: Vec<Span> = numbers
        .iter()
        .filter_map(|&number| Some(sentences.get(number as usize)?.span))
        .collect();
    let whole = spans.iter().copied().reduce(Span::join)?;
    let (start, end) = points.span(whole);
    let words: Vec<&str> = spans.iter().map(|span| span.of(text)).collect();
    Some((start, end, words.join(" ")))
}

/// Every sentence with its counterpart and every change of meaning, one a line. Offsets count code points of the two texts.
pub(super) fn csv(answered: &Answered) -> Result<Vec<u8>, Failure> {
    let failed = |error: csv::Error| Failure::inside(error.to_string());
    let report = &answered.checked.report;
    let points: Vec<CodePoints<'_>> = report
        .documents
        .iter()
        .map(|one| CodePoints::new(&one.text))
        .collect();
    let mut table = csv::Writer::from_writer(Vec::new());
    table.write_record(COLUMNS).map_err(failed)?;
    let article_hash = sha256(&answered.article.text);
    for cluster in &report.clusters {
        let version = &cluster.versions[0];
        let source = report.document(cluster.source);
        let source_hash = sha256(&source.text);
        let (own, theirs) = (
            &points[version.document.index()],
            &points[cluster.source.index()],
        );
        let line = |kind: &str,
                    link: &Link,
                    article: Option<(usize, usize, String)>,
                    from: Option<(usize, usize, String)>,
                    drift: [String; 4]| {
            let number = |place: &Option<(usize, usize, String)>, end: bool| {
                place.as_ref().map_or_else(String::new, |place| {
                    if end { place.1 } else { place.0 }.to_string()
                })
            };
            let words = |place: &Option<(usize, usize, String)>| {
                place
                    .as_ref()
                    .map_or_else(String::new, |place| cell(&place.2))
            };
            let [category, severity, score, evidence] = drift;
            [
                kind.to_owned(),
                cluster.number.to_string(),
                cell(&source.id),
                cell(source.outlet.as_deref().unwrap_or_default()),
                cell(source.published_at.as_deref().unwrap_or_default()),
                link.relation.name().to_owned(),
                format!("{:.4}", link.similarity),
                number(&article, false),
                number(&article, true),
                words(&article),
                number(&from, false),
                number(&from, true),
                words(&from),
                category,
                severity,
                score,
                evidence,
                article_hash.clone(),
                source_hash.clone(),
            ]
        };
        for link in &version.links {
            let article = stretch(report, version.document, &link.copy, own);
            let from = stretch(report, cluster.source, &link.source, theirs);
            let row = line("passage", link, article, from, Default::default());
            table.write_record(row).map_err(failed)?;
            for drift in &link.drifts {
                let place = |span: Span, points: &CodePoints<'_>, text: &str| {
                    let (start, end) = points.span(span);
                    Some((start, end, span.of(text).to_owned()))
                };
                let row = line(
                    "change",
                    link,
                    place(drift.copy, own, &report.document(version.document).text),
                    place(drift.source, theirs, &source.text),
                    [
                        drift.category.name().to_owned(),
                        drift.severity.name().to_owned(),
                        format!("{:.4}", drift.score),
                        cell(&drift.evidence),
                    ],
                );
                table.write_record(row).map_err(failed)?;
            }
        }
    }
    table
        .into_inner()
        .map_err(|error| Failure::inside(error.to_string()))
}

fn share(of: &ShareOut) -> String {
    of.share.map_or_else(
        || "nothing counts".to_owned(),
        |share| format!("{:.1} % ({} of {} words)", 100.0 * share, of.shared, of.all),
    )
}

/// One row of a table of facts.
fn fact(out: &mut String, name: &str, value: &str) {
    let _ = writeln!(
        out,
        "<tr><th scope=\"row\">{}</th><td><bdi>{}</bdi></td></tr>",
        escaped(name),
        escaped(value)
    );
}

/// One self-contained page: what was compared, under which options, every passage with its place, every change, every decision.
pub(super) fn evidence(
    desk: &Desk,
    answered: &Answered,
    switches: Switches,
) -> Result<String, Failure> {
    let checked = &answered.checked;
    let report = &checked.report;
    let article = checked.article();
    let title = article
        .title
        .as_deref()
        .unwrap_or("article without a headline");
    let mut out = String::new();
    let _ = writeln!(
        out,
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <title>Evidence: {title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<header><h1>Evidence of reuse</h1>\n\
         <p class=\"lead\"><bdi>{title}</bdi></p></header>\n<main>",
        title = escaped(title)
    );
    out.push_str("<section aria-labelledby=\"what\"><h2 id=\"what\">What was compared</h2>\n<table class=\"facts\"><tbody>\n");
    fact(&mut out, "Made at", &now());
    fact(
        &mut out,
        "Program",
        concat!("wirecopy ", env!("CARGO_PKG_VERSION")),
    );
    fact(
        &mut out,
        "Archive",
        &format!(
            "{} documents, state {}",
            checked.archive.0, checked.archive.1
        ),
    );
    for damaged in &checked.damaged {
        fact(&mut out, "Missing from the answer", damaged);
    }
    fact(&mut out, "Options", &options(desk));
    fact(
        &mut out,
        "Counted",
        &format!(
            "quotations {}, furniture {}, passages of {} words and more",
            if switches.quotations { "yes" } else { "no" },
            if switches.furniture { "yes" } else { "no" },
            switches.least_words
        ),
    );
    fact(&mut out, "Number of the article", &answered.id);
    facts_of(&mut out, article);
    if answered.unseen_count() > 0 {
        fact(
            &mut out,
            "Hidden or look-alike characters",
            &format!(
                "{} places; hidden ones are shown by name, such as \u{27e8}U+200B\u{27e9}",
                answered.unseen_count()
            ),
        );
    }
    out.push_str("</tbody></table>\n<p>Offsets count Unicode code points of the text from 0, the end exclusive. A hash is the SHA-256 of the text in UTF-8.</p></section>\n");
    let cases = desk.cases_of(&answered.id)?;
    let counted = counts(checked, switches);
    if report.clusters.is_empty() {
        out.push_str("<p>No source was found in the archive.</p>\n");
    }
    for (cluster, count) in report.clusters.iter().zip(counted) {
        source(&mut out, report, cluster, count);
        if let Some(case) = cases
            .iter()
            .find(|case| case.source == report.document(cluster.source).id)
        {
            out.push_str("<h3>Decision</h3>\n<table class=\"facts\"><tbody>\n");
            fact(&mut out, "State", case.state.name());
            fact(&mut out, "Note", &case.note);
            fact(
                &mut out,
                "Decided at",
                case.changed_at.as_deref().unwrap_or("unknown"),
            );
            out.push_str("</tbody></table>\n");
        }
        out.push_str("</section>\n");
    }
    texts(&mut out, report);
    let _ = writeln!(
        out,
        "</main>\n<footer><p>Made by wirecopy {}. A change of meaning is not a verdict of guilt: a later figure may be an update.</p></footer>\n</body>\n</html>",
        env!("CARGO_PKG_VERSION")
    );
    Ok(out)
}

fn options(desk: &Desk) -> String {
    let options = desk.options();
    let matching = &options.matching;
    format!(
        "least containment {}, least words {}, furniture {}, seed {}, {} documents opened, {} measured, {} judged",
        matching.min_containment,
        matching.min_words,
        if matching.keep_furniture {
            "matched"
        } else {
            "not matched"
        },
        matching.seed,
        options.most_opened,
        options.most_measured,
        options.most_judged
    )
}

fn facts_of(out: &mut String, document: &wirecopy::model::Document) {
    let known = [
        ("Headline", document.title.as_deref()),
        ("Outlet", document.outlet.as_deref()),
        ("Published at", document.published_at.as_deref()),
        ("Address", document.url.as_deref()),
    ];
    for (name, value) in known {
        if let Some(value) = value {
            fact(out, name, value);
        }
    }
    fact(out, "SHA-256 of the text", &sha256(&document.text));
}

fn source(out: &mut String, report: &Report, cluster: &Cluster, count: Recount) {
    let document = report.document(cluster.source);
    let version = &cluster.versions[0];
    let name = document.outlet.as_deref().unwrap_or(&document.id);
    let n = cluster.number;
    let _ = writeln!(
        out,
        "<section aria-labelledby=\"s{n}\"><h2 id=\"s{n}\">Source {n}: <bdi>{}</bdi></h2>\n<table class=\"facts\"><tbody>",
        escaped(name)
    );
    fact(out, "Id in the archive", &document.id);
    facts_of(out, document);
    fact(
        out,
        "Of the article, from this source",
        &share(&count.copy.into()),
    );
    fact(
        out,
        "Of this source, in the article",
        &share(&count.source.into()),
    );
    fact(
        out,
        "How the article depends on it",
        &version.derivation.name().replace('_', " "),
    );
    if version.near_exact {
        fact(
            out,
            "Near exact",
            "over 80 % of the source, and over 125 words of it, nearly word for word",
        );
    }
    let credit = &version.attribution;
    fact(
        out,
        "Credit given",
        &credit.agency.as_ref().map_or_else(
            || credit.kind.name().to_owned(),
            |agency| format!("{agency} ({})", credit.kind.name()),
        ),
    );
    for reason in &cluster.source_evidence {
        fact(out, "Evidence", reason);
    }
    out.push_str("</tbody></table>\n");
    changes(out, report, cluster);
    passages(out, report, cluster);
}

/// Where a span stands, as readers of the pack find it again.
fn place((start, end): (usize, usize)) -> String {
    format!("<span class=\"place\">{start}\u{2013}{end}</span>")
}

fn quoted(words: &str) -> String {
    if words.is_empty() {
        "<em>nothing</em>".to_owned()
    } else {
        format!("<q dir=\"auto\">{}</q>", escaped(words))
    }
}

fn changes(out: &mut String, report: &Report, cluster: &Cluster) {
    let version = &cluster.versions[0];
    let (source, article) = (
        &report.document(cluster.source).text,
        &report.document(version.document).text,
    );
    let (theirs, own) = (CodePoints::new(source), CodePoints::new(article));
    let drifts: Vec<_> = version.drifts().collect();
    if drifts.is_empty() {
        out.push_str("<p>No change of meaning found.</p>\n");
        return;
    }
    out.push_str(
        "<h3>Changes of meaning</h3>\n<table class=\"changes\"><thead><tr><th scope=\"col\">No.</th><th scope=\"col\">Category</th>\
         <th scope=\"col\">Source</th><th scope=\"col\">Article</th><th scope=\"col\">Likelihood</th><th scope=\"col\">Why</th></tr></thead><tbody>\n",
    );
    for (number, drift) in (1..).zip(drifts) {
        let _ = writeln!(
            out,
            "<tr><td>{number}</td><td>{} ({})</td><td>{} {}</td><td>{} {}</td><td>{:.0} %</td><td><bdi>{}</bdi></td></tr>",
            category(drift.category),
            drift.severity.name(),
            quoted(drift.source.of(source)),
            place(theirs.span(drift.source)),
            quoted(drift.copy.of(article)),
            place(own.span(drift.copy)),
            100.0 * drift.score,
            prose(&drift.evidence),
        );
    }
    out.push_str("</tbody></table>\n");
}

fn passages(out: &mut String, report: &Report, cluster: &Cluster) {
    let version = &cluster.versions[0];
    let theirs = CodePoints::new(&report.document(cluster.source).text);
    let own = CodePoints::new(&report.document(version.document).text);
    out.push_str(
        "<h3>Every passage</h3>\n<table class=\"passages\"><thead><tr><th scope=\"col\">Relation</th><th scope=\"col\">Source</th>\
         <th scope=\"col\">Article</th></tr></thead><tbody>\n",
    );
    for link in &version.links {
        let side = |found: Option<(usize, usize, String)>| {
            found.map_or_else(
                || "<em>nothing</em>".to_owned(),
                |(start, end, words)| {
                    format!(
                        "<span dir=\"auto\">{}</span> {}",
                        escaped(&words),
                        place((start, end))
                    )
                },
            )
        };
        let likeness = match link.relation {
            Relation::New | Relation::Omitted => String::new(),
            _ => format!(
                " <span class=\"place\">{:.0} % alike</span>",
                100.0 * link.similarity
            ),
        };
        let _ = writeln!(
            out,
            "<tr><td>{}{likeness}</td><td>{}</td><td>{}</td></tr>",
            link.relation.name().replace('_', " "),
            side(stretch(report, cluster.source, &link.source, &theirs)),
            side(stretch(report, version.document, &link.copy, &own)),
        );
    }
    out.push_str("</tbody></table>\n");
}

/// The compared texts in full, so that offsets and hashes can be looked up.
fn texts(out: &mut String, report: &Report) {
    out.push_str("<section aria-labelledby=\"texts\"><h2 id=\"texts\">The texts in full</h2>\n");
    for (number, document) in report.documents.iter().enumerate() {
        let name = match number {
            0 => "The article".to_owned(),
            n => format!("Source {n}"),
        };
        let _ = writeln!(
            out,
            "<h3>{name}</h3>\n<p class=\"place\">SHA-256 {}</p>\n<div class=\"text\" dir=\"auto\">{}</div>",
            sha256(&document.text),
            escaped(&document.text)
        );
    }
    out.push_str("</section>\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula() {
        assert_eq!(
            cell("=HYPERLINK(\"http://x\")"),
            "'=HYPERLINK(\"http://x\")"
        );
        for text in ["+1", "-1", "@a", "\tx"] {
            assert!(cell(text).starts_with('\''), "{text}");
        }
        assert_eq!(cell("plain \u{202e}"), "plain \u{27e8}U+202E\u{27e9}");
    }
}
