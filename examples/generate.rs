//! A corpus of invented news with planted near-duplicates, for measuring.
//!
//! `cargo run --release --example generate -- PREFIX DOCUMENTS SEED` writes `PREFIX.jsonl` (`id`, `title`, `outlet`,
//! `published_at`, `text`) and `PREFIX.truth.tsv` (id, cluster or `-`, kind of edit, rate). The same arguments give the same bytes.
//!
//! Three documents in ten lie in clusters of 2 to about 100, made from a base story by one edit at a known rate: exact,
//! format, words, ocr, cut, frame, shuffle, and, beyond the corpus that other tools were measured on, correction (one
//! figure or name and a notice), liveblog (entries put on top), syndicated (the same notices around other stories) and headline
//! (another headline inside the text). Two in a hundred are market and weather templates that share text and are no
//! copies; five in a hundred single stories carry a syndication notice that thousands share.
//!
//! Stories are made one cluster at a time and written in a shuffled order within windows of 4,096 documents, so that any number of
//! documents needs little memory.
#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "sizes of invented texts are small"
)]

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, BufWriter, Write};

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

    /// In `0..1`.
    fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.unit() * limit as f64) as usize
    }

    fn normal(&mut self) -> f64 {
        (-2.0 * (1.0 - self.unit()).ln()).sqrt() * (std::f64::consts::TAU * self.unit()).cos()
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }
}

/// Words by falling frequency (Zipf), drawn in constant time from a table of the inverse distribution.
struct Vocabulary {
    words: Vec<&'static str>,
    table: Vec<u32>,
}

const WORDS: usize = 120_000;

impl Vocabulary {
    fn new(chance: &mut Chance) -> Self {
        let mut words = Vec::with_capacity(WORDS);
        let mut seen = std::collections::BTreeSet::new();
        while words.len() < WORDS {
            let length = (0.35 + (words.len() as f64 + 3.0).log10() * 0.6 + 0.45 * chance.normal())
                .round()
                .clamp(1.0, 5.0) as usize;
            let mut word = String::new();
            for _ in 0..length {
                word.push(char::from(*chance.pick(b"bcdfghjklmnprstvwz")));
                word.push(char::from(*chance.pick(b"aeiou")));
            }
            if chance.unit() < 0.45 {
                word.push(char::from(*chance.pick(b"bcdfghjklmnprstvwz")));
            }
            if chance.unit() < 0.004 {
                word.pop();
                word.push(*chance.pick(&['é', 'ü', 'ñ', 'ç', 'ø', 'ß']));
            }
            while !seen.insert(word.clone()) {
                word.push(char::from(*chance.pick(b"bcdfghjklmnprstvwz")));
                word.push(char::from(*chance.pick(b"aeiou")));
            }
            // The vocabulary lives as long as the program.
            words.push(&*word.leak());
        }
        let mut sum = 0.0;
        let sums: Vec<f64> = (0..WORDS)
            .map(|rank| {
                sum += (rank as f64 + 3.7).powf(-1.05);
                sum
            })
            .collect();
        let mut rank = 0;
        let table = (0..1u32 << 20)
            .map(|at| {
                while sums[rank] < sum * (f64::from(at) + 0.5) / f64::from(1 << 20) {
                    rank += 1;
                }
                rank as u32
            })
            .collect();
        Self { words, table }
    }

    fn word(&self, chance: &mut Chance) -> Word {
        let rank = *chance.pick(&self.table) as usize;
        // The rare half of the vocabulary shares few places in the table: spread it.
        let rank = if rank > WORDS / 2 {
            WORDS / 2 + chance.below(WORDS / 2)
        } else {
            rank
        };
        Cow::Borrowed(self.words[rank])
    }
}

/// Most words are the vocabulary's own; what an edit changes is owned.
type Word = Cow<'static, str>;
type Story = Vec<Vec<Word>>;

struct Document {
    title: String,
    text: String,
    cluster: String,
    kind: String,
    rate: f64,
}

struct Press {
    chance: Chance,
    vocabulary: Vocabulary,
    notices: Vec<Vec<Word>>,
}

const OUTLETS: [&str; 6] = [
    "The Morning Herald",
    "Daily Courier",
    "City Tribune",
    "Evening Post",
    "National Observer",
    "Coast Gazette",
];

impl Press {
    fn new(seed: u64) -> Self {
        let mut chance = Chance(seed);
        let vocabulary = Vocabulary::new(&mut chance);
        let mut press = Self {
            chance,
            vocabulary,
            notices: Vec::new(),
        };
        press.notices = (0..12).map(|_| press.story(60).concat()).collect();
        press
    }

    fn length(&mut self) -> usize {
        (5.80 + 0.62 * self.chance.normal())
            .exp()
            .clamp(40.0, 4000.0) as usize
    }

    fn story(&mut self, length: usize) -> Story {
        let mut paragraphs = Vec::new();
        let mut left = length;
        while left > 0 {
            let size = (35 + self.chance.below(55)).min(left);
            left -= size;
            let mut paragraph: Vec<Word> = (0..size)
                .map(|_| {
                    if self.chance.unit() < 0.02 {
                        (1 + self.chance.below(4999)).to_string().into()
                    } else {
                        self.vocabulary.word(&mut self.chance)
                    }
                })
                .collect();
            let mut at = 0;
            while at < size {
                let sentence = 8 + self.chance.below(18);
                let end = size.min(at + sentence);
                let first = paragraph[at].clone();
                let mut letters = first.chars();
                let capital: String = letters
                    .next()
                    .map(|first| first.to_uppercase().chain(letters).collect())
                    .unwrap_or_default();
                paragraph[at] = capital.into();
                if at + sentence / 2 + 1 < end {
                    paragraph[at + sentence / 2].to_mut().push(',');
                }
                paragraph[end - 1].to_mut().push('.');
                at = end;
            }
            if self.chance.unit() < 0.3 && size > 6 {
                let at = self.chance.below(size - 5);
                paragraph[at].to_mut().insert(0, '"');
                paragraph[at + 4].to_mut().push('"');
            }
            paragraphs.push(paragraph);
        }
        paragraphs
    }

    fn noise(&mut self, story: &Story, rate: f64) -> Story {
        let mut noisy = Vec::new();
        for paragraph in story {
            let mut out = Vec::with_capacity(paragraph.len());
            for word in paragraph {
                if self.chance.unit() >= rate {
                    out.push(word.clone());
                    continue;
                }
                match self.chance.unit() {
                    kind if kind < 0.6 => out.push(self.vocabulary.word(&mut self.chance)),
                    kind if kind < 0.8 => {
                        out.extend([word.clone(), self.vocabulary.word(&mut self.chance)])
                    }
                    _ => {}
                }
            }
            if !out.is_empty() {
                noisy.push(out);
            }
        }
        noisy
    }

    fn edit(&mut self, story: &Story, kind: &str, rate: f64) -> Story {
        let size: usize = story.iter().map(Vec::len).sum();
        let mut out = story.clone();
        match kind {
            "format" => {
                for word in out.iter_mut().flatten() {
                    if self.chance.unit() < 0.5 {
                        *word = word
                            .to_lowercase()
                            .trim_matches(['"', '.', ','])
                            .to_owned()
                            .into();
                    }
                }
            }
            "words" => out = self.noise(story, rate),
            "ocr" => {
                for word in out.iter_mut().flatten() {
                    let letters = word.chars().count();
                    if letters > 2 && self.chance.unit() < rate {
                        let wrong = self.chance.below(letters);
                        let letter = char::from(*self.chance.pick(b"abcdefghilmnorstu"));
                        *word = word
                            .chars()
                            .enumerate()
                            .map(|(at, c)| if at == wrong { letter } else { c })
                            .collect();
                    }
                }
            }
            "cut" => {
                let mut keep = (size as f64 * (1.0 - rate)) as usize;
                for paragraph in &mut out {
                    paragraph.truncate(keep);
                    keep -= paragraph.len();
                }
                out.retain(|paragraph| !paragraph.is_empty());
            }
            "frame" => {
                let outlet = *self.chance.pick(&OUTLETS);
                let dateline = outlet.to_lowercase();
                let front: Vec<Word> = dateline
                    .split(' ')
                    .chain(["Reuters", "--"])
                    .map(|word| Cow::Owned(word.to_owned()))
                    .collect();
                out[0].splice(0..0, front);
                out.extend(self.story(((size as f64 * rate) as usize).max(6)));
            }
            "shuffle" => {
                for at in (1..out.len()).rev() {
                    let other = self.chance.below(at + 1);
                    out.swap(at, other);
                }
                out = self.noise(&out, rate);
            }
            "correction" => {
                let paragraph = self.chance.below(out.len());
                let word = self.chance.below(out[paragraph].len());
                out[paragraph][word] = (1 + self.chance.below(4999)).to_string().into();
                let notice = "Correction: an earlier version of this story gave a wrong figure";
                out.push(notice.split(' ').map(Cow::Borrowed).collect());
            }
            "liveblog" => {
                let entries = self.story(((size as f64 * rate) as usize).max(10));
                out.splice(0..0, entries);
            }
            "syndicated" => {
                out.insert(0, self.chance.pick(&self.notices).clone());
            }
            "headline" => {
                let headline = self.story(9).concat();
                out.insert(0, headline);
            }
            _ => {}
        }
        out
    }

    fn document(&mut self, story: &Story, cluster: &str, kind: &str, rate: f64) -> Document {
        let title = self.story(8).concat().join(" ");
        let paragraphs: Vec<String> = story.iter().map(|paragraph| paragraph.join(" ")).collect();
        Document {
            title,
            text: paragraphs.join("\n\n"),
            cluster: cluster.to_owned(),
            kind: kind.to_owned(),
            rate,
        }
    }
}

/// Kinds of edit, the rates they come at, and their share in a hundred.
const EDITS: [(&str, &[f64], usize); 11] = [
    ("exact", &[0.0], 11),
    ("format", &[0.0], 9),
    ("words", &[0.005, 0.01, 0.02, 0.03, 0.05, 0.10], 30),
    ("ocr", &[0.01, 0.02, 0.04], 9),
    ("cut", &[0.05, 0.1, 0.2, 0.3], 11),
    ("frame", &[0.05, 0.1, 0.2, 0.3], 13),
    ("shuffle", &[0.0, 0.01, 0.02], 5),
    ("correction", &[0.0], 3),
    ("liveblog", &[0.1, 0.2, 0.3], 3),
    ("syndicated", &[0.0], 3),
    ("headline", &[0.0], 3),
];

fn edit(chance: &mut Chance) -> (&'static str, f64) {
    let mut share = chance.below(100);
    for (kind, rates, weight) in EDITS {
        if share < weight {
            return (kind, *chance.pick(rates));
        }
        share -= weight;
    }
    ("exact", 0.0)
}

struct Out {
    records: BufWriter<File>,
    truth: BufWriter<File>,
    waiting: Vec<Document>,
    written: usize,
    chance: Chance,
}

impl Out {
    fn put(&mut self, document: Document) -> io::Result<()> {
        self.waiting.push(document);
        if self.waiting.len() >= 4096 {
            let at = self.chance.below(self.waiting.len());
            let next = self.waiting.swap_remove(at);
            self.write(&next)?;
        }
        Ok(())
    }

    fn write(&mut self, document: &Document) -> io::Result<()> {
        let id = format!("d{}", self.written);
        let minute = self.written % (28 * 24 * 60);
        let (day, hour, minute) = (1 + minute / 1440, minute / 60 % 24, minute % 60);
        let record = serde_json::json!({
            "id": id,
            "title": document.title,
            "outlet": self.chance.pick(&OUTLETS),
            "published_at": format!("2026-03-{day:02}T{hour:02}:{minute:02}:00Z"),
            "text": document.text,
        });
        serde_json::to_writer(&mut self.records, &record)?;
        self.records.write_all(b"\n")?;
        writeln!(
            self.truth,
            "{id}\t{}\t{}\t{}",
            document.cluster, document.kind, document.rate
        )?;
        self.written += 1;
        Ok(())
    }

    fn finish(mut self) -> io::Result<()> {
        while !self.waiting.is_empty() {
            let at = self.chance.below(self.waiting.len());
            let next = self.waiting.swap_remove(at);
            self.write(&next)?;
        }
        self.records.flush()?;
        self.truth.flush()
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [prefix, documents, seed] = arguments.as_slice() else {
        return Err("usage: generate PREFIX DOCUMENTS SEED".into());
    };
    let (documents, seed): (usize, u64) = (documents.parse()?, seed.parse()?);
    let mut press = Press::new(seed);
    let create = |ending: &str| {
        File::create(format!("{prefix}.{ending}"))
            .map(|file| BufWriter::with_capacity(1 << 20, file))
    };
    let mut out = Out {
        records: create("jsonl")?,
        truth: create("truth.tsv")?,
        waiting: Vec::new(),
        written: 0,
        chance: Chance(seed ^ 0xface),
    };
    let (mut made, mut cluster, mut template) = (0, 0, 0);
    while made < documents {
        // Of ten documents three lie in clusters; the kinds take turns by chance so that any front of the corpus is mixed.
        let draw = press.chance.unit();
        let length = press.length();
        let base = press.story(length);
        if draw < 0.0790 {
            // Heavy-tailed sizes, 4.7 on average.
            let size = 2
                + ((1.0 - press.chance.unit())
                    .powf(-1.0 / 1.25)
                    .mul_add(1.2, -1.2) as usize)
                    .min(100);
            let size = size.min(documents - made).max(1);
            let name = if size == 1 {
                "-".to_owned()
            } else {
                format!("c{cluster}")
            };
            out.put(press.document(&base, &name, "base", 0.0))?;
            for _ in 1..size {
                let (kind, rate) = edit(&mut press.chance);
                let copy = press.edit(&base, kind, rate);
                out.put(press.document(&copy, &name, kind, rate))?;
            }
            made += size;
            cluster += 1;
        } else if draw < 0.0800 {
            let size = (5 + press.chance.below(35)).min(documents - made);
            let share = 0.35 + 0.25 * press.chance.unit();
            let kind = format!("template{template}");
            for _ in 0..size {
                let mut story = Vec::new();
                for paragraph in &base {
                    if press.chance.unit() < share {
                        story.push(paragraph.clone());
                    } else {
                        story.push(press.story(paragraph.len().max(20)).concat());
                    }
                }
                out.put(press.document(&story, "-", &kind, share))?;
            }
            made += size;
            template += 1;
        } else {
            let noticed = press.chance.unit() < 0.05;
            let story = if noticed {
                press.edit(&base, "syndicated", 0.0)
            } else {
                base
            };
            out.put(press.document(&story, "-", "single", 0.0))?;
            made += 1;
        }
    }
    out.finish()?;
    Ok(())
}
