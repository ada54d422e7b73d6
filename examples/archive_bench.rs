//! How fast an archive is added to and asked, on an archive of any size.
//!
//! `cargo run --release --example generate -- /tmp/news 1000000 5`, then
//! `cargo run --release --example archive_bench -- /tmp/news.jsonl /tmp/archive [QUERIES] [--cold] [--threads=N]`
//!
//! The archive is made when it is not there, and the time of adding is said without that of reading. All of it on one thread, unless
//! `--threads` says otherwise: then the clock tells how soon an answer comes. Then QUERIES articles (2,000 when not
//! given) are checked one after another, as `wirecopy check` does it: documents of the archive printed again word for word, with one
//! word in ten replaced, cut by 40 %, framed by another text, retold (every other word replaced and sentences turned, names and figures
//! kept), and texts that the archive does not have, in equal parts. Each is a text of the input that was drawn at random, and the answer
//! is asked whether its first source is that text, or a copy of it by the list of copies that `generate` writes beside its output. With `--cold` the archive's files are put out of the
//! system's cache before each of 40 further queries (GNU `dd`), and opened anew.
#![expect(
    clippy::print_stdout,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "an example prints what it measures"
)]

use std::collections::{BTreeMap, HashMap};
use std::error::Error;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use wirecopy::archive::Archive;
use wirecopy::check::check;
use wirecopy::model::Document;
use wirecopy::observer::Silent;
use wirecopy::options::CheckOptions;
use wirecopy::read::{ReadOptions, Source, in_batches, open};

/// The allocator of the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// A small fast generator. Steele, Lea, Flood 2014.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ z >> 31
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit as u64) as usize
    }
}

const KINDS: [&str; 6] = ["reprint", "edited", "cut", "framed", "retold", "unknown"];

/// What became of the queries of one kind.
#[derive(Clone, Copy, Default)]
struct Counts {
    all: usize,
    /// Without a source.
    silent: usize,
    /// With the drawn text as the first source.
    first: usize,
    /// With the drawn text among the judged sources.
    judged: usize,
}

impl Counts {
    fn said(self, kind: &str) -> String {
        let Self {
            all,
            silent,
            first,
            judged,
        } = self;
        if kind == "unknown" {
            format!("no source: {silent} of {all}")
        } else {
            format!("{first}, {judged} of {all}")
        }
    }
}

/// Which documents tell the same story: the list that `generate` writes, where it lies beside the input.
#[derive(Default)]
struct Stories(HashMap<String, String>);

impl Stories {
    fn read(input: &str) -> Result<Self, Box<dyn Error>> {
        let Some(prefix) = input.strip_suffix(".jsonl") else {
            return Ok(Self::default());
        };
        let path = format!("{prefix}.truth.tsv");
        if !Path::new(&path).is_file() {
            return Ok(Self::default());
        }
        let mut stories = HashMap::new();
        for line in std::fs::read_to_string(path)?.lines() {
            let mut fields = line.split('\t');
            if let (Some(id), Some(cluster)) = (fields.next(), fields.next())
                && cluster != "-"
            {
                stories.insert(id.to_owned(), cluster.to_owned());
            }
        }
        Ok(Self(stories))
    }

    fn same(&self, a: &str, b: &str) -> bool {
        a == b
            || self
                .0
                .get(a)
                .is_some_and(|story| self.0.get(b) == Some(story))
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    // All work of a query is done by one thread, so that its time can be told.
    let threads = std::env::args().find_map(|a| a.strip_prefix("--threads=").map(str::to_owned));
    let threads = threads.map_or(Ok(1), |threads| threads.parse())?;
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()?;
    pool.install(|| run().map_err(|error| error.to_string()))?;
    Ok(())
}

fn run() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let plain: Vec<&String> = arguments.iter().filter(|a| !a.starts_with("--")).collect();
    let [input, folder, rest @ ..] = plain.as_slice() else {
        return Err(
            "give a file of records, the folder of the archive, and maybe a number of queries"
                .into(),
        );
    };
    let queries: usize = rest.first().map_or(Ok(2000), |queries| queries.parse())?;
    let folder = Path::new(folder);
    let options = ReadOptions::default();
    let sources = open(&[(*input).clone()], &options, &Silent)?.sources;
    if !Archive::is_archive(folder) {
        add(&sources, &options, folder)?;
    }
    let archive = Archive::open(folder)?;
    let begin = Instant::now();
    let snapshot = archive.snapshot()?;
    let opened = begin.elapsed();
    let stat = snapshot.stat();
    println!(
        "{} documents in {} files, opened in {:.2} ms; text {:.0}, compressed {:.0}, beside it {:.0} bytes a document",
        stat.documents,
        stat.segments,
        millis(opened),
        stat.text_bytes as f64 / stat.documents as f64,
        stat.compressed_bytes as f64 / stat.documents as f64,
        stat.beside_bytes as f64 / stat.documents as f64,
    );
    let mut chance = Chance(17);
    let articles = draw(&sources, &options, queries + 80, &mut chance)?;
    let check_options = CheckOptions::default();
    let stories = Stories::read(input)?;
    let mut times: BTreeMap<&str, Vec<Duration>> = BTreeMap::new();
    let mut busy: BTreeMap<&str, Vec<Duration>> = BTreeMap::new();
    let mut found: BTreeMap<&str, Counts> = BTreeMap::new();
    // The first queries warm the cache and the lexicon, and are not counted.
    for (at, pair) in articles[..queries + 2].windows(2).enumerate() {
        let kind = KINDS[at % KINDS.len()];
        let article = make(kind, &pair[0], &pair[1], &mut chance);
        let (begin, before) = (Instant::now(), processor_time());
        let checked = check(article, &snapshot, &check_options, &Silent)?;
        let (time, used) = (begin.elapsed(), processor_time().saturating_sub(before));
        if at < queries / 10 {
            continue;
        }
        times.entry(kind).or_default().push(time);
        busy.entry(kind).or_default().push(used);
        // Any printing of the drawn text will do: a cluster may have a hundred.
        let sources: Vec<bool> = checked.report.documents[1..]
            .iter()
            .map(|source| stories.same(&pair[0].id, &source.id))
            .collect();
        let counts = found.entry(kind).or_default();
        counts.all += 1;
        counts.silent += usize::from(sources.is_empty());
        counts.first += usize::from(sources.first() == Some(&true));
        counts.judged += usize::from(sources.contains(&true));
    }
    let all = |times: &BTreeMap<&str, Vec<Duration>>| -> Vec<Duration> {
        times.values().flatten().copied().collect()
    };
    println!(
        "| query | median ms | p99 ms | most ms | of the processor: median ms | p99 ms | most ms | the drawn text is the first source, or judged |\n\
         |---|---:|---:|---:|---:|---:|---:|---:|"
    );
    for kind in KINDS {
        let counts = found.get(kind).copied().unwrap_or_default();
        let of_kind =
            |times: &BTreeMap<&str, Vec<Duration>>| times.get(kind).cloned().unwrap_or_default();
        line(kind, of_kind(&times), of_kind(&busy), &counts.said(kind));
    }
    line("all", all(&times), all(&busy), "");
    if arguments.iter().any(|argument| argument == "--cold") {
        drop(snapshot);
        let (mut cold, mut busy) = (Vec::new(), Vec::new());
        for pair in articles[queries..].windows(2).take(40) {
            let kind = KINDS[cold.len() % KINDS.len()];
            let article = make(kind, &pair[0], &pair[1], &mut chance);
            for entry in std::fs::read_dir(folder)? {
                let file = format!("if={}", entry?.path().display());
                Command::new("dd")
                    .args([&file, "iflag=nocache", "count=0", "status=none"])
                    .status()?;
            }
            let (begin, before) = (Instant::now(), processor_time());
            let snapshot = archive.snapshot()?;
            check(article, &snapshot, &check_options, &Silent)?;
            cold.push(begin.elapsed());
            busy.push(processor_time().saturating_sub(before));
        }
        line("cold", cold, busy, "");
    }
    Ok(())
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

fn line(kind: &str, mut times: Vec<Duration>, mut busy: Vec<Duration>, answered: &str) {
    let three = |times: &mut Vec<Duration>| -> String {
        times.sort_unstable();
        let at = |share: f64| {
            let place = (times.len() as f64 * share) as usize;
            let time = times.get(place.min(times.len().saturating_sub(1)));
            time.map_or(0.0, |&time| millis(time))
        };
        format!("{:.2} | {:.2} | {:.2}", at(0.5), at(0.99), at(1.0))
    };
    println!(
        "| {kind} | {} | {} | {answered} |",
        three(&mut times),
        three(&mut busy)
    );
}

/// What this thread has had of the processor: on a machine that others use too, the clock tells of them. Zero where the system does not say.
fn processor_time() -> Duration {
    // The system brings its account up to date when it looks for who is next.
    std::thread::yield_now();
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanoseconds = told.split(' ').next().and_then(|first| first.parse().ok());
    Duration::from_nanos(nanoseconds.unwrap_or(0))
}

/// Makes the archive, and says how fast.
fn add(sources: &[Source], options: &ReadOptions, folder: &Path) -> Result<(), Box<dyn Error>> {
    let archive = Archive::create(folder, 42)?;
    let mut writer = archive.writer()?;
    let (mut adding, mut busy, mut text) = (Duration::ZERO, Duration::ZERO, 0);
    let whole = Instant::now();
    in_batches(sources, options, &Silent, &mut |documents, _| {
        text += documents.iter().map(|d| d.text.len()).sum::<usize>();
        let (begin, before) = (Instant::now(), processor_time());
        for document in documents {
            writer.add(document)?;
        }
        adding += begin.elapsed();
        busy += processor_time().saturating_sub(before);
        Ok(())
    })?;
    let (begin, before) = (Instant::now(), processor_time());
    writer.commit()?;
    adding += begin.elapsed();
    busy += processor_time().saturating_sub(before);
    let megabytes = text as f64 / 1e6;
    println!(
        "added {megabytes:.0} MB of text in {:.2} s without reading, {:.2} s with it; {:.2} s of the processor without reading, {:.0} MB/s",
        adding.as_secs_f64(),
        whole.elapsed().as_secs_f64(),
        busy.as_secs_f64(),
        megabytes / busy.as_secs_f64(),
    );
    Ok(())
}

/// Some articles of the input, drawn at random.
fn draw(
    sources: &[Source],
    options: &ReadOptions,
    count: usize,
    chance: &mut Chance,
) -> Result<Vec<Document>, Box<dyn Error>> {
    let mut kept: Vec<Document> = Vec::new();
    let mut seen = 0;
    in_batches(sources, options, &Silent, &mut |documents, _| {
        for document in documents {
            seen += 1;
            // Reservoir sampling (Vitter 1985).
            if kept.len() < count {
                kept.push(document);
            } else {
                let place = chance.below(seen);
                if place < count {
                    kept[place] = document;
                }
            }
        }
        Ok(())
    })?;
    if kept.len() < count {
        return Err(format!("the input has only {} articles", kept.len()).into());
    }
    Ok(kept)
}

fn make(kind: &str, drawn: &Document, other: &Document, chance: &mut Chance) -> Document {
    let half = |text: &str| {
        let mut at = text.len() / 2;
        while !text.is_char_boundary(at) {
            at += 1;
        }
        text[..at].to_owned()
    };
    let mut replaced = |text: &str, one_in: usize| -> String {
        text.split(' ')
            .map(|word| {
                let plain = word.bytes().all(|byte| byte.is_ascii_lowercase());
                let changed = plain && chance.below(one_in) == 0;
                format!(
                    "{} ",
                    if changed {
                        PLAIN[chance.below(PLAIN.len())]
                    } else {
                        word
                    }
                )
            })
            .collect()
    };
    let text = match kind {
        "reprint" => drawn.text.clone(),
        "edited" => replaced(&drawn.text, 10),
        "cut" => {
            let mut at = drawn.text.len() * 6 / 10;
            while !drawn.text.is_char_boundary(at) {
                at += 1;
            }
            drawn.text[..at].to_owned()
        }
        "framed" => format!("{}\n\n{}", half(&other.text), drawn.text),
        "retold" => {
            let turned: Vec<String> = drawn
                .text
                .split(". ")
                .map(|sentence| {
                    let words: Vec<&str> = sentence.split(' ').collect();
                    let (front, back) = words.split_at(words.len() / 2);
                    [back, front].concat().join(" ")
                })
                .collect();
            replaced(&turned.join(". "), 2)
        }
        _ => {
            // Words of the language in an order that nobody printed.
            let mut words: Vec<&str> = drawn.text.split(' ').collect();
            for at in (1..words.len()).rev() {
                words.swap(at, chance.below(at + 1));
            }
            words
                .iter()
                .map(|word| {
                    if word.bytes().all(|b| b.is_ascii_lowercase()) {
                        word
                    } else {
                        "said"
                    }
                })
                .fold(String::new(), |text, word| text + word + " ")
        }
    };
    Document {
        id: "query".to_owned(),
        text,
        ..Document::default()
    }
}

/// Words that say little, in the place of others.
const PLAIN: [&str; 12] = [
    "while", "report", "people", "later", "under", "given", "people", "again", "place", "known",
    "early", "major",
];
