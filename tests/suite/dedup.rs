//! The laws of near-duplicate removal.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use proptest::prelude::*;
use wirecopy::dedup::{Deduped, dedup};
use wirecopy::observer::{Observer, Silent};
use wirecopy::options::{DedupOptions, Keep, VerifyOptions};
use wirecopy::read::ReadOptions;
use wirecopy::simd::Level;
use wirecopy::text::words::splitmix;
use wirecopy::verify::Verifier;

/// Invented news: 40 stories, most of them printed several times with words changed, cut or framed.
fn press(seed: u64) -> Vec<String> {
    let mut state = seed;
    let mut next = move |limit: u64| {
        state = splitmix(state);
        state % limit
    };
    let mut lines = Vec::new();
    for story in 0..40 {
        let base: Vec<String> = (0..80 + next(300))
            .map(|_| format!("w{}", next(20_000)))
            .collect();
        for copy in 0..=next(6) {
            let mut words = base.clone();
            match next(5) {
                0 => words.truncate(words.len() * 3 / 4),
                1 => words.extend((0..40).map(|_| format!("f{}", next(20_000)))),
                2 => {
                    let every = 12 + next(60);
                    for at in (0..words.len())
                        .step_by(usize::try_from(every).expect("the case is set up"))
                    {
                        words[at] = format!("e{}", next(20_000));
                    }
                }
                _ => {}
            }
            let date = format!("2026-03-{:02}", 1 + next(28));
            lines.push(format!(
                r#"{{"id": "s{story}-{copy}", "published_at": "{date}", "text": "{}"}}"#,
                words.join(" ")
            ));
        }
    }
    lines
}

fn put(folder: &Path, name: &str, lines: &[String]) -> String {
    let path = folder.join(name);
    fs::write(&path, lines.join("\n") + "\n").expect("the case is set up");
    path.to_str().expect("the case is set up").to_owned()
}

fn run(inputs: &[String], against: &[String], options: &DedupOptions) -> Deduped {
    dedup(inputs, against, &ReadOptions::default(), options, &Silent).expect("the case is set up")
}

/// Kept, removed and clusters as bytes.
fn outputs(found: &Deduped) -> [String; 3] {
    let mut bytes: [Vec<u8>; 3] = Default::default();
    found.write_kept(&mut bytes[0]).expect("the case is set up");
    found
        .write_removed(&mut bytes[1])
        .expect("the case is set up");
    found
        .write_clusters(&mut bytes[2])
        .expect("the case is set up");
    bytes.map(|bytes| String::from_utf8(bytes).expect("the case is set up"))
}

fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::to_owned).collect()
}

fn text_of(line: &str) -> String {
    serde_json::from_str::<serde_json::Value>(line).expect("the case is set up")["text"]
        .as_str()
        .expect("the case is set up")
        .to_owned()
}

#[test]
fn the_order_of_files_and_the_number_of_threads_never_change_a_byte() {
    let folder = tempfile::tempdir().expect("the case is set up");
    let all = press(1);
    let (front, back) = all.split_at(all.len() / 2);
    let [a, b] = [
        put(folder.path(), "a.jsonl", front),
        put(folder.path(), "b.jsonl", back),
    ];
    let options = DedupOptions::default();
    let expected = outputs(&run(&[a.clone(), b.clone()], &[], &options));
    assert!(!expected[1].is_empty());
    for threads in [1, 2, 5] {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .expect("the case is set up");
        assert_eq!(
            pool.install(|| outputs(&run(&[b.clone(), a.clone()], &[], &options))),
            expected
        );
    }
    for level in Level::available() {
        assert_eq!(
            outputs(&run(
                &[a.clone(), b.clone()],
                &[],
                &DedupOptions {
                    level,
                    ..options.clone()
                }
            )),
            expected
        );
    }
    // Signatures in a mapped file instead of memory.
    assert_eq!(
        outputs(&run(
            &[a, b],
            &[],
            &DedupOptions {
                memory: 4096,
                ..options
            }
        )),
        expected
    );
}

#[test]
fn kept_and_removed_are_what_was_read() {
    let folder = tempfile::tempdir().expect("the case is set up");
    let all = press(2);
    let path = put(folder.path(), "a.jsonl", &all);
    for keep in [Keep::Source, Keep::First, Keep::Earliest, Keep::Longest] {
        let [kept, removed, _] = outputs(&run(
            std::slice::from_ref(&path),
            &[],
            &DedupOptions {
                keep,
                ..DedupOptions::default()
            },
        ));
        let kept_ids: Vec<_> = kept
            .lines()
            .map(|line| {
                serde_json::from_str::<serde_json::Value>(line).expect("the case is set up")["id"]
                    .clone()
            })
            .collect();
        let mut back = lines(&kept);
        for line in removed.lines() {
            let record: serde_json::Value = serde_json::from_str(line).expect("the case is set up");
            assert!(
                kept_ids.contains(&record["wirecopy"]["kept"]),
                "a removed record names a kept one"
            );
            let at = line.find(", \"wirecopy\"").expect("the case is set up");
            back.push(line[..at].to_owned() + "}");
        }
        back.sort();
        let mut read = all.clone();
        read.sort();
        assert_eq!(back, read, "{keep:?}");
    }
}

#[test]
fn what_is_kept_is_what_the_policy_says() {
    let folder = tempfile::tempdir().expect("the case is set up");
    let text: String = (0..100).map(|n| format!("w{n} ")).collect();
    let record = |id: &str, date: &str, text: &str| {
        format!(r#"{{"id": "{id}", "published_at": "{date}", "text": "{text}"}}"#)
    };
    let all = [
        record("first", "2026-03-03", &text),
        record("earliest", "2026-03-01", &text),
        record("longest", "2026-03-02", &format!("{text} and more")),
        record(
            "credited",
            "2026-03-04",
            &format!("ARARAT (Reuters) {text}"),
        ),
    ];
    let path = put(folder.path(), "a.jsonl", &all);
    for (keep, id) in [
        (Keep::First, "first"),
        (Keep::Earliest, "earliest"),
        (Keep::Longest, "credited"),
    ] {
        let [kept, ..] = outputs(&run(
            std::slice::from_ref(&path),
            &[],
            &DedupOptions {
                keep,
                ..DedupOptions::default()
            },
        ));
        assert_eq!(kept.lines().count(), 1);
        assert!(kept.contains(&format!("\"{id}\"")), "{keep:?}: {kept}");
    }
}

#[test]
fn no_two_kept_documents_would_be_accepted_and_twice_is_once() {
    let folder = tempfile::tempdir().expect("the case is set up");
    for seed in 3..6 {
        let path = put(folder.path(), "a.jsonl", &press(seed));
        for keep in [Keep::Source, Keep::First] {
            let options = DedupOptions {
                keep,
                ..DedupOptions::default()
            };
            let [kept, ..] = outputs(&run(std::slice::from_ref(&path), &[], &options));
            let texts: Vec<_> = kept.lines().map(text_of).collect();
            let mut verifier =
                Verifier::new(&VerifyOptions::default(), options.seed, Level::best());
            for (at, a) in (0u32..).zip(&texts) {
                for b in &texts[at as usize + 1..] {
                    let found =
                        verifier.measure((at, &|| (a.as_bytes(), true)), (b.as_bytes(), true));
                    assert_eq!(found, None);
                }
            }
            let again = put(folder.path(), "kept.jsonl", &lines(&kept));
            let [twice, removed, _] = outputs(&run(&[again], &[], &options));
            assert_eq!((twice, removed), (kept, String::new()));
        }
    }
}

#[test]
fn against_is_the_union_restricted_to_the_new() {
    let folder = tempfile::tempdir().expect("the case is set up");
    let all = press(7);
    let options = DedupOptions {
        keep: Keep::First,
        ..DedupOptions::default()
    };
    let (old, new) = all.split_at(all.len() / 2);
    let raw = put(folder.path(), "raw.jsonl", old);
    let [old, ..] = outputs(&run(&[raw], &[], &options));
    let old = lines(&old);
    // In the union the old file comes first by name, so that `first` prefers it.
    let (a, b) = (
        put(folder.path(), "a.jsonl", &old),
        put(folder.path(), "b.jsonl", new),
    );
    let [union, ..] = outputs(&run(&[a.clone(), b.clone()], &[], &options));
    let [kept, removed, _] = outputs(&run(&[b], &[a], &options));
    assert_eq!(union, old.join("\n") + "\n" + &kept);
    assert!(!removed.is_empty());
}

#[test]
fn a_short_article_inside_a_long_one_is_found() {
    let folder = tempfile::tempdir().expect("the case is set up");
    let words = |range: std::ops::Range<u32>| range.map(|n| format!("w{n} ")).collect::<String>();
    let all = [
        format!(r#"{{"id": "round-up", "text": "{}"}}"#, words(0..1500)),
        format!(r#"{{"id": "one", "text": "{}"}}"#, words(100..400)),
        format!(r#"{{"id": "two", "text": "{}"}}"#, words(900..1250)),
    ];
    let path = put(folder.path(), "a.jsonl", &all);
    let [kept, removed, clusters] = outputs(&run(&[path], &[], &DedupOptions::default()));
    assert_eq!((kept.lines().count(), removed.lines().count()), (1, 2));
    assert!(kept.contains("round-up") && removed.contains("contained in the kept one"));
    // Two stories inside one round-up are strangers: only one of them clusters with it.
    assert_eq!(clusters.lines().count(), 2);
}

#[test]
fn two_hundred_thousand_copies_finish_in_seconds() {
    let folder = tempfile::tempdir().expect("the case is set up");
    let base: Vec<String> = (0..60).map(|n| format!("word{n}")).collect();
    let all: Vec<String> = (0..200_000)
        .map(|n| {
            let mut words = base.clone();
            if n % 3 == 0 {
                words[n % 60] = format!("x{n}");
            }
            format!(r#"{{"id": {n}, "text": "{}"}}"#, words.join(" "))
        })
        .collect();
    let path = put(folder.path(), "a.jsonl", &all);
    let start = Instant::now();
    let found = run(&[path], &[], &DedupOptions::default());
    assert!(start.elapsed().as_secs() < 60, "{:?}", start.elapsed());
    assert_eq!(
        (found.summary.clusters, found.summary.removed),
        (1, 199_999)
    );
}

#[test]
fn a_stopped_run_writes_nothing() {
    struct Stop;
    impl Observer for Stop {
        fn stopped(&self) -> bool {
            true
        }
    }
    let folder = tempfile::tempdir().expect("the case is set up");
    let path = put(folder.path(), "a.jsonl", &press(8));
    let found = dedup(
        &[path],
        &[],
        &ReadOptions::default(),
        &DedupOptions::default(),
        &Stop,
    );
    assert!(matches!(found, Err(wirecopy::Error::Interrupted)));
}

fn program(folder: &Path, arguments: &[&str]) -> std::process::Output {
    std::process::Command::new(env!("CARGO_BIN_EXE_wirecopy"))
        .arg("dedup")
        .args(arguments)
        .current_dir(folder)
        .output()
        .expect("the case is set up")
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<_> = fs::read_dir(folder)
        .expect("the case is set up")
        .map(|entry| entry.expect("the case is set up").file_name().into())
        .collect();
    files.sort();
    files
}

#[test]
fn the_command_writes_its_files_and_says_what_it_did() {
    let folder = tempfile::tempdir().expect("the case is set up");
    let all = press(9);
    put(folder.path(), "in.jsonl", &all);
    let done = program(
        folder.path(),
        &[
            "in.jsonl",
            "bad.jsonl",
            "-o",
            "kept.jsonl",
            "--removed",
            "removed.jsonl",
            "--clusters",
            "clusters.jsonl",
        ],
    );
    let said = String::from_utf8(done.stderr).expect("the case is set up");
    assert!(done.status.success(), "{said}");
    assert!(
        said.contains(&format!("{} documents", all.len()))
            && said.contains("bad.jsonl: cannot open"),
        "{said}"
    );
    assert_eq!(files(folder.path()).len(), 4);
    let done = program(folder.path(), &["in.jsonl", "-o", "-", "--quiet"]);
    assert_eq!(
        done.stdout,
        fs::read(folder.path().join("kept.jsonl")).expect("the case is set up")
    );
    assert!(done.stderr.is_empty());
}

#[test]
fn an_output_that_cannot_be_written_leaves_no_other_behind() {
    let folder = tempfile::tempdir().expect("the case is set up");
    put(folder.path(), "in.jsonl", &press(10));
    let done = program(
        folder.path(),
        &[
            "in.jsonl",
            "-o",
            "kept.jsonl",
            "--removed",
            "missing/removed.jsonl",
        ],
    );
    assert!(!done.status.success());
    assert_eq!(files(folder.path()), [PathBuf::from("in.jsonl")]);
    let done = program(folder.path(), &["nowhere.jsonl"]);
    assert_eq!(done.status.code(), Some(3));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn any_texts_are_split_into_kept_and_removed(texts in proptest::collection::vec("\\PC{0,40}", 1..30)) {
        let folder = tempfile::tempdir().expect("the case is set up");
        let all: Vec<String> = texts.iter().map(|text| serde_json::json!({"text": text}).to_string()).collect();
        let path = put(folder.path(), "a.jsonl", &all);
        match dedup(&[path], &[], &ReadOptions::default(), &DedupOptions::default(), &Silent) {
            Ok(found) => {
                let [kept, removed, _] = outputs(&found);
                let lost = found.problems.iter().filter(|problem| problem.lost).count();
                assert_eq!(kept.lines().count() + removed.lines().count() + lost, texts.len());
            }
            Err(error) => assert!(texts.iter().all(|text| text.trim().is_empty()), "{error}"),
        }
    }
}

#[test]
fn one_file_for_two_outputs_is_refused() {
    let folder = tempfile::tempdir().expect("the case is set up");
    put(folder.path(), "in.jsonl", &press(11));
    let done = program(
        folder.path(),
        &["in.jsonl", "-o", "out.jsonl", "--removed", "out.jsonl"],
    );
    assert_eq!(done.status.code(), Some(2));
    assert_eq!(files(folder.path()), [PathBuf::from("in.jsonl")]);
}
