//! What is asked of the archive, by several people at once, within limits.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use tokio::sync::Semaphore;
use wirecopy::archive::{Archive, Case, Cases, Kept, Snapshot, Stat};
use wirecopy::check::{check, related};
use wirecopy::model::{Checked, Document, Report};
use wirecopy::observer::Observer;
use wirecopy::options::CheckOptions;
use wirecopy::pipeline::trace;

use super::failure::Failure;
use super::unseen;

/// Documents that are opened to find a story. 32: every pair of those that belong together is compared.
const STORY: usize = 32;
/// Bytes of texts of answers that are remembered, so that switches and exports need no second check.
const REMEMBERED: usize = 32 << 20;
/// Short requests that are served at the same time; they read files and count words.
pub(super) const SHORT_AT_ONCE: usize = 4;
/// Short requests that wait: as many as there are connections.
const MOST_SHORT: usize = 512;
/// Answers that are remembered.
const MOST_REMEMBERED: usize = 128;

/// What one request may cost.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// Largest body in bytes.
    pub(crate) body: usize,
    /// Longest time.
    pub(crate) time: Duration,
    /// Answers made at the same time.
    pub(crate) at_once: usize,
    /// Requests that wait for their turn; further ones are told to come again.
    pub(crate) waiting: usize,
    /// Largest note in bytes.
    pub(crate) note: usize,
    /// Articles that a file may hold.
    pub(crate) articles: usize,
    /// Articles that are kept.
    pub(crate) kept: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body: 2 << 20,
            time: Duration::from_secs(20),
            at_once: 2,
            waiting: 256,
            note: 8 << 10,
            articles: 200,
            kept: 10_000,
        }
    }
}

/// An article as people send it and as it is kept.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Article {
    /// The text as printed.
    pub(super) text: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) title: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) outlet: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) url: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) published_at: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) byline: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) modified_at: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) language: Option<String>,
    /// The agency that a record or a page's metadata names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) credit: Option<String>,
    /// Its id in the archive, when it is one of the archive's documents.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) document: Option<String>,
}

impl From<Document> for Article {
    fn from(document: Document) -> Self {
        Self {
            text: document.text,
            title: document.title,
            outlet: document.outlet,
            url: document.url,
            published_at: document.published_at,
            byline: document.byline,
            modified_at: document.modified_at,
            language: document.language,
            credit: document.credit,
            document: None,
        }
    }
}

impl Article {
    /// Tells articles apart: 32 hexadecimal digits of the SHA-256 of all that is known of it.
    pub(super) fn id(&self) -> String {
        let mut hash = Sha256::new();
        let fields = [
            Some(&self.text),
            self.title.as_ref(),
            self.outlet.as_ref(),
            self.url.as_ref(),
            self.published_at.as_ref(),
            self.byline.as_ref(),
            self.modified_at.as_ref(),
            self.language.as_ref(),
            self.credit.as_ref(),
            self.document.as_ref(),
        ];
        for field in fields {
            let field = field.map_or("", String::as_str);
            hash.update((field.len() as u64).to_le_bytes());
            hash.update(field);
        }
        let mut id = hex(&hash.finalize());
        id.truncate(32);
        id
    }

    fn into_document(self, id: &str) -> Document {
        let published_seconds = self
            .published_at
            .as_deref()
            .and_then(wirecopy::read::seconds);
        Document {
            id: self.document.unwrap_or_else(|| id.to_owned()),
            text: self.text,
            title: self.title,
            outlet: self.outlet,
            url: self.url,
            published_at: self.published_at,
            published_seconds,
            byline: self.byline,
            modified_at: self.modified_at,
            language: self.language,
            credit: self.credit,
            ..Document::default()
        }
    }
}

/// SHA-256 of a text as hexadecimal digits.
pub(super) fn sha256(text: &str) -> String {
    hex(&Sha256::digest(text))
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut hex, byte| {
        // A string takes whatever it is given.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// A kept article.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct KeptArticle {
    schema: String,
    pub(super) kept_at: String,
    pub(super) article: Article,
}

/// Name and version of the layout of kept articles.
const KEPT_SCHEMA: &str = "wirecopy.article/1";

/// What the archive knows of an article.
#[derive(Debug)]
pub(super) struct Answered {
    /// Tells the article apart.
    pub(super) id: String,
    /// As it was sent.
    pub(super) article: Article,
    /// What was found.
    pub(super) checked: Checked,
    /// What its reader does not see.
    pub(super) unseen: unseen::Found,
}

impl Answered {
    /// Places that its reader does not see.
    pub(super) fn unseen_count(&self) -> usize {
        self.unseen.count()
    }

    /// Bytes of its texts.
    fn weight(&self) -> usize {
        let documents = &self.checked.report.documents;
        self.article.text.len() + documents.iter().map(|one| one.text.len()).sum::<usize>()
    }
}

/// The story that an article belongs to, as far as the archive has it.
#[derive(Debug)]
pub(super) struct Story {
    /// The article and its neighbours in the archive, traced together.
    pub(super) report: Report,
    /// Which document the article is.
    pub(super) document: usize,
}

/// The archive, and what people do with it.
#[derive(Debug)]
pub(crate) struct Desk {
    archive: Archive,
    snapshot: RwLock<Snapshot>,
    cases: Mutex<Cases>,
    kept: Kept,
    /// Newest first.
    recent: Mutex<VecDeque<Arc<Answered>>>,
    options: CheckOptions,
    limits: Limits,
    /// For what takes long: checks and stories.
    long: Lane,
    /// For what is known already: nobody who only looks waits behind those who check.
    short: Lane,
}

/// A queue, and those who are served from it.
#[derive(Debug)]
struct Lane {
    turns: Arc<Semaphore>,
    waiting: AtomicUsize,
    /// Those who may wait; further ones are told to come again.
    most_waiting: usize,
}

impl Lane {
    fn new(at_once: usize, most_waiting: usize) -> Self {
        Self {
            turns: Arc::new(Semaphore::new(at_once)),
            waiting: AtomicUsize::new(0),
            most_waiting,
        }
    }
}

impl Desk {
    /// Opens what is asked.
    ///
    /// # Errors
    /// When the archive or its decisions cannot be read.
    pub(crate) fn open(
        archive: Archive,
        options: CheckOptions,
        limits: Limits,
    ) -> wirecopy::Result<Self> {
        Ok(Self {
            snapshot: RwLock::new(archive.snapshot()?),
            cases: Mutex::new(archive.cases()?),
            kept: archive.kept(),
            archive,
            recent: Mutex::default(),
            options,
            long: Lane::new(limits.at_once, limits.waiting),
            short: Lane::new(SHORT_AT_ONCE, MOST_SHORT),
            limits,
        })
    }

    pub(crate) fn limits(&self) -> &Limits {
        &self.limits
    }

    pub(super) fn options(&self) -> &CheckOptions {
        &self.options
    }

    /// Documents of the archive when it was last looked at.
    pub(crate) fn documents(&self) -> u64 {
        self.last_snapshot().documents()
    }

    /// What is wrong with the archive's files, as far as is known.
    pub(crate) fn damaged(&self) -> Vec<String> {
        let mut damaged = self.last_snapshot().damaged();
        damaged.extend_from_slice(self.cases().damaged());
        damaged
    }

    fn last_snapshot(&self) -> Snapshot {
        self.snapshot
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// The archive as it is now.
    pub(super) fn now(&self) -> Result<Snapshot, Failure> {
        let last = self.last_snapshot();
        let now = self.archive.snapshot_after(&last)?;
        if now.generation() != last.generation() {
            *self
                .snapshot
                .write()
                .unwrap_or_else(PoisonError::into_inner) = now.clone();
        }
        Ok(now)
    }

    fn cases(&self) -> MutexGuard<'_, Cases> {
        self.cases.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn recent(&self) -> MutexGuard<'_, VecDeque<Arc<Answered>>> {
        self.recent.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sizes of the archive, and what is wrong with it.
    pub(super) fn stat(&self) -> Result<(Stat, Vec<String>), Failure> {
        let now = self.now()?;
        let mut damaged = now.damaged();
        damaged.extend_from_slice(self.cases().damaged());
        Ok((now.stat(), damaged))
    }

    /// An article of the archive.
    pub(super) fn document(&self, id: &str) -> Result<Document, Failure> {
        let snapshot = self.now()?;
        let place = snapshot
            .find(id)?
            .ok_or_else(|| Failure::not_found(format!("the archive has no document `{id}`")))?;
        Ok(snapshot.document(place)?)
    }

    /// Checks an article, or remembers what was found when the archive is still the same.
    pub(super) fn check(
        &self,
        article: Article,
        observer: &dyn Observer,
    ) -> Result<Arc<Answered>, Failure> {
        let id = article.id();
        if let Some(known) = self.known(&id)? {
            return Ok(known);
        }
        let snapshot = self.now()?;
        let document = article.clone().into_document(&id);
        let unseen = unseen::find(&document.text);
        let checked = check(document, &snapshot, &self.options, observer)?;
        let answered = Arc::new(Answered {
            id,
            article,
            checked,
            unseen,
        });
        self.remember(&answered);
        Ok(answered)
    }

    /// What was found of an article, when it is remembered and the archive is still the same.
    pub(super) fn known(&self, id: &str) -> Result<Option<Arc<Answered>>, Failure> {
        let generation = self.now()?.generation();
        let known = self.remembered(id);
        Ok(known.filter(|known| known.checked.archive.1 == generation))
    }

    fn remembered(&self, id: &str) -> Option<Arc<Answered>> {
        let mut recent = self.recent();
        let at = recent.iter().position(|one| one.id == id)?;
        let found = recent.remove(at)?;
        recent.push_front(found.clone());
        Some(found)
    }

    fn remember(&self, answered: &Arc<Answered>) {
        let mut recent = self.recent();
        recent.retain(|one| one.id != answered.id);
        recent.push_front(answered.clone());
        let mut weight = 0;
        let fits = recent.iter().take(MOST_REMEMBERED).take_while(|one| {
            weight += one.weight();
            weight <= REMEMBERED
        });
        let fits = fits.count();
        // The newest is kept whatever its size, for the page that asks next.
        recent.truncate(fits.max(1));
    }

    /// An article that was checked of late or is kept, checked against the archive as it is now.
    pub(super) fn again(
        &self,
        id: &str,
        observer: &dyn Observer,
    ) -> Result<Arc<Answered>, Failure> {
        let article = match self.remembered(id) {
            Some(known) => known.article.clone(),
            None => self.kept_article(id)?.article,
        };
        self.check(article, observer)
    }

    /// A kept article.
    pub(super) fn kept_article(&self, id: &str) -> Result<KeptArticle, Failure> {
        let content = self.kept.get(id)?.ok_or_else(|| {
            Failure::not_found("this article is not kept here; check it again, and keep it if its address is to last")
        })?;
        serde_json::from_str(&content).map_err(|error| {
            Failure::inside(format!("the kept article `{id}` cannot be read: {error}"))
        })
    }

    pub(super) fn is_kept(&self, id: &str) -> Result<bool, Failure> {
        Ok(self.kept.get(id)?.is_some())
    }

    /// The names of all kept articles.
    pub(super) fn all_kept(&self) -> Result<Vec<String>, Failure> {
        Ok(self.kept.names()?)
    }

    /// Keeps an article that was checked of late. Whether it is new.
    pub(super) fn keep(&self, id: &str) -> Result<bool, Failure> {
        if self.is_kept(id)? {
            return Ok(false);
        }
        let Some(known) = self.remembered(id) else {
            return Err(Failure::not_found(
                "this article is not remembered any more; check it again",
            ));
        };
        if self.kept.names()?.len() >= self.limits.kept {
            return Err(Failure::unusable(format!(
                "{} articles are kept, which is the most; forget some",
                self.limits.kept
            )));
        }
        let kept = KeptArticle {
            schema: KEPT_SCHEMA.to_owned(),
            kept_at: now(),
            article: known.article.clone(),
        };
        let content =
            serde_json::to_string(&kept).map_err(|error| Failure::inside(error.to_string()))?;
        self.kept.put(id, &content)?;
        Ok(true)
    }

    /// Forgets a kept article. Decisions about it stay in the archive's log.
    pub(super) fn forget(&self, id: &str) -> Result<(), Failure> {
        self.recent().retain(|one| one.id != id);
        if self.kept.remove(id)? {
            Ok(())
        } else {
            Err(Failure::not_found("this article is not kept here"))
        }
    }

    /// Every decision about an article, also those that other programs wrote.
    pub(super) fn cases_of(&self, id: &str) -> Result<Vec<Case>, Failure> {
        let mut cases = self.cases();
        cases.reload()?;
        Ok(cases.of_article(id).cloned().collect())
    }

    /// Keeps a decision. With `previous`, the time of the decision that it is to replace (empty: none), it is refused when somebody
    /// decided meanwhile.
    pub(super) fn decide(&self, mut case: Case, previous: Option<&str>) -> Result<Case, Failure> {
        let mut cases = self.cases();
        cases.reload()?;
        if let Some(previous) = previous {
            let found = cases.get(&case.article, &case.source);
            let changed_at = found.and_then(|case| case.changed_at.as_deref());
            if changed_at.unwrap_or_default() != previous {
                return Err(Failure::new(
                    axum::http::StatusCode::CONFLICT,
                    "decided_meanwhile",
                    "somebody else decided about this source meanwhile; look at that decision first",
                ));
            }
        }
        case.changed_at = Some(now());
        cases.set(case.clone())?;
        Ok(case)
    }

    /// Traces an article together with what the archive has of its story.
    pub(super) fn story(
        &self,
        answered: &Answered,
        observer: &dyn Observer,
    ) -> Result<Story, Failure> {
        let snapshot = self.now()?;
        let article = answered.checked.article();
        // Outlets that took the same text from the likely source may share little with the article itself.
        let best = answered.checked.sources().map(|(source, ..)| source).next();
        let mut documents: Vec<Document> = [Some(article), best]
            .into_iter()
            .flatten()
            .cloned()
            .collect();
        let options = CheckOptions {
            most_opened: STORY,
            ..self.options.clone()
        };
        let neighbours = related(&documents, &snapshot, &options, observer)?;
        documents.extend(neighbours);
        let id = article.id.clone();
        let report = trace(documents, Vec::new(), &self.options.matching, observer);
        if observer.stopped() {
            return Err(Failure::too_slow());
        }
        let document = report
            .documents
            .iter()
            .position(|one| one.id == id)
            .unwrap_or(0);
        Ok(Story { report, document })
    }

    /// Does long `work` on a thread of its own when its turn comes, and gives up on it after the time limit.
    pub(super) async fn work<T, W>(self: &Arc<Self>, work: W) -> Result<T, Failure>
    where
        T: Send + 'static,
        W: FnOnce(&Self, &Patience) -> Result<T, Failure> + Send + 'static,
    {
        self.take_turn(&self.long, work).await
    }

    /// The same for short work, which does not wait behind long work.
    pub(super) async fn look<T, W>(self: &Arc<Self>, work: W) -> Result<T, Failure>
    where
        T: Send + 'static,
        W: FnOnce(&Self, &Patience) -> Result<T, Failure> + Send + 'static,
    {
        self.take_turn(&self.short, work).await
    }

    async fn take_turn<T, W>(self: &Arc<Self>, lane: &Lane, work: W) -> Result<T, Failure>
    where
        T: Send + 'static,
        W: FnOnce(&Self, &Patience) -> Result<T, Failure> + Send + 'static,
    {
        let place = Place::take(lane).ok_or_else(Failure::busy)?;
        let until = Instant::now() + self.limits.time;
        let turn = tokio::time::timeout_at(until.into(), lane.turns.clone().acquire_owned());
        let Ok(Ok(turn)) = turn.await else {
            return Err(Failure::busy());
        };
        drop(place);
        let gone = Arc::new(AtomicBool::new(false));
        let patience = Patience {
            until,
            gone: gone.clone(),
        };
        // When the client breaks off, this future is dropped, and what is made for it stops at the next look.
        let _leaving = Leaving(gone);
        let desk = self.clone();
        let task = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            work(&desk, &patience)
        });
        match tokio::time::timeout_at(until.into(), task).await {
            Ok(Ok(done)) => done,
            Ok(Err(_)) => Err(Failure::inside(
                "the answer could not be made; the article is at fault or the program: please report it",
            )),
            Err(_) => Err(Failure::too_slow()),
        }
    }
}

/// A place among those who wait.
struct Place<'l>(&'l Lane);

impl<'l> Place<'l> {
    fn take(lane: &'l Lane) -> Option<Self> {
        let before = lane.waiting.fetch_add(1, Ordering::Relaxed);
        let place = Self(lane);
        (before < lane.most_waiting).then_some(place)
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Tells the worker that nobody waits any more.
struct Leaving(Arc<AtomicBool>);

impl Drop for Leaving {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// How long somebody waits for an answer.
#[derive(Debug)]
pub(super) struct Patience {
    until: Instant,
    gone: Arc<AtomicBool>,
}

impl Observer for Patience {
    fn stopped(&self) -> bool {
        self.gone.load(Ordering::Relaxed) || Instant::now() >= self.until
    }
}

/// The time as decisions carry it.
pub(super) fn now() -> String {
    let now = jiff::Timestamp::now();
    // Whole milliseconds: two decisions in one second are told apart.
    let round = now.round(jiff::Unit::Millisecond);
    round.unwrap_or(now).to_string()
}
