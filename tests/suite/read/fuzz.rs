//! Damaged files of every format: whatever the bytes, reading them ends soon, in little memory, without a panic, and costs
//! no good file beside them anything.
//!
//! Each reader gets valid files that are damaged in many ways, from a seed that grows with each. The suite does so for a
//! second each; for longer:
//!
//! ```text
//! WIRECOPY_FUZZ_SECONDS=600 cargo test --test suite fuzz -- --nocapture --test-threads 2
//! ```
//!
//! A case that fails is written to `target/fuzz/`; those of the past are in `tests/suite/read/cases/`.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use wirecopy::Error;
use wirecopy::observer::Silent;
use wirecopy::read::{ReadOptions, documents};

use super::formats::{PACKERS, Packer, page, parquet_of, samples, warc, wet};

/// Longest time for one file. Most take under a millisecond; this is for a busy machine.
const LONGEST: Duration = Duration::from_secs(30);

/// Most memory of the whole test program, in KiB: all readers together.
const MOST_MEMORY: u64 = 3 << 20;

/// A source of numbers that are the same in every run (SplitMix64, Steele, Lea, Flood 2014).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`; 0 when that is 0.
    #[expect(clippy::cast_possible_truncation, reason = "below a usize")]
    fn below(&mut self, end: usize) -> usize {
        (self.next() % (end.max(1) as u64)) as usize
    }
}

/// What formats are made of.
const TOKENS: &[&[u8]] = &[
    b"\"",
    b"\n",
    b"\r\n",
    b"\r\n\r\n",
    b",",
    b";",
    b"\t",
    b"{",
    b"}",
    b"[",
    b"]",
    b"\\",
    b"\\u",
    b"\\ud83d",
    b"\0",
    b"\xef\xbb\xbf",
    b"\xff\xfe",
    b"\xfe\xff",
    b"WARC/1.0\r\n",
    b"Content-Length: 99999999999999999999\r\n",
    b"Content-Length: 18446744073709551615\r\n",
    b"Transfer-Encoding: chunked\r\n",
    b"ffffffffffffffff\r\n",
    b"PAR1",
    b"\x1f\x8b\x08\x00",
    b"<!--",
    b"<script>",
    b"&#x10ffff;",
    b"title: ",
    "\u{e9}\u{2028}".as_bytes(),
    b"\xe9\x80",
];

/// Numbers that length fields go wrong with.
const LENGTHS: &[u64] = &[
    0,
    1,
    0x7f,
    0x80,
    0xff,
    0x7fff,
    0xffff,
    0x7fff_ffff,
    0x8000_0000,
    0xffff_ffff,
    0x7fff_ffff_ffff_ffff,
    u64::MAX,
];

/// Damages `bytes` in one to four ways.
fn damage(bytes: &mut Vec<u8>, random: &mut Random) {
    for _ in 0..=random.below(4) {
        let at = random.below(bytes.len());
        let end = (at + 1 + random.below(64)).min(bytes.len());
        match random.below(11) {
            0 if !bytes.is_empty() => bytes[at] ^= 1 << random.below(8),
            1 if !bytes.is_empty() => bytes[at] = random.next().to_le_bytes()[0],
            2 => bytes.truncate(at),
            3 => drop(bytes.drain(at..end)),
            4 => {
                let piece = bytes[at..end].to_vec();
                let to = random.below(bytes.len() + 1);
                bytes.splice(to..to, piece);
            }
            5 => {
                let token = TOKENS[random.below(TOKENS.len())];
                bytes.splice(at..at, token.iter().copied());
            }
            6 => {
                let width = 1 << random.below(4);
                let mut field = LENGTHS[random.below(LENGTHS.len())].to_le_bytes();
                if random.below(2) == 0 {
                    field[..width].reverse();
                }
                for (place, byte) in bytes.iter_mut().skip(at).take(width).zip(field) {
                    *place = byte;
                }
            }
            7 => {
                // The end of a file is where Parquet and archives keep their lengths.
                let back = bytes.len() - random.below(bytes.len().min(64));
                if let Some(place) = bytes.get_mut(back.saturating_sub(1)) {
                    *place = random.next().to_le_bytes()[0];
                }
            }
            8 => {
                let times = random.below(1000);
                let piece = bytes[at..end].repeat(times);
                bytes.splice(at..at, piece);
            }
            9 => {
                if let Some(place) = bytes[at..].iter_mut().find(|byte| byte.is_ascii_digit()) {
                    *place = b"0919"[random.below(4)];
                }
            }
            _ => bytes.rotate_left(at),
        }
    }
}

/// What went wrong with these bytes, if anything did.
fn wrong(folder: &Path, name: &str, bytes: &[u8], options: &ReadOptions) -> Option<String> {
    let path = folder.join(name);
    fs::write(&path, bytes).expect("the case is set up");
    let inputs = [
        path.to_str().expect("a path").to_owned(),
        folder.join("good.txt").to_str().expect("a path").to_owned(),
    ];
    let started = Instant::now();
    let read = catch_unwind(AssertUnwindSafe(|| documents(&inputs, options, &Silent)));
    let took = started.elapsed();
    let loaded = match read {
        Err(panic) => {
            let said = panic
                .downcast_ref::<String>()
                .map(String::as_str)
                .or_else(|| panic.downcast_ref::<&str>().copied());
            return Some(format!("a panic: {}", said.unwrap_or("of another kind")));
        }
        Ok(Err(Error::NoInput { .. })) => {
            return Some("the good file beside it is lost".to_owned());
        }
        Ok(Err(error)) => return Some(format!("the run ended: {error}")),
        Ok(Ok(loaded)) => loaded,
    };
    if took > LONGEST {
        return Some(format!("it took {took:?}"));
    }
    if !loaded
        .documents
        .iter()
        .any(|document| document.text == "a good article")
    {
        return Some("the good file beside it is lost".to_owned());
    }
    let broken = loaded
        .problems
        .iter()
        .find(|problem| problem.message.is_empty());
    broken.map(|problem| format!("a problem without words: {problem:?}"))
}

/// Highest memory of this program, in KiB.
fn peak() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    let number = line.and_then(|line| line.split_whitespace().nth(1)?.parse().ok());
    number.unwrap_or(0)
}

fn seconds() -> u64 {
    std::env::var("WIRECOPY_FUZZ_SECONDS")
        .ok()
        .and_then(|seconds| seconds.parse().ok())
        .unwrap_or(1)
}

/// Damages files of one kind for as long as asked. `pack` is put around what was damaged, and half the time damaged too.
fn fuzz(reader: &str, name: &str, files: &[Vec<u8>], pack: Option<&Packer>) {
    let folder = tempfile::tempdir().expect("the case is set up");
    fs::write(folder.path().join("good.txt"), "a good article").expect("the case is set up");
    let options = ReadOptions {
        max_record_bytes: 1 << 20,
        max_expanded_bytes: 64 << 20,
        ..ReadOptions::default()
    };
    let until = Instant::now() + Duration::from_secs(seconds());
    let mut cases = 0_u64;
    while cases == 0 || Instant::now() < until {
        let mut random = Random(cases);
        let mut bytes = files[random.below(files.len())].clone();
        match pack {
            None => damage(&mut bytes, &mut random),
            Some((_, pack)) if random.below(4) == 0 => {
                damage(&mut bytes, &mut random);
                bytes = pack(&bytes);
            }
            Some((_, pack)) => {
                bytes = pack(&bytes);
                damage(&mut bytes, &mut random);
            }
        }
        let mut found = wrong(folder.path(), name, &bytes, &options);
        if found.is_none() && cases.is_multiple_of(256) && peak() > MOST_MEMORY {
            found = Some(format!("{} KiB of memory", peak()));
        }
        if let Some(found) = found {
            let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/fuzz");
            fs::create_dir_all(&kept).expect("the case can be kept");
            let kept = kept.join(format!("{reader}-{cases}-{name}"));
            fs::write(&kept, &bytes).expect("the case can be kept");
            panic!(
                "{reader}, case {cases}: {found}; kept as {}",
                kept.display()
            );
        }
        cases += 1;
    }
    if seconds() > 1 {
        let line = format!("{reader}: {cases} cases, peak {} MiB\n", peak() >> 10);
        std::io::Write::write_all(&mut std::io::stderr(), line.as_bytes()).expect("it can be said");
    }
}

fn sample(ending: &str) -> Vec<Vec<u8>> {
    let of_kind = samples().into_iter().filter(|(kind, _)| *kind == ending);
    of_kind.map(|(_, bytes)| bytes).collect()
}

#[test]
fn fuzz_text() {
    let files = [
        b"title: Quake\noutlet: Ararat Post\n\nTwo people died.".to_vec(),
        "\u{feff}Un caf\u{e9} \u{e0} Paris"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect(),
        b"d\xe9j\xe0 vu \xe0 Paris, o\xf9 l'\xe9t\xe9".to_vec(),
    ];
    fuzz("text", "a.txt", &files, None);
}

#[test]
fn fuzz_jsonl() {
    fuzz("jsonl", "a.jsonl", &sample("jsonl"), None);
}

#[test]
fn fuzz_json() {
    fuzz("json", "a.json", &sample("json"), None);
}

#[test]
fn fuzz_csv() {
    let files = [sample("csv"), sample("tsv")].concat();
    fuzz("csv", "a.csv", &files, None);
}

#[test]
fn fuzz_parquet() {
    use parquet::basic::Compression;
    let rows = |count: usize| {
        let row = |n: usize| {
            (
                Some(format!("t{n}")).filter(|_| !n.is_multiple_of(3)),
                format!("words {n} "),
                7,
            )
        };
        (0..count).map(row).collect::<Vec<_>>()
    };
    let files: Vec<_> = [
        Compression::UNCOMPRESSED,
        Compression::SNAPPY,
        Compression::ZSTD(Default::default()),
        Compression::GZIP(Default::default()),
        Compression::BROTLI(Default::default()),
        Compression::LZ4_RAW,
    ]
    .into_iter()
    .map(|packed| parquet_of(&[rows(20), rows(3)], packed))
    .collect();
    fuzz("parquet", "a.parquet", &files, None);
}

#[test]
fn fuzz_warc() {
    fuzz("warc", "a.warc", &[warc()], None);
}

#[test]
fn fuzz_wet() {
    fuzz("wet", "a.wet", &[wet()], None);
}

#[test]
fn fuzz_html() {
    fuzz("html", "a.html", &[page().into_bytes()], None);
}

#[test]
fn fuzz_gzip() {
    fuzz("gzip", "a.gz", &packed_files(), Some(&PACKERS[1]));
}

#[test]
fn fuzz_zstd() {
    fuzz("zstd", "a.zst", &packed_files(), Some(&PACKERS[2]));
}

#[test]
fn fuzz_bzip2() {
    fuzz("bzip2", "a.bz2", &packed_files(), Some(&PACKERS[3]));
}

#[test]
fn fuzz_xz() {
    fuzz("xz", "a.xz", &packed_files(), Some(&PACKERS[4]));
}

fn packed_files() -> Vec<Vec<u8>> {
    let mut files: Vec<_> = samples().into_iter().map(|(_, bytes)| bytes).collect();
    files.push(warc());
    files.push(b"some words ".repeat(5000));
    files
}

#[test]
fn every_case_that_once_failed_is_read() {
    let folder = tempfile::tempdir().expect("the case is set up");
    fs::write(folder.path().join("good.txt"), "a good article").expect("the case is set up");
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/suite/read/cases");
    let mut paths: Vec<PathBuf> = fs::read_dir(cases)
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .collect();
    paths.sort();
    let options = ReadOptions {
        max_record_bytes: 1 << 20,
        max_expanded_bytes: 64 << 20,
        ..ReadOptions::default()
    };
    for path in paths {
        let bytes = fs::read(&path).expect("the case is there");
        let name = path
            .file_name()
            .and_then(|name| name.to_str())
            .expect("a name");
        assert_eq!(wrong(folder.path(), name, &bytes, &options), None, "{name}");
    }
}
