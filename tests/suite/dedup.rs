//! The laws of near-duplicate removal.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use proptest::prelude::*;
use wirecopy::dedup::{Deduped, dedup, estimate};
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
                for (other, b) in (0u32..).zip(&texts).skip(at as usize + 1) {
                    let found = verifier.measure(
                        (at, &|| (a.as_bytes(), true)),
                        (other, &|| (b.as_bytes(), true)),
                    );
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
fn two_hundred_thousand_copies_cost_no_more_than_so_many_looks_each() {
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
    let found = run(&[path], &[], &DedupOptions::default());
    // All pairs would be 20 billion. Time is for benches: a test may share its machine with others.
    assert!(
        found.summary.candidates < 40 * 200_000,
        "{} candidates",
        found.summary.candidates
    );
    assert_eq!(
        (found.summary.clusters, found.summary.removed),
        (1, 199_999)
    );
}

#[test]
fn in_a_crowd_of_versions_each_meets_a_few_and_one_of_each_text_is_kept() {
    let folder = tempfile::tempdir().expect("the case is set up");
    let mut state = 5;
    let mut next = move |limit: usize| {
        state = splitmix(state);
        usize::try_from(state).unwrap_or(0) % limit
    };
    // Two texts that share a half, each in thousands of versions with up to seven of 300 words changed: any two of one text are near-duplicates.
    let half: Vec<String> = (0..150).map(|n| format!("common{n}")).collect();
    let bases = [0, 1].map(|text| {
        let own = (0..150).map(|n| format!("text{text}word{n}"));
        half.iter().cloned().chain(own).collect::<Vec<_>>()
    });
    let all: Vec<String> = (0..6000)
        .map(|n| {
            let mut words = bases[n % 2].clone();
            for _ in 0..next(8) {
                words[next(300)] = format!("other{}", next(100_000));
            }
            // Versions without a change have one sketch; by their dates they come in another order than by their numbers.
            let date = format!("2026-03-{:02}", 1 + next(28));
            format!(
                r#"{{"id": {n}, "published_at": "{date}", "text": "{}"}}"#,
                words.join(" ")
            )
        })
        .collect();
    let path = put(folder.path(), "a.jsonl", &all);
    for keep in [Keep::Source, Keep::First, Keep::Earliest, Keep::Longest] {
        let options = DedupOptions {
            keep,
            ..DedupOptions::default()
        };
        let found = run(std::slice::from_ref(&path), &[], &options);
        let looks = found.summary.candidates;
        assert!(looks < 30 * 6000, "{looks} candidates");
        assert_eq!(found.summary.removed, 6000 - 2, "{keep:?}");
    }
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
fn a_dry_run_foretells_what_a_run_needs_and_writes_nothing() {
    let folder = tempfile::tempdir().expect("the case is set up");
    let all = much_press();
    let path = put(folder.path(), "in.jsonl", &all);
    let foretold = |options: &DedupOptions| {
        let inputs = std::slice::from_ref(&path);
        estimate(inputs, &[], &ReadOptions::default(), options, &Silent)
            .expect("the case is set up")
    };
    let needs = foretold(&DedupOptions::default());
    let size = fs::metadata(&path).expect("the case is set up").len();
    assert_eq!((needs.bytes, needs.temporary), (size, 0));
    let documents = all.len() as u64;
    assert!(
        needs.documents.abs_diff(documents) < documents / 10,
        "{} of {documents}",
        needs.documents
    );
    // A sketch has 128 bytes, and is in memory or in a file.
    assert!(needs.memory > 128 * needs.documents);
    let spilled = foretold(&DedupOptions {
        memory: 1 << 10,
        ..DedupOptions::default()
    });
    assert!(spilled.temporary > 128 * needs.documents);
    assert!(spilled.memory + 127 * needs.documents < needs.memory);
    let done = program(folder.path(), &["in.jsonl", "--dry-run", "-o", "kept"]);
    assert!(done.status.success());
    let said = String::from_utf8(done.stdout).expect("the case is set up");
    assert!(
        said.starts_with(&format!("about {} documents", needs.documents)),
        "{said}"
    );
    assert_eq!(files(folder.path()), [PathBuf::from("in.jsonl")]);
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

/// Enough invented news for several pieces of input.
fn much_press() -> Vec<String> {
    (100..125).flat_map(press).collect()
}

/// Says stop when it has been asked so many times.
struct StopAfter(AtomicU64);

impl Observer for StopAfter {
    fn stopped(&self) -> bool {
        let left = |left: u64| Some(left.saturating_sub(1));
        let before = self
            .0
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, left);
        before == Ok(0)
    }
}

#[test]
fn a_run_interrupted_anywhere_and_resumed_gives_the_same_bytes() {
    let folder = tempfile::tempdir().expect("the case is set up");
    let path = put(folder.path(), "a.jsonl", &much_press());
    let inputs = std::slice::from_ref(&path);
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(1)
        .build()
        .expect("the case is set up");
    for keep in [Keep::Source, Keep::First] {
        let plain = DedupOptions {
            keep,
            ..DedupOptions::default()
        };
        let expected = outputs(&run(inputs, &[], &plain));
        let kept = folder.path().join("kept");
        let options = DedupOptions {
            resume: Some(kept.clone()),
            checkpoint_bytes: 3 << 20,
            ..plain
        };
        let mut runs = 0;
        let found = loop {
            // Each run gets a little further than the one before.
            runs += 1;
            assert!(runs < 1000, "a run that goes on comes to an end");
            let observer = StopAfter(AtomicU64::new(1 + runs * runs));
            let read = ReadOptions::default();
            match pool.install(|| dedup(inputs, &[], &read, &options, &observer)) {
                Ok(found) => break found,
                Err(error) => assert!(matches!(error, wirecopy::Error::Interrupted), "{error}"),
            }
        };
        assert!(runs > 2, "it was interrupted {runs} times");
        assert_eq!(outputs(&found), expected);
        assert!(kept.join("progress.json").exists());
        // Once more, now that all stages are done.
        assert_eq!(outputs(&run(inputs, &[], &options)), expected);
        found.finish().expect("the folder can be cleared");
        assert!(!kept.exists());
    }
}

#[test]
fn a_folder_of_another_run_is_refused() {
    let folder = tempfile::tempdir().expect("the case is set up");
    put(folder.path(), "a.jsonl", &press(1));
    put(folder.path(), "b.jsonl", &press(2));
    let kept = folder.path().join("kept");
    let options = DedupOptions {
        resume: Some(kept),
        ..DedupOptions::default()
    };
    let [a, b] = ["a.jsonl", "b.jsonl"].map(|name| folder.path().join(name));
    let [a, b] = [&a, &b].map(|path| path.to_str().expect("the case is set up"));
    run(&[a.to_owned()], &[], &options);
    for arguments in [[b, "--keep=source"], [a, "--keep=first"]] {
        let done = program(
            folder.path(),
            &[arguments[0], arguments[1], "--resume", "kept"],
        );
        let said = String::from_utf8(done.stderr).expect("the case is set up");
        assert_eq!(done.status.code(), Some(2), "{said}");
        assert!(
            said.contains("`kept` holds a run over other inputs"),
            "{said}"
        );
    }
    let done = program(folder.path(), &[a, "--resume", "kept", "-o", "out"]);
    assert!(
        done.status.success(),
        "{}",
        String::from_utf8_lossy(&done.stderr)
    );
    assert!(
        !folder.path().join("kept").exists(),
        "a run that is done clears up"
    );
}

fn start(folder: &Path, arguments: &[&str]) -> std::process::Child {
    std::process::Command::new(env!("CARGO_BIN_EXE_wirecopy"))
        .args(["--quiet", "--threads", "1", "dedup"])
        .args(arguments)
        .current_dir(folder)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the case is set up")
}

#[test]
fn a_run_killed_at_random_moments_and_resumed_gives_the_same_bytes() {
    let folder = tempfile::tempdir().expect("the case is set up");
    put(folder.path(), "in.jsonl", &much_press());
    let begin = Instant::now();
    let done = program(
        folder.path(),
        &[
            "in.jsonl",
            "-o",
            "expected",
            "--clusters",
            "expected-clusters",
        ],
    );
    assert!(done.status.success());
    let whole = begin.elapsed();
    let resumed = [
        "in.jsonl",
        "-o",
        "kept",
        "--clusters",
        "clusters",
        "--resume",
        "unfinished",
    ];
    for round in 0..8u32 {
        let mut child = start(folder.path(), &resumed);
        // Spread over the whole run, in no order.
        std::thread::sleep(whole * (round * 3 % 8) / 7);
        // It may be done already.
        let _ = child.kill();
        child.wait().expect("the case is set up");
        if folder.path().join("kept").exists() {
            break;
        }
    }
    let done = program(folder.path(), &resumed);
    assert!(
        done.status.success(),
        "{}",
        String::from_utf8_lossy(&done.stderr)
    );
    for (expected, found) in [("expected", "kept"), ("expected-clusters", "clusters")] {
        let read = |name| fs::read(folder.path().join(name)).expect("the file was written");
        assert!(read(expected) == read(found), "{found} differs");
    }
}

#[cfg(unix)]
#[test]
fn ctrl_c_leaves_nothing_behind() {
    let folder = tempfile::tempdir().expect("the case is set up");
    put(folder.path(), "in.jsonl", &much_press());
    fs::create_dir(folder.path().join("temporary")).expect("the case is set up");
    let temporary = [
        "in.jsonl",
        "-o",
        "kept",
        "--memory",
        "1K",
        "--temp-dir",
        "temporary",
    ];
    let interrupt = |child: &std::process::Child| {
        let id = child.id().to_string();
        let sent = std::process::Command::new("kill")
            .args(["-INT", &id])
            .status();
        assert!(sent.is_ok_and(|status| status.success()), "`kill` is there");
    };
    let nothing_is_left = || {
        assert_eq!(
            files(folder.path()),
            ["in.jsonl", "temporary"].map(PathBuf::from)
        );
        assert!(files(&folder.path().join("temporary")).is_empty());
    };
    // Wherever it is: it may be done, or not have begun to listen, when the signal itself ends it.
    for wait in [30, 60, 120, 240] {
        let mut child = start(folder.path(), &temporary);
        std::thread::sleep(Duration::from_millis(wait));
        interrupt(&child);
        let status = child.wait().expect("the case is set up");
        match status.code() {
            Some(0) => fs::remove_file(folder.path().join("kept")).expect("it was written"),
            code => assert!(code.is_none() || code == Some(130), "{status}"),
        }
        nothing_is_left();
    }
    // Certainly in the middle: it has read more than a pipe holds, and waits for the rest.
    let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_wirecopy"))
        .args(["--quiet", "dedup", "-"])
        .args(&temporary[1..])
        .current_dir(folder.path())
        .stdin(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the case is set up");
    let mut pipe = child.stdin.take().expect("it is piped");
    pipe.write_all((much_press().join("\n") + "\n").as_bytes())
        .expect("it reads");
    interrupt(&child);
    let status = child.wait().expect("the case is set up");
    assert_eq!(status.code(), Some(130), "{status}");
    nothing_is_left();
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_said_and_leaves_no_half_output() {
    let folder = tempfile::tempdir().expect("the case is set up");
    put(folder.path(), "in.jsonl", &much_press());
    fs::create_dir(folder.path().join("small")).expect("the case is set up");
    let program = env!("CARGO_BIN_EXE_wirecopy");
    for arguments in [
        "in.jsonl -o small/kept",
        "in.jsonl -o kept --temp-dir small --memory 1K",
        "in.jsonl -o kept --resume small/unfinished",
    ] {
        let script = format!(
            "mount -t tmpfs -o size=256k small small || exit 77; {program} dedup {arguments}; \
             code=$?; find small -type f ! -path '*unfinished*' >&2; exit $code"
        );
        let done = std::process::Command::new("unshare")
            .args(["--user", "--map-root-user", "--mount", "sh", "-c", &script])
            .current_dir(folder.path())
            .output();
        let Some(done) = done.ok().filter(|done| done.status.code() != Some(77)) else {
            eprintln!("skipped: no small file system can be mounted here");
            return;
        };
        let said = String::from_utf8(done.stderr).expect("the case is set up");
        if said.contains("unshare") {
            eprintln!("skipped: {said}");
            return;
        }
        assert_eq!(done.status.code(), Some(2), "{arguments}: {said}");
        assert_eq!(said.lines().count(), 1, "{arguments}: {said}");
        assert!(said.contains("No space left"), "{arguments}: {said}");
        assert!(!folder.path().join("kept").exists());
    }
}

#[test]
fn a_cluster_says_its_size_and_its_weakest_pair() {
    let folder = tempfile::tempdir().expect("the case is set up");
    let path = put(folder.path(), "a.jsonl", &press(12));
    let [_, removed, clusters] = outputs(&run(&[path], &[], &DedupOptions::default()));
    let rows: Vec<serde_json::Value> = clusters
        .lines()
        .map(|line| serde_json::from_str(line).expect("a line is JSON"))
        .collect();
    assert_eq!(
        rows.iter().filter(|row| row["size"].is_u64()).count() + removed.lines().count(),
        rows.len()
    );
    for center in rows.iter().filter(|row| row["size"].is_u64()) {
        let members: Vec<_> = rows
            .iter()
            .filter(|row| row["cluster"] == center["cluster"])
            .collect();
        assert_eq!(Some(members.len() as u64), center["size"].as_u64());
        let least = members
            .iter()
            .filter_map(|row| row["similarity"].as_f64())
            .min_by(f64::total_cmp);
        assert_eq!(center["weakest"]["similarity"].as_f64(), least);
        let weakest = members
            .iter()
            .find(|row| row["id"] == center["weakest"]["id"]);
        assert_eq!(weakest.and_then(|row| row["similarity"].as_f64()), least);
    }
}
