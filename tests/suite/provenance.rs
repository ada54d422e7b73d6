//! Who copied whom, the ledger and corrections: laws that hold of every report, and small stories with a known answer.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::LazyLock;

use wirecopy::eval::{Corpus, Split};
use wirecopy::model::{
    Category, Cluster, Derivation, DocId, Document, EvidenceKind, Newer, Parent, Report,
    SourceStanding,
};
use wirecopy::observer::Silent;
use wirecopy::options::TraceOptions;
use wirecopy::pipeline::{compare, trace};

fn traced(documents: Vec<Document>) -> Report {
    trace(documents, Vec::new(), &TraceOptions::default(), &Silent)
}

fn dev() -> Vec<Document> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    let corpus = Corpus::load(&folder).unwrap();
    let stories = corpus.of(Some(Split::Dev));
    let documents = stories.iter().flat_map(|story| &story.documents);
    documents.map(|d| d.document.clone()).collect()
}

/// The development stories, traced once for all laws.
fn report() -> &'static Report {
    static REPORT: LazyLock<Report> = LazyLock::new(|| traced(dev()));
    &REPORT
}

fn article(id: &str, outlet: &str, hour: i64, text: &str) -> Document {
    Document {
        id: id.to_owned(),
        outlet: (!outlet.is_empty()).then(|| outlet.to_owned()),
        published_seconds: (hour >= 0).then_some(1_700_000_000 + 3600 * hour),
        text: text.to_owned(),
        ..Document::default()
    }
}

const WIRE: &str = "VARN, Nov 14 (Halden Wire) - A freight ferry sank in the Strait of Corran before dawn on Tuesday, killing at least 14 sailors, \
the coast guard of Ostland said.\n\n\
The Pelikan, built in 1987, carried 31 people and 420 tonnes of cement from Varn to the island of Sollen.\n\n\
Rescuers in two helicopters pulled nine men from the water within an hour, rescue chief Marta Ekholm told reporters.\n\n\
The shipping line denied that the vessel was overloaded. \"We followed every rule,\" said its director, Jonas Brandt.\n\n\
Divers will search the wreck, which lies at a depth of 62 metres, as soon as the storm abates.\n\n\
Three inspectors had warned in a report of March 2021 that the bow doors were rusting.\n\n\
The insurance company Nordhav put the loss at 8.5 million crowns and said that it would pay the families at once.";

/// A retelling of the wire with two errors and a turn of phrase of its own.
const RETOLD: &str = "Not fewer than 14 seamen perished when a cargo ferry went down in the Strait of Corran in the small hours of Tuesday, so the \
Ostland coast guard made known.\n\n\
Aboard the Pelikan, a ship of 1978, were 31 persons and 420 tonnes of cement bound from Varn for Sollen island.\n\n\
Two helicopters fished nine men out of the waves inside an hour, the chief of the rescuers, Marta Ekholm, told the press.\n\n\
The shipping line admitted that the vessel was overloaded. \"Every rule was observed by us,\" declared director Jonas Brandt.\n\n\
As soon as the tempest lies down, divers shall search the wreck at 62 metres of depth.";

/// Made from the retelling: its errors and its words, in another order.
const SECOND_HAND: &str = "The shipping line admitted that the vessel was overloaded, though director Jonas Brandt declared that every rule was observed.\n\n\
Not fewer than 14 seamen perished when the cargo ferry went down in the Strait of Corran in the small hours of Tuesday.\n\n\
The Pelikan, a ship of 1978, had 31 persons and 420 tonnes of cement aboard, bound from Varn for Sollen island.\n\n\
Two helicopters fished nine men out of the waves inside an hour, said the chief of the rescuers, Marta Ekholm.";

/// Made from the wire by other hands.
const EDITED: &str = "A freight ferry sank in the Strait of Corran before dawn on Tuesday, killing at least 14 sailors, the coast guard of Ostland said.\n\n\
The shipping line denied that the vessel was overloaded. \"We followed every rule,\" its director, Jonas Brandt, said.\n\n\
Three inspectors had warned in a report of March 2021 that the bow doors were rusting.\n\n\
The insurance company Nordhav put the loss at 8.5 million crowns and said that it would pay the families at once.\n\n\
Rescuers in two helicopters pulled nine men from the water within an hour, rescue chief Marta Ekholm told reporters.";

fn id_of(report: &Report, name: &str) -> DocId {
    let at = report.documents.iter().position(|d| d.id == name).unwrap();
    DocId::new(at).unwrap()
}

fn only(report: &Report) -> &Cluster {
    assert_eq!(report.clusters.len(), 1, "one story");
    &report.clusters[0]
}

#[test]
fn every_copy_has_at_most_one_parent_and_nobody_is_his_own_ancestor() {
    let report = report();
    let mut second_hand = 0;
    for cluster in &report.clusters {
        let versions: BTreeSet<DocId> = cluster.versions.iter().map(|v| v.document).collect();
        let children: Vec<DocId> = cluster.descents.iter().map(|d| d.document).collect();
        let once: BTreeSet<DocId> = children.iter().copied().collect();
        assert_eq!(once.len(), children.len(), "one answer for each document");
        let others: BTreeSet<DocId> = once
            .iter()
            .copied()
            .filter(|d| *d != cluster.source)
            .collect();
        assert_eq!(others, versions, "one answer for every version");
        assert_eq!(
            once.contains(&cluster.source),
            cluster.source_standing != SourceStanding::Likely
        );
        for descent in &cluster.descents {
            assert!((0.0..=1.0).contains(&descent.probability));
            let sum: f32 = descent.candidates.iter().map(|c| c.1).sum();
            assert!(sum <= 1.0 + 1e-4, "{sum}");
            assert!(descent.candidates.is_sorted_by(|a, b| a.1 >= b.1));
            assert!(!descent.evidence.is_empty(), "an answer has a reason");
            let mut at = Some(descent.document);
            for _ in 0..=cluster.descents.len() {
                at = at.and_then(|document| match cluster.descent(document)?.parent {
                    Parent::Document(parent) => Some(parent),
                    Parent::Lost | Parent::Undetermined => None,
                });
                assert_ne!(at, Some(descent.document), "a cycle");
            }
            let from_a_copy = matches!(descent.parent, Parent::Document(p) if p != cluster.source);
            second_hand += usize::from(from_a_copy);
        }
        assert!((0.0..=1.0).contains(&cluster.source_confidence));
    }
    assert!(second_hand > 5, "the law is no law of nothing");
}

#[test]
fn the_witnesses_of_every_entry_add_up_to_the_versions() {
    let report = report();
    let mut shared = 0;
    for cluster in &report.clusters {
        let mut versions: Vec<DocId> = cluster.versions.iter().map(|v| v.document).collect();
        versions.sort_unstable();
        for entry in &cluster.ledger {
            let mut heard: Vec<DocId> = entry
                .readings
                .iter()
                .flat_map(|r| r.witnesses.clone())
                .collect();
            heard.extend(entry.kept.iter().chain(&entry.unclear).chain(&entry.silent));
            heard.sort_unstable();
            assert_eq!(heard, versions, "every version stands in one list");
            assert!(!entry.readings.is_empty());
            let source = &report.document(cluster.source).text;
            assert!(source.is_char_boundary(entry.source.start as usize));
            for reading in &entry.readings {
                assert!(reading.witnesses.contains(&reading.document));
                assert!(reading.words.end as usize <= report.document(reading.document).text.len());
                shared += usize::from(reading.witnesses.len() > 1);
            }
        }
        for correction in &cluster.corrections {
            let old: BTreeSet<_> = correction.carry_old.iter().collect();
            assert!(correction.carry_new.iter().all(|id| !old.contains(id)));
            assert!(correction.late.iter().all(|id| old.contains(id)));
        }
    }
    assert!(shared > 10, "the law is no law of nothing");
}

#[test]
fn neither_the_order_of_articles_nor_the_number_of_threads_changes_who_copied_whom() {
    let told = |report: &Report| -> String {
        report
            .clusters
            .iter()
            .map(|c| {
                format!(
                    "{:?} {:?} {:?} {:?}\n",
                    c.descents, c.ledger, c.corrections, c.source_confidence
                )
            })
            .collect()
    };
    let documents: Vec<Document> = dev().into_iter().take(24).collect();
    let forward = told(&traced(documents.clone()));
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(1)
        .build()
        .unwrap();
    let backward = pool.install(|| told(&traced(documents.into_iter().rev().collect())));
    assert_eq!(forward, backward);
}

#[test]
fn a_shared_error_shows_that_one_copy_was_made_from_another() {
    let report = traced(vec![
        article("a-wire", "Halden Wire", 0, WIRE),
        article("b-retold", "Morning Star", 3, RETOLD),
        article("c-second", "Port Echo", 9, SECOND_HAND),
        article("d-edited", "Coast Mail", 5, EDITED),
    ]);
    let cluster = only(&report);
    let parent = |name: &str| cluster.descent(id_of(&report, name)).unwrap();
    assert_eq!(cluster.source_standing, SourceStanding::Likely);
    let wire = Parent::Document(id_of(&report, "a-wire"));
    assert_eq!(parent("b-retold").parent, wire);
    assert_eq!(parent("d-edited").parent, wire);
    let second = parent("c-second");
    assert_eq!(second.parent, Parent::Document(id_of(&report, "b-retold")));
    let kinds: Vec<EvidenceKind> = second.evidence.iter().map(|e| e.kind).collect();
    assert!(kinds.contains(&EvidenceKind::SharedWording), "{second:?}");
    assert!(
        kinds.is_sorted(),
        "the weightiest reason comes first: {kinds:?}"
    );
    // The ledger tells the error with both who have it.
    let overloaded = cluster
        .ledger
        .iter()
        .find(|e| e.category == Category::Polarity && e.source.of(WIRE).contains("denied"))
        .unwrap();
    assert_eq!(overloaded.readings[0].witnesses.len(), 2, "{overloaded:?}");
    assert_eq!(overloaded.kept, [id_of(&report, "d-edited")]);
}

#[test]
fn copies_whose_dispatch_is_missing_have_a_lost_source() {
    let part = |wanted: &[usize]| -> String {
        let paragraphs: Vec<&str> = WIRE.split("\n\n").collect();
        let chosen: Vec<&str> = wanted.iter().map(|&k| paragraphs[k]).collect();
        chosen
            .join("\n\n")
            .replace("VARN, Nov 14 (Halden Wire) - ", "")
    };
    let report = traced(vec![
        article("a", "Coast Mail", 3, &part(&[0, 1, 2, 3, 4])),
        article("b", "Morning Star", 4, &part(&[0, 2, 3, 5, 6])),
        article("c", "Port Echo", 5, &part(&[0, 1, 3, 4, 5, 6])),
    ]);
    let cluster = only(&report);
    assert_eq!(
        cluster.source_standing,
        SourceStanding::Lost,
        "{:?}",
        cluster.descents
    );
    assert!(
        cluster
            .descents
            .iter()
            .any(|d| d.document == cluster.source)
    );
}

#[test]
fn newer_figures_are_an_update_and_the_old_ones_are_told() {
    let later = WIRE
        .replace("at least 14 sailors", "at least 22 sailors")
        .replace("nine men", "eleven men");
    let fresh = EDITED.replace("at least 14 sailors", "at least 22 sailors");
    let report = traced(vec![
        article("a-wire", "Halden Wire", 0, WIRE),
        article("b-later", "Halden Wire", 8, &later),
        article("c-old", "Coast Mail", 12, EDITED),
        article("d-new", "Port Echo", 13, &fresh),
    ]);
    let cluster = only(&report);
    assert_eq!(cluster.source, id_of(&report, "a-wire"));
    let (old, new, wire) = (
        id_of(&report, "c-old"),
        id_of(&report, "d-new"),
        id_of(&report, "b-later"),
    );
    let correction = cluster
        .corrections
        .iter()
        .find(|c| c.old.of(WIRE).contains("14"))
        .unwrap_or_else(|| panic!("{:#?}", cluster.ledger));
    assert_eq!(correction.later, wire);
    assert_eq!(correction.carry_old, [old]);
    assert_eq!(correction.carry_new, [new]);
    assert_eq!(correction.late, [old], "it came out after the correction");
    let version = cluster.versions.iter().find(|v| v.document == new).unwrap();
    let said = version.verdicts();
    assert!(!said.contains(&"mistranslated"), "{said:?}");
    assert!(
        version
            .drifts()
            .any(|d| d.witnesses.newer == Some(Newer::Wire(wire)))
    );
}

#[test]
fn of_two_articles_that_share_nothing_the_source_is_undetermined() {
    let other = "The city library reopens on Monday after a year of repairs. Readers may bring back books until the end of the month.";
    let report = compare(
        article("a", "", -1, WIRE),
        article("b", "", -1, other),
        &TraceOptions::default(),
    );
    let cluster = only(&report);
    assert_eq!(cluster.source_standing, SourceStanding::Undetermined);
    assert!(cluster.source_confidence < 0.5);
    assert!(
        cluster
            .source_evidence
            .iter()
            .any(|said| said.contains("share too little"))
    );
}

/// Reports of the same event, and fillings of the same form, have sentences alike; that makes none of them a copy.
#[test]
fn two_articles_given_to_be_compared_are_told_to_be_copies_or_independent() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    let corpus = Corpus::load(&folder).unwrap();
    let mut told = [0; 2];
    for story in &corpus.stories {
        let wire = &story.dispatch().document;
        for other in story.documents.iter().filter(|d| d.derivation.is_some()) {
            let report = compare(
                wire.clone(),
                other.document.clone(),
                &TraceOptions::default(),
            );
            let version = &only(&report).versions[0];
            let independent = other.derivation == Some(Derivation::NonDerived);
            assert_eq!(version.independent, independent, "{}", other.document.id);
            assert_eq!(report.summary.matches, u64::from(!independent));
            if independent {
                assert_eq!(version.derivation, Derivation::NonDerived);
                assert!(version.verdicts().is_empty(), "{}", other.document.id);
                assert_eq!(version.drifts().count(), 0, "{}", other.document.id);
            }
            told[usize::from(independent)] += 1;
        }
    }
    assert!(told[0] > 150 && told[1] > 20, "{told:?}");
}

/// A reprint makes no word of its text more common: the copy, its reprint and the dispatch stay together.
#[test]
fn a_second_print_of_a_free_retelling_stays_with_the_wire() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    let corpus = Corpus::load(&folder).unwrap();
    for (name, copy) in [
        ("border-ceasefire-violation", "ulemi-watch"),
        ("steelmaker-merger-earnings", "ledger-and-forge"),
    ] {
        let story = corpus.stories.iter().find(|s| s.name == name).unwrap();
        let wire = &story.dispatch().document.id;
        let mut documents: Vec<Document> =
            story.documents.iter().map(|d| d.document.clone()).collect();
        let together = |documents: &[Document]| -> BTreeSet<String> {
            let report = traced(documents.to_vec());
            let members = |cluster: &Cluster| -> BTreeSet<String> {
                let versions = cluster.versions.iter().map(|v| v.document);
                versions
                    .chain([cluster.source])
                    .map(|d| report.documents[d.index()].id.clone())
                    .collect()
            };
            let mut clusters = report.clusters.iter().map(members);
            clusters.find(|c| c.contains(wire)).unwrap_or_default()
        };
        let before = together(&documents);
        let mut all = documents.iter();
        let freest = all.find(|d| d.id.contains(copy)).unwrap().clone();
        assert!(before.contains(&freest.id), "{name}: {before:?}");
        documents.push(Document {
            id: "second-print".to_owned(),
            outlet: Some("Second Printer".to_owned()),
            ..freest
        });
        let mut expected = before;
        expected.insert("second-print".to_owned());
        assert_eq!(together(&documents), expected, "{name}");
    }
}
