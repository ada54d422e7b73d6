//! The JSON of the API. `docs/openapi.json` describes it.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use wirecopy::archive::{Case, State};
use wirecopy::model::{Checked, Cluster, Document, Segmented, Shares};
use wirecopy::recount::{Counted, Recount, Switches, recount};
use wirecopy::render::{CodePoints, RenderOptions, check_format, format};

use super::desk::{Answered, Article, Desk, Story, sha256};
use super::failure::Failure;
use super::unseen;

/// Name and version of the layout. The number rises when a field changes its meaning or goes away; new fields may appear without it.
pub(super) const SCHEMA: &str = "wirecopy.serve/1";

/// The switches as a request carries them.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Asked {
    quotations: bool,
    furniture: bool,
    least_words: u32,
}

impl Default for Asked {
    fn default() -> Self {
        let switches = Switches::default();
        Self {
            quotations: switches.quotations,
            furniture: switches.furniture,
            least_words: switches.least_words,
        }
    }
}

impl From<Asked> for Switches {
    fn from(asked: Asked) -> Self {
        Self {
            quotations: asked.quotations,
            furniture: asked.furniture,
            least_words: asked.least_words,
        }
    }
}

/// The switches as an answer repeats them.
#[derive(Clone, Copy, Debug, Serialize)]
pub(super) struct SwitchesOut {
    pub(super) quotations: bool,
    pub(super) furniture: bool,
    pub(super) least_words: u32,
}

impl From<Switches> for SwitchesOut {
    fn from(switches: Switches) -> Self {
        Self {
            quotations: switches.quotations,
            furniture: switches.furniture,
            least_words: switches.least_words,
        }
    }
}

/// What the archive knows of an article, and what people decided.
#[derive(Serialize)]
pub(super) struct Answer<'a> {
    schema: &'static str,
    article: ArticleOut<'a>,
    switches: SwitchesOut,
    counted: Vec<CountedOut>,
    cases: Vec<CaseOut>,
    check: Box<RawValue>,
}

#[derive(Serialize)]
struct ArticleOut<'a> {
    id: &'a str,
    permalink: String,
    kept: bool,
    sha256: String,
    /// As it was sent.
    sent: &'a Article,
    unseen: &'a unseen::Found,
}

/// Shares of one source under the switches.
#[derive(Serialize)]
pub(super) struct CountedOut {
    rank: u32,
    sha256: String,
    pub(super) copy: ShareOut,
    pub(super) source: ShareOut,
    shares: SharesOut,
    passages: Vec<PassageOut>,
}

#[derive(Serialize)]
pub(super) struct ShareOut {
    pub(super) shared: u32,
    pub(super) all: u32,
    pub(super) share: Option<f64>,
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
struct PassageOut {
    first: u32,
    last: u32,
    start: usize,
    end: usize,
    words: u32,
    counts: bool,
}

#[derive(Clone, Debug, Serialize)]
pub(super) struct CaseOut {
    pub(super) source: String,
    pub(super) state: &'static str,
    pub(super) note: String,
    pub(super) changed_at: Option<String>,
}

impl From<Case> for CaseOut {
    fn from(case: Case) -> Self {
        Self {
            source: case.source,
            state: case.state.name(),
            note: case.note,
            changed_at: case.changed_at,
        }
    }
}

/// Four decimals, as all reports have them.
pub(super) fn rounded(value: f32) -> f64 {
    (f64::from(value) * 10_000.0).round() / 10_000.0
}

impl From<Counted> for ShareOut {
    fn from(counted: Counted) -> Self {
        Self {
            shared: counted.shared,
            all: counted.all,
            share: counted.share().map(rounded),
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

/// Counts each source anew.
pub(super) fn counts(checked: &Checked, switches: Switches) -> Vec<Recount> {
    let report = &checked.report;
    let side =
        |at: usize| -> (&Document, &Segmented) { (&report.documents[at], &report.segmented[at]) };
    let count = |cluster: &Cluster| {
        recount(
            side(cluster.source.index()),
            side(0),
            &cluster.versions[0],
            switches,
        )
    };
    report.clusters.iter().map(count).collect()
}

/// A rendered report, to be put into an answer as it is.
fn raw(bytes: Vec<u8>) -> Result<Box<RawValue>, Failure> {
    String::from_utf8(bytes)
        .map_err(|error| error.to_string())
        .and_then(|json| {
            RawValue::from_string(json.trim_end().to_owned()).map_err(|error| error.to_string())
        })
        .map_err(Failure::inside)
}

fn written(result: std::io::Result<()>) -> Result<(), Failure> {
    result.map_err(|error| Failure::inside(error.to_string()))
}

/// The report of `check`, in one of its formats.
pub(super) fn report(checked: &Checked, name: &str) -> Result<Vec<u8>, Failure> {
    let format = check_format(name)
        .ok_or_else(|| Failure::not_found(format!("no format is called `{name}`")))?;
    let mut bytes = Vec::new();
    let one = std::slice::from_ref(checked);
    written((format.render)(
        one,
        &[],
        &RenderOptions::default(),
        &mut bytes,
    ))?;
    Ok(bytes)
}

/// The answer about an article, as JSON.
pub(super) fn answer(
    desk: &Desk,
    answered: &Answered,
    switches: Switches,
) -> Result<String, Failure> {
    let checked = &answered.checked;
    let points = CodePoints::new(&checked.article().text);
    let counted = (1..)
        .zip(counts(checked, switches))
        .zip(checked.sources())
        .map(|((rank, count), (source, ..))| CountedOut {
            rank,
            sha256: sha256(&source.text),
            copy: count.copy.into(),
            source: count.source.into(),
            shares: count.shares.into(),
            passages: count
                .passages
                .iter()
                .map(|passage| {
                    let (start, end) = points.span(passage.span);
                    PassageOut {
                        first: passage.first,
                        last: passage.last,
                        start,
                        end,
                        words: passage.words,
                        counts: passage.counts,
                    }
                })
                .collect(),
        })
        .collect();
    let cases = desk.cases_of(&answered.id)?;
    let answer = Answer {
        schema: SCHEMA,
        article: ArticleOut {
            id: &answered.id,
            permalink: format!("/articles/{}", answered.id),
            kept: desk.is_kept(&answered.id)?,
            sha256: sha256(&answered.article.text),
            sent: &answered.article,
            unseen: &answered.unseen,
        },
        switches: switches.into(),
        counted,
        cases: cases.into_iter().map(CaseOut::from).collect(),
        check: raw(report(checked, "json")?)?,
    };
    json(&answer)
}

pub(super) fn json(value: &impl Serialize) -> Result<String, Failure> {
    serde_json::to_string(value).map_err(|error| Failure::inside(error.to_string()))
}

#[derive(Serialize)]
struct StoryOut {
    schema: &'static str,
    document: usize,
    clusters: Vec<u32>,
    report: Box<RawValue>,
}

/// The story that an article belongs to, as JSON: the cluster that most of it is in first, then others that hold it or one of the sources that
/// `answered` found. Documents that share a text with the article's source and little with the article are in a cluster of their own.
pub(super) fn story(story: &Story, answered: &Answered) -> Result<String, Failure> {
    let report = &story.report;
    let checked = &answered.checked;
    let sources: BTreeSet<&str> = checked
        .sources()
        .map(|(source, ..)| source.id.as_str())
        .chain(checked.others.iter().map(|other| other.id.as_str()))
        .collect();
    let holds = |cluster: &Cluster| {
        let versions = cluster.versions.iter().map(|version| version.document);
        let mut members = versions.chain([cluster.source]);
        members.any(|member| {
            member.index() == story.document
                || sources.contains(report.document(member).id.as_str())
        })
    };
    let main = report.main_cluster.get(story.document).copied().flatten();
    let mut clusters: Vec<(bool, u32)> = (0..)
        .zip(&report.clusters)
        .filter(|(at, cluster)| main == Some(*at) || holds(cluster))
        .map(|(at, cluster)| (main != Some(at), cluster.number))
        .collect();
    clusters.sort_unstable();
    let format = format("json").ok_or_else(|| Failure::inside("JSON is no format"))?;
    let mut bytes = Vec::new();
    written((format.render)(
        report,
        &RenderOptions::default(),
        &mut bytes,
    ))?;
    json(&StoryOut {
        schema: SCHEMA,
        document: story.document,
        clusters: clusters.into_iter().map(|(_, number)| number).collect(),
        report: raw(bytes)?,
    })
}

/// What a decision asks for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Decision {
    /// Id of the source.
    pub(super) source: String,
    pub(super) state: State,
    #[serde(default)]
    pub(super) note: String,
    /// Time of the decision that this one replaces; empty: none.
    pub(super) previous: Option<String>,
}

/// What `POST /api/check` asks for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CheckIn {
    /// An article that is sent.
    pub(super) article: Option<Article>,
    /// Id of a document of the archive.
    pub(super) document: Option<String>,
}

#[derive(Serialize)]
pub(super) struct ArchiveOut {
    pub(super) schema: &'static str,
    pub(super) generator: Generator,
    pub(super) documents: u64,
    pub(super) removed: u64,
    pub(super) text_bytes: u64,
    pub(super) generation: u64,
    pub(super) incomplete: Vec<String>,
    pub(super) limits: LimitsOut,
}

#[derive(Serialize)]
pub(super) struct Generator {
    name: &'static str,
    version: &'static str,
}

pub(super) const GENERATOR: Generator = Generator {
    name: "wirecopy",
    version: env!("CARGO_PKG_VERSION"),
};

#[derive(Serialize)]
pub(super) struct LimitsOut {
    pub(super) body_bytes: usize,
    pub(super) seconds: u64,
    pub(super) note_bytes: usize,
}

/// What a file holds.
#[derive(Serialize)]
pub(super) struct ReadOut {
    pub(super) schema: &'static str,
    pub(super) articles: Vec<Article>,
    pub(super) left_out: usize,
    pub(super) problems: Vec<String>,
}

#[derive(Serialize)]
pub(super) struct KeptOut {
    pub(super) schema: &'static str,
    pub(super) articles: Vec<KeptLine>,
    /// Kept articles that cannot be read.
    pub(super) problems: Vec<String>,
}

/// A kept article in a list.
#[derive(Serialize)]
pub(super) struct KeptLine {
    pub(super) id: String,
    pub(super) permalink: String,
    pub(super) title: Option<String>,
    pub(super) outlet: Option<String>,
    pub(super) published_at: Option<String>,
    pub(super) kept_at: String,
    pub(super) beginning: String,
    pub(super) cases: Vec<CaseOut>,
}
