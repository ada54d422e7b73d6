//! Folder of texts and labels -> stories with their labels, checked against the texts.
//!
//! The format is described field by field in `corpus/README.md`. Label files count in Unicode code points; here every
//! span is bytes of the document's text.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs;
use std::path::Path;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::model::{Category, Derivation, Document, Origin, Relation, Severity, Span};

/// Which part of the corpus a story belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Split {
    /// May be looked at and used to choose rules, thresholds and weights.
    Dev,
    /// Only measured.
    Test,
}

/// What a document is in its story.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// The dispatch.
    Wire,
    /// A version made from the dispatch, or from another version.
    Copy,
    /// A later dispatch of the same agency whose figures legitimately differ.
    Update,
    /// A report of the same event that uses nothing of the dispatch.
    Independent,
    /// A form (market close, weather warning) that shares text with others without being a copy.
    Template,
}

impl Role {
    /// Whether the document comes from the story's dispatch.
    pub fn is_derived(self) -> bool {
        matches!(self, Self::Copy | Self::Update)
    }
}

/// A labelled change of meaning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LabelledDrift {
    /// What kind.
    pub category: Category,
    /// How much.
    pub severity: Severity,
    /// The dispatch's words. `None` for an addition.
    pub source: Option<Span>,
    /// The version's words. `None` when nothing stands for them.
    pub copy: Option<Span>,
}

/// A labelled sentence of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LabelledSentence {
    /// Where it stands in its document.
    pub span: Span,
    /// The sentences of the dispatch that it tells; empty when it tells none.
    pub source: Vec<Span>,
    /// What was done. `None` for furniture: lines that are no part of the story.
    pub relation: Option<Relation>,
    /// Changes of meaning.
    pub drifts: Vec<LabelledDrift>,
    /// Words of an update that differ because the event went on; neither a drift nor a false alarm.
    pub updates: Vec<Span>,
}

/// A document of a story with its labels.
#[derive(Clone, Debug)]
pub struct LabelledDocument {
    /// Name of its file, without the ending.
    pub name: String,
    /// What it is.
    pub role: Role,
    /// The document of the same story that it was made from.
    pub copied_from: Option<String>,
    /// How it was made, in a word or two. `None` for the dispatch.
    pub style: Option<String>,
    /// How it depends on the dispatch. `None` for the dispatch.
    pub derivation: Option<Derivation>,
    /// The text; its id is `story/name`.
    pub document: Document,
    /// Its sentences, in order. Of a dispatch only the furniture is labelled.
    pub sentences: Vec<LabelledSentence>,
}

/// A dispatch and what was published beside it.
#[derive(Clone, Debug)]
pub struct Story {
    /// Name of its folder.
    pub name: String,
    /// Courts, sport, disaster ...
    pub kind: String,
    /// Which part it belongs to.
    pub split: Split,
    /// Who sent the dispatch.
    pub agency: String,
    /// Index of the dispatch in `documents`.
    pub wire: usize,
    /// The dispatch and the others, in the order of the label file.
    pub documents: Vec<LabelledDocument>,
}

impl Story {
    /// The dispatch.
    pub fn dispatch(&self) -> &LabelledDocument {
        &self.documents[self.wire]
    }
}

/// A labelled collection.
#[derive(Clone, Debug, Default)]
pub struct Corpus {
    /// Its stories, by name.
    pub stories: Vec<Story>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StoryRow {
    story: String,
    kind: String,
    split: Split,
    wire: String,
    agency: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DocumentRow {
    story: String,
    document: String,
    role: Role,
    #[serde(default)]
    copied_from: Option<String>,
    #[serde(default)]
    style: Option<String>,
    #[serde(default)]
    derivation: Option<Derivation>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SentenceRow {
    copy: String,
    sentence: Quote,
    source: Vec<Quote>,
    relation: RelationName,
    drifts: Vec<DriftRow>,
    #[serde(default)]
    updates: Vec<UpdateRow>,
}

/// The relations that a label may name: what is only in the source has no sentence to label.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum RelationName {
    Verbatim,
    MinorEdit,
    Paraphrase,
    Summary,
    New,
    Furniture,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DriftRow {
    category: Category,
    severity: Severity,
    source: Option<Quote>,
    copy: Option<Quote>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct UpdateRow {
    source: Option<Quote>,
    copy: Option<Quote>,
}

/// A passage: code points of the text, end exclusive, and the words that stand there.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Quote {
    start: usize,
    end: usize,
    text: String,
}

/// A line of a label file, for messages.
struct Place<'a> {
    path: &'a Path,
    line: u64,
}

impl Place<'_> {
    fn error(&self, message: impl fmt::Display) -> Error {
        Error::Label {
            path: self.path.to_owned(),
            line: self.line,
            message: message.to_string(),
        }
    }
}

impl Corpus {
    /// Reads `folder`: `stories/<story>/<document>.txt`, `labels/stories.jsonl`, `labels/documents.jsonl` and
    /// `labels/<story>.jsonl`.
    ///
    /// # Errors
    /// [`Error::Io`] when a file cannot be read; [`Error::Label`], with file and line, when a label is not in the
    /// documented format, names a document that is not there, or does not quote its text at its offsets.
    pub fn load(folder: &Path) -> Result<Self> {
        let labels = folder.join("labels");
        let documents_path = labels.join("documents.jsonl");
        let mut documents: BTreeMap<String, Vec<(u64, DocumentRow)>> = BTreeMap::new();
        for (line, row) in rows::<DocumentRow>(&documents_path)? {
            documents
                .entry(row.story.clone())
                .or_default()
                .push((line, row));
        }
        let stories_path = labels.join("stories.jsonl");
        let mut stories = Vec::new();
        for (line, row) in rows::<StoryRow>(&stories_path)? {
            let place = Place {
                path: &stories_path,
                line,
            };
            let Some(listed) = documents.remove(&row.story) else {
                return Err(place.error(format!(
                    "story `{}` has no documents, or stands here twice; list them in `documents.jsonl`",
                    row.story
                )));
            };
            stories.push(story(folder, row, &place, listed, &documents_path)?);
        }
        if let Some((name, listed)) = documents.pop_first() {
            let line = listed.first().map_or(1, |(line, _)| *line);
            let place = Place {
                path: &documents_path,
                line,
            };
            return Err(place.error(format!("story `{name}` is not in `stories.jsonl`")));
        }
        stories.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(Self { stories })
    }

    /// The stories of a part, or all of them.
    pub fn of(&self, split: Option<Split>) -> Vec<&Story> {
        self.stories
            .iter()
            .filter(|s| split.is_none_or(|wanted| s.split == wanted))
            .collect()
    }
}

fn story(
    folder: &Path,
    row: StoryRow,
    place: &Place<'_>,
    listed: Vec<(u64, DocumentRow)>,
    documents_path: &Path,
) -> Result<Story> {
    let mut documents: Vec<LabelledDocument> = Vec::with_capacity(listed.len());
    let mut names = BTreeSet::new();
    for (line, listed) in listed {
        let place = Place {
            path: documents_path,
            line,
        };
        if !names.insert(listed.document.clone()) {
            return Err(place.error(format!("document `{}` stands here twice", listed.document)));
        }
        if listed.derivation.is_none() && listed.role != Role::Wire {
            return Err(place.error(format!(
                "document `{}` has no `derivation`",
                listed.document
            )));
        }
        if listed.copied_from.is_none() && listed.role.is_derived() {
            return Err(place.error(format!(
                "document `{}` does not say what it was `copied_from`",
                listed.document
            )));
        }
        let path = folder
            .join("stories")
            .join(&row.story)
            .join(format!("{}.txt", listed.document));
        let document = read_text(&path, format!("{}/{}", row.story, listed.document))?;
        documents.push(LabelledDocument {
            name: listed.document,
            role: listed.role,
            copied_from: listed.copied_from,
            style: listed.style,
            derivation: listed.derivation,
            document,
            sentences: Vec::new(),
        });
    }
    if let Some(orphan) = documents.iter().find(|d| {
        d.copied_from
            .as_ref()
            .is_some_and(|from| !names.contains(from))
    }) {
        return Err(place.error(format!(
            "`{}` was copied from a document that the story lacks",
            orphan.name
        )));
    }
    let wire = documents
        .iter()
        .position(|d| d.name == row.wire && d.role == Role::Wire)
        .ok_or_else(|| {
            place.error(format!(
                "story `{}` has no document `{}` with role `wire`",
                row.story, row.wire
            ))
        })?;

    let path = folder.join("labels").join(format!("{}.jsonl", row.story));
    let offsets: Vec<Vec<usize>> = documents
        .iter()
        .map(|d| offsets(&d.document.text))
        .collect();
    for (line, label) in rows::<SentenceRow>(&path)? {
        let place = Place { path: &path, line };
        let Some(at) = documents.iter().position(|d| d.name == label.copy) else {
            return Err(place.error(format!(
                "document `{}` is not in `documents.jsonl`",
                label.copy
            )));
        };
        let copy = |what, quote: &Quote| {
            spanned(
                &documents[at].document.text,
                &offsets[at],
                quote,
                what,
                &place,
            )
        };
        let source = |what, quote: &Quote| {
            spanned(
                &documents[wire].document.text,
                &offsets[wire],
                quote,
                what,
                &place,
            )
        };
        let mut drifts = Vec::with_capacity(label.drifts.len());
        for drift in &label.drifts {
            if drift.source.is_none() && drift.copy.is_none() {
                return Err(place.error("a drift quotes neither side"));
            }
            drifts.push(LabelledDrift {
                category: drift.category,
                severity: drift.severity,
                source: drift
                    .source
                    .as_ref()
                    .map(|q| source("source of a drift", q))
                    .transpose()?,
                copy: drift
                    .copy
                    .as_ref()
                    .map(|q| copy("copy of a drift", q))
                    .transpose()?,
            });
        }
        let mut updates = Vec::new();
        for update in &label.updates {
            update
                .source
                .as_ref()
                .map(|q| source("source of an update", q))
                .transpose()?;
            updates.extend(
                update
                    .copy
                    .as_ref()
                    .map(|q| copy("copy of an update", q))
                    .transpose()?,
            );
        }
        let sentence = LabelledSentence {
            span: copy("sentence", &label.sentence)?,
            source: label
                .source
                .iter()
                .map(|q| source("source", q))
                .collect::<Result<_>>()?,
            relation: match label.relation {
                RelationName::Verbatim => Some(Relation::Verbatim),
                RelationName::MinorEdit => Some(Relation::MinorEdit),
                RelationName::Paraphrase => Some(Relation::Paraphrase),
                RelationName::Summary => Some(Relation::Summary),
                RelationName::New => Some(Relation::New),
                RelationName::Furniture => None,
            },
            drifts,
            updates,
        };
        let tells = matches!(sentence.relation, Some(relation) if relation != Relation::New);
        if tells == sentence.source.is_empty() {
            return Err(place.error(
                "a sentence has a source exactly when its relation is not `new` or `furniture`",
            ));
        }
        documents[at].sentences.push(sentence);
    }
    for document in &mut documents {
        document.sentences.sort_by_key(|s| s.span);
    }
    Ok(Story {
        name: row.story,
        kind: row.kind,
        split: row.split,
        agency: row.agency,
        wire,
        documents,
    })
}

fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).map_err(|source| Error::Io {
        action: "read",
        path: path.to_owned(),
        source,
    })
}

fn rows<T: DeserializeOwned>(path: &Path) -> Result<Vec<(u64, T)>> {
    let text = read(path)?;
    (1..)
        .zip(text.lines())
        .filter(|(_, line)| !line.trim().is_empty())
        .map(|(line, json)| {
            let place = Place { path, line };
            serde_json::from_str(json)
                .map(|row| (line, row))
                .map_err(|error| place.error(error))
        })
        .collect()
}

/// Reads one article: a `key: value` header, a blank line, the text, which is trimmed.
fn read_text(path: &Path, id: String) -> Result<Document> {
    let content = read(path)?.replace("\r\n", "\n");
    let at = |line: u64| Place { path, line };
    let Some((header, text)) = content.split_once("\n\n") else {
        return Err(at(1).error("no blank line parts the header from the text"));
    };
    let origin = Origin {
        path: path.display().to_string(),
        line: None,
    };
    let mut document = Document {
        id,
        text: text.trim().to_owned(),
        origin,
        ..Document::default()
    };
    for (number, line) in (1..).zip(header.lines()) {
        let Some((key, value)) = line.split_once(':') else {
            return Err(at(number).error("a line of the header is not `key: value`"));
        };
        let value = value.trim().to_owned();
        match key.trim() {
            "title" => document.title = Some(value),
            "outlet" => document.outlet = Some(value),
            "url" => document.url = Some(value),
            "published_at" => {
                let time: jiff::Timestamp = value.parse().map_err(|_| {
                    at(number).error("`published_at` is not a time such as `2022-09-08T03:10:00Z`")
                })?;
                document.published_seconds = Some(time.as_second());
                document.published_at = Some(value);
            }
            other => return Err(at(number).error(format!("unknown key `{other}` in the header"))),
        }
    }
    Ok(document)
}

/// Byte offset of every code point, and of the end.
fn offsets(text: &str) -> Vec<usize> {
    text.char_indices()
        .map(|(at, _)| at)
        .chain([text.len()])
        .collect()
}

fn spanned(
    text: &str,
    offsets: &[usize],
    quote: &Quote,
    what: &str,
    place: &Place<'_>,
) -> Result<Span> {
    let (
        Quote {
            start,
            end,
            text: said,
        },
        characters,
    ) = (quote, offsets.len() - 1);
    if start >= end || *end > characters {
        return Err(place.error(format!(
            "{what}: {start}..{end} is no passage of a text of {characters} code points"
        )));
    }
    let span = Span::new(offsets[*start], offsets[*end]);
    let printed = span.of(text);
    if printed != said {
        return Err(place.error(format!(
            "{what}: the label quotes `{said}`, the text has `{printed}` at {start}..{end}"
        )));
    }
    Ok(span)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(label: &str) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        let write = |path: &str, text: &str| {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        write(
            "stories/fire/wire.txt",
            "title: Fire\npublished_at: 2022-09-08T03:10:00Z\n\nThe mill burnt.\n",
        );
        write(
            "stories/fire/post.txt",
            "outlet: Post\n\n“Élan” mill burnt.\n",
        );
        let story =
            r#"{"story":"fire","kind":"disaster","split":"dev","wire":"wire","agency":"HW"}"#;
        write("labels/stories.jsonl", story);
        write(
            "labels/documents.jsonl",
            concat!(
                r#"{"story":"fire","document":"wire","role":"wire"}"#,
                "\n",
                r#"{"story":"fire","document":"post","role":"copy","copied_from":"wire","style":"cut","derivation":"wholly_derived"}"#
            ),
        );
        write("labels/fire.jsonl", label);
        folder
    }

    fn label(quote: &str, relation: &str) -> String {
        format!(
            r#"{{"copy":"post","sentence":{{"start":0,"end":18,"text":"“Élan” mill burnt."}},"source":[{{"start":0,"end":15,"text":"The mill burnt."}}],"relation":"{relation}","drifts":[{{"category":"named_entity","severity":"minor","source":null,"copy":{{"start":1,"end":5,"text":"{quote}"}}}}]}}"#
        )
    }

    #[test]
    fn spans_count_code_points_and_become_bytes() {
        let folder = folder(&label("Élan", "minor_edit"));
        let corpus = Corpus::load(folder.path()).unwrap();
        let post = &corpus.stories[0].documents[1];
        assert_eq!(
            post.sentences[0].drifts[0]
                .copy
                .unwrap()
                .of(&post.document.text),
            "Élan"
        );
        assert_eq!(
            corpus.stories[0].dispatch().document.published_seconds,
            Some(1_662_606_600)
        );
    }

    #[test]
    fn a_label_that_does_not_quote_its_text_is_refused_with_file_and_line() {
        let folder = folder(&format!("\n{}", label("Elan", "minor_edit")));
        let message = Corpus::load(folder.path()).unwrap_err().to_string();
        assert!(
            message.contains("fire.jsonl:2: copy of a drift: the label quotes `Elan`"),
            "{message}"
        );
    }

    #[test]
    fn an_unknown_relation_is_refused() {
        let folder = folder(&label("Élan", "rewritten"));
        let message = Corpus::load(folder.path()).unwrap_err().to_string();
        assert!(
            message.contains("fire.jsonl:1: unknown variant `rewritten`"),
            "{message}"
        );
    }

    #[test]
    fn a_new_sentence_cannot_have_a_source() {
        let folder = folder(&label("Élan", "new"));
        assert!(
            Corpus::load(folder.path())
                .unwrap_err()
                .to_string()
                .contains("exactly when")
        );
    }
}
