//! The labelled stories: labels hold, there are enough of them, and accuracy on the `test` part does not fall.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use wirecopy::eval::corpus::{LabelledDocument, LabelledSentence, Role};
use wirecopy::eval::{Corpus, Split, evaluate};
use wirecopy::judge::judge;
use wirecopy::model::{Category, Drift, Relation, Severity, Span};
use wirecopy::observer::Silent;
use wirecopy::options::TraceOptions;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus")
}

fn load() -> Corpus {
    Corpus::load(&folder()).unwrap_or_else(|error| panic!("{error}"))
}

fn rows(path: &Path) -> Vec<Value> {
    let text = fs::read_to_string(path).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// Of the single edits of `edits.tsv` that are marked `split` and of that kind: how many are told to be a major change, and how many there are.
fn single_edits(split: &str, kind: &str) -> (usize, usize) {
    let (mut told, mut all) = (0, 0);
    let lines = include_str!("edits.tsv").lines();
    for line in lines.filter(|line| !line.starts_with('#')) {
        let fields: Vec<&str> = line.split('\t').collect();
        let [of, is, source, copy] = fields[..] else {
            panic!("{line}");
        };
        if (of, is) != (split, kind) {
            continue;
        }
        let whole = |text: &str| Span::new(0, text.len());
        let (_, drifts, _) = judge(source, whole(source), copy, whole(copy));
        told += usize::from(drifts.iter().any(|d| d.severity == Severity::Major));
        all += 1;
    }
    (told, all)
}

/// Rules were made on `dev`; `test` was written afterwards.
#[test]
fn single_edits_are_told_and_light_ones_are_not_accused() {
    let (told, all) = single_edits("dev", "changed");
    assert!(told >= 430 && all == 499, "{told} of {all}");
    let (accused, all) = single_edits("dev", "same");
    assert!(accused <= 2 && all == 255, "{accused} of {all}");
    let (told, all) = single_edits("test", "changed");
    assert!(told >= 93 && all == 130, "{told} of {all}");
    let (accused, all) = single_edits("test", "same");
    assert!(accused <= 4 && all == 80, "{accused} of {all}");
}

/// Sentences that are retold freely, with one thing wrong: most of it is not seen, and what says the same is not accused.
#[test]
fn faithful_retellings_are_not_accused() {
    let (mut told, mut accused, mut all) = (0, 0, 0);
    let lines = include_str!("retold.tsv").lines();
    for line in lines.filter(|line| !line.starts_with('#')) {
        let [_, source, faithful, changed] = line.split('\t').collect::<Vec<_>>()[..] else {
            panic!("{line}");
        };
        let whole = |text: &str| Span::new(0, text.len());
        let major = |copy: &str| {
            let (_, drifts, _) = judge(source, whole(source), copy, whole(copy));
            usize::from(drifts.iter().any(|d| d.severity == Severity::Major))
        };
        told += major(changed);
        accused += major(faithful);
        all += 1;
    }
    assert!(
        told >= 16 && accused <= 1 && all == 180,
        "{told}, {accused} of {all}"
    );
}

/// Further ones, half of them unseen when the rules were chosen.
#[test]
fn what_is_told_freely_is_told_as_before() {
    let count = |split: &str| -> [usize; 4] {
        let (mut told, mut wrong, mut accused, mut faithful) = (0, 0, 0, 0);
        let lines = include_str!("told_freely.tsv").lines();
        for line in lines.filter(|line| line.starts_with(split)) {
            let [_, what, source, copy] = line.split('\t').collect::<Vec<_>>()[..] else {
                panic!("{line}");
            };
            let whole = |text: &str| Span::new(0, text.len());
            let (_, drifts, _) = judge(source, whole(source), copy, whole(copy));
            let major = usize::from(drifts.iter().any(|d| d.severity == Severity::Major));
            if what == "faithful" {
                (accused, faithful) = (accused + major, faithful + 1);
            } else {
                (told, wrong) = (told + major, wrong + 1);
            }
        }
        [told, wrong, accused, faithful]
    };
    let (dev, test) = (count("dev"), count("test"));
    assert!(
        dev[0] >= 31 && dev[2] <= 2 && dev[1..] == [80, dev[2], 120],
        "{dev:?}"
    );
    assert!(
        test[0] >= 23 && test[2] <= 6 && test[1..] == [80, test[2], 120],
        "{test:?}"
    );
}

/// Part of `pairs.jsonl`: how many changes are told as major ones at their place, how many faithful versions are told to change something.
fn single_sentences(split: &str) -> (usize, usize, usize) {
    let (mut all, mut found, mut false_alarms) = (0, 0, 0);
    for row in rows(&folder().join("pairs.jsonl")) {
        if word(&row, "split") != split {
            continue;
        }
        let majors = |copy: &str| -> Vec<Drift> {
            let source = word(&row, "source");
            let whole = |text: &str| Span::new(0, text.len());
            let (_, drifts, _) = judge(source, whole(source), copy, whole(copy));
            drifts
                .into_iter()
                .filter(|d| d.severity == Severity::Major)
                .collect()
        };
        let labelled = |field: &str, text: &str| -> Vec<Span> {
            let byte = |point: &Value| {
                let point = usize::try_from(point.as_u64().unwrap()).unwrap();
                text.char_indices()
                    .map(|(at, _)| at)
                    .chain([text.len()])
                    .nth(point)
                    .unwrap()
            };
            let spans = row[field].as_array().unwrap();
            spans
                .iter()
                .map(|s| Span::new(byte(&s[0]), byte(&s[1])))
                .collect()
        };
        let meets = |spans: &[Span], span: Span| {
            spans
                .iter()
                .any(|s| s.start < span.end && span.start < s.end)
        };
        let (ours, theirs) = (
            labelled("source_spans", word(&row, "source")),
            labelled("changed_spans", word(&row, "changed")),
        );
        assert!(!ours.is_empty() || !theirs.is_empty(), "{row}");
        all += 1;
        found += usize::from(
            majors(word(&row, "changed"))
                .iter()
                .any(|d| meets(&ours, d.source) || meets(&theirs, d.copy)),
        );
        false_alarms += usize::from(!majors(word(&row, "faithful")).is_empty());
    }
    (all, found, false_alarms)
}

#[test]
fn changes_of_single_sentences_are_found_and_faithful_versions_are_not_accused() {
    for (split, written, least, most) in [("dev", 304, 95, 4), ("test", 123, 30, 6)] {
        let (all, found, false_alarms) = single_sentences(split);
        println!("{split}: {found} of {all}, {false_alarms} false");
        assert_eq!(all, written);
        assert!(found >= least, "{split}: {found} of {all}");
        assert!(false_alarms <= most, "{split}: {false_alarms}");
    }
}

fn word<'a>(row: &'a Value, key: &str) -> &'a str {
    row[key]
        .as_str()
        .unwrap_or_else(|| panic!("`{key}` is no string in {row}"))
}

/// Read again without the library's loader, so that neither vouches for itself.
#[test]
fn every_label_quotes_its_text_and_uses_known_words() {
    let text = |story: &str, document: &str| -> Vec<char> {
        let path = folder()
            .join("stories")
            .join(story)
            .join(format!("{document}.txt"));
        let content = fs::read_to_string(&path).unwrap();
        content
            .split_once("\n\n")
            .unwrap()
            .1
            .trim()
            .chars()
            .collect()
    };
    let quotes = |text: &[char], label: &Value, row: &Value| {
        let offset = |key| usize::try_from(label[key].as_u64().unwrap()).unwrap();
        let printed: String = text[offset("start")..offset("end")].iter().collect();
        assert_eq!(printed, word(label, "text"), "in {row}");
    };
    let categories: BTreeSet<&str> = Category::ALL.iter().map(|c| c.name()).collect();
    for story in rows(&folder().join("labels/stories.jsonl")) {
        let name = word(&story, "story");
        let wire = text(name, word(&story, "wire"));
        for row in rows(&folder().join(format!("labels/{name}.jsonl"))) {
            let copy = text(name, word(&row, "copy"));
            quotes(&copy, &row["sentence"], &row);
            for source in row["source"].as_array().unwrap() {
                quotes(&wire, source, &row);
            }
            let relations = [
                "verbatim",
                "minor_edit",
                "paraphrase",
                "summary",
                "new",
                "furniture",
            ];
            assert!(relations.contains(&word(&row, "relation")), "{row}");
            let updates = row
                .get("updates")
                .and_then(Value::as_array)
                .into_iter()
                .flatten();
            for change in row["drifts"].as_array().unwrap().iter().chain(updates) {
                for (side, text) in [("source", &wire), ("copy", &copy)] {
                    if !change[side].is_null() {
                        quotes(text, &change[side], &row);
                    }
                }
            }
            for drift in row["drifts"].as_array().unwrap() {
                assert!(categories.contains(word(drift, "category")), "{row}");
                assert!(
                    ["minor", "major"].contains(&word(drift, "severity")),
                    "{row}"
                );
            }
        }
    }
}

#[test]
fn there_are_enough_stories_pairs_and_drifts() {
    let corpus = load();
    let sentences: Vec<&LabelledSentence> = corpus
        .stories
        .iter()
        .flat_map(|s| &s.documents)
        .flat_map(|d| &d.sentences)
        .collect();
    let pairs: usize = sentences.iter().map(|s| s.source.len()).sum();
    let drifts: usize = sentences.iter().map(|s| s.drifts.len()).sum();
    let stories = corpus.stories.len();
    let test = corpus.of(Some(Split::Test)).len();
    assert!(stories >= 24, "{stories} stories");
    assert!(pairs >= 1_500, "{pairs} sentence pairs");
    assert!(drifts >= 250, "{drifts} drifts");
    assert!(
        test * 3 >= stories,
        "{test} of {stories} stories are marked `test`"
    );
    for story in &corpus.stories {
        let copies = story
            .documents
            .iter()
            .filter(|d| d.role.is_derived())
            .count();
        assert!(
            (4..=8).contains(&copies),
            "`{}` has {copies} versions",
            story.name
        );
    }
}

#[test]
fn every_document_is_listed_and_labelled() {
    for story in load().stories {
        let listed: BTreeSet<String> = story
            .documents
            .iter()
            .map(|d| format!("{}.txt", d.name))
            .collect();
        let found: BTreeSet<String> = fs::read_dir(folder().join("stories").join(&story.name))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        assert_eq!(listed, found, "in `{}`", story.name);
        for document in story.documents.iter().filter(|d| d.role != Role::Wire) {
            assert!(
                !document.sentences.is_empty(),
                "`{}/{}` has no labels",
                story.name,
                document.name
            );
        }
    }
}

#[test]
fn labels_of_a_document_cover_its_text_without_overlap_and_hold_their_drifts() {
    for document in load()
        .stories
        .iter()
        .flat_map(|s| &s.documents)
        .filter(|d| d.role != Role::Wire)
    {
        let (mut at, text) = (0, &document.document.text);
        for label in &document.sentences {
            let between = &text[at..label.span.start as usize];
            assert!(
                between.trim().is_empty(),
                "`{}` is not labelled in `{}`",
                between.trim(),
                document.document.id
            );
            at = label.span.end as usize;
            for copy in label.drifts.iter().filter_map(|d| d.copy) {
                let inside = label.span.start <= copy.start && copy.end <= label.span.end;
                assert!(
                    inside,
                    "`{}` lies outside its sentence in `{}`",
                    copy.of(text),
                    document.document.id
                );
            }
            if label.relation == Some(Relation::Verbatim) {
                assert!(
                    label.drifts.is_empty(),
                    "a verbatim sentence drifts in `{}`",
                    document.document.id
                );
            }
        }
        assert!(
            text[at..].trim().is_empty(),
            "`{}` is not labelled in `{}`",
            text[at..].trim(),
            document.document.id
        );
    }
}

/// Thousands parted by commas, as the README prints counts.
fn printed(count: usize) -> String {
    let digits = count.to_string();
    let groups: Vec<&str> = digits
        .as_bytes()
        .rchunks(3)
        .rev()
        .map(|g| std::str::from_utf8(g).unwrap())
        .collect();
    groups.join(",")
}

#[test]
fn the_counts_in_the_readme_are_those_of_the_labels() {
    let (corpus, readme) = (
        load(),
        fs::read_to_string(folder().join("README.md")).unwrap(),
    );
    let counts = |title: &str, of: &dyn Fn(&LabelledDocument) -> usize| {
        let part = |split| -> usize {
            corpus
                .of(split)
                .iter()
                .flat_map(|s| &s.documents)
                .map(of)
                .sum()
        };
        let cells = [Some(Split::Dev), Some(Split::Test), None].map(|split| printed(part(split)));
        let row = format!("| {title} | {} |", cells.join(" | "));
        assert!(
            readme.contains(&row),
            "`corpus/README.md` lacks the row `{row}`"
        );
    };
    let sentences = |d: &LabelledDocument, wanted: &dyn Fn(&LabelledSentence) -> usize| -> usize {
        d.sentences.iter().map(wanted).sum()
    };
    counts("documents", &|_| 1);
    counts("labelled sentences", &|d| d.sentences.len());
    counts("sentence pairs (copy, dispatch)", &|d| {
        sentences(d, &|s| s.source.len())
    });
    counts("drifts", &|d| sentences(d, &|s| s.drifts.len()));
    for relation in [
        Relation::Verbatim,
        Relation::MinorEdit,
        Relation::Paraphrase,
        Relation::Summary,
        Relation::New,
    ] {
        let title = format!("- {}", relation.name());
        counts(&title, &|d| {
            sentences(d, &|s| usize::from(s.relation == Some(relation)))
        });
    }
    counts("- furniture", &|d| {
        sentences(d, &|s| usize::from(s.relation.is_none()))
    });
    for category in Category::ALL {
        let of = |s: &LabelledSentence| s.drifts.iter().filter(|d| d.category == category).count();
        counts(category.name(), &|d| sentences(d, &of));
    }
}

/// A figure may not fall below its floor on the `test` stories. Floors stand a little under what was measured when they were
/// set (in the comment); they are raised when the program improves, never lowered to let a change pass.
const FLOORS: [(&str, f64); 13] = [
    ("clusters.pairs.precision", 0.990), // 1.000
    ("clusters.pairs.f1", 0.970),        // 0.986
    ("clusters.ari", 0.970),             // 0.985
    ("clusters.bcubed.f1", 0.975),       // 0.989
    ("source.accuracy", 0.990),          // 1.000
    ("compared", 0.970),                 // 0.984
    ("derivation.accuracy", 0.880),      // 0.902
    ("alignment.f1", 0.975),             // 0.986
    ("relations.accuracy", 0.950),       // 0.962
    ("relations.macro_f1", 0.880),       // 0.902
    ("furniture.found", 0.750),          // 0.769
    ("drifts.major.f1", 0.310),          // 0.341
    ("drifts.average_precision", 0.250), // 0.275
];

/// A figure may not rise above its ceiling on the `test` stories.
const CEILINGS: [(&str, f64); 2] = [
    ("furniture.wrong", 0.005),       // 0.002
    ("drifts.alarms_per_100", 2.500), // 1.972
];

/// The same for what is told of descent on the `dev` stories, whose weights were fitted on them.
const DEV_FLOORS: [(&str, f64); 4] = [
    ("source.accuracy", 0.990),                // 1.000
    ("source.lost", 0.900),                    // 1.000
    ("descents.f1", 0.900),                    // 0.925
    ("descents.second_hand.precision", 0.850), // 1.000
];

/// No probability that is told may be far from how often it is right.
const DEV_CEILINGS: [(&str, f64); 1] = [("descents.brier", 0.060)]; // 0.038

fn holds(split: Split, floors: &[(&str, f64)], ceilings: &[(&str, f64)]) {
    let found = evaluate(&load(), Some(split), &TraceOptions::default(), &Silent).total();
    let value = |name: &str| {
        found
            .figure(name)
            .unwrap_or_else(|| panic!("`{name}` was not measured"))
    };
    let mut broken: Vec<String> = Vec::new();
    for (name, floor) in floors {
        if value(name) < *floor {
            broken.push(format!(
                "{name} is {:.3}, below its floor of {floor:.3}",
                value(name)
            ));
        }
    }
    for (name, ceiling) in ceilings {
        if value(name) > *ceiling {
            broken.push(format!(
                "{name} is {:.3}, above its ceiling of {ceiling:.3}",
                value(name)
            ));
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn accuracy_on_the_test_stories_holds() {
    holds(Split::Test, &FLOORS, &CEILINGS);
}

#[test]
fn who_copied_whom_on_the_development_stories_holds() {
    holds(Split::Dev, &DEV_FLOORS, &DEV_CEILINGS);
}
