//! Reports made by hand, with the content of real ones: every renderer is fed the same.

use wirecopy::model::{
    Attribution, AttributionKind, Category, Cluster, Correction, Derivation, Descent, DocId,
    Document, Drift, Entry, Evidence, EvidenceKind, Link, Newer, Origin, Parent, Problem, Reading,
    Reason, Relation, Report, Segmented, Sentence, SentenceKind, Severity, Shares, SourceStanding,
    Span, Summary, Unquoted, Version, Witnesses,
};
use wirecopy::text::sentences::sentences;

const WIRE: &str = "KARSTEN, Sept 13 (Meridian) - Clashes along the frontier between Velmark and Tarsia killed at least 49 \
soldiers overnight, the two governments said on Tuesday, in the deadliest fighting since the truce of 2020.\n\n\
Velmark's defence ministry said Tarsian units opened fire with artillery and large-calibre weapons at 00:05 near \
the towns of Gorat, Sotha and Jermin.\n\n\
\"We did not start this, and we will not leave our positions,\" Prime Minister Anto Velle told parliament.\n\n\
Tarsia denied shelling civilian areas. The incidents were strictly local in nature, its army said.\n\n\
The neighbours fought two wars, in the 1990s and in 2020, over the mountainous Karst enclave. Six weeks of fighting \
in 2020 cost more than 6,500 lives and ended with a truce brokered by the Eastern League.\n\n\
Negotiators will meet in Lisborg on Friday to hammer out a treaty, the League said.\n\n\
Analysts said the truce may not survive the winter.";

const TIMES: &str = "KARSTEN, Sept 13 (Meridian) - Clashes along the frontier between Velmark and Tarsia killed at least 49 \
soldiers overnight, the two governments said on Tuesday, in the deadliest fighting since the truce of 2020.\n\n\
Velmark's defence ministry said Tarsian units opened fire with artillery and heavy weapons at 00:05 near \
the towns of Gorat, Sotha and Jermin.\n\n\
“We did not start this, and we will not leave our positions,” Prime Minister Anto Velle told parliament.\n\n\
Tarsia denied shelling civilian areas. The incidents were strictly local in nature, its army said.\n\n\
The neighbours fought two wars, in the 1990s and in 2020, over the mountainous Karst enclave.\n\n\
Read more: How the truce of 2020 was made";

const DESK: &str = "As a result of clashes on the border of Velmark and Tarsia at night, no fewer than 49 servicemen were killed.\n\n\
According to the military department of Velmark, Tarsian subdivisions opened fire from artillery at 00:05 in the \
direction of the cities of Gorat, Sotha and Jermin.\n\n\
Tarsia confirmed the shelling of civilian areas. The incidents were of an environmental nature, said its army.\n\n\
The six-week war of 2020 took more than 65,000 lives and ended with a truce with the mediation of the Eastern League.\n\n\
Negotiators will gather in Lisborg on Friday to break the agreement.\n\n\
Residents of the capital formed long queues at petrol stations on Tuesday evening.";

const POST: &str = "Nearly fifty soldiers died overnight when fighting broke out again between Velmark and Tarsia.\n\n\
Tarsia's army called the incidents local and said it had not fired on civilians.\n\n\
Talks on a treaty are planned in Lisborg on Friday, the Eastern League said.\n\n\
<script>alert(\"not run\")</script> Our corres\u{200b}pondent adds: \u{202e}neddih\u{202c} & <b>bold</b>.";

const REDE: &str = "Mais de 49 soldados morreram. The shares of Østlund & Søn rose 4.5 percent — their best day since 2019 — \
after the shipbuilder reported a profit of €310 million. Chief executive Ingrid Østlund said orders \"may grow further\".";

const BÖRSE: &str = "The shares of Østlund & Søn rose 4.5 percent, their best day since 2019, after the shipbuilder reported a \
profit of €310 million. Chief executive Ingrid Østlund said orders would grow further.";

const ALONE: &str = "The city library reopens on Monday after a year of repairs.";

/// Places documents, sentences and drifts by their words.
struct Maker {
    report: Report,
}

fn id(index: usize) -> DocId {
    DocId::new(index).unwrap()
}

impl Maker {
    fn document(
        &mut self,
        name: &str,
        outlet: &str,
        title: Option<&str>,
        time: Option<&str>,
        text: &str,
    ) {
        let mut segmented = Segmented::default();
        let mut at = 0;
        for (number, paragraph) in text.split("\n\n").enumerate() {
            let span = Span::new(at, at + paragraph.len());
            segmented.paragraphs.push(span);
            for span in sentences(text, span, None) {
                let words = span.of(text);
                segmented.sentences.push(Sentence {
                    span,
                    paragraph: u32::try_from(number).unwrap(),
                    kind: if words.starts_with("Read more") {
                        SentenceKind::Boilerplate
                    } else {
                        SentenceKind::Body
                    },
                    why: words.starts_with("Read more").then_some(Reason::Pointer),
                    quotation: words.starts_with(['"', '“']),
                    dateline: 0,
                });
            }
            at += paragraph.len() + 2;
        }
        self.report.documents.push(Document {
            id: name.to_string(),
            text: text.to_string(),
            title: title.map(str::to_string),
            outlet: Some(outlet.to_string()).filter(|outlet| !outlet.is_empty()),
            url: Some(format!(
                "https://www.{}.example/{name}",
                if outlet.is_empty() {
                    "kurse".to_string()
                } else {
                    outlet.to_lowercase().replace(' ', "-")
                }
            )),
            published_at: time.map(str::to_string),
            published_seconds: None,
            origin: Origin {
                path: "stories.jsonl".to_string(),
                line: Some(self.report.documents.len() as u64 + 1),
            },
            ..Document::default()
        });
        self.report.segmented.push(segmented);
        self.report.main_cluster.push(None);
    }

    fn find(&self, document: usize, words: &str) -> Span {
        let at = self.report.documents[document]
            .text
            .find(words)
            .unwrap_or_else(|| panic!("`{words}` is not there"));
        Span::new(at, at + words.len())
    }

    /// Empty words stand before the words after the bar: `|local`.
    fn place(&self, document: usize, words: &str) -> Span {
        match words.strip_prefix('|') {
            Some(after) => {
                let at = self.find(document, after).start as usize;
                Span::new(at, at)
            }
            None => self.find(document, words),
        }
    }

    #[expect(clippy::too_many_arguments, reason = "a row of a table of drifts")]
    fn drift(
        &self,
        (source, copy): (usize, usize),
        category: Category,
        severity: Severity,
        score: f32,
        source_words: &str,
        copy_words: &str,
        evidence: &str,
        (with_source, with_copy): (&[usize], &[usize]),
    ) -> Drift {
        let ids = |numbers: &[usize]| numbers.iter().map(|&number| id(number)).collect();
        Drift {
            category,
            severity,
            score,
            source: self.place(source, source_words),
            copy: self.place(copy, copy_words),
            evidence: evidence.to_string(),
            witnesses: Witnesses {
                with_source: ids(with_source),
                with_copy: ids(with_copy),
                newer: None,
            },
        }
    }
}

fn link(
    relation: Relation,
    source: &[u32],
    copy: &[u32],
    similarity: f32,
    drifts: Vec<Drift>,
) -> Link {
    Link {
        copy: copy.to_vec(),
        source: source.to_vec(),
        similarity,
        relation,
        drifts,
    }
}

fn descent(
    document: usize,
    parent: Parent,
    probability: f32,
    candidates: &[(Option<usize>, f32)],
    evidence: &[(EvidenceKind, &str)],
) -> Descent {
    Descent {
        document: id(document),
        parent,
        probability,
        candidates: candidates
            .iter()
            .map(|(k, share)| (k.map(id), *share))
            .collect(),
        evidence: evidence
            .iter()
            .map(|(kind, said)| Evidence {
                kind: *kind,
                said: (*said).to_string(),
            })
            .collect(),
    }
}

fn credit(kind: AttributionKind, agency: Option<&str>, span: Option<Span>) -> Attribution {
    Attribution {
        kind,
        agency: agency.map(str::to_string),
        span,
        cited: Vec::new(),
    }
}

/// Two clusters: a border clash copied, paraphrased and mistranslated, with hostile text; and a market story.
pub(crate) fn report() -> Report {
    use Category::{Modality, NamedEntity, Number, Omission, Polarity, WrongSense};
    use Relation::{MinorEdit, New, Omitted, Paraphrase, Summary as Summed, Verbatim};
    use Severity::{Major, Minor};
    let mut make = Maker {
        report: Report::default(),
    };
    make.document(
        "border-01",
        "Meridian News",
        Some("At least 49 soldiers die in frontier clashes"),
        Some("2022-09-13T04:10:00Z"),
        WIRE,
    );
    make.document(
        "border-02",
        "Harbour Times",
        Some("Frontier clashes kill 49"),
        Some("2022-09-13T05:02:00Z"),
        TIMES,
    );
    make.document(
        "border-03",
        "Global Desk",
        Some("Clashes on the border: 49 dead"),
        Some("2022-09-13T09:45:00Z"),
        DESK,
    );
    make.document("border-04", "Valley Post", None, Some("2022-09-14"), POST);
    make.document("library", "Town Crier", None, None, ALONE);
    make.document("ship-01", "Rede Atlântica", None, Some("2023-02-01"), REDE);
    make.document("ship-02", "", None, None, BÖRSE);
    let desk = [
        make.drift(
            (0, 2),
            Polarity,
            Major,
            0.97,
            "denied",
            "confirmed",
            "`denied` became its opposite `confirmed`",
            (&[1, 3], &[]),
        ),
        make.drift(
            (0, 2),
            WrongSense,
            Major,
            0.93,
            "strictly local in",
            "of an environmental",
            "`local` has no sense that `environmental` shares; both translate the same adjective",
            (&[1, 3], &[]),
        ),
        make.drift(
            (0, 2),
            Number,
            Major,
            0.95,
            "6,500",
            "65,000",
            "6,500 became 65,000: ten times as many",
            (&[], &[]),
        ),
        make.drift(
            (0, 2),
            WrongSense,
            Major,
            0.88,
            "hammer out a treaty",
            "break the agreement",
            "to hammer out is to reach an agreement, not to break one",
            (&[3], &[]),
        ),
        make.drift(
            (0, 2),
            Omission,
            Minor,
            0.41,
            "and large-calibre weapons",
            "|at 00:05",
            "one of two named weapons is missing",
            (&[1], &[]),
        ),
    ];
    let [polarity, local, lives, treaty, weapons] = desk;
    let versions = vec![
        Version {
            document: id(1),
            derivation: Derivation::WhollyDerived,
            independent: false,
            containment_of_copy: 0.97,
            containment_of_source: 0.71,
            unquoted: Unquoted::default(),
            near_exact: true,
            update: false,
            shares: Shares {
                verbatim: 0.77,
                minor_edit: 0.23,
                ..Shares::default()
            },
            links: vec![
                link(Verbatim, &[0], &[0], 1.0, vec![]),
                link(MinorEdit, &[1], &[1], 0.95, vec![]),
                link(Verbatim, &[2], &[2], 1.0, vec![]),
                link(Verbatim, &[3], &[3], 1.0, vec![]),
                link(Verbatim, &[4], &[4], 1.0, vec![]),
                link(Verbatim, &[5], &[5], 1.0, vec![]),
                link(New, &[], &[6], 0.0, vec![]),
                link(Omitted, &[6], &[], 0.0, vec![]),
                link(Omitted, &[7], &[], 0.0, vec![]),
                link(Omitted, &[8], &[], 0.0, vec![]),
            ],
            attribution: credit(
                AttributionKind::Dateline,
                Some("Meridian"),
                Some(make.find(1, "(Meridian)")),
            ),
        },
        Version {
            document: id(2),
            derivation: Derivation::WhollyDerived,
            independent: false,
            containment_of_copy: 0.86,
            containment_of_source: 0.63,
            unquoted: Unquoted::default(),
            near_exact: false,
            update: false,
            shares: Shares {
                minor_edit: 0.18,
                paraphrase: 0.69,
                new: 0.13,
                ..Shares::default()
            },
            links: vec![
                link(Paraphrase, &[0], &[0], 0.62, vec![]),
                link(Paraphrase, &[1], &[1], 0.71, vec![weapons]),
                link(Paraphrase, &[3], &[2], 0.66, vec![polarity]),
                link(MinorEdit, &[4], &[3], 0.74, vec![local]),
                link(Paraphrase, &[6], &[4], 0.80, vec![lives]),
                link(Paraphrase, &[7], &[5], 0.69, vec![treaty]),
                link(New, &[], &[6], 0.0, vec![]),
                link(Omitted, &[2], &[], 0.0, vec![]),
                link(Omitted, &[5], &[], 0.0, vec![]),
                link(Omitted, &[8], &[], 0.0, vec![]),
            ],
            attribution: credit(AttributionKind::None, None, None),
        },
        Version {
            document: id(3),
            derivation: Derivation::PartiallyDerived,
            independent: false,
            containment_of_copy: 0.64,
            containment_of_source: 0.31,
            unquoted: Unquoted::default(),
            near_exact: false,
            update: false,
            shares: Shares {
                paraphrase: 0.38,
                summary: 0.27,
                new: 0.35,
                ..Shares::default()
            },
            links: vec![
                link(
                    Paraphrase,
                    &[0],
                    &[0],
                    0.48,
                    vec![make.drift(
                        (0, 3),
                        Number,
                        Minor,
                        0.35,
                        "at least 49",
                        "Nearly fifty",
                        "a figure rounded up, and a lower bound became an upper one",
                        (&[1], &[2]),
                    )],
                ),
                link(Summed, &[3, 4], &[1], 0.52, vec![]),
                link(Paraphrase, &[7], &[2], 0.55, vec![]),
                link(New, &[], &[3], 0.0, vec![]),
                link(New, &[], &[4], 0.0, vec![]),
                link(Omitted, &[1, 2], &[], 0.0, vec![]),
                link(Omitted, &[5, 6, 8], &[], 0.0, vec![]),
            ],
            attribution: credit(AttributionKind::Inline, Some("Eastern League"), None),
        },
    ];
    let border = Cluster {
        number: 1,
        source: id(0),
        source_attribution: credit(
            AttributionKind::Dateline,
            Some("Meridian"),
            Some(make.find(0, "(Meridian)")),
        ),
        source_standing: SourceStanding::Likely,
        source_confidence: 0.92,
        source_evidence: vec![
            "its dateline names its own agency, Meridian".to_string(),
            "it is the earliest, by 52 minutes".to_string(),
            "it holds every sentence that two or more versions share".to_string(),
        ],
        source_sentences: vec![0, 1, 2, 3, 4, 5, 6, 7],
        versions,
        descents: vec![
            descent(
                1,
                Parent::Document(id(0)),
                0.97,
                &[(Some(0), 0.97)],
                &[
                    (
                        EvidenceKind::Metadata,
                        "Meridian News is an agency, and this is its own text",
                    ),
                    (EvidenceKind::Credit, "its dateline names Meridian News"),
                    (
                        EvidenceKind::Containment,
                        "of what it shares with others Meridian News holds 99 %, Global Desk 41 %",
                    ),
                    (EvidenceKind::Time, "Meridian News is 52 minutes older"),
                ],
            ),
            descent(
                2,
                Parent::Document(id(0)),
                0.71,
                &[(Some(0), 0.71), (None, 0.2), (Some(1), 0.07)],
                &[(EvidenceKind::Time, "Meridian News is 5 hours older")],
            ),
            descent(
                3,
                Parent::Undetermined,
                0.44,
                &[(Some(2), 0.44), (Some(0), 0.41), (None, 0.15)],
                &[(
                    EvidenceKind::SharedError,
                    "both have `Nearly <b>fifty</b>` where Meridian News has `at least 49`",
                )],
            ),
        ],
        ledger: vec![
            Entry {
                sentence: 0,
                source: make.find(0, "at least 49"),
                category: Number,
                severity: Minor,
                kept: vec![id(1)],
                readings: vec![Reading {
                    document: id(3),
                    words: make.find(3, "Nearly fifty"),
                    category: Number,
                    severity: Minor,
                    score: 0.35,
                    newer: Some(Newer::Copies(2)),
                    witnesses: vec![id(2), id(3)],
                }],
                unclear: vec![],
                silent: vec![],
            },
            Entry {
                sentence: 4,
                source: make.find(0, "strictly local in"),
                category: WrongSense,
                severity: Major,
                kept: vec![id(1), id(3)],
                readings: vec![Reading {
                    document: id(2),
                    words: make.find(2, "of an environmental"),
                    category: WrongSense,
                    severity: Major,
                    score: 0.93,
                    newer: None,
                    witnesses: vec![id(2)],
                }],
                unclear: vec![],
                silent: vec![],
            },
            Entry {
                sentence: 6,
                source: make.find(0, "6,500"),
                category: Number,
                severity: Major,
                kept: vec![],
                readings: vec![Reading {
                    document: id(2),
                    words: make.find(2, "65,000"),
                    category: Number,
                    severity: Major,
                    score: 0.95,
                    newer: None,
                    witnesses: vec![id(2)],
                }],
                unclear: vec![],
                silent: vec![id(1), id(3)],
            },
            Entry {
                sentence: 7,
                source: make.find(0, "hammer out a treaty"),
                category: WrongSense,
                severity: Minor,
                kept: vec![],
                readings: vec![Reading {
                    document: id(2),
                    words: make.find(2, "break the agreement"),
                    category: WrongSense,
                    severity: Minor,
                    score: 0.3,
                    newer: None,
                    witnesses: vec![id(2)],
                }],
                unclear: vec![id(3)],
                silent: vec![id(1)],
            },
        ],
        corrections: vec![Correction {
            sentence: 0,
            old: make.find(0, "at least 49"),
            later: id(3),
            new: make.find(3, "Nearly fifty"),
            category: Number,
            carry_old: vec![id(1)],
            carry_new: vec![id(2)],
            late: vec![id(1)],
        }],
        weakest: 0.31,
    };
    let market = Cluster {
        number: 2,
        source: id(5),
        source_attribution: Attribution::default(),
        source_standing: SourceStanding::Lost,
        source_confidence: 0.55,
        source_evidence: vec!["it has a date and the other version has none".to_string()],
        source_sentences: vec![1, 2],
        versions: vec![Version {
            document: id(6),
            derivation: Derivation::WhollyDerived,
            independent: false,
            containment_of_copy: 1.0,
            containment_of_source: 0.9,
            unquoted: Unquoted::default(),
            near_exact: false,
            update: false,
            shares: Shares {
                verbatim: 0.001,
                minor_edit: 0.999,
                ..Shares::default()
            },
            links: vec![
                link(MinorEdit, &[1], &[0], 0.97, vec![]),
                link(
                    MinorEdit,
                    &[2],
                    &[1],
                    0.88,
                    vec![
                        make.drift(
                            (5, 6),
                            Modality,
                            Major,
                            0.81,
                            "may grow",
                            "would grow",
                            "a possibility became a prediction",
                            (&[], &[]),
                        ),
                        make.drift(
                            (5, 6),
                            NamedEntity,
                            Minor,
                            0.2,
                            "\"may",
                            "|would",
                            "quotation marks are gone",
                            (&[], &[]),
                        ),
                    ],
                ),
                link(
                    Omitted,
                    &[0],
                    &[],
                    0.0,
                    vec![make.drift(
                        (5, 6),
                        Omission,
                        Minor,
                        0.3,
                        "Mais de 49 soldados morreram",
                        "|The shares",
                        "a statement in another language was left out",
                        (&[], &[]),
                    )],
                ),
            ],
            attribution: credit(AttributionKind::None, None, None),
        }],
        descents: vec![
            descent(5, Parent::Lost, 0.6, &[(None, 0.6), (Some(6), 0.4)], &[]),
            descent(6, Parent::Lost, 0.55, &[(None, 0.55), (Some(5), 0.45)], &[]),
        ],
        ledger: Vec::new(),
        corrections: Vec::new(),
        weakest: 0.88,
    };
    let mut report = make.report;
    report.clusters = vec![border, market];
    for (index, main) in report.main_cluster.iter_mut().enumerate() {
        *main = match index {
            0..=3 => Some(0),
            5 | 6 => Some(1),
            _ => None,
        };
    }
    report.summary = Summary {
        documents: 7,
        paragraphs: 28,
        sentences: 36,
        candidates: 6,
        matches: 5,
        best_refused: Some(0.04),
        asked: 0.30,
        lost: 1,
    };
    report.problems = vec![Problem {
        origin: Origin {
            path: "stories.jsonl".to_string(),
            line: Some(8),
        },
        message: "no field `text`; name it with `--text-field`".to_string(),
        lost: true,
    }];
    report
}

/// Nothing found.
pub(crate) fn empty() -> Report {
    let mut make = Maker {
        report: Report::default(),
    };
    make.document("library", "Town Crier", None, None, ALONE);
    make.document("border-01", "Meridian News", None, None, WIRE);
    let mut report = make.report;
    report.summary = Summary {
        documents: 2,
        paragraphs: 8,
        sentences: 10,
        candidates: 1,
        best_refused: Some(0.04),
        asked: 0.30,
        ..Summary::default()
    };
    report
}
