//! The archive: nothing acknowledged is lost, nothing damaged answers; and what `check` makes of it.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use wirecopy::archive::{Archive, Case, Snapshot, State};
use wirecopy::check::check;
use wirecopy::model::{AttributionKind, Document, First};
use wirecopy::observer::Silent;
use wirecopy::options::CheckOptions;

/// A small generator: the same numbers in every run. Steele, Lea, Flood 2014.
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
        usize::try_from(self.next() % limit as u64).unwrap()
    }
}

/// Invented news number `number`: sentences of words that few other numbers have.
fn text(number: u64) -> String {
    let mut chance = Chance(number);
    let mut text = String::new();
    for sentence in 0..9 {
        for word in 0..14 {
            let stem = ["bar", "kel", "mun", "tor", "vas", "lin"][chance.below(6)];
            let number = chance.below(4000);
            if word == 0 {
                text.push_str(&format!("The {stem}a{number:03x}"));
            } else {
                text.push_str(&format!(" {stem}o{number:03x}"));
            }
        }
        text.push_str(if sentence % 3 == 2 { ".\n\n" } else { ". " });
    }
    text
}

fn record(number: u64) -> String {
    let outlets = ["Pell Mail", "Dorn Post", "Meridian"];
    serde_json::json!({
        "id": format!("n{number}"),
        "outlet": outlets[usize::try_from(number % 3).unwrap()],
        "published_at": format!("2024-03-{:02}T08:00:00Z", number % 27 + 1),
        "text": text(number),
    })
    .to_string()
}

fn document(number: u64) -> Document {
    Document {
        id: format!("n{number}"),
        outlet: Some("Pell Mail".to_owned()),
        published_seconds: Some(1_700_000_000 + i64::try_from(number).unwrap()),
        text: text(number),
        ..Document::default()
    }
}

fn put(folder: &Path, name: &str, numbers: impl Iterator<Item = u64>) {
    let lines: String = numbers.map(|number| record(number) + "\n").collect();
    fs::write(folder.join(name), lines).unwrap();
}

fn program(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_wirecopy"));
    command
        .current_dir(folder)
        .args(arguments)
        .stdin(Stdio::null());
    command
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    program(folder, arguments).output().unwrap()
}

fn succeed(folder: &Path, arguments: &[&str]) -> String {
    let output = run(folder, arguments);
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {said}");
    String::from_utf8(output.stdout).unwrap()
}

fn ids(snapshot: &Snapshot) -> BTreeSet<String> {
    let found = snapshot.iter();
    found.map(|found| found.unwrap().1.id).collect()
}

/// A number that the environment raises where a run has the time.
fn rounds(name: &str, usual: usize) -> usize {
    let given = std::env::var(name).ok();
    given.and_then(|given| given.parse().ok()).unwrap_or(usual)
}

#[test]
fn a_process_killed_at_any_moment_loses_nothing_that_it_acknowledged() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    put(path, "first.jsonl", 0..40);
    let begin = Instant::now();
    succeed(path, &["archive", "add", "A", "first.jsonl"]);
    // A little longer than a change takes, so that some are acknowledged.
    let whole = begin.elapsed().max(Duration::from_millis(5)) * 5 / 4;
    let mut present: BTreeSet<String> = (0..40).map(|number| format!("n{number}")).collect();
    let mut chance = Chance(11);
    let (mut killed, mut next) = (0, 40);
    for round in 0..rounds("WIRECOPY_KILLS", 40) {
        let mut attempted = present.clone();
        let mut arguments = vec!["--quiet".to_owned(), "archive".to_owned()];
        match chance.below(8) {
            0..5 => {
                let numbers = next..next + 1 + chance.next() % 30;
                next = numbers.end;
                attempted.extend(numbers.clone().map(|number| format!("n{number}")));
                let name = format!("in{round}.jsonl");
                put(path, &name, numbers);
                arguments.extend(["add".to_owned(), "A".to_owned(), name]);
            }
            5..7 => {
                let id = present.iter().nth(chance.below(present.len())).unwrap();
                attempted.remove(id);
                arguments.extend(["remove".to_owned(), "A".to_owned(), id.clone()]);
            }
            _ => arguments.extend(["compact".to_owned(), "A".to_owned()]),
        }
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let mut child = program(path, &arguments)
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(whole * u32::try_from(chance.below(1000)).unwrap() / 1000);
        // It may be done already.
        let _ = child.kill();
        let acknowledged = child.wait().unwrap().success();
        killed += usize::from(!acknowledged);
        let snapshot = Archive::open(&path.join("A")).unwrap().snapshot().unwrap();
        assert_eq!(snapshot.verify().unwrap(), Vec::<String>::new());
        let found = ids(&snapshot);
        assert_eq!(found.len() as u64, snapshot.documents());
        if acknowledged {
            assert_eq!(found, attempted, "{arguments:?}");
        } else {
            assert!(found == present || found == attempted, "{arguments:?}");
        }
        present = found;
    }
    assert!(
        killed > 5,
        "only {killed} were killed before they were done"
    );
}

/// What an archive answers to some questions.
fn answers(snapshot: &Snapshot) -> Vec<Vec<(String, u32)>> {
    let ask = |number: u64| {
        let (own, other) = (text(number), text(number + 1));
        // An exact copy, a part of it in another text, and one word in six replaced.
        let mixed = format!("{}\n\n{}", &own[..own.len() / 2], &other[..other.len() / 2]);
        let edited: String = own
            .split(' ')
            .enumerate()
            .map(|(at, word)| if at % 6 == 3 { "other " } else { word }.to_owned() + " ")
            .collect();
        [own, mixed, edited].map(|article| {
            let near = snapshot.near(&article, 8).unwrap().near;
            near.iter()
                .map(|near| (near.document.id.clone(), near.overlap.to_bits()))
                .collect()
        })
    };
    (0..60).step_by(7).flat_map(ask).collect()
}

fn archive_of_sixty(path: &Path) -> PathBuf {
    let folder = path.join("A");
    let archive = Archive::create(&folder, 42).unwrap();
    let mut writer = archive.writer().unwrap();
    for number in 0..60 {
        writer.add(document(number)).unwrap();
        if number % 25 == 24 {
            writer.commit().unwrap();
        }
    }
    writer.commit().unwrap();
    writer.remove(&["n7".to_owned(), "n30".to_owned()]).unwrap();
    let mut cases = archive.cases().unwrap();
    cases
        .set(Case {
            article: "a".to_owned(),
            source: "n1".to_owned(),
            state: State::Settled,
            note: "paid".to_owned(),
            changed_at: None,
        })
        .unwrap();
    folder
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| fs::metadata(file).unwrap().len() > 0);
    files.sort();
    files
}

/// Opens, asks and reads everything: right, or the damaged file is named.
fn right_or_named(
    folder: &Path,
    damaged: &Path,
    expected: &[Vec<(String, u32)>],
    all: &BTreeSet<String>,
) {
    let name = damaged.file_name().unwrap().to_str().unwrap();
    let opened =
        Archive::open(folder).and_then(|archive| Ok((archive.snapshot()?, archive.cases()?)));
    let (snapshot, cases) = match opened {
        Ok(opened) => opened,
        Err(error) => {
            let said = error.to_string();
            assert!(
                said.contains(name) || said.contains("MANIFEST"),
                "{name}: {said}"
            );
            return;
        }
    };
    let found = answers(&snapshot);
    if snapshot.damaged().is_empty() {
        assert!(found == expected, "{name}: a wrong answer");
    }
    for (answer, expected) in found.iter().zip(expected) {
        let known: BTreeSet<_> = expected.iter().collect();
        let strangers = answer.iter().filter(|one| !known.contains(one)).count();
        // With a part of the archive missing, rarer words weigh otherwise; what is named is there all the same.
        assert!(strangers == 0 || !snapshot.damaged().is_empty(), "{name}");
        assert!(answer.iter().all(|(id, _)| all.contains(id)), "{name}");
    }
    let listed = ids(&snapshot);
    assert!(listed.is_subset(all), "{name}");
    let verified = snapshot.verify().unwrap();
    let said = format!("{verified:?} {:?}", cases.damaged());
    assert!(
        said.contains(name),
        "{name} is damaged, and it is said: {said}"
    );
    assert!(listed == *all || !snapshot.damaged().is_empty(), "{name}");
}

#[test]
fn a_flipped_bit_or_a_cut_file_is_named_and_never_answers() {
    let folder = tempfile::tempdir().unwrap();
    let archive = archive_of_sixty(folder.path());
    let snapshot = Archive::open(&archive).unwrap().snapshot().unwrap();
    let (expected, all) = (answers(&snapshot), ids(&snapshot));
    drop(snapshot);
    assert!(expected.iter().filter(|answer| !answer.is_empty()).count() > 20);
    let mut chance = Chance(5);
    let files = files(&archive);
    for round in 0..rounds("WIRECOPY_FLIPS", 120) {
        let file = &files[round % files.len()];
        let whole = fs::read(file).unwrap();
        let mut bytes = whole.clone();
        let at = chance.below(bytes.len());
        bytes[at] ^= 1 << chance.below(8);
        // A new file: the old one may be mapped.
        fs::remove_file(file).unwrap();
        fs::write(file, &bytes).unwrap();
        right_or_named(&archive, file, &expected, &all);
        fs::remove_file(file).unwrap();
        fs::write(file, &whole).unwrap();
    }
    for round in 0..rounds("WIRECOPY_FLIPS", 60) {
        let file = &files[round % files.len()];
        if file.ends_with("cases.log") {
            // A cut line was never acknowledged; the unit tests beside it cut everywhere.
            continue;
        }
        let whole = fs::read(file).unwrap();
        fs::remove_file(file).unwrap();
        fs::write(file, &whole[..chance.below(whole.len())]).unwrap();
        right_or_named(&archive, file, &expected, &all);
        fs::write(file, &whole).unwrap();
    }
    // Gone altogether.
    for file in files
        .iter()
        .filter(|file| file.extension().is_some_and(|e| e == "segment"))
    {
        let whole = fs::read(file).unwrap();
        fs::remove_file(file).unwrap();
        right_or_named(&archive, file, &expected, &all);
        fs::write(file, &whole).unwrap();
    }
    let snapshot = Archive::open(&archive).unwrap().snapshot().unwrap();
    assert_eq!(snapshot.verify().unwrap(), Vec::<String>::new());
}

#[test]
fn there_is_one_writer_and_readers_keep_what_they_see() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let archive = Archive::open(&archive_of_sixty(path)).unwrap();
    put(path, "more.jsonl", 100..110);
    let mut writer = archive.writer().unwrap();
    let refused = run(path, &["archive", "add", "A", "more.jsonl"]);
    let said = String::from_utf8(refused.stderr).unwrap();
    assert_eq!(refused.status.code(), Some(2), "{said}");
    assert!(said.contains("another process"), "{said}");
    let before = archive.snapshot().unwrap();
    let expected = answers(&before);
    std::thread::scope(|scope| {
        let reader = scope.spawn(|| {
            for _ in 0..12 {
                assert!(answers(&before) == expected);
                let now = archive.snapshot().unwrap();
                assert_eq!(ids(&now).len() as u64, now.documents());
                assert!(now.damaged().is_empty());
            }
        });
        for number in 200..230 {
            writer.add(document(number)).unwrap();
            writer.commit().unwrap();
            if number % 10 == 0 {
                writer.compact(false, &Silent).unwrap();
            }
        }
        reader.join().unwrap();
    });
    assert_eq!(archive.snapshot().unwrap().documents(), 88);
    assert!(
        answers(&before) == expected,
        "its files are gone, and it answers"
    );
}

#[test]
fn adding_twice_changes_nothing_and_removing_takes_the_text_away() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    put(path, "in.jsonl", 0..30);
    succeed(path, &["archive", "add", "A", "in.jsonl"]);
    let stat = succeed(path, &["archive", "stat", "A", "--json"]);
    succeed(path, &["archive", "add", "A", "in.jsonl", "in.jsonl"]);
    assert_eq!(succeed(path, &["archive", "stat", "A", "--json"]), stat);
    // Another text under a known id is another edition, and that again changes nothing.
    let other = record(3).replace("The ", "A ");
    fs::write(path.join("later.jsonl"), other + "\n").unwrap();
    for _ in 0..2 {
        succeed(path, &["archive", "add", "A", "later.jsonl"]);
        let list = succeed(path, &["archive", "list", "A"]);
        assert_eq!(list.lines().count(), 31);
        assert!(list.lines().any(|line| line.starts_with("n3#2\t")));
    }
    let exported = succeed(path, &["archive", "list", "A", "--json", "--text"]);
    fs::write(path.join("out.jsonl"), &exported).unwrap();
    succeed(path, &["archive", "add", "B", "out.jsonl"]);
    assert_eq!(
        succeed(path, &["archive", "list", "B", "--json", "--text"]),
        exported
    );

    let missing = run(path, &["archive", "remove", "A", "n99"]);
    assert_eq!(missing.status.code(), Some(3));
    let removed = run(path, &["archive", "remove", "A", "n3", "n99"]);
    let said = String::from_utf8(removed.stderr).unwrap();
    assert_eq!(removed.status.code(), Some(0), "{said}");
    assert!(
        said.contains("no article `n99`") && said.contains("2 articles removed"),
        "{said}"
    );
    assert!(said.contains("archive compact"), "{said}");
    assert_eq!(succeed(path, &["archive", "list", "A"]).lines().count(), 29);
    let before: BTreeSet<PathBuf> = files(&path.join("A")).into_iter().collect();
    let compacted = run(path, &["archive", "compact", "A"]);
    let said = String::from_utf8(compacted.stderr).unwrap();
    assert!(
        said.contains("the text of 2 removed articles is gone"),
        "{said}"
    );
    let after = files(&path.join("A"));
    let segments = |file: &&PathBuf| file.extension().is_some_and(|ending| ending == "segment");
    assert!(
        after
            .iter()
            .filter(segments)
            .all(|file| !before.contains(file))
    );
    let stat: Value =
        serde_json::from_str(&succeed(path, &["archive", "stat", "A", "--json"])).unwrap();
    assert_eq!(
        (&stat["documents"], &stat["removed"]),
        (&29.into(), &0.into())
    );
    // It may come back.
    succeed(path, &["archive", "add", "A", "in.jsonl"]);
    assert_eq!(succeed(path, &["archive", "list", "A"]).lines().count(), 30);
}

#[test]
fn what_is_no_archive_is_said_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    put(path, "in.jsonl", 0..3);
    fs::create_dir(path.join("mine")).unwrap();
    fs::write(path.join("mine/notes.txt"), "mine").unwrap();
    for (arguments, code, words) in [
        (&["archive", "add", "mine", "in.jsonl"][..], 2, "not empty"),
        (&["archive", "list", "mine"], 2, "is no archive"),
        (
            &["check", "in.jsonl", "--archive", "nowhere"],
            2,
            "is no archive",
        ),
        (
            &["archive", "add", "A", "nothing.jsonl"],
            3,
            "nothing.jsonl",
        ),
    ] {
        let output = run(path, arguments);
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {said}");
        assert!(said.contains(words), "{arguments:?}: {said}");
    }
    assert_eq!(fs::read_dir(path.join("mine")).unwrap().count(), 1);
    assert!(!path.join("A").exists());
    // Another format, another way to fold words: refused, with what to do.
    succeed(path, &["archive", "add", "A", "in.jsonl"]);
    for name in ["MANIFEST", "MANIFEST.copy"] {
        let file = path.join("A").join(name);
        let text = fs::read_to_string(&file).unwrap();
        let line = text
            .lines()
            .next()
            .unwrap()
            .replace("\"normaliser\":2", "\"normaliser\":7")
            + "\n";
        let sum = xxhash_rust::xxh3::xxh3_64(line.as_bytes());
        fs::write(&file, format!("{line}{sum:016x}\n")).unwrap();
    }
    let output = run(path, &["check", "in.jsonl", "--archive", "A"]);
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(
        said.contains("how words are folded") && said.contains("new archive"),
        "{said}"
    );
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_said_and_the_archive_is_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    put(path, "few.jsonl", 0..20);
    put(path, "many.jsonl", 0..4000);
    fs::create_dir(path.join("small")).unwrap();
    let program = env!("CARGO_BIN_EXE_wirecopy");
    let script = format!(
        "mount -t tmpfs -o size=1m small small || exit 77; {program} -q archive add small/A few.jsonl || exit 78; \
         {program} -q archive add small/A many.jsonl; code=$?; {program} -q archive verify small/A || exit 79; \
         {program} archive list small/A | wc -l; ls small/A | grep -c segment; exit $code"
    );
    let done = Command::new("unshare")
        .args(["--user", "--map-root-user", "--mount", "sh", "-c", &script])
        .current_dir(path)
        .output();
    let Some(done) = done.ok().filter(|done| done.status.code() != Some(77)) else {
        eprintln!("skipped: no small file system can be mounted here");
        return;
    };
    let said = String::from_utf8(done.stderr).unwrap();
    if said.contains("unshare") {
        eprintln!("skipped: {said}");
        return;
    }
    assert_eq!(done.status.code(), Some(2), "{said}");
    assert!(said.contains("No space left"), "{said}");
    assert_eq!(String::from_utf8(done.stdout).unwrap(), "20\n1\n", "{said}");
}

const WIRE: &str = "KARSTEN, Sept 13 (Meridian) - Clashes along the frontier between Velmark and Tarsia killed at least 49 \
soldiers overnight, the two governments said on Tuesday, in the deadliest fighting since the truce of 2020.\n\n\
Tarsia denied shelling civilian areas near the towns of Gorat, Sotha and Jermin. The incidents were strictly local in \
nature, its army said in a statement that was read on state television. Velmark's defence minister, Arno Telk, said \
that drones had struck a railway bridge at Orlena before dawn and that four engineers were missing.\n\n\
Mediators from the Lake Council will meet both sides in Brunnhaven on Thursday. Oil shipped through the Sotha pipeline, \
some 140,000 barrels a day, was not affected, the operator said. The truce was signed after a war of six weeks in which \
more than 3,000 people died and 70,000 fled their homes in the border valleys, most of whom have not returned since.\n";

/// An archive of a wire's dispatch and many other texts.
fn newsroom(path: &Path) {
    let wire = serde_json::json!({
        "id": "wire", "outlet": "Meridian", "published_at": "2024-09-13T04:00:00Z", "text": WIRE,
    });
    let mut lines = wire.to_string() + "\n";
    for number in 0..300 {
        lines += &(record(number) + "\n");
    }
    fs::write(path.join("all.jsonl"), lines).unwrap();
    succeed(path, &["-q", "archive", "add", "A", "all.jsonl"]);
}

fn article(path: &Path, name: &str, text: &str) {
    let record = serde_json::json!({
        "id": name, "outlet": "Dorn Post", "published_at": "2024-09-13T09:00:00Z", "text": text,
    });
    fs::write(
        path.join(format!("{name}.jsonl")),
        record.to_string() + "\n",
    )
    .unwrap();
}

#[test]
fn the_wire_stands_above_its_copies_and_further_ones_are_listed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    newsroom(path);
    // What all copies have: the wire without its last paragraph. So the wire has more than the article.
    let cut = WIRE.trim_end().rsplit_once("\n\n").unwrap().0.to_owned();
    let lines: String = (0..5)
        .map(|copy| {
            let record = serde_json::json!({
                "id": format!("copy{copy}"), "outlet": format!("Gazette {copy}"), "text": cut.replace("denied", &format!("denied{copy}")),
                "published_at": format!("2024-09-13T0{}:00:00Z", 5 + copy % 3),
            });
            record.to_string() + "\n"
        })
        .collect();
    fs::write(path.join("copies.jsonl"), lines).unwrap();
    succeed(path, &["-q", "archive", "add", "A", "copies.jsonl"]);
    article(path, "late", &cut);
    let asked = ["check", "late.jsonl", "--archive", "A", "--format", "json"];
    let said = succeed(path, &asked);
    let json: Value = serde_json::from_str(&said).unwrap();
    let found = &json["checks"][0];
    assert_eq!(found["sources"][0]["document"]["id"], "wire", "{said}");
    let mut all: Vec<&str> = Vec::new();
    for (list, id) in [("sources", "/document/id"), ("others", "/id")] {
        let list = found[list].as_array().unwrap();
        all.extend(
            list.iter()
                .map(|one| one.pointer(id).unwrap().as_str().unwrap()),
        );
    }
    all.sort_unstable();
    assert_eq!(all, ["copy0", "copy1", "copy2", "copy3", "copy4", "wire"]);
    for other in found["others"].as_array().unwrap() {
        assert_eq!(other["aligned"], false);
        assert!(other["containment_of_copy"].as_f64() > Some(0.8), "{other}");
    }
    for threads in ["1", "3"] {
        let output = Command::new(env!("CARGO_BIN_EXE_wirecopy"))
            .current_dir(path)
            .env("RAYON_NUM_THREADS", threads)
            .args(asked)
            .output()
            .unwrap();
        assert_eq!(
            String::from_utf8(output.stdout).unwrap(),
            said,
            "{threads} threads"
        );
    }
}

#[test]
fn what_covers_the_rest_of_an_article_is_judged_before_further_reprints() {
    let folder = tempfile::tempdir().unwrap();
    let archive = Archive::create(&folder.path().join("A"), 42).unwrap();
    let mut writer = archive.writer().unwrap();
    let story = |name: &str| {
        let path = format!("corpus/stories/{name}/wire.txt");
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
        let file = fs::read_to_string(file).unwrap();
        file.split_once("\n\n").unwrap().1.trim_end().to_owned()
    };
    let of = |id: &str, text: &str, time: i64| Document {
        id: id.to_owned(),
        published_seconds: Some(time),
        text: text.to_owned(),
        ..Document::default()
    };
    let (first, second) = (
        story("border-ceasefire-violation"),
        story("refugee-crossing"),
    );
    for number in 0..40 {
        writer.add(document(number)).unwrap();
    }
    writer.add(of("first", &first, 1000)).unwrap();
    writer.add(of("second", &second, 1000)).unwrap();
    // One text is there six times, each with a word more.
    for copy in 0..5 {
        let again = format!("{first} The report is number {copy}.");
        let again = of(&format!("again{copy}"), &again, 1060 + copy);
        writer.add(again).unwrap();
    }
    writer.commit().unwrap();
    let half = second[..second.len() / 2].rsplit_once(". ").unwrap().0;
    let article = of("article", &format!("{first}\n\n{half}."), 5000);
    let found = check(
        article,
        &archive.snapshot().unwrap(),
        &CheckOptions::default(),
        &Silent,
    )
    .unwrap();
    let judged: Vec<&str> = found.report.documents[1..]
        .iter()
        .map(|source| source.id.as_str())
        .collect();
    assert_eq!(judged[0], "first", "the earliest of the copies: {judged:?}");
    assert!(judged.contains(&"second"), "{judged:?}");
    let mut listed: Vec<&str> = found.others.iter().map(|other| other.id.as_str()).collect();
    listed.extend(&judged);
    listed.sort_unstable();
    assert_eq!(
        listed,
        [
            "again0", "again1", "again2", "again3", "again4", "first", "second"
        ]
    );
}

#[test]
fn no_more_sources_are_judged_than_asked_and_the_others_are_listed() {
    let folder = tempfile::tempdir().unwrap();
    let stories = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/stories");
    let story = stories.join("border-ceasefire-violation");
    let other = stories.join("refugee-crossing/wire.txt");
    let mut asked = vec!["archive".to_owned(), "add".to_owned(), "A".to_owned()];
    asked.push(other.display().to_string());
    for file in fs::read_dir(&story).unwrap() {
        let file = file.unwrap().path();
        if !file.ends_with("ulemi-watch.txt") {
            asked.push(file.display().to_string());
        }
    }
    let asked: Vec<&str> = asked.iter().map(String::as_str).collect();
    succeed(folder.path(), &asked);
    let archive = Archive::open(&folder.path().join("A")).unwrap();
    let body = |path: &Path| {
        let file = fs::read_to_string(path).unwrap();
        file.split_once("\n\n").unwrap().1.trim_end().to_owned()
    };
    // A free retelling, of which all its siblings have much, and behind it part of another story.
    let part: Vec<String> = body(&other)
        .split("\n\n")
        .take(1)
        .map(str::to_owned)
        .collect();
    let article = Document {
        id: "new".to_owned(),
        text: format!(
            "{}\n\n{}",
            body(&story.join("ulemi-watch.txt")),
            part.join("\n\n")
        ),
        ..Document::default()
    };
    for most in 1..=3 {
        let options = CheckOptions {
            most_judged: most,
            ..CheckOptions::default()
        };
        let snapshot = archive.snapshot().unwrap();
        let found = check(article.clone(), &snapshot, &options, &Silent).unwrap();
        let judged = &found.report.documents[1..];
        assert_eq!(judged.len(), most);
        let listed = found.others.iter().filter(|other| other.aligned).count();
        assert_eq!(listed, 3 - most, "what holds and is not judged is listed");
        // Two say more together when each has a part of its own.
        for story in ["violation/wire", "refugee-crossing/wire"] {
            let has = judged.iter().any(|source| source.id.contains(story));
            assert!(has || most < 2, "{story} of {most}");
        }
    }
}

#[test]
fn a_further_source_says_what_it_adds() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let stories = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/stories");
    let wire = |story: &str| fs::read_to_string(stories.join(story).join("wire.txt")).unwrap();
    let (whole, other) = (
        wire("island-earthquake"),
        wire("border-ceasefire-violation"),
    );
    fs::write(path.join("whole.txt"), &whole).unwrap();
    fs::write(path.join("other.txt"), &other).unwrap();
    succeed(path, &["archive", "add", "A", "whole.txt", "other.txt"]);
    // All of one text, and the first paragraphs of the other.
    let part: Vec<&str> = other.split("\n\n").take(4).collect();
    let mixed = format!("{}\n\n{}\n", whole.trim_end(), part.join("\n\n"));
    fs::write(path.join("new.txt"), mixed).unwrap();
    let asked = ["check", "new.txt", "--archive", "A", "--color", "never"];
    let printed = String::from_utf8(run(path, &asked).stdout).unwrap();
    let adds: Vec<&str> = printed
        .lines()
        .map(str::trim_start)
        .filter(|line| line.starts_with("adds"))
        .collect();
    assert_eq!(adds.len(), 1, "{printed}");
    assert!(
        adds[0].ends_with("of the article, which the sources above lack"),
        "{printed}"
    );
}

#[test]
fn every_link_within_the_page_of_check_leads_somewhere() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    newsroom(path);
    let changed = WIRE.replace("denied shelling", "confirmed shelling");
    article(path, "a", &changed);
    article(path, "b", WIRE);
    let page = succeed(
        path,
        &[
            "check",
            "a.jsonl",
            "b.jsonl",
            "--archive",
            "A",
            "--format",
            "html",
        ],
    );
    let after = |mark: &str| -> BTreeSet<String> {
        let parts = page.split(mark).skip(1);
        parts
            .map(|part| part[..part.find('"').unwrap()].to_owned())
            .collect()
    };
    let (links, places) = (after("href=\"#"), after(" id=\""));
    assert!(links.contains("a2s1"), "{links:?}");
    assert_eq!(links.difference(&places).next(), None, "{places:?}");
}

#[test]
fn check_finds_the_source_and_says_what_was_done() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    newsroom(path);
    let silent = WIRE
        .replace("(Meridian) ", "")
        .replace("denied shelling", "confirmed shelling");
    article(path, "silent", &silent);
    article(path, "credited", WIRE);
    article(path, "other", &text(100_000));
    let json: Value = serde_json::from_str(&succeed(
        path,
        &[
            "check",
            "silent.jsonl",
            "credited.jsonl",
            "other.jsonl",
            "--archive",
            "A",
            "--format",
            "json",
        ],
    ))
    .unwrap();
    assert_eq!(json["schema"], "wirecopy.check/1");
    assert_eq!(json["archive"]["documents"], 301);
    let of = |name: &str| {
        let checks = json["checks"].as_array().unwrap();
        checks
            .iter()
            .find(|check| check["article"]["id"] == name)
            .unwrap()
    };
    let source = &of("silent")["sources"][0];
    assert_eq!(
        (&source["document"]["id"], &source["rank"]),
        (&"wire".into(), &1.into())
    );
    assert_eq!(source["first"], "source");
    assert_eq!(source["version"]["near_exact"], true);
    assert_eq!(source["version"]["attribution"]["kind"], "none");
    assert!(
        source["version"]["major_drifts"].as_u64() > Some(0),
        "{source}"
    );
    assert!(source["with_furniture"]["containment_of_copy"].as_f64() > Some(0.9));
    assert_eq!(
        of("credited")["sources"][0]["version"]["attribution"]["agency"],
        "Meridian"
    );
    assert_eq!(of("other")["sources"].as_array().map(Vec::len), Some(0));
    for (name, finding, code) in [
        ("silent", "uncredited", 1),
        ("credited", "uncredited", 0),
        ("credited", "near_exact", 1),
        ("credited", "drift", 0),
        ("silent", "drift", 1),
        ("other", "uncredited,near-exact,drift", 0),
    ] {
        let name = format!("{name}.jsonl");
        let output = run(
            path,
            &["check", &name, "--archive", "A", "--fail-on", finding],
        );
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert_eq!(output.status.code(), Some(code), "{name} {finding}: {said}");
        assert!(said.contains("among 301 documents"), "{said}");
    }
    // The same bytes with any number of threads, and on the same archive built in two steps.
    let answer = |threads: &str, archive: &str| {
        succeed(
            path,
            &[
                "--threads",
                threads,
                "check",
                "silent.jsonl",
                "--archive",
                archive,
            ],
        )
    };
    assert_eq!(answer("1", "A"), answer("3", "A"));
}

#[test]
fn hostile_text_stays_text_on_the_page() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    newsroom(path);
    article(
        path,
        "bad",
        &format!("{WIRE}\n<script>alert(1)</script> \u{202e}txet</main>\n"),
    );
    let page = succeed(
        path,
        &["check", "bad.jsonl", "--archive", "A", "--format", "html"],
    );
    assert!(page.contains("&lt;script&gt;alert(1)"), "it is shown");
    assert!(!page.contains("<script>alert") && !page.contains('\u{202e}'));
}

#[test]
fn every_job_stands_on_an_archive() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    newsroom(path);
    article(path, "copy", WIRE);
    // What a file of records keeps, an archive of them keeps.
    put(path, "new.jsonl", 290..310);
    for against in ["all.jsonl", "A"] {
        let out = format!("{against}.kept");
        succeed(
            path,
            &[
                "-q",
                "dedup",
                "new.jsonl",
                "copy.jsonl",
                "--against",
                against,
                "-o",
                &out,
            ],
        );
    }
    let kept = |name: &str| fs::read_to_string(path.join(name)).unwrap();
    assert_eq!(kept("A.kept"), kept("all.jsonl.kept"));
    assert_eq!(kept("A.kept").lines().count(), 10);
    let traced: Value = serde_json::from_str(&succeed(
        path,
        &[
            "-q",
            "trace",
            "copy.jsonl",
            "--archive",
            "A",
            "--format",
            "json",
        ],
    ))
    .unwrap();
    assert_eq!(traced["clusters"][0]["source"]["id"], "wire");
    assert_eq!(traced["clusters"][0]["versions"][0]["id"], "copy");
    assert_eq!(traced["documents"].as_array().map(Vec::len), Some(2));
    let whole: Value = serde_json::from_str(&succeed(
        path,
        &["-q", "trace", "A", "copy.jsonl", "--format", "json"],
    ))
    .unwrap();
    assert_eq!(whole["documents"].as_array().map(Vec::len), Some(302));
    assert_eq!(whole["clusters"][0]["source"]["id"], "wire");
}

#[test]
fn an_outlets_notices_are_learned_from_its_archive() {
    const NOTICE: &str = "Nine towns, four rivers and one paper since the great flood.";
    let folder = tempfile::tempdir().unwrap();
    let archive = Archive::create(folder.path(), 42).unwrap();
    let mut writer = archive.writer().unwrap();
    for number in 0..20 {
        let mut document = document(number);
        document.text.push_str(NOTICE);
        writer.add(document).unwrap();
    }
    writer.commit().unwrap();
    let snapshot = archive.snapshot().unwrap();
    let mut article = document(500);
    article.text.push_str(NOTICE);
    assert!(
        snapshot
            .furniture(&article)
            .unwrap()
            .articles(NOTICE)
            .unwrap()
            >= 3
    );
    let of_another = Document {
        outlet: Some("Dorn Post".to_owned()),
        ..article.clone()
    };
    assert_eq!(
        snapshot
            .furniture(&of_another)
            .unwrap()
            .articles(NOTICE)
            .unwrap(),
        0
    );
    let checked = check(article, &snapshot, &CheckOptions::default(), &Silent).unwrap();
    let last = checked.report.segmented[0].sentences.last().unwrap();
    assert!(last.why.is_some(), "the notice is no part of the story");
    assert!(checked.found.is_empty(), "and it makes nobody a copy");
}

#[test]
fn an_article_is_not_its_own_source_and_time_says_who_was_first() {
    let folder = tempfile::tempdir().unwrap();
    let archive = Archive::create(folder.path(), 42).unwrap();
    let mut writer = archive.writer().unwrap();
    let own = document(1);
    let later = Document {
        id: "later".to_owned(),
        published_seconds: own.published_seconds.map(|seconds| seconds + 60),
        ..own.clone()
    };
    writer.add(own.clone()).unwrap();
    writer.add(later).unwrap();
    writer.commit().unwrap();
    let snapshot = archive.snapshot().unwrap();
    let checked = check(own, &snapshot, &CheckOptions::default(), &Silent).unwrap();
    let sources = checked.sources().map(|(source, version, found)| {
        assert_eq!(version.attribution.kind, AttributionKind::None);
        (source.id.as_str(), found.first)
    });
    assert_eq!(sources.collect::<Vec<_>>(), [("later", First::Article)]);
    let evidence = checked.report.clusters[0].source_evidence.join("; ");
    assert!(
        evidence.contains("100 % of the article is also in it"),
        "nothing comes from what is younger: {evidence}"
    );
}
