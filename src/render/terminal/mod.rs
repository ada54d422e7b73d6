//! The report for a person at a terminal: readable at a glance, and legible without colour.

mod check;
mod provenance;

use std::io;

use anstyle::{AnsiColor, Style};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::model::{
    AttributionKind, Cluster, Derivation, Document, Drift, Link, Relation, Report, Severity, Span,
    Version,
};

use super::RenderOptions;
use super::marks::{Side, inline, word_diff};
use super::phrases::{self, percent};
use super::provenance::{newer_words, source_title, standing, words};
use super::visible::{visible, visible_line};

pub(super) use check::render as render_check;

const PLAIN: Style = Style::new();
const BOLD: Style = Style::new().bold();
const FAINT: Style = Style::new().dimmed();
const MAJOR: Style = AnsiColor::Red.on_default().bold();
const MINOR: Style = AnsiColor::Yellow.on_default();
const LOST: Style = AnsiColor::Red.on_default();
const GAINED: Style = AnsiColor::Green.on_default();

/// Characters of unchanged text shown on each side of a drift.
const CONTEXT_CHARS: usize = 100;
/// Characters of a drifting passage shown before it is cut: a swapped clause fits, a page does not.
const PASSAGE_CHARS: usize = 240;

/// Minor drifts shown for each version unless all are asked for: they are many and doubtful, the major ones are not.
const MINOR_SHOWN: usize = 3;

/// Writes the report as text, `options.width` columns wide.
pub(super) fn render(
    report: &Report,
    options: &RenderOptions,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let page = Page {
        width: options.width.max(40),
        colour: options.colour,
    };
    for cluster in &report.clusters {
        heading(report, cluster, &page, out)?;
        table(report, cluster, &page, out)?;
        provenance::descent(report, cluster, options.verbose, &page, out)?;
        provenance::ledger(report, cluster, options.verbose, &page, out)?;
        provenance::corrections(report, cluster, &page, out)?;
        for version in &cluster.versions {
            let (major, minor) = phrases::drift_counts(version);
            let updated = phrases::updates(version).next().is_some();
            if major + minor > 0 || updated || options.verbose {
                version_heading(report, cluster, version, &page, out)?;
                drifts(report, cluster, version, options.verbose, &page, out)?;
            }
            if options.verbose {
                links(report, cluster, version, &page, out)?;
                left_aside(report, version, &page, out)?;
            }
        }
        writeln!(out)?;
    }
    overview(report, &page, out)?;
    if report.clusters.is_empty() {
        page.paragraph(
            out,
            "",
            "",
            &[(PLAIN, phrases::why_nothing(&report.summary))],
        )?;
    }
    page.paragraph(out, "", "", &[(BOLD, phrases::closing_line(report))])
}

type Fragment = (Style, String);

/// How wide lines are, and whether they carry colour.
struct Page {
    width: usize,
    colour: bool,
}

/// A piece of a line that is not broken.
#[derive(Default)]
struct Atom {
    parts: Vec<Fragment>,
    width: usize,
    spaced: bool,
}

impl Page {
    fn paint(&self, style: Style, text: &str) -> String {
        if self.colour && style != PLAIN && !text.is_empty() {
            format!("{style}{text}{style:#}")
        } else {
            text.to_string()
        }
    }

    /// Fills lines with the fragments, breaking at spaces, between wide characters, and inside words longer than a
    /// line. The first line begins with `first`, the others with `rest`.
    fn paragraph(
        &self,
        out: &mut dyn io::Write,
        first: &str,
        rest: &str,
        fragments: &[Fragment],
    ) -> io::Result<()> {
        let room = self.width.saturating_sub(rest.width()).max(10);
        let mut line = first.to_string();
        let mut used = first.width();
        let mut empty = true;
        for atom in atoms(fragments, room) {
            let gap = usize::from(atom.spaced && !empty);
            if !empty && used + gap + atom.width > self.width {
                writeln!(out, "{}", line.trim_end())?;
                line = rest.to_string();
                used = rest.width();
            } else if gap == 1 {
                line.push(' ');
                used += 1;
            }
            for (style, text) in &atom.parts {
                line.push_str(&self.paint(*style, text));
            }
            used += atom.width;
            empty = false;
        }
        writeln!(out, "{}", line.trim_end())
    }
}

fn atoms(fragments: &[Fragment], room: usize) -> Vec<Atom> {
    let mut found: Vec<Atom> = Vec::new();
    let mut current = Atom::default();
    let mut before_is_wide = false;
    for (style, text) in fragments {
        for c in text.chars() {
            if c == ' ' || c == '\n' || c == '\t' {
                let next = Atom {
                    spaced: true,
                    ..Atom::default()
                };
                let done = std::mem::replace(&mut current, next);
                if !done.parts.is_empty() {
                    found.push(done);
                }
                before_is_wide = false;
                continue;
            }
            let columns = c.width().unwrap_or(0);
            let wide = columns > 1;
            if !current.parts.is_empty()
                && (wide || before_is_wide || current.width + columns > room)
            {
                found.push(std::mem::take(&mut current));
            }
            before_is_wide = wide;
            current.width += columns;
            match current.parts.last_mut() {
                Some((last, text)) if last == style => text.push(c),
                _ => current.parts.push((*style, c.to_string())),
            }
        }
    }
    if !current.parts.is_empty() {
        found.push(current);
    }
    found
}

/// The cluster's number and story, then its source and the reasons for it.
fn heading(
    report: &Report,
    cluster: &Cluster,
    page: &Page,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let versions = phrases::count(cluster.versions.len(), "version", "versions");
    let title = phrases::headline(report, cluster.source);
    let head = format!("Cluster {}: ", cluster.number);
    let room = page
        .width
        .saturating_sub(head.width() + versions.width() + 6)
        .max(8);
    let title = clip(&title, room);
    let rule = page
        .width
        .saturating_sub(head.width() + title.width() + versions.width() + 2);
    writeln!(
        out,
        "{} {} {}",
        page.paint(BOLD, &format!("{head}{title}")),
        page.paint(FAINT, &"─".repeat(rule)),
        page.paint(BOLD, &versions),
    )?;
    let source = report.document(cluster.source);
    let mut line = named(source);
    if let Some(time) = &source.published_at {
        line.push((PLAIN, format!(", {}", visible_line(time))));
    }
    line.push((PLAIN, format!(", {}", standing(cluster))));
    if !cluster.source_evidence.is_empty() {
        line.push((
            PLAIN,
            format!(": {}", visible_line(&cluster.source_evidence.join("; "))),
        ));
    }
    let title = match source_title(cluster) {
        "likely source" => "source",
        other => other,
    };
    let first = format!("  {title}  ");
    page.paragraph(out, &first, &" ".repeat(first.width()), &line)?;
    writeln!(out)
}

/// Columns taken by everything but outlet and credit: the margin, derivation 6, seven shares of 3, two counts of 5,
/// two spaces before each.
const FIGURES: usize = 2 + (2 + 6) + 7 * (2 + 4) + 2 * (2 + 5);
/// Fewest columns in which an outlet can be told.
const LEAST_NAME: usize = 14;
/// Columns in which the place of a credit can be told, with the space before it.
const LEAST_CREDIT: usize = 2 + 11;

/// One row for each outlet; a few lines for each where the terminal is narrow.
fn table(
    report: &Report,
    cluster: &Cluster,
    page: &Page,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    if cluster.versions.is_empty() {
        return Ok(());
    }
    let names: Vec<_> = cluster
        .versions
        .iter()
        .map(|version| phrases::outlet(report.document(version.document)))
        .collect();
    let room = page.width.saturating_sub(FIGURES);
    if room < LEAST_NAME {
        narrow_table(&names, cluster, page, out)?;
        return remarks(&names, report, cluster, page, out);
    }
    let longest = names.iter().map(|name| name.width()).max().unwrap_or(0);
    let mut outlet = longest.clamp(6, 30).min(room);
    let with_credit = room >= LEAST_NAME + LEAST_CREDIT;
    if with_credit {
        outlet = outlet.min(room - LEAST_CREDIT);
    }
    let credit = room.saturating_sub(outlet + 2);
    let mut head = format!("  {}  {:<6}", pad("outlet", outlet), "taken");
    for title in ["copy", "src.", "verb", "edit", "para", "summ", "new"] {
        head.push_str(&format!("  {title:>4}"));
    }
    head.push_str("  major  minor");
    if with_credit {
        head.push_str("  credit");
    }
    writeln!(out, "{}", page.paint(FAINT, &head))?;
    for (version, name) in cluster.versions.iter().zip(&names) {
        let (major, minor) = phrases::drift_counts(version);
        let derived = match version.derivation {
            Derivation::WhollyDerived => "wholly",
            Derivation::PartiallyDerived => "partly",
            Derivation::NonDerived => "not",
        };
        let mut line = format!("  {}  {derived:<6}", pad(&clip(name, outlet), outlet));
        for share in [version.containment_of_copy, version.containment_of_source] {
            let share = percent(share);
            line.push_str(&format!("  {:>4}", share.trim_end_matches(" %")));
        }
        let named = phrases::named_shares(version.shares);
        for column in 0..5 {
            let share = named.iter().find(|(at, _)| *at == column);
            let share = share.and_then(|(_, words)| words.split_once(' '));
            line.push_str(&format!("  {:>4}", share.map_or("-", |(figure, _)| figure)));
        }
        for (style, number) in [(MAJOR, major), (MINOR, minor)] {
            line.push_str(&page.paint(counted(style, number), &tally(number)));
        }
        if with_credit {
            let full = phrases::credit(&version.attribution);
            let told = if full.width() <= credit {
                full
            } else {
                phrases::credit_place(&version.attribution).to_string()
            };
            line.push_str(&format!("  {}", clip(&told, credit)));
        }
        writeln!(out, "{}", line.trim_end())?;
    }
    let note = "in percent: copy, of the copy's words come from the source; src., of the source's words were used; \
                verb to new, what was done with the copy's words (they add up to 100). major, minor: changes of \
                meaning";
    if cluster.number == 1 {
        page.paragraph(out, "  ", "  ", &[(FAINT, note.to_string())])?;
    }
    if !with_credit {
        uncredited(&names, cluster, page, out)?;
    }
    remarks(&names, report, cluster, page, out)
}

/// Where quotations make the likeness, and where an article changes its language: one line each.
fn remarks(
    names: &[String],
    report: &Report,
    cluster: &Cluster,
    page: &Page,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let quoted: Vec<String> = cluster
        .versions
        .iter()
        .zip(names)
        .filter_map(|(version, name)| {
            let without = phrases::unquoted(version)?;
            let share = without.split(" without").next()?.to_string();
            Some(format!(
                "{name} {share} (with them {})",
                percent(version.containment_of_copy)
            ))
        })
        .collect();
    if !quoted.is_empty() {
        let line = [
            (FAINT, "of the copy without quotations: ".to_string()),
            (PLAIN, quoted.join(", ")),
        ];
        page.paragraph(out, "  ", "    ", &line)?;
    }
    let all = std::iter::once(cluster.source).chain(cluster.versions.iter().map(|v| v.document));
    for version in &cluster.versions {
        if let Some(said) = phrases::independence(version) {
            page.paragraph(out, "  ", "  ", &[(BOLD, said.to_string())])?;
        }
    }
    for id in all {
        if let Some(said) = phrases::other_languages(report, id) {
            let line = format!("{}: {said}", phrases::outlet(report.document(id)));
            page.paragraph(out, "  ", "    ", &[(PLAIN, line)])?;
        }
    }
    Ok(())
}

/// Who names no agency, where the table has no room to say it.
fn uncredited(
    names: &[String],
    cluster: &Cluster,
    page: &Page,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let silent: Vec<_> = cluster
        .versions
        .iter()
        .zip(names)
        .filter(|(version, _)| version.attribution.kind == AttributionKind::None)
        .map(|(_, name)| name.as_str())
        .collect();
    if silent.is_empty() {
        return Ok(());
    }
    let line = [
        (FAINT, "no credit: ".to_string()),
        (PLAIN, silent.join(", ")),
    ];
    page.paragraph(out, "  ", "    ", &line)
}

fn narrow_table(
    names: &[String],
    cluster: &Cluster,
    page: &Page,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    for (version, name) in cluster.versions.iter().zip(names) {
        let counts = phrases::drift_counts(version);
        let style = if counts.0 > 0 { MAJOR } else { PLAIN };
        let shares = version.shares;
        let fragments = [
            (BOLD, name.clone()),
            (
                PLAIN,
                format!(
                    ": {}; {} of the copy comes from the source, {} of the source was used; {}; drifts ",
                    phrases::derivation(version.derivation),
                    percent(version.containment_of_copy),
                    percent(version.containment_of_source),
                    share_phrase(shares),
                ),
            ),
            (style, phrases::drift_phrase(counts)),
            (
                PLAIN,
                format!("; {}", phrases::credit(&version.attribution)),
            ),
        ];
        page.paragraph(out, "  ", "    ", &fragments)?;
    }
    Ok(())
}

/// "90 % verbatim, 10 % new": the shares that are not nothing.
fn share_phrase(shares: crate::model::Shares) -> String {
    let said: Vec<_> = phrases::named_shares(shares)
        .into_iter()
        .map(|(_, words)| words)
        .collect();
    if said.is_empty() {
        "no words of its own".to_string()
    } else {
        said.join(", ")
    }
}

/// Who published it, and what the report calls the article where that says more.
fn named(document: &Document) -> Vec<Fragment> {
    let outlet = phrases::outlet(document);
    let id = visible_line(&document.id);
    if id.ends_with(&outlet) {
        return vec![(BOLD, id)];
    }
    vec![(BOLD, outlet), (FAINT, format!(" ({id})"))]
}

/// One line for each cluster, at the end, where it is still on the screen.
fn overview(report: &Report, page: &Page, out: &mut dyn io::Write) -> io::Result<()> {
    if report.clusters.len() < 2 {
        return Ok(());
    }
    let head = "  cluster  versions  major  minor  story (likely source)";
    writeln!(out, "{}", page.paint(FAINT, &clip(head, page.width)))?;
    for cluster in &report.clusters {
        let (major, minor) = phrases::cluster_counts(cluster);
        let mut line = format!("  {:>7}  {:>8}", cluster.number, cluster.versions.len());
        for (style, number) in [(MAJOR, major), (MINOR, minor)] {
            line.push_str(&page.paint(counted(style, number), &tally(number)));
        }
        let room = page.width.saturating_sub(35);
        let source = phrases::outlet(report.document(cluster.source));
        let source = format!(" ({source})");
        let title = phrases::headline(report, cluster.source);
        line.push_str(&format!("  {}", clip(&title, room)));
        // The story comes before its source where there is no room for both.
        if title.width() + source.width() <= room {
            line.push_str(&page.paint(FAINT, &source));
        }
        writeln!(out, "{line}")?;
    }
    writeln!(out)
}

/// A number of drifts in its column, "-" for none.
fn tally(number: usize) -> String {
    if number == 0 {
        "      -".to_string()
    } else {
        format!("  {number:>5}")
    }
}

/// Nothing found needs no colour.
fn counted(style: Style, number: usize) -> Style {
    if number == 0 { PLAIN } else { style }
}

fn version_heading(
    report: &Report,
    cluster: &Cluster,
    version: &Version,
    page: &Page,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let document = report.document(version.document);
    writeln!(out)?;
    let mut line = named(document);
    line.push((
        PLAIN,
        format!(": {}", phrases::verdict(report, cluster, version)),
    ));
    if version.near_exact {
        line.push((PLAIN, ", nearly the whole source word for word".to_string()));
    }
    page.paragraph(out, "  ", "    ", &line)
}

/// The major drifts, then the likeliest minor ones; all of them where `every` is asked for.
fn drifts(
    report: &Report,
    cluster: &Cluster,
    version: &Version,
    every: bool,
    page: &Page,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    updates(report, cluster, version, page, out)?;
    let (major, minor) = phrases::by_weight(version);
    let shown = if every { minor.len() } else { MINOR_SHOWN };
    for (link, drift) in major.iter().chain(minor.iter().take(shown)) {
        told(report, cluster, version, link, drift, page, out)?;
    }
    let rest = minor.len().saturating_sub(shown);
    if rest > 0 {
        let rest = phrases::count(rest, "less likely one", "less likely ones");
        let line = format!("and {rest} (-v shows them)");
        page.paragraph(out, "    ", "      ", &[(FAINT, line)])?;
    }
    Ok(())
}

/// What of a version is newer and not wrong: in one paragraph.
fn updates(
    report: &Report,
    cluster: &Cluster,
    version: &Version,
    page: &Page,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let mut line: Vec<Fragment> = Vec::new();
    for drift in phrases::updates(version) {
        let quoted = |id, span| {
            words(report, id, span).map_or_else(|| "nothing".to_string(), |w| format!("`{w}`"))
        };
        let why = drift
            .witnesses
            .newer
            .map(|newer| newer_words(report, newer));
        if line.is_empty() {
            line.push((BOLD, why.unwrap_or_default()));
        }
        line.push((PLAIN, if line.len() == 1 { ": " } else { ", " }.to_string()));
        line.push((LOST, quoted(cluster.source, drift.source)));
        line.push((PLAIN, " became ".to_string()));
        line.push((GAINED, quoted(version.document, drift.copy)));
    }
    if line.is_empty() {
        return Ok(());
    }
    page.paragraph(out, "    ", "      ", &line)
}

/// One drift: what kind and where, both wordings in the sentence, and why to believe it.
fn told(
    report: &Report,
    cluster: &Cluster,
    version: &Version,
    link: &Link,
    drift: &Drift,
    page: &Page,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let (style, word) = match drift.severity {
        Severity::Major => (MAJOR, "MAJOR"),
        Severity::Minor => (MINOR, "minor"),
    };
    let place = match (link.copy.as_slice(), link.source.as_slice()) {
        ([], source) => format!("source {}", phrases::sentences(source)),
        (copy, []) => phrases::sentences(copy),
        (copy, source) => format!(
            "{}, source {}",
            phrases::sentences(copy),
            phrases::sentences(source)
        ),
    };
    let head = [
        (
            style,
            format!("{word} {}", phrases::category(drift.category)),
        ),
        (PLAIN, format!(", {} likely", percent(drift.score))),
        (FAINT, format!("; {place}")),
    ];
    page.paragraph(out, "    ", "      ", &head)?;
    let sentence = in_context(report, cluster, version, link, drift);
    page.paragraph(out, "      ", "      ", &sentence)?;
    if !drift.evidence.is_empty() {
        let why = [
            (FAINT, "why: ".to_string()),
            (PLAIN, visible_line(&drift.evidence)),
        ];
        page.paragraph(out, "      ", "      ", &why)?;
    }
    if let Some(said) = phrases::witnesses(report, cluster, version, drift) {
        let line = [(FAINT, "others: ".to_string()), (PLAIN, said)];
        page.paragraph(out, "      ", "      ", &line)?;
    }
    Ok(())
}

/// The sentence around a drift, its two wordings marked, the rest of a long sentence left out.
fn in_context(
    report: &Report,
    cluster: &Cluster,
    version: &Version,
    link: &Link,
    drift: &Drift,
) -> Vec<Fragment> {
    let source = report.document(cluster.source);
    let copy = report.document(version.document);
    let lost = (!drift.source.is_empty()).then(|| {
        let words = visible_line(drift.source.of(&source.text));
        (
            LOST,
            format!("[-{}-]", phrases::shorten(&words, PASSAGE_CHARS)),
        )
    });
    let gained = (!drift.copy.is_empty()).then(|| {
        let words = visible_line(drift.copy.of(&copy.text));
        (
            GAINED,
            format!("{{+{}+}}", phrases::shorten(&words, PASSAGE_CHARS)),
        )
    });
    // What the copy left out altogether has its context in the source.
    let (document, numbers, place, text) = if link.copy.is_empty() {
        (cluster.source, &link.source, drift.source, &source.text)
    } else {
        (version.document, &link.copy, drift.copy, &copy.text)
    };
    let sentences = spans_of(report, document, numbers);
    let around = sentences
        .iter()
        .copied()
        .find(|span| span.start <= place.start && place.start <= span.end)
        .unwrap_or(place)
        .join(place);
    let before = last_chars(&text[around.start as usize..place.start as usize]);
    let after = first_chars(&text[place.end as usize..around.end as usize]);
    // Where the copy has no words of its own, the mark must touch neither the ones before nor the next ones.
    let joined = gained.is_none() && before.ends_with(|c: char| !c.is_whitespace());
    let mut shown = vec![(PLAIN, before)];
    if joined {
        shown.push((PLAIN, " ".to_string()));
    }
    let touches = gained.is_none() && after.starts_with(char::is_alphanumeric);
    shown.extend(lost);
    shown.extend(gained);
    if touches {
        shown.push((PLAIN, " ".to_string()));
    }
    shown.push((PLAIN, after));
    shown
}

fn spans_of(report: &Report, document: crate::model::DocId, numbers: &[u32]) -> Vec<Span> {
    let Some(segmented) = report.segmented.get(document.index()) else {
        return Vec::new();
    };
    numbers
        .iter()
        .filter_map(|&number| segmented.sentences.get(number as usize))
        .map(|sentence| sentence.span)
        .collect()
}

/// The end of `text`, from a word's start, with "… " where something was left out. Its last space stays.
fn last_chars(text: &str) -> String {
    let total = text.chars().count();
    if total <= CONTEXT_CHARS {
        return visible(text).into_owned();
    }
    let cut = text
        .char_indices()
        .nth(total - CONTEXT_CHARS)
        .map_or(0, |(at, _)| at);
    let tail = &text[cut..];
    let word = tail.find(char::is_whitespace).unwrap_or(0);
    format!("… {}", visible(tail[word..].trim_start()))
}

/// The beginning of `text`, to a word's end, with " …" where something was left out. Its first space stays.
fn first_chars(text: &str) -> String {
    let Some((cut, _)) = text.char_indices().nth(CONTEXT_CHARS) else {
        return visible(text).into_owned();
    };
    let head = &text[..cut];
    let word = head.rfind(char::is_whitespace).unwrap_or(cut);
    format!("{} …", visible(&head[..word]))
}

/// Every sentence with its counterpart.
fn links(
    report: &Report,
    cluster: &Cluster,
    version: &Version,
    page: &Page,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let source_text = &report.document(cluster.source).text;
    let copy_text = &report.document(version.document).text;
    let said = |text: &str, spans: &[Span]| -> String {
        let parts: Vec<_> = spans
            .iter()
            .map(|span| visible_line(span.of(text)))
            .collect();
        parts.join(" ")
    };
    for link in &version.links {
        let source = spans_of(report, cluster.source, &link.source);
        let copy = spans_of(report, version.document, &link.copy);
        let place = match link.relation {
            Relation::New => phrases::sentences(&link.copy),
            Relation::Omitted => format!("source {}", phrases::sentences(&link.source)),
            _ => format!(
                "{}, source {}",
                phrases::sentences(&link.copy),
                phrases::sentences(&link.source)
            ),
        };
        let head = [
            (BOLD, phrases::relation(link.relation).to_string()),
            (FAINT, format!("  {place}")),
        ];
        page.paragraph(out, "    ", "      ", &head)?;
        match link.relation {
            Relation::Verbatim | Relation::New => {
                page.paragraph(out, "      ", "      ", &[(PLAIN, said(copy_text, &copy))])?;
            }
            Relation::Omitted => {
                let line = [(LOST, format!("[-{}-]", said(source_text, &source)))];
                page.paragraph(out, "      ", "      ", &line)?;
            }
            Relation::MinorEdit => {
                let pieces = word_diff(source_text, &source, copy_text, &copy);
                let line: Vec<_> = inline(&pieces, source_text, copy_text)
                    .into_iter()
                    .flat_map(|(side, text)| coloured(side, &text))
                    .collect();
                page.paragraph(out, "      ", "      ", &line)?;
            }
            Relation::Paraphrase | Relation::Summary => {
                // Marks between sentences in other words would be longer than the sentences.
                let line = [
                    (LOST, "- ".to_string()),
                    (PLAIN, said(source_text, &source)),
                ];
                page.paragraph(out, "      ", "        ", &line)?;
                let line = [(GAINED, "+ ".to_string()), (PLAIN, said(copy_text, &copy))];
                page.paragraph(out, "      ", "        ", &line)?;
            }
        }
    }
    Ok(())
}

/// What of the copy is no part of the story, and why.
fn left_aside(
    report: &Report,
    version: &Version,
    page: &Page,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let Some(parts) = report.segmented.get(version.document.index()) else {
        return Ok(());
    };
    let text = &report.document(version.document).text;
    for (number, sentence) in (1..).zip(&parts.sentences) {
        if let Some(why) = sentence.why {
            let head = [
                (BOLD, "left aside".to_string()),
                (FAINT, format!("  sentence {number}: {}", why.words())),
            ];
            page.paragraph(out, "    ", "      ", &head)?;
            let words = [(FAINT, visible_line(sentence.span.of(text)))];
            page.paragraph(out, "      ", "      ", &words)?;
        }
    }
    Ok(())
}

/// Splits `[-a-]{+b+}` so that each half has its colour.
fn coloured(side: Side, text: &str) -> Vec<Fragment> {
    if side == Side::Both {
        return vec![(PLAIN, text.to_string())];
    }
    match text.find("-]{+") {
        Some(at) => vec![
            (LOST, text[..at + 2].to_string()),
            (GAINED, text[at + 2..].to_string()),
        ],
        None if text.trim_start().starts_with("{+") => vec![(GAINED, text.to_string())],
        None => vec![(LOST, text.to_string())],
    }
}

/// The text cut to `columns`, with "…" at the end where it was longer.
fn clip(text: &str, columns: usize) -> String {
    if text.width() <= columns {
        return text.to_string();
    }
    let mut used = 0;
    let mut shown = String::new();
    for c in text.chars() {
        used += c.width().unwrap_or(0);
        if used + 1 > columns {
            break;
        }
        shown.push(c);
    }
    format!("{}…", shown.trim_end())
}

fn pad(text: &str, columns: usize) -> String {
    format!("{text}{}", " ".repeat(columns.saturating_sub(text.width())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(width: usize, text: &str) -> String {
        let page = Page {
            width,
            colour: false,
        };
        let mut out = Vec::new();
        page.paragraph(&mut out, "> ", "  ", &[(PLAIN, text.to_string())])
            .unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn lines_break_at_words_and_never_pass_the_width() {
        assert_eq!(
            filled(14, "one two three four"),
            "> one two\n  three four\n"
        );
    }

    #[test]
    fn a_word_longer_than_the_line_is_broken() {
        assert_eq!(filled(12, "abcdefghijklmno"), "> abcdefghij\n  klmno\n");
    }

    #[test]
    fn wide_characters_count_two_columns() {
        assert_eq!(filled(12, "北京北京北京"), "> 北京北京北\n  京\n");
        assert_eq!(clip("北京北京", 5), "北京…");
    }
}
