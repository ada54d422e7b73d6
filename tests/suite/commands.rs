//! The program as a user meets it: arguments, exit codes, streams and files.

use std::fmt::Write as _;
use std::io::Read;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

const WIRE: &str = "KARSTEN, Sept 13 (Meridian) - Clashes along the frontier between Velmark and Tarsia killed at least 49 \
soldiers overnight, the two governments said on Tuesday, in the deadliest fighting since the truce of 2020.\n\n\
Tarsia denied shelling civilian areas near the towns of Gorat, Sotha and Jermin. The incidents were strictly local in \
nature, its army said in a statement that was read on state television.\n";

fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_wirecopy"));
    command
        .env_remove("NO_COLOR")
        .env_remove("CLICOLOR_FORCE")
        .env_remove("FORCE_COLOR");
    command
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    program()
        .current_dir(folder)
        .args(arguments)
        .output()
        .unwrap()
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// A folder with a dispatch, a copy of it that reverses a statement, and an unrelated text.
fn stories() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write("wire.txt", WIRE);
    write(
        "copy.txt",
        &WIRE.replace("denied shelling", "confirmed shelling"),
    );
    write(
        "other.txt",
        "The city library reopens on Monday after a year of repairs, its director said.\n",
    );
    folder
}

fn names_in(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut names: Vec<_> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn a_wrong_option_is_a_usage_error() {
    let folder = stories();
    for arguments in [
        &["trace"][..],
        &["trace", "wire.txt", "--no-such-option"],
        &["trace", "wire.txt", "--format", "pdf"],
        &["trace", "wire.txt", "--min-containment", "1.5"],
        &["trace", "wire.txt", "--threads", "0"],
        &["trace", "wire.txt", "--fail-on", "weather"],
        &["compare", "wire.txt"],
        &["compare", "-", "-"],
        &["compare", "wire.txt", "copy.txt", "--pairs", "pairs.jsonl"],
        &["compare", "--pairs", "pairs.jsonl", "--format", "json"],
        &["man", "no-such-command"],
        &["completions", "no-such-shell"],
    ] {
        let output = run(folder.path(), arguments);
        assert_eq!(code(&output), 2, "{arguments:?}: {}", stderr(&output));
        assert!(stdout(&output).is_empty(), "{arguments:?}");
        assert!(!stderr(&output).is_empty(), "{arguments:?}");
    }
}

#[test]
fn input_that_cannot_be_used_is_code_three() {
    let folder = stories();
    std::fs::create_dir(folder.path().join("empty")).unwrap();
    for arguments in [
        &["trace", "missing.txt"][..],
        &["trace", "empty"],
        &["compare", "wire.txt", "missing.txt"],
        &["compare", "--pairs", "missing.jsonl"],
    ] {
        let output = run(folder.path(), arguments);
        assert_eq!(code(&output), 3, "{arguments:?}: {}", stderr(&output));
        assert!(
            stderr(&output).starts_with("error: "),
            "{arguments:?}: {}",
            stderr(&output)
        );
    }
}

#[test]
fn help_tells_the_exit_codes() {
    for arguments in [
        &["--help"][..],
        &["trace", "--help"],
        &["compare", "--help"],
    ] {
        let output = run(Path::new("."), arguments);
        assert_eq!(code(&output), 0);
        let help = stdout(&output);
        for number in ["0", "1", "2", "3", "130"] {
            assert!(
                help.contains(&format!("\n  {number:<4} ")),
                "{arguments:?} {number}: {help}"
            );
        }
    }
}

#[test]
fn findings_fail_a_run_only_when_asked() {
    let folder = stories();
    let plain = run(folder.path(), &["compare", "wire.txt", "copy.txt"]);
    assert_eq!(code(&plain), 0, "{}", stderr(&plain));
    for finding in ["copy", "drift", "major-drift", "drift,copy"] {
        let output = run(
            folder.path(),
            &["compare", "wire.txt", "copy.txt", "--fail-on", finding],
        );
        assert_eq!(code(&output), 1, "{finding}: {}", stderr(&output));
        assert!(
            stdout(&output).contains("[-denied-]{+confirmed+}"),
            "the report is written all the same"
        );
    }
    for finding in ["drift", "major-drift", "copy"] {
        let output = run(
            folder.path(),
            &["compare", "wire.txt", "other.txt", "--fail-on", finding],
        );
        assert_eq!(code(&output), 0, "{finding}: {}", stderr(&output));
    }
}

#[test]
fn a_trace_without_copies_says_why_and_is_no_failure() {
    let folder = stories();
    let output = run(folder.path(), &["trace", "wire.txt", "other.txt"]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    assert!(
        stdout(&output).starts_with("no copies found: "),
        "{}",
        stdout(&output)
    );
    // Where the report is not read by a person, the reason goes to standard error.
    let output = run(
        folder.path(),
        &["trace", "wire.txt", "other.txt", "--format", "json"],
    );
    assert!(
        stderr(&output).contains("no copies found: "),
        "{}",
        stderr(&output)
    );
    let output = run(
        folder.path(),
        &[
            "trace",
            "wire.txt",
            "other.txt",
            "--format",
            "json",
            "--quiet",
        ],
    );
    assert_eq!(stderr(&output), "");
}

#[test]
fn a_bad_record_is_named_and_the_good_ones_are_used() {
    let folder = tempfile::tempdir().unwrap();
    let good = |id: &str| serde_json::json!({"id": id, "body": WIRE}).to_string();
    let lines = format!("{}\n{{broken\n{}\n", good("a"), good("b"));
    std::fs::write(folder.path().join("in.jsonl"), lines).unwrap();
    let output = run(
        folder.path(),
        &[
            "trace",
            "in.jsonl",
            "--text-field",
            "body",
            "--format",
            "json",
        ],
    );
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let report: Value = serde_json::from_str(&stdout(&output)).unwrap();
    assert_eq!(report["documents"].as_array().unwrap().len(), 2);
    assert!(
        stderr(&output).contains("in.jsonl:2: "),
        "{}",
        stderr(&output)
    );
    assert!(
        stderr(&output).contains("1 record could not be used"),
        "{}",
        stderr(&output)
    );
}

#[test]
fn clusters_go_to_a_file_of_their_own() {
    let folder = stories();
    let output = run(
        folder.path(),
        &[
            "trace",
            "wire.txt",
            "copy.txt",
            "other.txt",
            "--clusters",
            "clusters.jsonl",
            "-o",
            "report.txt",
        ],
    );
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    assert_eq!(stdout(&output), "");
    let lines = std::fs::read_to_string(folder.path().join("clusters.jsonl")).unwrap();
    let wanted =
        "{\"id\":\"copy.txt\",\"cluster\":\"c1\"}\n{\"id\":\"wire.txt\",\"cluster\":\"c1\"}\n";
    assert_eq!(lines, wanted);
}

#[test]
fn a_report_appears_whole_or_not_at_all() {
    let folder = stories();
    let before = names_in(folder.path());
    let output = run(
        folder.path(),
        &["trace", "wire.txt", "-o", "no-such-folder/report.html"],
    );
    assert_eq!(code(&output), 2);
    assert!(
        stderr(&output).contains("`no-such-folder/report.html`"),
        "{}",
        stderr(&output)
    );
    let output = run(
        folder.path(),
        &["trace", "missing.txt", "-o", "report.html"],
    );
    assert_eq!(code(&output), 3);
    assert_eq!(
        names_in(folder.path()),
        before,
        "nothing is left of a run that failed"
    );
    std::fs::write(folder.path().join("report.html"), "old").unwrap();
    let output = run(
        folder.path(),
        &[
            "compare",
            "wire.txt",
            "copy.txt",
            "--format",
            "html",
            "-o",
            "report.html",
        ],
    );
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let page = std::fs::read_to_string(folder.path().join("report.html")).unwrap();
    assert!(page.starts_with("<!doctype html>") && page.trim_end().ends_with("</html>"));
    assert_eq!(names_in(folder.path()).len(), before.len() + 1);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_a_clear_error() {
    let folder = stories();
    let output = run(
        folder.path(),
        &[
            "compare",
            "wire.txt",
            "copy.txt",
            "--format",
            "html",
            "-o",
            "/dev/full",
        ],
    );
    assert_eq!(code(&output), 2);
    let said = stderr(&output);
    assert!(
        said.contains("cannot write `/dev/full`") && said.contains("No space left"),
        "{said}"
    );
    assert!(
        !Path::new("/dev/full").is_file(),
        "a device is written to, never replaced"
    );
}

#[cfg(unix)]
#[test]
fn a_link_to_a_report_stays_a_link() {
    let folder = stories();
    let at = |name: &str| folder.path().join(name);
    std::fs::write(at("target.txt"), "old").unwrap();
    std::os::unix::fs::symlink("target.txt", at("link.txt")).unwrap();
    let output = run(
        folder.path(),
        &["compare", "wire.txt", "copy.txt", "-o", "link.txt"],
    );
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    assert!(at("link.txt").is_symlink());
    assert_ne!(std::fs::read_to_string(at("target.txt")).unwrap(), "old");
}

#[test]
fn a_closed_pipe_is_no_failure() {
    let folder = tempfile::tempdir().unwrap();
    let mut lines = String::new();
    for number in 0..20_000 {
        writeln!(
            lines,
            "{}",
            pair(&number.to_string(), "He denied it.", "He confirmed it.")
        )
        .unwrap();
    }
    std::fs::write(folder.path().join("pairs.jsonl"), lines).unwrap();
    let mut child = program()
        .current_dir(folder.path())
        .args(["compare", "--pairs", "pairs.jsonl"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = [0_u8; 10];
    child
        .stdout
        .as_mut()
        .unwrap()
        .read_exact(&mut first)
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(code(&output), 0);
    assert_eq!(stderr(&output), "");
}

#[test]
fn colour_is_shown_when_asked_for_and_never_in_a_pipe() {
    let folder = stories();
    let coloured = |command: &mut Command| {
        let output = command
            .current_dir(folder.path())
            .args(["compare", "wire.txt", "copy.txt"])
            .output()
            .unwrap();
        assert_eq!(code(&output), 0, "{}", stderr(&output));
        stdout(&output).contains('\u{1b}')
    };
    assert!(!coloured(&mut program()), "a pipe is not a terminal");
    assert!(coloured(program().args(["--color", "always"])));
    assert!(!coloured(program().args(["--color", "never"])));
    assert!(!coloured(program().env("NO_COLOR", "1")));
    let output = program()
        .env("NO_COLOR", "1")
        .args(["trace", "missing.txt"])
        .output()
        .unwrap();
    assert!(!stderr(&output).contains('\u{1b}'));
}

fn pair(id: &str, reference: &str, hypothesis: &str) -> String {
    let texts = serde_json::json!({"reference": reference, "hypothesis": hypothesis}).to_string();
    format!("{{\"id\":{id},{}", &texts[1..])
}

#[test]
fn pairs_are_answered_in_order_with_their_ids_as_given() {
    let folder = tempfile::tempdir().unwrap();
    let ids = [
        "\"a\"",
        "7",
        "18446744073709551616000",
        "1.50",
        "\"b\\u0041\"",
    ];
    let mut lines = String::from("\u{feff}");
    for number in 0..9_000 {
        writeln!(
            lines,
            "{}",
            pair(
                ids[number % ids.len()],
                "Østlund denied it.",
                "Østlund confirmed it."
            )
        )
        .unwrap();
    }
    std::fs::write(folder.path().join("pairs.jsonl"), lines).unwrap();
    let output = run(folder.path(), &["compare", "--pairs", "pairs.jsonl"]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let answers = stdout(&output);
    assert_eq!(answers.lines().count(), 9_000);
    for (number, line) in answers.lines().enumerate() {
        let wanted = format!("{{\"id\":{},\"relation\":", ids[number % ids.len()]);
        assert!(line.starts_with(&wanted), "{line}");
    }
}

#[test]
fn offsets_of_a_verdict_count_code_points() {
    let folder = tempfile::tempdir().unwrap();
    let (reference, hypothesis) = (
        "Ingrid Østlund denied the report.",
        "Ingrid Østlund confirmed the report.",
    );
    std::fs::write(
        folder.path().join("pairs.jsonl"),
        pair("1", reference, hypothesis),
    )
    .unwrap();
    let output = run(folder.path(), &["compare", "--pairs", "pairs.jsonl"]);
    let answer: Value = serde_json::from_str(&stdout(&output)).unwrap();
    assert!(answer["drift_score"].as_f64().unwrap() > 0.5, "{answer}");
    let drifts = answer["drifts"].as_array().unwrap();
    assert!(!drifts.is_empty());
    for drift in drifts {
        for (side, text) in [("source", reference), ("copy", hypothesis)] {
            let at = |key: &str| usize::try_from(drift[side][key].as_u64().unwrap()).unwrap();
            let words: String = text
                .chars()
                .skip(at("start"))
                .take(at("end") - at("start"))
                .collect();
            assert_eq!(drift[side]["text"], words);
        }
    }
}

#[test]
fn broken_lines_of_pairs_are_numbered_and_the_others_answered() {
    let folder = tempfile::tempdir().unwrap();
    let mut lines = [
        pair("1", "a b", "a b").into_bytes(),
        b"{\"id\":2,".to_vec(),
        b"{\"id\":3,\"reference\":\"only\"}".to_vec(),
        pair("[4]", "a b", "a b").into_bytes(),
        b"{\"id\":5,\"reference\":\"\xff\"}".to_vec(),
        Vec::new(),
        pair("7", "a b", "a b").into_bytes(),
    ]
    .join(&b'\n');
    // The last line is longer than any pair, and has no end.
    lines.push(b'\n');
    lines.extend(std::iter::repeat_n(b'x', 9 << 20));
    std::fs::write(folder.path().join("pairs.jsonl"), lines).unwrap();
    let output = run(folder.path(), &["compare", "--pairs", "pairs.jsonl"]);
    assert_eq!(code(&output), 0);
    assert_eq!(stdout(&output).lines().count(), 2);
    let said = stderr(&output);
    for line in [2, 3, 4, 5, 8] {
        assert!(
            said.contains(&format!("warning: pairs.jsonl:{line}: ")),
            "{line}: {said}"
        );
    }
    assert!(said.contains("5 records could not be used"), "{said}");
}

#[test]
fn pairs_without_one_good_line_are_code_three() {
    let folder = tempfile::tempdir().unwrap();
    for content in ["", "\n\n", "{}\nnot json\n"] {
        std::fs::write(folder.path().join("pairs.jsonl"), content).unwrap();
        let output = run(folder.path(), &["compare", "--pairs", "pairs.jsonl"]);
        assert_eq!(code(&output), 3, "{content:?}");
        assert!(
            stderr(&output).contains("pairs.jsonl"),
            "{}",
            stderr(&output)
        );
    }
}

#[test]
fn only_twenty_problems_are_listed_unless_asked() {
    let folder = tempfile::tempdir().unwrap();
    // Lines with the same wrong are said once, so each has its own.
    let lines: String = (0..30).map(|n| format!("{}x\n", " ".repeat(n))).collect();
    std::fs::write(folder.path().join("pairs.jsonl"), lines).unwrap();
    let output = run(folder.path(), &["compare", "--pairs", "pairs.jsonl"]);
    let said = stderr(&output);
    assert_eq!(said.matches("pairs.jsonl:").count(), 20);
    assert!(
        said.contains("and 10 more; `-v` lists them") && said.contains("30 records"),
        "{said}"
    );
    let output = run(folder.path(), &["compare", "--pairs", "pairs.jsonl", "-v"]);
    assert_eq!(stderr(&output).matches("pairs.jsonl:").count(), 30);
}

#[test]
fn pairs_come_from_standard_input_too_also_packed() {
    let line = pair("\"x\"", "He denied it.", "He denied it.") + "\n";
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut packed, line.as_bytes()).unwrap();
    for input in [
        line.clone().into_bytes(),
        packed.finish().unwrap(),
        zstd::encode_all(line.as_bytes(), 1).unwrap(),
    ] {
        let output = assert_cmd::Command::from(program())
            .args(["compare", "--pairs", "-"])
            .write_stdin(input)
            .unwrap();
        assert!(stdout(&output).starts_with("{\"id\":\"x\","));
    }
}

#[test]
fn the_same_report_comes_from_any_number_of_threads() {
    let folder = stories();
    let report = |threads: &str| {
        let output = run(
            folder.path(),
            &["trace", ".", "--format", "json", "--threads", threads],
        );
        assert_eq!(code(&output), 0, "{}", stderr(&output));
        stdout(&output)
    };
    assert_eq!(report("1"), report("4"));
}

#[cfg(unix)]
#[test]
fn an_interrupted_run_leaves_no_half_file() {
    let folder = tempfile::tempdir().unwrap();
    // Standard input stays open and says nothing: the program waits for it.
    let mut child = program()
        .current_dir(folder.path())
        .args(["compare", "--pairs", "-", "-o", "answers.jsonl"])
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Waiting for a child closes its input, so the input is held here.
    let input = child.stdin.take();
    while names_in(folder.path()).is_empty() {
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    std::thread::sleep(std::time::Duration::from_millis(200));
    let stopped = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status()
        .unwrap();
    assert!(stopped.success());
    let status = child.wait().unwrap();
    drop(input);
    assert_eq!(status.code(), Some(130));
    assert_eq!(names_in(folder.path()), Vec::<String>::new());
}

#[test]
fn every_shell_has_completions() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let output = run(Path::new("."), &["completions", shell]);
        assert_eq!(code(&output), 0);
        assert!(stdout(&output).contains("min-containment"), "{shell}");
    }
}

#[test]
fn the_manual_has_pages_for_the_program_and_its_commands() {
    let page = stdout(&run(Path::new("."), &["man"]));
    assert!(
        page.contains(".TH wirecopy 1")
            && page.contains("EXIT STATUS")
            && page.contains("wirecopy\\-trace(1)"),
        "{page}"
    );
    for command in ["trace", "compare", "completions", "man"] {
        let output = run(Path::new("."), &["man", command]);
        assert_eq!(code(&output), 0);
        let page = stdout(&output);
        assert!(
            page.contains(&format!(".TH wirecopy-{command} 1")),
            "{page}"
        );
    }
    assert!(stdout(&run(Path::new("."), &["man", "trace"])).contains("min\\-containment"));
}

#[test]
fn a_passage_too_long_for_a_pair_is_refused_and_the_next_is_judged() {
    let folder = tempfile::tempdir().unwrap();
    let lines = pair("1", &"word ".repeat(9000), "word") + &pair("2", "It rained.", "It rained.");
    std::fs::write(
        folder.path().join("pairs.jsonl"),
        lines.replace("}{", "}\n{"),
    )
    .unwrap();
    let output = run(folder.path(), &["compare", "--pairs", "pairs.jsonl"]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    assert_eq!(stdout(&output).lines().count(), 1);
    assert!(stderr(&output).contains("compare A B"));
}

#[test]
fn lines_with_one_and_the_same_wrong_are_said_once_and_counted() {
    let folder = stories();
    let labels = "{\"id\": 1, \"relation\": \"new\"}\n".repeat(60);
    std::fs::write(folder.path().join("labels.jsonl"), labels).unwrap();
    for command in ["trace", "dedup"] {
        let said = stderr(&run(folder.path(), &[command, "."]));
        assert_eq!(said.matches("no field `text`").count(), 1, "{said}");
        assert!(said.contains("the same for 59 more lines"), "{said}");
        assert!(said.contains("60 records could not be used"), "{said}");
    }
}

#[test]
fn a_word_without_end_and_a_collection_of_one_story_are_no_trouble() {
    let folder = tempfile::tempdir().unwrap();
    for number in 0..150 {
        let mut words: Vec<String> = WIRE.split(' ').map(str::to_owned).collect();
        let place = 20 + number % 30;
        words[place] = format!("zorv{number}");
        let name = format!("{number}.txt");
        std::fs::write(folder.path().join(name), words.join(" ")).unwrap();
    }
    let endless = format!("{WIRE} {}", "x".repeat(200_000));
    std::fs::write(folder.path().join("endless.txt"), endless).unwrap();
    let output = run(folder.path(), &["trace", ".", "--format", "json"]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    let report: Value = serde_json::from_str(&stdout(&output)).unwrap();
    let clusters = report["clusters"].as_array().unwrap();
    assert_eq!(clusters.len(), 1);
    assert_eq!(clusters[0]["versions"].as_array().unwrap().len(), 150);
}
