//! Document -> paragraphs and sentences, with what is not story marked as such, and why.

mod captions;
mod companions;
mod datelines;
mod furniture;
mod glued;
mod headings;
mod mirrors;
mod paragraphs;
mod recurring;
mod speakers;

pub use datelines::dateline;
pub use recurring::{mark_known, mark_recurring};

use std::ops::Range;

use crate::lexicon::is_reporting_verb;
use crate::model::{Document, Quotation, Reason, Segmented, Sentence, SentenceKind, Span};
use crate::text::fold::fold_onto;
use crate::text::language::language;
use crate::text::quotes::{quotations, quoted_share};
use crate::text::sentences::sentences;
use crate::text::tokens::{TokenKind, tokens};
use crate::text::words::splitmix;

/// Cuts a document into paragraphs and sentences and marks headings, furniture, repetitions and datelines. With
/// `keep_furniture` everything is story. Linear time.
pub fn segment(document: &Document, keep_furniture: bool) -> Segmented {
    segment_read(document, keep_furniture).0
}

/// [`segment`], and of each sentence a hash of its folded words, 0 where it has none: what [`mark_recurring`] looks for. With `keep_furniture`
/// nothing is looked for, and there are none.
pub fn segment_read(document: &Document, keep_furniture: bool) -> (Segmented, Vec<u64>) {
    let text = &document.text;
    let mut out = Segmented::default();
    let paragraphs = paragraphs::paragraphs(text);
    let quoted = quotations(text, &paragraphs);
    let title = Folded::of(document.title.as_deref().unwrap_or_default());
    let title = title.words();
    let count = paragraphs.len();
    let mut fragments = Vec::new();
    let mut dated = false;
    for (at, paragraph) in paragraphs.into_iter().enumerate() {
        let language = language(paragraph.of(text));
        let mut spans: Vec<(Span, bool)> = sentences(text, paragraph, language)
            .into_iter()
            .map(|span| (span, false))
            .collect();
        if spans.is_empty() {
            continue;
        }
        if !keep_furniture {
            let whole: Vec<Span> = spans.iter().map(|s| s.0).collect();
            spans = glued::unglue(text, &whole, &title, (at, count - 1 - at));
        }
        let number = u32::try_from(out.paragraphs.len()).unwrap_or(u32::MAX);
        let mut opens = true;
        for (span, fragment) in spans.iter().copied() {
            fragments.push(fragment);
            let cut = if opens && !fragment && !keep_furniture {
                dateline(span.of(text))
            } else {
                0
            };
            // "Varnholm: " opens an article once; further down it is who speaks, or a list.
            let place_alone = span.of(text)[..cut].trim_end().ends_with(':');
            let cut = if place_alone && (dated || number >= 5) {
                0
            } else {
                cut
            };
            dated |= cut > 0;
            opens &= fragment;
            out.sentences.push(Sentence {
                span,
                paragraph: number,
                kind: SentenceKind::Body,
                why: None,
                quotation: quoted_share(span, quoted.iter().copied()) > 0.5,
                dateline: u32::try_from(cut).unwrap_or(0),
            });
        }
        out.paragraphs.push(paragraph);
        out.languages.push(language);
    }
    out.quotations = quoted
        .into_iter()
        .map(|span| Quotation {
            span,
            speaker: None,
        })
        .collect();
    speakers::name(text, &out.sentences, &mut out.quotations);
    let mut readings = Vec::new();
    if !keep_furniture {
        let folded = Folded::new(text, out.sentences.iter().map(|sentence| sentence.span));
        let words = folded.words();
        let hash = |word: &&str| xxhash_rust::xxh3::xxh3_64(word.as_bytes());
        let hashes: Vec<u64> = words.iter().map(hash).collect();
        readings = folded.readings(&hashes);
        let lines = lines(document, &out, &fragments, &folded, &words);
        for (sentence, why) in out.sentences.iter_mut().zip(judged(&title, &lines)) {
            if let Some(why) = why {
                set_aside(sentence, why);
            }
        }
        let hashes = folded.sentences.iter().map(|(_, own)| &hashes[own.clone()]);
        mirrors::mark(&lines, hashes, &mut out);
    }
    (out, readings)
}

/// Takes a sentence out of the story.
fn set_aside(sentence: &mut Sentence, why: Reason) {
    sentence.kind = match why {
        Reason::Headline | Reason::SectionHeading | Reason::Contents => SentenceKind::Heading,
        Reason::Repeats(_) => SentenceKind::SelfMirror,
        _ => SentenceKind::Boilerplate,
    };
    sentence.why = Some(why);
    sentence.dateline = 0;
}

/// A sentence as the rules see it.
struct Line<'a> {
    /// As printed.
    printed: &'a str,
    /// Folded, in one piece.
    flat: &'a str,
    /// Its words, folded.
    words: &'a [&'a str],
    /// Whether it is a paragraph of its own.
    own_paragraph: bool,
    /// Whether it was glued to the sentence behind it.
    glued: bool,
    /// Whether it is, or was glued to a sentence, or stands without a stop behind the last sentence of a paragraph.
    alone: bool,
    /// Whether it ends with a stop, closing marks aside.
    stopped: bool,
    /// Whether the outlet's own name, of two words or more, stands in it.
    names_outlet: bool,
    /// Whether a quotation stands in it.
    quotes: bool,
    /// Number of its paragraph.
    paragraph: usize,
    /// Paragraphs behind its own.
    behind: usize,
}

impl<'a> Line<'a> {
    /// Words that stand by themselves in paragraph `paragraph`, with `behind` paragraphs to come.
    fn fragment(
        printed: &'a str,
        (flat, words): (&'a str, &'a [&'a str]),
        (paragraph, behind): (usize, usize),
    ) -> Self {
        Self {
            printed,
            flat,
            words,
            own_paragraph: false,
            glued: true,
            alone: true,
            stopped: ends_with_stop(printed),
            names_outlet: false,
            quotes: printed.contains(['"', '“', '”', '«', '»', '„']),
            paragraph,
            behind,
        }
    }
}

/// Sentences folded, one behind another in one string: a text has hundreds of words, and most of them stand in it as they are.
#[derive(Default)]
struct Folded {
    text: String,
    /// Where each sentence lies, and which of the words are its own.
    sentences: Vec<(Range<usize>, Range<usize>)>,
    words: Vec<Range<usize>>,
}

impl Folded {
    fn new(text: &str, sentences: impl Iterator<Item = Span>) -> Self {
        let mut folded = Self::default();
        for span in sentences {
            let printed = span.of(text);
            let begin = folded.text.len();
            fold_onto(printed, &mut folded.text);
            let flat = begin..folded.text.len();
            let first = folded.words.len();
            for token in tokens(text, span) {
                if token.kind == TokenKind::Mark {
                    continue;
                }
                let word = if printed.is_ascii() {
                    let at = begin + (token.span.start - span.start) as usize;
                    at..at + token.span.len()
                } else {
                    let at = folded.text.len();
                    fold_onto(token.span.of(text), &mut folded.text);
                    at..folded.text.len()
                };
                folded.words.push(word);
            }
            folded.sentences.push((flat, first..folded.words.len()));
        }
        folded
    }

    /// Of a text that is one sentence, or a part of one.
    fn of(text: &str) -> Self {
        Self::new(text, std::iter::once(Span::new(0, text.len())))
    }

    /// The words of all sentences.
    fn words(&self) -> Vec<&str> {
        self.words.iter().map(|at| &self.text[at.clone()]).collect()
    }

    /// A hash of the words of each sentence, 0 where it has none, from the hashes of all words.
    fn readings(&self, hashes: &[u64]) -> Vec<u64> {
        let combined = |(_, own): &(Range<usize>, Range<usize>)| {
            let own = hashes[own.clone()].iter();
            own.fold(0, |hash: u64, &word| splitmix(hash.rotate_left(7) ^ word))
        };
        self.sentences.iter().map(combined).collect()
    }

    /// Sentence `number`, with its words among those of all.
    fn sentence<'a>(&'a self, number: usize, words: &'a [&'a str]) -> (&'a str, &'a [&'a str]) {
        let (flat, own) = &self.sentences[number];
        (&self.text[flat.clone()], &words[own.clone()])
    }
}

fn lines<'a>(
    document: &'a Document,
    parts: &Segmented,
    fragments: &[bool],
    folded: &'a Folded,
    words: &'a [&'a str],
) -> Vec<Line<'a>> {
    let count = parts.paragraphs.len();
    let mut in_paragraph = vec![0_usize; count];
    for sentence in &parts.sentences {
        in_paragraph[sentence.paragraph as usize] += 1;
    }
    let outlet = Folded::of(document.outlet.as_deref().unwrap_or_default());
    let outlet = outlet.words();
    let outlet = outlet.strip_prefix(&["the"]).unwrap_or(&outlet);
    let mut seen = vec![0_usize; count];
    parts
        .sentences
        .iter()
        .zip(fragments)
        .enumerate()
        .map(|(number, (sentence, &fragment))| {
            let printed = sentence.span.of(&document.text);
            let paragraph = sentence.paragraph as usize;
            seen[paragraph] += 1;
            let mut line = Line::fragment(
                printed,
                folded.sentence(number, words),
                (paragraph, count - 1 - paragraph),
            );
            line.names_outlet = outlet.len() >= 2
                && line
                    .words
                    .windows(outlet.len())
                    .any(|words| words == outlet);
            line.glued = fragment;
            line.own_paragraph = in_paragraph[paragraph] == 1;
            // Behind the last stop of a paragraph stand labels and links.
            let loose = !line.stopped && seen[paragraph] == in_paragraph[paragraph];
            line.alone = line.own_paragraph || fragment || loose;
            line
        })
        .collect()
}

/// For each line the reason why it is not part of the story.
fn judged(title: &[&str], lines: &[Line<'_>]) -> Vec<Option<Reason>> {
    let mut found: Vec<Option<Reason>> = lines.iter().map(furniture::reason).collect();
    companions::mark(lines, &mut found);
    captions::mark(lines, &mut found);
    headings::mark(title, lines, &mut found);
    found
}

/// Whether a folded word is a verb of saying in any form: "says", "told", "noted", "denied".
fn says(word: &str) -> bool {
    let base = |ending: &str, put: &str| {
        word.strip_suffix(ending)
            .is_some_and(|stem| is_reporting_verb(&format!("{stem}{put}")))
    };
    matches!(
        word,
        "said" | "told" | "wrote" | "saying" | "telling" | "writing"
    ) || is_reporting_verb(word)
        || base("s", "")
        || base("ed", "")
        || base("d", "")
        || base("ied", "y")
        || base("ing", "")
        || base("ing", "e")
}

/// Whether a stop of any script closes `printed`, closing quotes and brackets aside.
fn ends_with_stop(printed: &str) -> bool {
    printed
        .trim_end_matches(|c: char| {
            c.is_whitespace()
                || matches!(
                    c,
                    '"' | '”' | '“' | '\'' | '’' | '»' | ')' | ']' | '」' | '』' | '）'
                )
        })
        .ends_with([
            '.', '!', '?', '…', ':', ';', ',', '。', '！', '？', '؟', '۔', '।', '։', '።', '။', '។',
            '：', '；',
        ])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(text: &str, title: Option<&str>) -> Document {
        Document {
            text: text.to_owned(),
            title: title.map(str::to_owned),
            ..Document::default()
        }
    }

    #[test]
    fn furniture_headings_and_repetitions_are_marked() {
        let text = "Border clash\n\nTroops fought on Monday near the river bridge. Image Credit: Twitter\n\nCeasefire\n\nTroops fought on Monday near the river bridge. It was late.\n\nSHARE THIS ARTICLE";
        let out = segment(&document(text, Some("Border clash")), false);
        let kinds: Vec<_> = out.sentences.iter().map(|s| s.kind).collect();
        use SentenceKind::{Body, Boilerplate, Heading, SelfMirror};
        assert_eq!(
            kinds,
            [
                Heading,
                SelfMirror,
                Boilerplate,
                Heading,
                Body,
                Body,
                Boilerplate
            ]
        );
        assert!(out.sentences.iter().all(|s| s.why.is_some() != s.matters()));
    }

    #[test]
    fn keep_furniture_leaves_everything_in_the_story() {
        let text =
            "Border clash\n\nVARN (MPA) - Troops fought.\n\nSHARE THIS ARTICLE\n\nTroops fought.";
        let out = segment(&document(text, Some("Border clash")), true);
        assert!(out.sentences.iter().all(|s| s.matters() && s.dateline == 0));
    }

    #[test]
    fn text_wrapped_by_hand_keeps_its_sentences_whole() {
        let line = "the quick brown fox jumps over a lazy dog and goes on its way to";
        let text = [line; 6].join("\n") + ".\n";
        assert_eq!(segment(&document(&text, None), false).paragraphs.len(), 1);
    }
}
