//! What is sentence, furniture, quotation and credit in an article: measured on labelled sets, and as a user sees it.

use std::path::Path;
use std::process::Command;

use serde_json::Value;
use wirecopy::model::{Document, Span};
use wirecopy::segment::segment;
use wirecopy::text::language::language;
use wirecopy::text::sentences::sentences;

/// Boundaries of one paragraph, each as the count of letters and figures before it.
fn boundaries<'a>(pieces: impl Iterator<Item = &'a str>) -> Vec<usize> {
    let mut seen = 0;
    let mut found: Vec<usize> = pieces
        .map(|piece| {
            seen += piece.chars().filter(|c| c.is_alphanumeric()).count();
            seen
        })
        .collect();
    found.pop();
    found
}

/// (labelled boundaries, F1, the paragraphs that are cut wrongly) of a file of `corpus/sentences`.
fn measure(file: &str) -> (usize, f64, Vec<String>) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("corpus/sentences")
        .join(file);
    let (mut met, mut predicted, mut labelled) = (0, 0, 0);
    let mut wrong = Vec::new();
    for line in std::fs::read_to_string(path)
        .unwrap()
        .lines()
        .filter(|l| !l.starts_with('#'))
    {
        let marked = line.split('\t').nth(2).unwrap();
        let text = marked.replace('¦', "");
        let wanted = boundaries(marked.split('¦'));
        let spans = sentences(&text, Span::new(0, text.len()), language(&text));
        let found = boundaries(spans.iter().map(|span| span.of(&text)));
        let agreed = found.iter().filter(|b| wanted.contains(b)).count();
        if found != wanted {
            wrong.push(line.to_owned());
        }
        met += agreed;
        predicted += found.len();
        labelled += wanted.len();
    }
    (
        labelled,
        2.0 * met as f64 / (predicted + labelled) as f64,
        wrong,
    )
}

#[test]
fn sentences_end_where_the_labels_say() {
    let (dev, dev_f1, dev_wrong) = measure("dev.tsv");
    let (test, test_f1, test_wrong) = measure("test.tsv");
    assert!(
        dev + test >= 300 && test * 10 >= (dev + test) * 3,
        "{dev} + {test} boundaries"
    );
    assert!(dev_f1 >= 0.98, "dev {dev_f1:.3}: {dev_wrong:#?}");
    assert!(test_f1 >= 0.98, "test {test_f1:.3}: {test_wrong:#?}");
}

/// Real articles with hand-cut sentences; not part of the project, so that the test skips, saying so, where they are missing.
#[test]
fn sentences_of_the_labelled_articles_are_the_gold_ones() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/seeds");
    let Ok(gold) = std::fs::read_to_string(folder.join("gold.jsonl")) else {
        eprintln!("skipped: no `{}`", folder.display());
        return;
    };
    let plain = |text: &str| -> String {
        text.chars()
            .filter(|c| c.is_alphanumeric())
            .flat_map(char::to_lowercase)
            .collect()
    };
    let (mut equal, mut total) = (0, 0);
    let mut texts: std::collections::BTreeMap<String, Vec<(String, bool)>> =
        std::collections::BTreeMap::new();
    for entry in std::fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|e| e == "txt") {
            let document = Document {
                text: std::fs::read_to_string(&path).unwrap(),
                ..Document::default()
            };
            let cut = segment(&document, false)
                .sentences
                .iter()
                .map(|s| (plain(s.span.of(&document.text)), s.matters()))
                .collect();
            let name: String = path
                .file_name()
                .unwrap()
                .to_string_lossy()
                .chars()
                .take(3)
                .collect();
            texts.insert(name, cut);
        }
    }
    for row in gold
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
    {
        let wanted = plain(row["outlet_text"].as_str().unwrap());
        let found = texts[row["doc"].as_str().unwrap()]
            .iter()
            .find(|(text, _)| *text == wanted);
        total += 1;
        equal += usize::from(found.is_some());
        // Headlines and captions are labelled too, with a note; what has a counterpart is story.
        let answered = !row["wire_text"].as_array().unwrap().is_empty();
        assert!(
            found.is_none_or(|(_, story)| *story) || !answered,
            "story taken for furniture: {row}"
        );
    }
    assert!(equal * 100 >= total * 97, "{equal} of {total}");
}

fn report(arguments: &[&str], texts: &[(&str, &str)]) -> Value {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in texts {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    let output = Command::new(env!("CARGO_BIN_EXE_wirecopy"))
        .current_dir(folder.path())
        .args(arguments)
        .args(["--format", "json", "-q"])
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).unwrap()
}

const WIRE: &str = "VARN, Sept 13 (HW) - Troops fought near the river bridge on Monday, the ministry said.\n\n\
\"We will not leave the bridge before the winter comes and the river freezes over,\" General Arlo Venn told reporters.\n\n\
Die Brücke ist seit dem Morgen gesperrt, und niemand weiß, wann sie wieder geöffnet wird.\n\n\
The town of Pell was left without water for three days, Interfax reported.\n\nSHARE THIS ARTICLE\n";

#[test]
fn the_report_says_why_lines_are_left_aside_who_speaks_and_in_what_language() {
    let found = report(
        &["compare", "a.txt", "b.txt"],
        &[("a.txt", WIRE), ("b.txt", WIRE)],
    );
    let document = &found["documents"][0];
    let sentences = document["sentences"].as_array().unwrap();
    assert_eq!(sentences[0]["dateline"]["text"], "VARN, Sept 13 (HW) - ");
    assert_eq!(sentences.last().unwrap()["why"], "share or follow line");
    assert_eq!(
        document["quotations"][0]["speaker"]["text"],
        "General Arlo Venn"
    );
    assert_eq!(document["language"], "en");
    assert_eq!(document["paragraphs"][2]["language"], "de");
}

#[test]
fn keep_furniture_leaves_everything_in_the_story() {
    let arguments = ["compare", "a.txt", "b.txt", "--keep-furniture"];
    let found = report(&arguments, &[("a.txt", WIRE), ("b.txt", WIRE)]);
    let sentences = found["documents"][0]["sentences"].as_array().unwrap();
    assert!(
        sentences
            .iter()
            .all(|s| s["kind"] == "body" && s["why"].is_null() && s["dateline"].is_null())
    );
}

#[test]
fn agencies_of_a_file_are_known_by_the_names_it_gives() {
    let listed = ("mine.txt", "# ours\nHalden Wire | HW\n");
    let arguments = ["compare", "a.txt", "b.txt", "--agencies", "mine.txt"];
    let found = report(&arguments, &[("a.txt", WIRE), ("b.txt", WIRE), listed]);
    let attribution = &found["clusters"][0]["source"]["attribution"];
    assert_eq!(attribution["agency"], "Halden Wire");
    assert_eq!(attribution["kind"], "dateline");
    assert_eq!(attribution["cited"][0]["agency"], "Interfax");
}

#[test]
fn without_quotations_two_reports_of_one_speech_share_little() {
    let speech = "\"We will not leave the bridge before the winter comes and the river freezes over, and we will not be moved by threats,\"";
    let one = format!(
        "{speech} General Arlo Venn told reporters.\n\nHe spoke at the new hospital of Stade, which opened a week late.\n"
    );
    let two = format!(
        "{speech} Arlo Venn said.\n\nFarmers in the valley had asked the army for tractors and fuel since the spring.\n"
    );
    let found = report(
        &["compare", "a.txt", "b.txt"],
        &[("a.txt", &one), ("b.txt", &two)],
    );
    let version = &found["clusters"][0]["versions"][0];
    let with = version["containment_of_copy"].as_f64().unwrap();
    let without = version["without_quotations"]["containment_of_copy"]
        .as_f64()
        .unwrap();
    assert!(
        with > 0.5 && without < 0.25,
        "{with} with, {without} without"
    );
}
