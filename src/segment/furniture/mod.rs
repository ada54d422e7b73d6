//! Furniture that is the same on all news sites, known by the form of a line or by a phrase in it.

mod lines;
mod phrases;

use super::Line;
use crate::model::Reason;
use crate::text::fold::fold;

/// Why `line` is furniture by its own words; `None` where they do not say.
pub(super) fn reason(line: &Line<'_>) -> Option<Reason> {
    if line.words.is_empty() {
        return Some(Reason::Navigation);
    }
    if lines::is_date(line) {
        return Some(Reason::Date);
    }
    if lines::is_address(line) {
        return Some(Reason::Address);
    }
    if lines::is_byline(line) {
        return Some(Reason::Byline);
    }
    if lines::is_sign_off(line) || lines::is_source_line(line) {
        return Some(Reason::Credit);
    }
    if lines::is_note_to_editors(line) {
        return Some(Reason::EditorsNote);
    }
    if let Some(why) = phrases::by_phrase(line) {
        return Some(why);
    }
    if line.alone && !line.stopped && RUBRICS.contains(&line.flat.trim_matches([':', ' ', '|'])) {
        return Some(Reason::Navigation);
    }
    if lines::is_about_the_outlet(line)
        || lines::is_reading_time(line)
        || lines::is_feed_notice(line)
    {
        return Some(Reason::Notice);
    }
    if lines::is_agency_mark(line) {
        return Some(Reason::Credit);
    }
    if lines::is_hashtags(line) {
        return Some(Reason::Tags);
    }
    if lines::is_page_reference(line) || lines::is_label(line) {
        return Some(Reason::Pointer);
    }
    if lines::is_path(line) {
        return Some(Reason::Navigation);
    }
    if lines::is_call_to_readers(line) {
        return Some(Reason::Contact);
    }
    if lines::is_about_the_writer(line) {
        return Some(Reason::Byline);
    }
    None
}

/// Whether `printed` begins with words that furniture begins with; cheap, and true too often.
pub(super) fn may_begin(printed: &str) -> bool {
    let end = printed
        .char_indices()
        .nth(48)
        .map_or(printed.len(), |(at, _)| at);
    let flat = fold(&printed[..end]);
    let first = flat
        .split(|c: char| !c.is_alphanumeric())
        .next()
        .unwrap_or("");
    matches!(
        first,
        "by" | "from" | "text" | "words" | "author" | "written" | "story"
    ) || matches!(first, "updated" | "published" | "posted")
        || lines::in_calendar(first)
        || first.starts_with(|c: char| c.is_ascii_digit())
        || RUBRICS
            .iter()
            .any(|r| r.as_bytes().first() == flat.as_bytes().first() && flat.starts_with(r))
        || phrases::at_start(&flat).next().is_some()
        || phrases::anywhere(&flat).is_some()
        || ["follow ", "click", "download", "source:", "sources:"]
            .iter()
            .any(|p| flat.starts_with(p))
        || flat.contains("minute")
        || flat.contains(['/', '•', '·', '|'])
            && [" / ", " • ", " · ", " | "]
                .iter()
                .any(|mark| flat.contains(mark))
}

/// Names of kinds of articles, over the headline.
const RUBRICS: &[&str] = &[
    "feature",
    "analysis",
    "opinion",
    "editorial",
    "exclusive",
    "explainer",
    "interview",
    "obituary",
    "comment",
    "breaking",
    "breaking news",
    "just in",
    "sport desk",
    "sports desk",
    "news desk",
    "business desk",
    "foreign desk",
    "web desk",
    "online desk",
    "live",
    "watch",
    "video",
    "staff reporter",
    "staff writer",
    "our staff reporter",
    "our correspondent",
    "own correspondent",
    "special correspondent",
    "newsroom",
    "world news",
    "local news",
    "press release",
];

#[cfg(test)]
mod tests {
    use crate::model::{Document, Reason};
    use crate::segment::segment;

    /// Reasons of the lines behind and before a story.
    fn why(line: &str) -> Option<Reason> {
        let body = "Troops fought near the river bridge on Monday, the ministry said.";
        let text = format!("{body}\n\nThe town of Pell was quiet on Tuesday.\n\n{line}");
        let document = Document {
            text,
            ..Document::default()
        };
        let found = segment(&document, false).sentences;
        found[2..].iter().find_map(|s| s.why)
    }

    #[test]
    fn lines_of_all_kinds_say_what_they_are() {
        for (line, reason) in [
            ("By Ines Calder in Varn", Reason::Byline),
            ("By our crime correspondent", Reason::Byline),
            ("Reporting by A. Stone; Editing by B. Kern", Reason::Credit),
            ("HW/jk/dm", Reason::Credit),
            ("Source: Halden Wire", Reason::Credit),
            ("May 31, 2023", Reason::Date),
            ("Photo: Pell Mail / R. Okan", Reason::Caption),
            ("Share this article: link copied", Reason::Share),
            ("Sign up to our weekly letter.", Reason::Subscribe),
            ("Also read: How the dam broke", Reason::Pointer),
            ("Tags: dam, water", Reason::Tags),
            ("News   /   More", Reason::Navigation),
            ("Comments are moderated.", Reason::Comments),
            ("© Pell Mail 2024. All rights reserved.", Reason::Copyright),
            ("This is a developing story.", Reason::Notice),
            ("Were you there? Call the newsdesk.", Reason::Contact),
            ("www.pell-mail.example", Reason::Address),
            ("Advertisement", Reason::Advertisement),
            ("(Updates toll, adds quote)", Reason::EditorsNote),
            ("Copyright 2026 The Pell Mail.", Reason::Copyright),
            ("-- with assistance from Ines Calder", Reason::Credit),
            (
                "The post How the dam broke appeared first on Pell Mail.",
                Reason::Notice,
            ),
            ("This article was amended on 4 March 2026.", Reason::Notice),
            ("Ines Calder is a reporter based in Varn.", Reason::Byline),
            ("Already have an account? Log in", Reason::Subscribe),
        ] {
            assert_eq!(why(line), Some(reason), "{line}");
        }
    }

    #[test]
    fn sentences_of_a_story_are_not_taken_for_furniture() {
        for line in [
            "By Monday the water had reached the second floor of the school.",
            "The ministry said subscribers would be paid back by March.",
            "\"You will all be home by spring,\" the general told them.",
            "Police asked witnesses to come forward and share what they had seen.",
            "The newspaper's comments section was flooded with insults, the editor said.",
            "Sources in the army said the bridge had been mined.",
            "The firm sponsored the race for ten years.",
            "Copyright law changed in 1998, the court said.",
            "Follow-up tests were negative.",
            "Promoted clubs Pell and Dorn won their first games of the season.",
            "Premium prices for fish rose in May for the third month.",
            "Okan is a journalist at the state broadcaster, the court heard.",
            "The treaty was amended on 4 March 2026.",
            "The army's drones appeared first on the eastern front.",
            "Customers use your Facebook page to praise the clerk who helped.",
            "The defendants may file their plea in the appeals court by Friday.",
            "\"The views expressed by the owner are harmful,\" Okan said.",
            "You wave them in front of your apparatus and hear a tone.",
            "But you do have those moments when you ask whether you should stop or try again?",
        ] {
            assert_eq!(why(line), None, "{line}");
        }
    }
}
