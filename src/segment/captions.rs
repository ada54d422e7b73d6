//! Captions: what stands beside a picture credit.

use super::Line;
use crate::model::Reason;

/// Longest caption in words.
const LONGEST: usize = 45;

/// Marks the one sentence that shares its paragraph with a picture credit, and lines that say that they show a picture.
pub(super) fn mark(lines: &[Line<'_>], found: &mut [Option<Reason>]) {
    for k in 0..lines.len() {
        if found[k].is_none() && (shows_a_picture(&lines[k]) || ends_with_credit(&lines[k])) {
            found[k] = Some(Reason::Caption);
        }
        if is_bracketed_credit(&lines[k]) {
            found[k] = Some(Reason::Caption);
        }
    }
    for k in 0..lines.len() {
        let paragraph = lines[k].paragraph;
        // What a caption shows comes first; a sentence behind a credit that was glued to it is story.
        let mut behind = (k + 1..lines.len()).take_while(|&m| lines[m].paragraph == paragraph);
        if found[k].is_none()
            && behind.any(|m| found[m] == Some(Reason::Caption) && is_label(&lines[m]))
            && (is_story_alone(lines, found, k)
                || is_view(&lines[k])
                    && found.get(k + 1).copied().flatten() == Some(Reason::Caption))
            && lines[k].words.len() <= LONGEST
            && (paragraph < 4 || !lines[k].quotes)
        {
            found[k] = Some(Reason::Caption);
        }
    }
}

/// Whether no other sentence of its paragraph is story.
fn is_story_alone(lines: &[Line<'_>], found: &[Option<Reason>], at: usize) -> bool {
    let own = |k: &usize| lines[*k].paragraph == lines[at].paragraph;
    let before = (0..at).rev().take_while(own);
    let after = (at + 1..lines.len()).take_while(own);
    before.chain(after).all(|k| found[k].is_some())
}

/// A few words without a verb: "Image Credit: Twitter", "2020 war time pictures", "(Photo by AFP)".
fn is_label(line: &Line<'_>) -> bool {
    line.words.len() <= 12
}

/// "[Ines Calder/Halden Wire]", "(Ines Calder via Halden Wire)": who took a picture, and for whom. At the end of an article such
/// brackets name who wrote it.
fn is_bracketed_credit(line: &Line<'_>) -> bool {
    let printed = line.printed.trim();
    let bracketed = printed.starts_with(['[', '(']) && printed.ends_with([']', ')']);
    bracketed && !line.own_paragraph && line.behind > 0 && names_picture(printed)
}

/// "Residents leave the town on Monday (Halden Wire)": no stop, and behind the words who took the picture.
fn ends_with_credit(line: &Line<'_>) -> bool {
    let printed = line.printed.trim();
    let Some(open) = printed.rfind(['(', '[']) else {
        return false;
    };
    let credit = &printed[open..];
    let named = credit.split_whitespace().all(|word| {
        word.trim_start_matches(['(', '['])
            .starts_with(|c: char| c.is_uppercase())
    });
    line.own_paragraph
        && !line.stopped
        && !line.quotes
        && (6..=LONGEST).contains(&line.words.len())
        && credit.ends_with([')', ']'])
        && credit.split_whitespace().count() <= 5
        && (named || names_picture(credit))
}

/// Names of a photographer and an agency, parted by a stroke or by "via".
fn names_picture(credit: &str) -> bool {
    let inner = credit.trim_matches(['(', ')', '[', ']', ' ']);
    let named = |part: &str| {
        !part.trim().is_empty()
            && part
                .split_whitespace()
                .all(|word| word.starts_with(|c: char| c.is_uppercase()))
    };
    inner.split_whitespace().count() <= 8
        && (inner
            .split_once('/')
            .is_some_and(|(a, b)| named(a) && named(b))
            || inner
                .split_once(" via ")
                .is_some_and(|(a, b)| named(a) && named(b)))
}

/// "A map of the pipeline.": a picture by its own words.
fn is_view(line: &Line<'_>) -> bool {
    line.words.len() <= 12
        && line.words.iter().take(4).any(|w| {
            matches!(
                *w,
                "map"
                    | "view"
                    | "photo"
                    | "picture"
                    | "graphic"
                    | "chart"
                    | "diagram"
                    | "portrait"
                    | "image"
                    | "still"
            )
        })
}

/// "In this file photo taken on October 12, ...", "2020 war time pictures", "Pictured: ..."
fn shows_a_picture(line: &Line<'_>) -> bool {
    const OPENINGS: &[&str] = &[
        "in this file photo",
        "in this photo",
        "in this image",
        "in this picture",
        "in this undated",
        "in this handout",
        "in this video grab",
        "in this screen grab",
        "this file photo",
        "this handout",
        "this photo taken",
        "this picture taken",
        "this image taken",
        "this image made",
        "a file photo",
        "file photo",
        "file - ",
        "file – ",
        "file — ",
        "file picture",
        "file image",
        "pictured:",
        "pictured above",
        "pictured:",
        "representational image",
        "representative image",
        "illustrative image",
    ];
    const LABELS: &[&str] = &[
        "photo",
        "photos",
        "picture",
        "pictures",
        "image",
        "images",
        "photograph",
        "archive",
        "graphic",
        "graphics",
        "illustration",
    ];
    let first = line.flat.as_bytes().first();
    let opens = |o: &&str| o.as_bytes().first() == first && line.flat.starts_with(*o);
    if OPENINGS.iter().any(opens) {
        return line.words.len() <= 60;
    }
    // A label behind the caption; alone it would be a heading anyway.
    !line.own_paragraph
        && line.words.len() <= 6
        && !line.quotes
        && (!line.stopped || line.words.len() == 1)
        && line.words.last().is_some_and(|w| LABELS.contains(w))
}
