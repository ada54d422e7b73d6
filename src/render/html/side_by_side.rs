//! A version beside its source, sentence by sentence, and what either side leaves out.

use std::fmt::Write as _;
use std::io;

use crate::model::{Cluster, DocId, Drift, Link, Relation, Report, SentenceKind, Span, Version};

use super::super::marks::{Side, word_diff};
use super::super::{Piece, phrases};
use super::escape::escaped;
use super::marks::Marks;

/// Share of differing words above which single words are no longer marked: the sentence is in other words.
const MARKED_SHARE: f32 = 0.6;

pub(super) fn side_by_side(
    report: &Report,
    cluster: &Cluster,
    version: &Version,
    anchor: &str,
    open: bool,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let source_name = escaped(&phrases::outlet(report.document(cluster.source)));
    let copy_name = escaped(&phrases::outlet(report.document(version.document)));
    writeln!(
        out,
        "<details class=\"passages\"{}><summary>Side by side, in the order of the copy</summary>\n\
         <div class=\"rows\" role=\"table\" aria-label=\"Side by side\">\n\
         <div class=\"row head\" role=\"row\"><span role=\"columnheader\">Relation</span>\
         <span role=\"columnheader\"><bdi>{source_name}</bdi> (source)</span>\
         <span role=\"columnheader\"><bdi>{copy_name}</bdi> (copy)</span></div>",
        if open { " open" } else { "" },
    )?;
    let mut number = 0;
    for link in &version.links {
        let drifts: Vec<_> = link
            .drifts
            .iter()
            .map(|drift| {
                number += 1;
                (number, drift)
            })
            .collect();
        if link.relation != Relation::Omitted {
            row(report, cluster, version, link, &drifts, anchor, out)?;
        }
    }
    writeln!(out, "</div></details>")
}

fn row(
    report: &Report,
    cluster: &Cluster,
    version: &Version,
    link: &Link,
    drifts: &[(usize, &Drift)],
    anchor: &str,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let source_text = &report.document(cluster.source).text;
    let copy_text = &report.document(version.document).text;
    let source = sentences_of(report, cluster.source, &link.source);
    let copy = sentences_of(report, version.document, &link.copy);
    let (changed_source, changed_copy) =
        changed_words(link, source_text, &source, copy_text, &copy);
    let left = Marks {
        anchor,
        target: false,
        drifts,
        spans: |drift: &Drift| drift.source,
    };
    let right = Marks {
        anchor,
        target: true,
        drifts,
        spans: |drift: &Drift| drift.copy,
    };
    let side = |marks: &dyn Fn(Span) -> String, sentences: &[(u32, Span)]| -> String {
        let mut shown = String::new();
        for (number, span) in sentences {
            let _ = write!(
                shown,
                "<span class=\"sentence\"><span class=\"no\" aria-label=\"sentence {0}\">{0}</span> {1}</span> ",
                number + 1,
                marks(*span)
            );
        }
        shown
    };
    let quoted = copy_kind(report, version.document, &link.copy);
    writeln!(
        out,
        "<div class=\"row {name}\" role=\"row\"><span class=\"relation\" role=\"cell\">{}{quoted}</span>\
         <div class=\"cell\" role=\"cell\" dir=\"auto\" lang=\"\" data-side=\"source\">{}</div>\
         <div class=\"cell\" role=\"cell\" dir=\"auto\" lang=\"\" data-side=\"copy\">{}</div></div>",
        phrases::relation(link.relation),
        side(
            &|span| left.apply(source_text, span, &changed_source),
            &source
        ),
        side(&|span| right.apply(copy_text, span, &changed_copy), &copy),
        name = link.relation.name(),
    )
}

/// A note under the relation: a quotation, or furniture of the outlet.
fn copy_kind(report: &Report, document: DocId, numbers: &[u32]) -> String {
    let Some(segmented) = report.segmented.get(document.index()) else {
        return String::new();
    };
    let sentences = numbers
        .iter()
        .filter_map(|&number| segmented.sentences.get(number as usize));
    let mut notes = Vec::new();
    for sentence in sentences {
        let note = match sentence.kind {
            SentenceKind::Boilerplate => "furniture",
            SentenceKind::SelfMirror => "repeats itself",
            SentenceKind::Heading => "heading",
            SentenceKind::Body if sentence.quotation => "quotation",
            SentenceKind::Body => continue,
        };
        if !notes.contains(&note) {
            notes.push(note);
        }
    }
    notes
        .iter()
        .map(|note| format!("<small>{note}</small>"))
        .collect()
}

fn sentences_of(report: &Report, document: DocId, numbers: &[u32]) -> Vec<(u32, Span)> {
    let Some(segmented) = report.segmented.get(document.index()) else {
        return Vec::new();
    };
    numbers
        .iter()
        .filter_map(|&number| Some((number, segmented.sentences.get(number as usize)?.span)))
        .collect()
}

/// The words on each side that the other has not; none where nearly all differ.
fn changed_words(
    link: &Link,
    source_text: &str,
    source: &[(u32, Span)],
    copy_text: &str,
    copy: &[(u32, Span)],
) -> (Vec<Span>, Vec<Span>) {
    if !matches!(
        link.relation,
        Relation::MinorEdit | Relation::Paraphrase | Relation::Summary
    ) {
        return (Vec::new(), Vec::new());
    }
    let only = |sentences: &[(u32, Span)]| -> Vec<Span> {
        sentences.iter().map(|&(_, span)| span).collect()
    };
    let (source, copy) = (only(source), only(copy));
    let pieces = word_diff(source_text, &source, copy_text, &copy);
    let gather = |pick: fn(&Piece) -> &Vec<Span>, whole: &[Span]| -> Vec<Span> {
        let changed: Vec<Span> = pieces
            .iter()
            .filter(|piece| piece.side == Side::Changed)
            .flat_map(|piece| pick(piece).iter().copied())
            .collect();
        let length = |spans: &[Span]| spans.iter().map(|span| span.len()).sum::<usize>();
        let share = length(&changed) as f32 / length(whole).max(1) as f32;
        if share > MARKED_SHARE {
            Vec::new()
        } else {
            changed
        }
    };
    (
        gather(|piece| &piece.source, &source),
        gather(|piece| &piece.copy, &copy),
    )
}

/// What the source has and the copy has not, folded away but complete.
pub(super) fn left_out(
    report: &Report,
    cluster: &Cluster,
    version: &Version,
    anchor: &str,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let omitted: Vec<_> = version
        .links
        .iter()
        .filter(|link| link.relation == Relation::Omitted)
        .collect();
    if omitted.is_empty() {
        return Ok(());
    }
    let sentences: usize = omitted.iter().map(|link| link.source.len()).sum();
    let before: usize = version
        .links
        .iter()
        .take_while(|link| link.relation != Relation::Omitted)
        .map(|link| link.drifts.len())
        .sum();
    let mut number = before;
    writeln!(
        out,
        "<details class=\"passages omitted\"><summary>Left out: {} of the source</summary>\n<ul>",
        phrases::count(sentences, "sentence", "sentences")
    )?;
    let text = &report.document(cluster.source).text;
    for link in omitted {
        let drifts: Vec<_> = link
            .drifts
            .iter()
            .map(|drift| {
                number += 1;
                (number, drift)
            })
            .collect();
        let marks = Marks {
            anchor,
            // The label stands in the source: the copy has no place for it.
            target: true,
            drifts: &drifts,
            spans: |drift: &Drift| drift.source,
        };
        for (_, span) in sentences_of(report, cluster.source, &link.source) {
            writeln!(
                out,
                "<li dir=\"auto\" lang=\"\">{}</li>",
                marks.apply(text, span, &[])
            )?;
        }
    }
    writeln!(out, "</ul></details>")
}

/// What of the copy is no part of the story, folded away, each with its reason.
pub(super) fn left_aside(
    report: &Report,
    version: &Version,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let Some(parts) = report.segmented.get(version.document.index()) else {
        return Ok(());
    };
    let text = &report.document(version.document).text;
    let aside: Vec<_> = parts
        .sentences
        .iter()
        .filter_map(|sentence| Some((sentence.span, sentence.why?)))
        .collect();
    if aside.is_empty() {
        return Ok(());
    }
    writeln!(
        out,
        "<details class=\"passages aside\"><summary>Left aside, no part of the story: {}</summary>\n<ul>",
        phrases::count(aside.len(), "line", "lines")
    )?;
    for (span, why) in aside {
        writeln!(
            out,
            "<li><bdi>{}</bdi> <small>{}</small></li>",
            escaped(span.of(text)),
            escaped(&why.words())
        )?;
    }
    writeln!(out, "</ul></details>")
}
