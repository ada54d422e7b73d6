//! The nouns that pass between stages: documents, sentences, matches, clusters, findings, the report.
//!
//! Documents own their text exactly as printed. Everything else is ids and byte spans into that text;
//! renderers turn byte spans into Unicode code points once, at the border.

use serde::{Deserialize, Serialize};

/// Index of a document in the run's collection. Documents are numbered in the order of their `id`s, so
/// that the order of input files never shows in a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DocId(u32);

impl DocId {
    /// The id of the document at `index`. `None` past `u32::MAX` documents.
    pub fn new(index: usize) -> Option<Self> {
        u32::try_from(index).ok().map(Self)
    }

    /// The document's place in the collection.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// A half-open range of bytes of one document's text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// A span of byte offsets. Texts are at most `u32::MAX` bytes long: the reader refuses longer ones.
    pub fn new(start: usize, end: usize) -> Self {
        let narrow =
            |offset: usize| u32::try_from(offset).expect("the reader refuses texts past 4 GiB");
        Self {
            start: narrow(start),
            end: narrow(end),
        }
    }

    /// As a range for slicing.
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }

    /// The words under the span.
    pub fn of(self, text: &str) -> &str {
        &text[self.range()]
    }

    /// Length in bytes.
    pub fn len(self) -> usize {
        (self.end - self.start) as usize
    }

    /// Whether no byte lies inside.
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// Whether the two share a byte.
    pub fn overlaps(self, other: Self) -> bool {
        self.start < other.end && other.start < self.end
    }

    /// The smallest span that holds both.
    pub fn join(self, other: Self) -> Self {
        Self {
            start: self.start.min(other.start),
            end: self.end.max(other.end),
        }
    }
}

/// One published article: its text as printed, and what is known of it.
#[derive(Clone, Debug, Default)]
pub struct Document {
    /// What reports call it: the record's `id`, or the file's path.
    pub id: String,
    /// The text as printed.
    pub text: String,
    /// Headline, when the record has one of its own.
    pub title: Option<String>,
    /// Who published it.
    pub outlet: Option<String>,
    /// Where.
    pub url: Option<String>,
    /// When, as written in the record.
    pub published_at: Option<String>,
    /// Seconds since 1970, when `published_at` could be read.
    pub published_seconds: Option<i64>,
    /// Who wrote it, as written in the record.
    pub byline: Option<String>,
    /// When it was last changed, as written in the record.
    pub modified_at: Option<String>,
    /// Its language as the record says, such as "en" or "pt-BR".
    pub language: Option<String>,
    /// The agency that the record's fields or the page's metadata name, as written there.
    pub credit: Option<String>,
    /// Where it was read from.
    pub origin: Origin,
}

/// Where a record was read from.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Origin {
    /// Path as given or found, `-` for standard input.
    pub path: String,
    /// Number of the line or record, from 1. `None` for a file that is one article.
    pub line: Option<u64>,
}

impl std::fmt::Display for Origin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}", self.path),
            None => f.write_str(&self.path),
        }
    }
}

/// A record or file that could not be used. Counted and listed; never the end of a run.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// Where.
    pub origin: Origin,
    /// What, and what to do about it.
    pub message: String,
    /// Whether the record was lost (`true`), or used with the assumption the message names (`false`).
    pub lost: bool,
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.origin, self.message)
    }
}

/// What a sentence is within its article.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SentenceKind {
    /// Part of the story.
    #[default]
    Body,
    /// A headline or section heading inside the text.
    Heading,
    /// Furniture of the outlet: captions, credits, share widgets, notices.
    Boilerplate,
    /// Repeats an earlier sentence of its own article.
    SelfMirror,
}

/// Why a sentence is no part of the story.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Who wrote it, and from where.
    Byline,
    /// Who reported, edited or supplied it.
    Credit,
    /// The time of publication.
    Date,
    /// What a picture, map, chart or film shows, and who made it.
    Caption,
    /// Sharing and following.
    Share,
    /// Newsletters, subscriptions, gifts.
    Subscribe,
    /// Pointers to other articles, programmes and pages.
    Pointer,
    /// Tags and topics.
    Tags,
    /// Paths and lists of links.
    Navigation,
    /// Readers' comments and what is said about them.
    Comments,
    /// Rights and permissions.
    Copyright,
    /// Notices about the article or the site.
    Notice,
    /// Readers are asked to write, call or send something.
    Contact,
    /// Web addresses.
    Address,
    /// Advertising.
    Advertisement,
    /// A note to the editors who take the wire.
    EditorsNote,
    /// The headline.
    Headline,
    /// A heading between paragraphs.
    SectionHeading,
    /// A list of what follows.
    Contents,
    /// A line without a stop behind the story: an outlet's sign-off.
    SignOff,
    /// Stands in so many unrelated articles of the same outlet.
    Recurs(u32),
    /// Repeats the sentence of this number.
    Repeats(u32),
}

impl Reason {
    /// The reason in words; sentences are counted from 1.
    pub fn words(self) -> std::borrow::Cow<'static, str> {
        std::borrow::Cow::Borrowed(match self {
            Self::Byline => "byline",
            Self::Credit => "credit line",
            Self::Date => "date line",
            Self::Caption => "caption or picture credit",
            Self::Share => "share or follow line",
            Self::Subscribe => "subscription or support line",
            Self::Pointer => "pointer to other pages",
            Self::Tags => "tags",
            Self::Navigation => "navigation",
            Self::Comments => "about readers' comments",
            Self::Copyright => "rights notice",
            Self::Notice => "notice of the site",
            Self::Contact => "call to readers",
            Self::Address => "web address",
            Self::Advertisement => "advertising",
            Self::EditorsNote => "note to editors",
            Self::Headline => "headline",
            Self::SectionHeading => "section heading",
            Self::Contents => "table of contents",
            Self::SignOff => "line without a stop behind the story",
            Self::Recurs(articles) => {
                return format!("stands in {articles} unrelated articles of this outlet").into();
            }
            Self::Repeats(number) => {
                return format!("repeats sentence {}", u64::from(number) + 1).into();
            }
        })
    }
}

/// A sentence of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sentence {
    /// Where it stands, without surrounding space.
    pub span: Span,
    /// Which paragraph it belongs to, from 0.
    pub paragraph: u32,
    /// What it is.
    pub kind: SentenceKind,
    /// Why it is not part of the story; `None` for what is.
    pub why: Option<Reason>,
    /// Whether most of its words lie inside quotation marks.
    pub quotation: bool,
    /// Bytes of dateline at its start ("YEREVAN, Sept 13 (Reuters) - "): shown, but left out of comparison.
    pub dateline: u32,
}

impl Sentence {
    /// The sentence without its dateline.
    pub fn statement(&self) -> Span {
        Span {
            start: self.span.start + self.dateline,
            end: self.span.end,
        }
    }

    /// Whether it takes part in matching: furniture and repetitions do not.
    pub fn matters(&self) -> bool {
        self.kind == SentenceKind::Body
    }
}

/// Direct speech.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quotation {
    /// From one mark to the other, marks included.
    pub span: Span,
    /// The words that say who speaks, where that is plain.
    pub speaker: Option<Span>,
}

/// A document cut into paragraphs and sentences.
#[derive(Clone, Debug, Default)]
pub struct Segmented {
    /// Paragraph spans, in order.
    pub paragraphs: Vec<Span>,
    /// The language of each paragraph (ISO 639-1), where its words say it.
    pub languages: Vec<Option<&'static str>>,
    /// Direct speech, in order, none inside another.
    pub quotations: Vec<Quotation>,
    /// Sentences of all paragraphs, in order.
    pub sentences: Vec<Sentence>,
}

/// How a sentence stands to its counterpart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Relation {
    /// The same words; case, punctuation, quotes and spacing aside.
    Verbatim,
    /// The same sentence with a few words changed, moved or cut.
    MinorEdit,
    /// The same statement in other words.
    Paraphrase,
    /// Several source sentences folded into one.
    Summary,
    /// In the copy only.
    New,
    /// In the source only.
    Omitted,
}

impl Relation {
    /// The name reports use.
    pub fn name(self) -> &'static str {
        match self {
            Self::Verbatim => "verbatim",
            Self::MinorEdit => "minor_edit",
            Self::Paraphrase => "paraphrase",
            Self::Summary => "summary",
            Self::New => "new",
            Self::Omitted => "omitted",
        }
    }
}

/// What kind of meaning changed. The categories follow the Accuracy branch of MQM (Lommel et al. 2014).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    /// A word or phrase with another meaning.
    WrongSense,
    /// Another figure.
    Number,
    /// Another date, time or unit.
    DateUnit,
    /// Another person, place or organisation.
    NamedEntity,
    /// Who did it to whom is exchanged.
    RoleSwap,
    /// Negation or antonym.
    Polarity,
    /// A claim or plan became fact, or the reverse.
    Modality,
    /// A statement the source does not make.
    Addition,
    /// Part of the source's statement is missing.
    Omission,
    /// A word left in another language.
    Untranslated,
    /// The wrong term of a field.
    Terminology,
}

impl Category {
    /// Every category, in the order of reports.
    pub const ALL: [Self; 11] = [
        Self::WrongSense,
        Self::Number,
        Self::DateUnit,
        Self::NamedEntity,
        Self::RoleSwap,
        Self::Polarity,
        Self::Modality,
        Self::Addition,
        Self::Omission,
        Self::Untranslated,
        Self::Terminology,
    ];

    /// The name reports use.
    pub fn name(self) -> &'static str {
        match self {
            Self::WrongSense => "wrong_sense",
            Self::Number => "number",
            Self::DateUnit => "date_unit",
            Self::NamedEntity => "named_entity",
            Self::RoleSwap => "role_swap",
            Self::Polarity => "polarity",
            Self::Modality => "modality",
            Self::Addition => "addition",
            Self::Omission => "omission",
            Self::Untranslated => "untranslated",
            Self::Terminology => "terminology",
        }
    }
}

/// How much a drift matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// A nuance or small loss.
    Minor,
    /// A reader is told something materially different.
    Major,
}

impl Severity {
    /// The name reports use.
    pub fn name(self) -> &'static str {
        match self {
            Self::Minor => "minor",
            Self::Major => "major",
        }
    }
}

/// A located change of meaning between counterparts.
#[derive(Clone, Debug, PartialEq)]
pub struct Drift {
    /// What kind.
    pub category: Category,
    /// How much.
    pub severity: Severity,
    /// Likelihood in 0..=1 that a careful reader calls this a change of meaning.
    pub score: f32,
    /// The source's words; empty (at the place where they would stand) for an addition.
    pub source: Span,
    /// The copy's words; empty for an omission.
    pub copy: Span,
    /// Why, in words.
    pub evidence: String,
    /// Which other versions of the cluster agree with which side.
    pub witnesses: Witnesses,
}

/// How the other versions in the cluster word the passage of a drift.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Witnesses {
    /// Versions that keep the source's wording.
    pub with_source: Vec<DocId>,
    /// Versions that share the copy's wording.
    pub with_copy: Vec<DocId>,
    /// What shows that the copy's words are newer, not wrong.
    pub newer: Option<Newer>,
}

/// Sentences of the copy answered by sentences of the source.
#[derive(Clone, Debug, PartialEq)]
pub struct Link {
    /// Sentence numbers in the copy, ascending; empty for `omitted`.
    pub copy: Vec<u32>,
    /// Sentence numbers in the source, ascending; empty for `new`.
    pub source: Vec<u32>,
    /// Similarity of the two sides, 0..=1.
    pub similarity: f32,
    /// What was done.
    pub relation: Relation,
    /// Changes of meaning, ordered by their place in the copy.
    pub drifts: Vec<Drift>,
}

/// How a version depends on its source. METER's classes (Clough, Gaizauskas et al. 2002).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Derivation {
    /// Nearly all of it comes from the source.
    WhollyDerived,
    /// A substantial part comes from the source.
    PartiallyDerived,
    /// Nothing that could not be written independently.
    NonDerived,
}

impl Derivation {
    /// The name reports use.
    pub fn name(self) -> &'static str {
        match self {
            Self::WhollyDerived => "wholly_derived",
            Self::PartiallyDerived => "partially_derived",
            Self::NonDerived => "non_derived",
        }
    }
}

/// Shares of a version's own words by what was done to them; they add up to 1. Boilerplate and
/// self-repetition are left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Shares {
    /// Words in verbatim sentences.
    pub verbatim: f32,
    /// Words in lightly edited sentences.
    pub minor_edit: f32,
    /// Words in paraphrased sentences.
    pub paraphrase: f32,
    /// Words in summarising sentences.
    pub summary: f32,
    /// Words that the source does not have.
    pub new: f32,
}

/// Where a version names its agency.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AttributionKind {
    /// In the dateline: "YEREVAN, Sept 13 (Reuters) -".
    Dateline,
    /// In a line of credit: "Reporting by ...", "(With inputs from AFP)".
    CreditLine,
    /// In a sentence: "Reuters reported".
    Inline,
    /// In the record's fields.
    Metadata,
    /// Nowhere.
    #[default]
    None,
    /// Different agencies in different places.
    Conflicting,
}

impl AttributionKind {
    /// The name reports use.
    pub fn name(self) -> &'static str {
        match self {
            Self::Dateline => "dateline",
            Self::CreditLine => "credit_line",
            Self::Inline => "inline",
            Self::Metadata => "metadata",
            Self::None => "none",
            Self::Conflicting => "conflicting",
        }
    }
}

/// Credit given to an agency.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attribution {
    /// Where the credit stands.
    pub kind: AttributionKind,
    /// The agency named, or the agencies when they conflict (joined with ", ").
    pub agency: Option<String>,
    /// The words that name it.
    pub span: Option<Span>,
    /// Agencies named as the source of single statements only ("..., Interfax reported"): sources of the story, not the wire.
    pub cited: Vec<Cited>,
}

/// An agency named as the source of a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cited {
    /// The agency.
    pub agency: String,
    /// The words that name it first.
    pub span: Span,
}

/// Containments of a version when the words inside quotation marks are left out on both sides: what two reporters heard at one
/// press conference is not copying. `None` where nothing remains.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Unquoted {
    /// Share of the copy's words that come from the source, 0..=1.
    pub containment_of_copy: Option<f32>,
    /// Share of the source's words that were used, 0..=1.
    pub containment_of_source: Option<f32>,
}

/// One outlet's version of a cluster's source.
#[derive(Clone, Debug)]
pub struct Version {
    /// The document.
    pub document: DocId,
    /// How it depends on the source.
    pub derivation: Derivation,
    /// Whether the two were given to be compared and are no copies of one text by the measure of `trace`.
    pub independent: bool,
    /// Share of the copy's words that come from the source, 0..=1.
    pub containment_of_copy: f32,
    /// Share of the source's words that were used, 0..=1.
    pub containment_of_source: f32,
    /// The same without quotations.
    pub unquoted: Unquoted,
    /// Over 80 % of the source and over 125 words of it, copied word for word or nearly so.
    pub near_exact: bool,
    /// A later edition by the source's own outlet: what differs may be news, not error.
    pub update: bool,
    /// What was done, by share of words.
    pub shares: Shares,
    /// Every sentence of the copy (in order), then what the source has and the copy has not.
    pub links: Vec<Link>,
    /// Credit given.
    pub attribution: Attribution,
}

impl Version {
    /// Every drift of the version, in the order of the copy.
    pub fn drifts(&self) -> impl Iterator<Item = &Drift> {
        self.links.iter().flat_map(|link| &link.drifts)
    }

    /// What the user is told: `copied`, `paraphrased`, `mistranslated`, or several of them. `updated` in place of
    /// `mistranslated` for a later edition by the source's own outlet, and for changes that are newer and not wrong.
    pub fn verdicts(&self) -> Vec<&'static str> {
        let mut said = Vec::new();
        if self.independent {
            return said;
        }
        let copied = self.shares.verbatim + self.shares.minor_edit;
        let retold = self.shares.paraphrase + self.shares.summary;
        if copied > 0.0 && copied >= 0.5 * retold {
            said.push("copied");
        }
        if retold > 0.0 && retold >= 0.5 * copied {
            said.push("paraphrased");
        }
        let major = |drift: &&Drift| drift.severity == Severity::Major;
        let newer = |drift: &Drift| self.update || drift.witnesses.newer.is_some();
        if self.drifts().filter(major).any(newer) {
            said.push("updated");
        }
        if self.drifts().filter(major).any(|drift| !newer(drift)) {
            said.push("mistranslated");
        }
        said
    }
}

/// All printings of one dispatch (or one passage of it), held together by verified matches.
#[derive(Clone, Debug)]
pub struct Cluster {
    /// Number within the report, from 1, largest cluster first.
    pub number: u32,
    /// The likely source.
    pub source: DocId,
    /// Attribution of the source itself.
    pub source_attribution: Attribution,
    /// Whether it can be the source at all.
    pub source_standing: SourceStanding,
    /// How sure that is, 0..=1: the probability that all others come from it.
    pub source_confidence: f32,
    /// Reasons for the choice of source, in words.
    pub source_evidence: Vec<String>,
    /// The sentences of the source that any version uses, ascending.
    pub source_sentences: Vec<u32>,
    /// The other documents, closest to the source first.
    pub versions: Vec<Version>,
    /// Where each document has its text from, ordered by document: every version, and the source where it has a parent too.
    pub descents: Vec<Descent>,
    /// What changed, grouped by the source's passages, in their order.
    pub ledger: Vec<Entry>,
    /// What a later version of the wire tells otherwise, in the order of the source.
    pub corrections: Vec<Correction>,
    /// The lowest similarity among the verified matches that hold the cluster together.
    pub weakest: f32,
}

impl Cluster {
    /// Where a document has its text from; `None` for the source.
    pub fn descent(&self, document: DocId) -> Option<&Descent> {
        self.descents.iter().find(|d| d.document == document)
    }
}

/// Whether the document that a cluster's versions are compared with is where they come from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SourceStanding {
    /// The others likely come from it.
    Likely,
    /// They likely come from a text that is not among them, as it does: the common source is lost.
    Lost,
    /// What is known does not decide.
    #[default]
    Undetermined,
}

impl SourceStanding {
    /// The name reports use.
    pub fn name(self) -> &'static str {
        match self {
            Self::Likely => "likely",
            Self::Lost => "lost",
            Self::Undetermined => "undetermined",
        }
    }
}

/// Where a document of a cluster has its text from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parent {
    /// From another document of the cluster.
    Document(DocId),
    /// From a text that is not in the cluster.
    Lost,
    /// No answer is likely enough.
    Undetermined,
}

/// What kind of thing speaks for one document having its text from another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EvidenceKind {
    /// The record's fields: an agency's own text.
    Metadata,
    /// A dateline or a line of credit.
    Credit,
    /// "X reported".
    Reported,
    /// A change that both have and the source has not.
    SharedError,
    /// Words that both have and the source has not.
    SharedWording,
    /// What one holds of the other.
    Containment,
    /// Who was first.
    Time,
}

impl EvidenceKind {
    /// The name reports use.
    pub fn name(self) -> &'static str {
        match self {
            Self::Metadata => "metadata",
            Self::Credit => "credit",
            Self::Reported => "reported",
            Self::SharedError => "shared_error",
            Self::SharedWording => "shared_wording",
            Self::Containment => "containment",
            Self::Time => "time",
        }
    }
}

/// A reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// What kind.
    pub kind: EvidenceKind,
    /// In words.
    pub said: String,
}

/// Where one document has its text from, and why to believe it.
#[derive(Clone, Debug, PartialEq)]
pub struct Descent {
    /// The document.
    pub document: DocId,
    /// Its parent.
    pub parent: Parent,
    /// Probability of the parent, 0..=1; of the likeliest answer where it is undetermined.
    pub probability: f32,
    /// Answers with a probability of 0.05 or more, likeliest first; `None`: a text that is not in the cluster.
    pub candidates: Vec<(Option<DocId>, f32)>,
    /// Reasons, weightiest kind first.
    pub evidence: Vec<Evidence>,
}

/// A passage of the source that versions tell otherwise.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The source's sentence.
    pub sentence: u32,
    /// The source's words; empty where something was added.
    pub source: Span,
    /// What kind of change the likeliest one is.
    pub category: Category,
    /// How much the gravest one matters.
    pub severity: Severity,
    /// Versions that keep the source's words, ascending.
    pub kept: Vec<DocId>,
    /// What stands in their place elsewhere, most witnesses first.
    pub readings: Vec<Reading>,
    /// Versions that tell the sentence in words that decide for no reading, ascending.
    pub unclear: Vec<DocId>,
    /// Versions that leave the sentence out, ascending: no witnesses.
    pub silent: Vec<DocId>,
}

/// Words that stand in place of the source's.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// The version whose words are quoted.
    pub document: DocId,
    /// Its words; empty where the source's are missing.
    pub words: Span,
    /// What kind of change.
    pub category: Category,
    /// How much it matters.
    pub severity: Severity,
    /// Likelihood in 0..=1 that a careful reader calls this a change of meaning.
    pub score: f32,
    /// A later version of the wire, or copies that do not hang together, have it: newer, not wrong.
    pub newer: Option<Newer>,
    /// Versions that have it, ascending, the quoted one among them.
    pub witnesses: Vec<DocId>,
}

/// What shows that a changed statement is a newer one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Newer {
    /// A later version of the wire has it.
    Wire(DocId),
    /// So many copies have it that none has from another.
    Copies(u32),
}

/// A statement that a later version of the wire makes otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Correction {
    /// The source's sentence.
    pub sentence: u32,
    /// The source's words.
    pub old: Span,
    /// The later version.
    pub later: DocId,
    /// Its words.
    pub new: Span,
    /// What kind of statement.
    pub category: Category,
    /// Copies that still carry the old statement, ascending.
    pub carry_old: Vec<DocId>,
    /// Copies that have the new one, ascending.
    pub carry_new: Vec<DocId>,
    /// Copies published after the later version that still carry the old statement, ascending.
    pub late: Vec<DocId>,
}

/// Counts of a run, for the closing line and for explaining an empty result.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Summary {
    /// Documents read.
    pub documents: u64,
    /// Paragraphs in them.
    pub paragraphs: u64,
    /// Sentences in them.
    pub sentences: u64,
    /// Pairs of documents worth comparing.
    pub candidates: u64,
    /// Pairs that verification accepted.
    pub matches: u64,
    /// Highest containment among the pairs that verification refused, 0..=1.
    pub best_refused: Option<f32>,
    /// Containment asked for, 0..=1.
    pub asked: f32,
    /// Records that could not be used.
    pub lost: u64,
}

/// Everything `trace` found, ready to render.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// All documents, ordered by id.
    pub documents: Vec<Document>,
    /// Their sentences.
    pub segmented: Vec<Segmented>,
    /// Clusters, largest first.
    pub clusters: Vec<Cluster>,
    /// For each document, the cluster (index into `clusters`) of the story that most of it carries.
    pub main_cluster: Vec<Option<u32>>,
    /// Counts.
    pub summary: Summary,
    /// What could not be read, or was read under an assumption.
    pub problems: Vec<Problem>,
}

impl Report {
    /// The document behind an id.
    pub fn document(&self, id: DocId) -> &Document {
        &self.documents[id.index()]
    }
}

/// Who of an article and a source had the text first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum First {
    /// The source came out before the article.
    Source,
    /// The article came out before the source: it may be the source's source.
    Article,
    /// Both came out at the same time.
    Together,
    /// The time of one is not known.
    #[default]
    Unknown,
}

impl First {
    /// The name reports use.
    pub fn name(self) -> &'static str {
        match self {
            Self::Source => "source",
            Self::Article => "article",
            Self::Together => "together",
            Self::Unknown => "unknown",
        }
    }
}

/// What an archive's document has to do with an article, beside what [`Version`] says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Found {
    /// Who had it first, by the times of publication.
    pub first: First,
    /// Share of the article's words that stand in the source, furniture, headlines and repetitions counted on both sides, 0..=1.
    pub article_with_furniture: f32,
    /// Share of the source's words that stand in the article, counted likewise, 0..=1.
    pub source_with_furniture: f32,
    /// Estimated Jaccard similarity of 5-word shingles, 0..=1.
    pub jaccard: f32,
}

/// A source that was measured and not judged sentence by sentence.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OtherSource {
    /// Its id in the archive.
    pub id: String,
    /// Its outlet.
    pub outlet: Option<String>,
    /// When it was published, as written in the record.
    pub published_at: Option<String>,
    /// Share of the article's words that come from it, 0..=1.
    pub containment_of_article: f32,
    /// Share of its words that the article has, 0..=1.
    pub containment_of_source: f32,
    /// Whether the shares are those of sentences that answer each other; else of words in runs of five that both have, as a rule somewhat less.
    pub aligned: bool,
    /// Who had it first.
    pub first: First,
}

/// What an archive knows of an article: everything `check` found, ready to render.
#[derive(Clone, Debug, Default)]
pub struct Checked {
    /// The article is document 0, the sources follow as they are ranked: the one that most of the article comes from first. Source `k` is document
    /// `k + 1`, and cluster `k` holds one version, the article beside it.
    pub report: Report,
    /// For each cluster what else is known of its source.
    pub found: Vec<Found>,
    /// Sources past the number that is judged, as they are ranked.
    pub others: Vec<OtherSource>,
    /// Documents of the archive that had anything in common with the article.
    pub met: u64,
    /// Of these, printings of the same text (Jaccard similarity about 0.5 and more), shown or not; counted up to 128.
    pub printings: u64,
    /// Documents of the archive, and the number of its state.
    pub archive: (u64, u64),
    /// Damaged files of the archive, each with what is wrong: what they hold is missing from the answer.
    pub damaged: Vec<String>,
}

impl Checked {
    /// The article.
    pub fn article(&self) -> &Document {
        &self.report.documents[0]
    }

    /// The judged sources as they are ranked: the document, the article beside it, and what else is known.
    pub fn sources(&self) -> impl Iterator<Item = (&Document, &Version, &Found)> {
        self.report
            .clusters
            .iter()
            .zip(&self.found)
            .map(|(cluster, found)| {
                (
                    self.report.document(cluster.source),
                    &cluster.versions[0],
                    found,
                )
            })
    }
}

/// A pair of sentences judged on its own.
#[derive(Clone, Debug)]
pub struct PairVerdict {
    /// What was done to the reference.
    pub relation: Relation,
    /// Likelihood in 0..=1 that the meaning (not the wording) changed.
    pub drift_score: f32,
    /// The changes, by their place in the hypothesis; spans are bytes of the two texts.
    pub drifts: Vec<Drift>,
}
