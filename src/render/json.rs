//! The report as JSON, complete, with keys in a fixed order. `docs/report.md` describes every field.
//!
//! Offsets are Unicode code points of the document's text, end exclusive, counted once for each document.

mod check;

use std::io::{self, Write as _};

use serde::Serialize;

use crate::model::{
    Attribution, AttributionKind, Category, Cluster, Correction, Derivation, Descent, DocId, Drift,
    Entry, EvidenceKind, Newer, Parent, Problem, Relation, Report, SentenceKind, Severity, Shares,
    SourceStanding, Span, Summary, Version,
};

use super::RenderOptions;
use super::codepoints::CodePoints;
use super::phrases;

pub use check::CHECK_SCHEMA;
pub(super) use check::render as render_check;

/// Name and version of the JSON layout. The number rises when a field changes its meaning or goes away; new
/// fields may appear without it.
pub const SCHEMA: &str = "wirecopy.report/1";

/// Writes the report as one JSON object, indented, with a line break at the end.
pub(super) fn render(
    report: &Report,
    _: &RenderOptions,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let points: Vec<_> = report
        .documents
        .iter()
        .map(|document| CodePoints::new(&document.text))
        .collect();
    let whole = Whole {
        schema: SCHEMA,
        generator: Generator {
            name: "wirecopy",
            version: env!("CARGO_PKG_VERSION"),
        },
        summary: (&report.summary).into(),
        documents: Each(report.documents.len(), |index| {
            document(report, index, &points[index])
        }),
        clusters: Each(report.clusters.len(), |index| {
            cluster(report, &report.clusters[index], &points)
        }),
        problems: report.problems.iter().map(Into::into).collect(),
    };
    // A number or a bracket at a time: each goes into a buffer here and not through `dyn Write`.
    let mut out = io::BufWriter::with_capacity(1 << 16, out);
    serde_json::to_writer_pretty(&mut out, &whole)?;
    out.write_all(b"\n")?;
    out.flush()
}

/// So many items, each made when it is written: not all of them are in memory at once.
struct Each<F>(usize, F);

impl<T: Serialize, F: Fn(usize) -> T> Serialize for Each<F> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq((0..self.0).map(&self.1))
    }
}

#[derive(Serialize)]
struct Whole<'r, D: Serialize, C: Serialize> {
    schema: &'static str,
    generator: Generator,
    summary: SummaryOut,
    documents: D,
    clusters: C,
    problems: Vec<ProblemOut<'r>>,
}

#[derive(Serialize)]
struct Generator {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct SummaryOut {
    documents: u64,
    paragraphs: u64,
    sentences: u64,
    candidates: u64,
    matches: u64,
    best_refused: Option<f64>,
    asked: f64,
    lost: u64,
}

#[derive(Serialize)]
struct DocumentOut<'r> {
    index: usize,
    id: &'r str,
    title: Option<&'r str>,
    outlet: Option<&'r str>,
    url: Option<&'r str>,
    published_at: Option<&'r str>,
    path: &'r str,
    line: Option<u64>,
    characters: usize,
    language: Option<&'r str>,
    main_cluster: Option<u32>,
    paragraphs: Vec<ParagraphOut>,
    quotations: Vec<QuotationOut<'r>>,
    sentences: Vec<SentenceOut<'r>>,
}

#[derive(Serialize)]
struct ParagraphOut {
    start: usize,
    end: usize,
    language: Option<&'static str>,
}

#[derive(Serialize)]
struct QuotationOut<'r> {
    start: usize,
    end: usize,
    text: &'r str,
    speaker: Option<SpanOut<'r>>,
}

#[derive(Serialize)]
struct SentenceOut<'r> {
    index: usize,
    paragraph: u32,
    start: usize,
    end: usize,
    text: &'r str,
    kind: SentenceKind,
    why: Option<std::borrow::Cow<'static, str>>,
    dateline: Option<SpanOut<'r>>,
    quotation: bool,
}

#[derive(Serialize)]
struct ClusterOut<'r> {
    number: u32,
    headline: String,
    weakest: f64,
    source: SourceOut<'r>,
    versions: Vec<VersionOut<'r>>,
    descents: Vec<DescentOut<'r>>,
    ledger: Vec<EntryOut<'r>>,
    corrections: Vec<CorrectionOut<'r>>,
}

#[derive(Serialize)]
struct DescentOut<'r> {
    document: usize,
    parent: ParentOut,
    probability: f64,
    evidence: Vec<EvidenceOut<'r>>,
    candidates: Vec<CandidateOut>,
}

#[derive(Serialize)]
struct ParentOut {
    kind: &'static str,
    document: Option<usize>,
}

#[derive(Serialize)]
struct EvidenceOut<'r> {
    kind: EvidenceKind,
    said: &'r str,
}

#[derive(Serialize)]
struct CandidateOut {
    document: Option<usize>,
    probability: f64,
}

#[derive(Serialize)]
struct EntryOut<'r> {
    sentence: u32,
    source: SpanOut<'r>,
    category: Category,
    severity: Severity,
    kept: Vec<usize>,
    readings: Vec<ReadingOut<'r>>,
    unclear: Vec<usize>,
    silent: Vec<usize>,
}

#[derive(Serialize)]
struct ReadingOut<'r> {
    document: usize,
    words: SpanOut<'r>,
    category: Category,
    severity: Severity,
    score: f64,
    newer: Option<NewerOut>,
    witnesses: Vec<usize>,
}

#[derive(Serialize)]
struct NewerOut {
    kind: &'static str,
    document: Option<usize>,
    copies: Option<u32>,
}

#[derive(Serialize)]
struct CorrectionOut<'r> {
    sentence: u32,
    old: SpanOut<'r>,
    later: usize,
    new: SpanOut<'r>,
    category: Category,
    carry_old: Vec<usize>,
    carry_new: Vec<usize>,
    late: Vec<usize>,
}

#[derive(Serialize)]
struct SourceOut<'r> {
    document: usize,
    id: &'r str,
    standing: SourceStanding,
    confidence: f64,
    evidence: &'r [String],
    attribution: AttributionOut<'r>,
    sentences_used: &'r [u32],
}

#[derive(Serialize)]
struct VersionOut<'r> {
    document: usize,
    id: &'r str,
    derivation: Derivation,
    verdicts: Vec<&'static str>,
    containment_of_copy: f64,
    containment_of_source: f64,
    without_quotations: UnquotedOut,
    near_exact: bool,
    shares: SharesOut,
    major_drifts: usize,
    minor_drifts: usize,
    attribution: AttributionOut<'r>,
    links: Vec<LinkOut<'r>>,
}

#[derive(Serialize)]
struct UnquotedOut {
    containment_of_copy: Option<f64>,
    containment_of_source: Option<f64>,
}

#[derive(Serialize)]
struct SharesOut {
    verbatim: f64,
    minor_edit: f64,
    paraphrase: f64,
    summary: f64,
    new: f64,
}

#[derive(Serialize)]
struct AttributionOut<'r> {
    kind: AttributionKind,
    agency: Option<&'r str>,
    span: Option<SpanOut<'r>>,
    cited: Vec<CitedOut<'r>>,
}

#[derive(Serialize)]
struct CitedOut<'r> {
    agency: &'r str,
    span: SpanOut<'r>,
}

#[derive(Serialize)]
struct LinkOut<'r> {
    relation: Relation,
    similarity: f64,
    copy: &'r [u32],
    source: &'r [u32],
    drifts: Vec<ClusterDriftOut<'r>>,
}

#[derive(Serialize)]
struct ClusterDriftOut<'r> {
    #[serde(flatten)]
    drift: DriftOut<'r>,
    witnesses: WitnessesOut,
}

#[derive(Serialize)]
struct WitnessesOut {
    with_source: Vec<usize>,
    with_copy: Vec<usize>,
    newer: Option<NewerOut>,
}

/// A drift as the report and the answers of `compare --pairs` write it.
#[derive(Serialize)]
pub(super) struct DriftOut<'r> {
    category: Category,
    severity: Severity,
    score: f64,
    source: SpanOut<'r>,
    copy: SpanOut<'r>,
    evidence: &'r str,
}

#[derive(Serialize)]
struct SpanOut<'r> {
    start: usize,
    end: usize,
    text: &'r str,
}

#[derive(Serialize)]
struct ProblemOut<'r> {
    path: &'r str,
    line: Option<u64>,
    message: &'r str,
    lost: bool,
}

/// Four decimals: more than any measure here is sure of, and the same digits on every machine.
pub(super) fn rounded(value: f32) -> f64 {
    (f64::from(value) * 10_000.0).round() / 10_000.0
}

fn document<'r>(report: &'r Report, index: usize, points: &CodePoints<'_>) -> DocumentOut<'r> {
    let document = &report.documents[index];
    let parts = report.segmented.get(index);
    let sentences = parts.map_or(&[][..], |found| &found.sentences);
    let main = report.main_cluster.get(index).copied().flatten();
    DocumentOut {
        index,
        id: &document.id,
        title: document.title.as_deref(),
        outlet: document.outlet.as_deref(),
        url: document.url.as_deref(),
        published_at: document.published_at.as_deref(),
        path: &document.origin.path,
        line: document.origin.line,
        characters: points.total(),
        language: phrases::language(report, index),
        main_cluster: main
            .and_then(|at| report.clusters.get(at as usize))
            .map(|cluster| cluster.number),
        paragraphs: parts.map_or_else(Vec::new, |parts| {
            let languages = parts
                .languages
                .iter()
                .copied()
                .chain(std::iter::repeat(None));
            parts
                .paragraphs
                .iter()
                .zip(languages)
                .map(|(&span, language)| {
                    let (start, end) = points.span(span);
                    ParagraphOut {
                        start,
                        end,
                        language,
                    }
                })
                .collect()
        }),
        quotations: parts.map_or_else(Vec::new, |parts| {
            parts
                .quotations
                .iter()
                .map(|quotation| {
                    let (start, end) = points.span(quotation.span);
                    QuotationOut {
                        start,
                        end,
                        text: quotation.span.of(&document.text),
                        speaker: quotation
                            .speaker
                            .map(|span| SpanOut::new(span, &document.text, points)),
                    }
                })
                .collect()
        }),
        sentences: sentences
            .iter()
            .enumerate()
            .map(|(index, sentence)| {
                let (start, end) = points.span(sentence.span);
                SentenceOut {
                    index,
                    paragraph: sentence.paragraph,
                    start,
                    end,
                    text: sentence.span.of(&document.text),
                    kind: sentence.kind,
                    why: sentence.why.map(crate::model::Reason::words),
                    dateline: (sentence.dateline > 0).then(|| {
                        let dateline = Span {
                            start: sentence.span.start,
                            end: sentence.span.start + sentence.dateline,
                        };
                        SpanOut::new(dateline, &document.text, points)
                    }),
                    quotation: sentence.quotation,
                }
            })
            .collect(),
    }
}

fn cluster<'r>(
    report: &'r Report,
    cluster: &'r Cluster,
    points: &[CodePoints<'_>],
) -> ClusterOut<'r> {
    ClusterOut {
        number: cluster.number,
        headline: phrases::headline(report, cluster.source),
        weakest: rounded(cluster.weakest),
        source: SourceOut {
            document: cluster.source.index(),
            id: &report.document(cluster.source).id,
            standing: cluster.source_standing,
            confidence: rounded(cluster.source_confidence),
            evidence: &cluster.source_evidence,
            attribution: attribution(report, cluster.source, &cluster.source_attribution, points),
            sentences_used: &cluster.source_sentences,
        },
        versions: cluster
            .versions
            .iter()
            .map(|found| version(report, cluster, found, points))
            .collect(),
        descents: cluster.descents.iter().map(descent).collect(),
        ledger: cluster
            .ledger
            .iter()
            .map(|found| entry(report, cluster, found, points))
            .collect(),
        corrections: cluster
            .corrections
            .iter()
            .map(|found| correction(report, cluster, found, points))
            .collect(),
    }
}

fn numbers(ids: &[DocId]) -> Vec<usize> {
    ids.iter().map(|id| id.index()).collect()
}

fn descent(descent: &Descent) -> DescentOut<'_> {
    DescentOut {
        document: descent.document.index(),
        parent: match descent.parent {
            Parent::Document(id) => ParentOut {
                kind: "document",
                document: Some(id.index()),
            },
            Parent::Lost => ParentOut {
                kind: "lost",
                document: None,
            },
            Parent::Undetermined => ParentOut {
                kind: "undetermined",
                document: None,
            },
        },
        probability: rounded(descent.probability),
        evidence: descent
            .evidence
            .iter()
            .map(|reason| EvidenceOut {
                kind: reason.kind,
                said: &reason.said,
            })
            .collect(),
        candidates: descent
            .candidates
            .iter()
            .map(|(id, share)| CandidateOut {
                document: id.map(DocId::index),
                probability: rounded(*share),
            })
            .collect(),
    }
}

fn entry<'r>(
    report: &'r Report,
    cluster: &Cluster,
    entry: &'r Entry,
    points: &[CodePoints<'_>],
) -> EntryOut<'r> {
    EntryOut {
        sentence: entry.sentence,
        source: quoted(report, cluster.source, entry.source, points),
        category: entry.category,
        severity: entry.severity,
        kept: numbers(&entry.kept),
        readings: entry
            .readings
            .iter()
            .map(|reading| ReadingOut {
                document: reading.document.index(),
                words: quoted(report, reading.document, reading.words, points),
                category: reading.category,
                severity: reading.severity,
                score: rounded(reading.score),
                newer: reading.newer.map(Into::into),
                witnesses: numbers(&reading.witnesses),
            })
            .collect(),
        unclear: numbers(&entry.unclear),
        silent: numbers(&entry.silent),
    }
}

fn correction<'r>(
    report: &'r Report,
    cluster: &Cluster,
    correction: &Correction,
    points: &[CodePoints<'_>],
) -> CorrectionOut<'r> {
    CorrectionOut {
        sentence: correction.sentence,
        old: quoted(report, cluster.source, correction.old, points),
        later: correction.later.index(),
        new: quoted(report, correction.later, correction.new, points),
        category: correction.category,
        carry_old: numbers(&correction.carry_old),
        carry_new: numbers(&correction.carry_new),
        late: numbers(&correction.late),
    }
}

/// The words of a document under a span.
fn quoted<'r>(report: &'r Report, id: DocId, span: Span, points: &[CodePoints<'_>]) -> SpanOut<'r> {
    SpanOut::new(span, &report.document(id).text, &points[id.index()])
}

impl From<Newer> for NewerOut {
    fn from(newer: Newer) -> Self {
        match newer {
            Newer::Wire(id) => Self {
                kind: "wire",
                document: Some(id.index()),
                copies: None,
            },
            Newer::Copies(copies) => Self {
                kind: "copies",
                document: None,
                copies: Some(copies),
            },
        }
    }
}

fn version<'r>(
    report: &'r Report,
    cluster: &'r Cluster,
    version: &'r Version,
    points: &[CodePoints<'_>],
) -> VersionOut<'r> {
    let (major_drifts, minor_drifts) = phrases::drift_counts(version);
    let drift = |drift: &'r Drift| ClusterDriftOut {
        drift: DriftOut::new(
            drift,
            (
                &report.document(cluster.source).text,
                &points[cluster.source.index()],
            ),
            (
                &report.document(version.document).text,
                &points[version.document.index()],
            ),
        ),
        witnesses: WitnessesOut {
            with_source: numbers(&drift.witnesses.with_source),
            with_copy: numbers(&drift.witnesses.with_copy),
            newer: drift.witnesses.newer.map(Into::into),
        },
    };
    VersionOut {
        document: version.document.index(),
        id: &report.document(version.document).id,
        derivation: version.derivation,
        verdicts: phrases::verdicts(report, cluster, version),
        containment_of_copy: rounded(version.containment_of_copy),
        containment_of_source: rounded(version.containment_of_source),
        without_quotations: UnquotedOut {
            containment_of_copy: version.unquoted.containment_of_copy.map(rounded),
            containment_of_source: version.unquoted.containment_of_source.map(rounded),
        },
        near_exact: version.near_exact,
        shares: version.shares.into(),
        major_drifts,
        minor_drifts,
        attribution: attribution(report, version.document, &version.attribution, points),
        links: version
            .links
            .iter()
            .map(|link| LinkOut {
                relation: link.relation,
                similarity: rounded(link.similarity),
                copy: &link.copy,
                source: &link.source,
                drifts: link.drifts.iter().map(drift).collect(),
            })
            .collect(),
    }
}

fn attribution<'r>(
    report: &'r Report,
    id: DocId,
    attribution: &'r Attribution,
    points: &[CodePoints<'_>],
) -> AttributionOut<'r> {
    let text = &report.document(id).text;
    AttributionOut {
        kind: attribution.kind,
        agency: attribution.agency.as_deref(),
        span: attribution
            .span
            .map(|span| SpanOut::new(span, text, &points[id.index()])),
        cited: attribution
            .cited
            .iter()
            .map(|cited| CitedOut {
                agency: &cited.agency,
                span: SpanOut::new(cited.span, text, &points[id.index()]),
            })
            .collect(),
    }
}

impl<'r> DriftOut<'r> {
    /// The drift with its words and their places, of the source's text and of the copy's.
    pub(super) fn new(
        drift: &'r Drift,
        (source, source_points): (&'r str, &CodePoints<'_>),
        (copy, copy_points): (&'r str, &CodePoints<'_>),
    ) -> Self {
        Self {
            category: drift.category,
            severity: drift.severity,
            score: rounded(drift.score),
            source: SpanOut::new(drift.source, source, source_points),
            copy: SpanOut::new(drift.copy, copy, copy_points),
            evidence: &drift.evidence,
        }
    }
}

impl<'r> SpanOut<'r> {
    fn new(span: Span, text: &'r str, points: &CodePoints<'_>) -> Self {
        let (start, end) = points.span(span);
        Self {
            start,
            end,
            text: span.of(text),
        }
    }
}

impl From<&Summary> for SummaryOut {
    fn from(summary: &Summary) -> Self {
        Self {
            documents: summary.documents,
            paragraphs: summary.paragraphs,
            sentences: summary.sentences,
            candidates: summary.candidates,
            matches: summary.matches,
            best_refused: summary.best_refused.map(rounded),
            asked: rounded(summary.asked),
            lost: summary.lost,
        }
    }
}

impl From<Shares> for SharesOut {
    fn from(shares: Shares) -> Self {
        Self {
            verbatim: rounded(shares.verbatim),
            minor_edit: rounded(shares.minor_edit),
            paraphrase: rounded(shares.paraphrase),
            summary: rounded(shares.summary),
            new: rounded(shares.new),
        }
    }
}

impl<'r> From<&'r Problem> for ProblemOut<'r> {
    fn from(problem: &'r Problem) -> Self {
        Self {
            path: &problem.origin.path,
            line: problem.origin.line,
            message: &problem.message,
            lost: problem.lost,
        }
    }
}
