//! Furniture that is the same on all news sites: what each phrase says a line is.

use super::Line;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind};

use crate::model::Reason;
use crate::text::fold::fold;

/// Why `line` is furniture by its own words; `None` where they do not say.
pub(super) fn reason(line: &Line<'_>) -> Option<Reason> {
    if line.words.is_empty() {
        return Some(Reason::Navigation);
    }
    if is_date(line) {
        return Some(Reason::Date);
    }
    if is_address(line) {
        return Some(Reason::Address);
    }
    if is_byline(line) {
        return Some(Reason::Byline);
    }
    if is_sign_off(line) || is_source_line(line) {
        return Some(Reason::Credit);
    }
    if is_note_to_editors(line) {
        return Some(Reason::EditorsNote);
    }
    if let Some(why) = by_phrase(line) {
        return Some(why);
    }
    if line.alone && !line.stopped && RUBRICS.contains(&line.flat.trim_matches([':', ' ', '|'])) {
        return Some(Reason::Navigation);
    }
    if is_about_the_outlet(line) || is_reading_time(line) || is_feed_notice(line) {
        return Some(Reason::Notice);
    }
    if is_agency_mark(line) {
        return Some(Reason::Credit);
    }
    if is_hashtags(line) {
        return Some(Reason::Tags);
    }
    if is_page_reference(line) || is_label(line) {
        return Some(Reason::Pointer);
    }
    if is_path(line) {
        return Some(Reason::Navigation);
    }
    if is_call_to_readers(line) {
        return Some(Reason::Contact);
    }
    if is_about_the_writer(line) {
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
        || MONTHS.contains(&first)
        || DAYS.contains(&first)
        || first.starts_with(|c: char| c.is_ascii_digit())
        || RUBRICS.iter().any(|r| flat.starts_with(r))
        || starts(&flat).next().is_some()
        || anywhere(&flat).is_some()
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

/// A phrase, and what a line is that begins with it.
const STARTS: &[(Reason, &[&str])] = &[
    (
        Reason::Credit,
        &[
            "reporting by",
            "(reporting by",
            "additional reporting",
            "(additional reporting",
            "editing by",
            "(editing by",
            "writing by",
            "(writing by",
            "compiled by",
            "translated by",
            "edited by",
            "produced by",
            "with inputs from",
            "(with inputs",
            "with input from",
            "with files from",
            "(with files",
            "with information from",
            "(with information",
            "with agencies",
            "(with agenc",
            "with reporting by",
            "with additional reporting",
            "with material from",
            "additional material",
            "contributing:",
            "editor in charge",
            "editor-in-charge",
            "responsible editor",
            "editor:",
            "editors:",
            "translator:",
            "translation:",
            "proofreader:",
            "agency report",
            "agencies report",
            "wire report",
            "from wire reports",
            "from agency reports",
            "from staff and wire reports",
            "text prepared",
            "material prepared",
            "prepared by",
            "prepared with",
            "contains information from",
            "contains material from",
            "the writer is",
            "the author is a",
            "in partnership with",
            "content partner",
            "powered by",
            "brought to you by",
            "compiled from",
            "based on agency",
            "information from",
            "special to the",
            "web editor",
            "duty editor",
            "presenter:",
            "producer:",
            "reporter:",
            "correspondent:",
            "photographer:",
            "author:",
            "interviewed by",
            "transcribed by",
            "with assistance from",
            "with assistance by",
            "translated and edited",
            "translated from",
            "translation by",
            "machine translation",
            "automatic translation",
        ],
    ),
    (
        Reason::Caption,
        &[
            "image:",
            "images:",
            "photo:",
            "photos:",
            "picture:",
            "pictures:",
            "photograph:",
            "photography:",
            "caption:",
            "graphic:",
            "graphics:",
            "chart:",
            "map:",
            "illustration:",
            "infographic:",
            "credit:",
            "credits:",
            "(photo",
            "[photo",
            "(image",
            "(picture",
            "(file photo",
            "(file picture",
            "(file)",
            "image credit",
            "photo credit",
            "picture credit",
            "image source",
            "photo by",
            "picture by",
            "photograph by",
            "photo courtesy",
            "courtesy:",
            "picture courtesy",
            "image courtesy",
            "above:",
            "in the picture",
            "stock image",
            "stock photo",
            "archive photo",
            "archive image",
            "archive picture",
            "screenshot",
        ],
    ),
    (
        Reason::Share,
        &[
            "share:",
            "share on",
            "copy link",
            "email this",
            "print this",
            "save this",
            "bookmark",
            "share this",
            "share article",
            "share via",
            "tweet this",
            "follow @",
            "like us on",
        ],
    ),
    (
        Reason::Subscribe,
        &[
            "subscribe",
            "sign up",
            "register free",
            "register now",
            "get our",
            "stay informed",
            "stay up to date",
            "stay tuned",
            "never miss",
            "gift this article",
            "members only",
            "premium",
            "try free",
            "help us keep",
            "chip in",
            "already have an account",
            "already registered",
            "thank you for signing up",
            "thanks for signing up",
            "by signing up",
            "by subscribing",
            "support independent",
            "enter your email",
            "already a subscriber",
            "become a member",
            "become a subscriber",
            "join our",
            "donate",
        ],
    ),
    (
        Reason::Pointer,
        &[
            "read more",
            "to read more",
            "read also",
            "also read",
            "read next",
            "read the full",
            "see also",
            "also see",
            "see more",
            "watch:",
            "watch live",
            "watch the",
            "watch now",
            "listen again",
            "listen to",
            "listen:",
            "listen live",
            "more on this",
            "more from",
            "more stories",
            "more news",
            "related:",
            "related stor",
            "related article",
            "related content",
            "related news",
            "recommended:",
            "recommended for you",
            "you may also",
            "you might also",
            "most read",
            "most popular",
            "most viewed",
            "trending:",
            "trending now",
            "don't miss",
            "up next",
            "next story",
            "previous story",
            "next article",
            "previous article",
            "editor's pick",
            "editors' pick",
            "continue reading",
            "click here",
            "tap here",
            "find out more",
            "learn more",
            "explainer:",
            "in pictures:",
            "in photos:",
            "timeline:",
            "gallery:",
            "video:",
            "podcast:",
            "opinion:",
            "live prices:",
            "full coverage:",
            "what to read next",
            "for the latest",
            "for live",
            "download pdf",
            "more to follow",
            "more follows",
            "more details to follow",
            "more soon",
            "details to come",
            "to be continued",
            "read:",
            "more:",
            "also:",
            "next:",
            "previous:",
            "inside:",
            "in today's paper",
            "also in this section",
            "elsewhere:",
            "more in ",
            "live blog",
            "catch up",
            "tune in",
            "play video",
            "play audio",
            "watch more",
            "show more",
            "load more",
            "view all",
            "see all",
            "view comments",
            "letters:",
            "in depth:",
            "in-depth:",
            "fact box",
            "factbox:",
            "profile:",
            "background:",
            "analysis:",
            "from the archive",
            "must read",
            "top stories",
            "latest news",
            "popular now",
            "editor's choice",
            "editors' choice",
            "keep reading",
            "scroll to",
            "also on the",
            "follow our live",
            "follow live",
            "read the original",
            "read original",
            "view this post",
            "view original",
            "for more",
        ],
    ),
    (
        Reason::Tags,
        &[
            "tags:",
            "tag:",
            "topics:",
            "topic:",
            "keywords:",
            "filed under",
            "categories:",
            "category:",
            "labels:",
            "hashtags:",
        ],
    ),
    (
        Reason::Navigation,
        &[
            "news /",
            "home /",
            "home >",
            "home »",
            "home |",
            "skip to",
            "back to top",
            "jump to",
            "you are here",
        ],
    ),
    (
        Reason::Comments,
        &[
            "comments are",
            "comments (",
            "be the first to comment",
            "comments reflect",
            "comments express",
            "comments posted",
            "the comments posted",
            "reader comments",
            "leave a comment",
            "post a comment",
            "no comments yet",
            "join the conversation",
            "have your say",
            "your email address will not",
            "required fields are marked",
            "sign in to comment",
            "log in to comment",
        ],
    ),
    (
        Reason::Copyright,
        &["copyright", "©", "(c) 19", "(c) 20", "all rights reserved"],
    ),
    (
        Reason::Notice,
        &[
            "editor's note",
            "note:",
            "names have been changed",
            "some names have been",
            "report an error",
            "report a mistake",
            "report a typo",
            "suggest a correction",
            "send corrections",
            "terms apply",
            "terms and conditions",
            "this is a breaking",
            "rate this article",
            "was this article",
            "did you like this",
            "font size",
            "text size",
            "we use cookies",
            "this article appeared",
            "a version of this article",
            "an earlier version",
            "this article was first",
            "this story was first",
            "originally published",
            "prices delayed",
            "quotes delayed",
            "all times",
            "loading",
            "editors' note",
            "disclaimer",
            "risk notice",
            "risk warning",
            "correction:",
            "clarification:",
            "live:",
            "live updates",
            "published:",
            "updated:",
            "posted:",
            "last updated",
            "first published",
            "date:",
            "our standards:",
            "thank you for reading",
            "thanks for reading",
            "video player",
            "this video cannot",
            "this video can not",
            "this article includes content",
            "this content is provided by",
            "allow content",
            "note to readers",
        ],
    ),
    (
        Reason::Advertisement,
        &[
            "advertisement",
            "advertorial",
            "skip advert",
            "remove ads",
            "scroll to continue",
            "sponsored",
            "paid content",
            "promoted",
            "story continues below",
            "article continues below",
            "ad:",
        ],
    ),
];

/// A phrase, and what a line is that has it anywhere.
const ANYWHERE: &[(Reason, &[&str])] = &[
    (
        Reason::Caption,
        &[
            "image credit",
            "photo credit",
            "picture credit",
            "photo courtesy",
            "getty images",
            "/getty",
            "/gettyimages",
            "via getty",
            " photo: ",
            " picture: ",
            " graphic: ",
            " image: ",
            " photograph: ",
            "photo by",
        ],
    ),
    (
        Reason::Share,
        &[
            "share this article",
            "share this story",
            "share this post",
            "follow us on",
            "click to follow",
            "on all platforms",
            "link copied",
            "on our social media",
            "our telegram",
            "our whatsapp",
            "our facebook",
            "our youtube",
        ],
    ),
    (
        Reason::Subscribe,
        &[
            "subscribe to",
            "sign up for our",
            "sign up to our",
            "our newsletter",
            "morning newsletter",
            "weekly newsletter",
            "unsubscribe",
            "free to read",
            "reader-funded",
            "your inbox",
            "for subscribers",
            "subscribers only",
            "free trial",
            "independent journalism",
            "readers' gifts",
            "your support",
        ],
    ),
    (
        Reason::Pointer,
        &[
            "click here to",
            "listen to the podcast",
            "watch the video",
            "related articles",
            "related stories",
            "read more:",
            "also read:",
            "in the app",
            "our app",
            "app for live",
            "follow live updates",
            "for more coverage",
            "continued on page",
        ],
    ),
    (
        Reason::Comments,
        &[
            "comments posted here",
            "comments below",
            "comments are moderated",
            "comments are not moderated",
            "refrain from using",
            "comments are open",
            "comments are closed",
            "opinions of their writers",
            "views of their authors",
            "views of readers",
            "responsibility of their authors",
        ],
    ),
    (
        Reason::Copyright,
        &[
            "all rights reserved",
            "may not be published",
            "may not be reproduced",
            "material may not be",
            "reprinted with permission",
            "reproduced with permission",
            "republished with permission",
            "without written permission",
            "without prior written",
            "use of materials",
            "copying is prohibited",
            "reproduction prohibited",
            "reproduction is prohibited",
            "link is required",
            "with reference to the source",
            "reference to the source is",
            "use of material",
            "active link to the source",
            "hyperlink to the source",
            "reproduction in whole",
        ],
    ),
    (
        Reason::Notice,
        &[
            "terms of use",
            "terms of service",
            "privacy policy",
            "cookie policy",
            "accept cookies",
            "published from a wire",
            "without modifications to the text",
            "without modification to the text",
            "has not been edited by",
            "auto-generated",
            "generated from a syndicated feed",
            "syndicated feed",
            "edited by our staff",
            "developing story",
            "this story will be updated",
            "this article will be updated",
            "refresh this page",
            "an earlier version of this",
            "a previous version of this",
            "does not constitute",
            "do not represent this",
            "does not represent the views",
            "do not necessarily reflect",
            "not those of the",
            "not responsible for",
            "does not bear responsibility",
            "may not coincide",
            "position of the editor",
            "opinions of the author",
            "opinion of the author",
            "was originally published",
            "was first published in",
            "print edition",
            "times are local",
            "views expressed",
            "opinions expressed",
            "information without guarantee",
            "min read",
            "minute read",
            "minutes read",
            "reading time",
            "article was amended on",
            "article has been amended",
            "article was corrected",
            "article has been corrected",
            "article was updated",
            "article has been updated",
            "story was updated",
            "story has been updated",
            "story was corrected",
            "story has been corrected",
            "headline has been changed",
            "headline was changed",
            "except for the headline",
            "translated automatically",
            "translated by machine",
            "translation was made",
            "with the help of artificial intelligence",
            "with the help of ai",
            "assistance of artificial intelligence",
            "generated by ai",
            "generated by artificial intelligence",
            "traduit automatiquement",
            "automatisch übersetzt",
            "traducido automáticamente",
            "переведено автоматически",
            "updates have ended",
            "updates have now ended",
        ],
    ),
    (
        Reason::Contact,
        &[
            "got a story",
            "have a story",
            "got a tip",
            "call the newsdesk",
            "call the news desk",
            "contact the newsdesk",
            "contact the news desk",
            "newsdesk in confidence",
            "email the newsdesk",
            "found a mistake",
            "found an error",
            "spotted an error",
            "noticed a mistake",
            "ctrl + enter",
            "press ctrl",
            "notice something wrong",
            "see something wrong",
            "ctrl+enter",
            "send us your",
            "let us know",
            "tell us what",
            "write to us",
            "email us",
            "contact us",
            "call us",
            "letters to the editor",
        ],
    ),
    (
        Reason::Credit,
        &[
            "contributed to this report",
            "contributed reporting",
            "contributed to this story",
            "contributed to this article",
            "helped with this report",
            "news agencies contributed",
        ],
    ),
    (
        Reason::Address,
        &["alternate addresses", "alternative addresses"],
    ),
];

fn by_phrase(line: &Line<'_>) -> Option<Reason> {
    if line.words.len() > 40 {
        return None;
    }
    let flat = line
        .flat
        .trim_start_matches(['*', '•', '-', '–', '►', '▶', '→', '>', ' ', '[']);
    let begins = starts(flat).find(|(_, phrase)| phrase.contains([' ', ':', '(']) || is_bare(line));
    if let Some((why, _)) = begins
        && (!is_statement(line) || label_like(line))
        && (label_like(line) || line.words.len() <= 25 || line.behind < 3)
    {
        return Some(why);
    }
    if line.quotes && is_statement(line) {
        return None;
    }
    anywhere(flat).or_else(|| follow(line))
}

/// The phrases of [`STARTS`] that `flat` begins with, in their order, each with what it says of a line.
fn starts(flat: &str) -> impl Iterator<Item = (Reason, &'static str)> {
    /// The phrases by their first byte.
    static BY_BYTE: LazyLock<Vec<Vec<(Reason, &str)>>> = LazyLock::new(|| {
        let mut by_byte = vec![Vec::new(); 256];
        for (why, phrases) in STARTS {
            for phrase in *phrases {
                if let Some(&first) = phrase.as_bytes().first() {
                    by_byte[usize::from(first)].push((*why, *phrase));
                }
            }
        }
        by_byte
    });
    let first = flat.as_bytes().first();
    let listed = first.map_or(&[][..], |&first| &BY_BYTE[usize::from(first)]);
    listed
        .iter()
        .copied()
        .filter(move |(_, phrase)| flat.starts_with(phrase))
}

/// What a phrase that gives furniture away wherever it stands says of a line. Most lines have none, which one pass over the line
/// tells (Aho, Corasick 1975).
fn anywhere(flat: &str) -> Option<Reason> {
    static ANY: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
        let phrases = ANYWHERE.iter().flat_map(|(_, phrases)| *phrases);
        // A table of all steps: some megabytes at most, and a step takes a nanosecond.
        AhoCorasick::builder()
            .kind(Some(AhoCorasickKind::DFA))
            .build(phrases)
            .ok()
    });
    if ANY.as_ref().is_some_and(|any| !any.is_match(flat)) {
        return None;
    }
    ANYWHERE
        .iter()
        .find(|(_, phrases)| phrases.iter().any(|p| has_phrase(flat, p)))
        .map(|(why, _)| *why)
}

/// Whether `phrase` stands in `flat` from the beginning of a word to the end of one, a plural's "s" aside: "in the app" is not in
/// "in the appeals".
fn has_phrase(flat: &str, phrase: &str) -> bool {
    let letter = char::is_alphanumeric;
    flat.match_indices(phrase).any(|(at, _)| {
        let rest = &flat[at + phrase.len()..];
        let rest = rest.strip_prefix('s').unwrap_or(rest);
        // "3min read"
        let begins = phrase.starts_with(letter) && flat[..at].ends_with(char::is_alphabetic);
        let goes_on = phrase.ends_with(letter) && rest.starts_with(letter);
        !begins && !goes_on
    })
}

/// A colon among the first words, a bracket or a sign of rights before them: no prose that happens to begin so.
fn label_like(line: &Line<'_>) -> bool {
    line.printed.starts_with(['(', '[', '©']) || line.flat.chars().take(24).any(|c| c == ':')
}

/// Whether a single word ("Copyright", "Premium") can stand for what the line is: no sentence follows it. "Copyright 2026 The Pell Mail."
/// is a notice with a stop.
fn is_bare(line: &Line<'_>) -> bool {
    let dated = line.words.get(1).is_some_and(|word| is_year(word));
    !line.stopped
        || dated
        || line.words.len() <= 3
        || label_like(line)
        || line.flat.starts_with("subscribe")
}

/// "1998", "2026"
fn is_year(word: &str) -> bool {
    word.len() == 4
        && (word.starts_with("19") || word.starts_with("20"))
        && word.bytes().all(|b| b.is_ascii_digit())
}

/// A report of what somebody said: no site says so of itself.
fn is_statement(line: &Line<'_>) -> bool {
    line.words.iter().any(|w| {
        matches!(
            w.as_str(),
            "said" | "says" | "told" | "added" | "according" | "reported"
        )
    })
}

/// "Follow the Herald on all platforms"
fn follow(line: &Line<'_>) -> Option<Reason> {
    let begins = line.words.first().is_some_and(|w| w == "follow");
    let on = line.words.iter().any(|w| w == "on" || w == "us");
    (begins && on && line.words.len() <= 15 && line.alone).then_some(Reason::Share)
}

const MONTHS: &[&str] = &[
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
    "jan",
    "feb",
    "mar",
    "apr",
    "jun",
    "jul",
    "aug",
    "sep",
    "sept",
    "oct",
    "nov",
    "dec",
];
const DAYS: &[&str] = &[
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "mon",
    "tue",
    "wed",
    "thu",
    "fri",
    "sat",
    "sun",
];

/// A line of nothing but a date and a time.
fn is_date(line: &Line<'_>) -> bool {
    const AROUND: &[&str] = &[
        "published",
        "updated",
        "posted",
        "modified",
        "last",
        "first",
        "on",
        "at",
        "am",
        "pm",
        "a.m",
        "p.m",
        "a.m.",
        "p.m.",
        "gmt",
        "utc",
        "ist",
        "est",
        "edt",
        "et",
        "cet",
        "bst",
        "hrs",
        "local",
        "time",
        "date",
        "and",
        "of",
    ];
    let figure = |w: &str| w.starts_with(|c: char| c.is_ascii_digit());
    line.alone
        && line.words.len() <= 14
        && line.words.iter().any(|w| figure(w))
        && line.words.iter().any(|w| {
            MONTHS.contains(&w.as_str())
                || DAYS.contains(&w.as_str())
                || AROUND[..6].contains(&w.as_str())
        })
        && line.words.iter().all(|w| {
            figure(w)
                || MONTHS.contains(&w.as_str())
                || DAYS.contains(&w.as_str())
                || AROUND.contains(&w.as_str())
        })
}

/// Nothing but a web address or a mail address.
fn is_address(line: &Line<'_>) -> bool {
    let flat = line.flat.trim();
    line.words.len() <= 14
        && (flat.starts_with("http")
            || flat.starts_with("www.")
            || (!flat.contains(' ')
                && flat.len() > 6
                && !flat.ends_with('.')
                && flat.is_ascii()
                && flat
                    .rsplit(['.', '/'])
                    .next()
                    .is_some_and(|tail| tail.len() >= 2)
                && flat.contains('.')
                && flat.chars().any(char::is_alphabetic)))
}

/// "By Staff and Agencies", "By our court correspondent", "By Ines Calder in Varn", "From our Foreign Desk".
fn is_byline(line: &Line<'_>) -> bool {
    const PLAIN: &[&str] = &[
        "by",
        "from",
        "and",
        "in",
        "at",
        "for",
        "of",
        "with",
        "the",
        "our",
        "a",
        "on",
        "to",
        "own",
        "staff",
        "agency",
        "agencies",
        "correspondent",
        "correspondents",
        "reporter",
        "reporters",
        "editor",
        "editors",
        "writer",
        "writers",
        "desk",
        "newsroom",
        "bureau",
        "team",
        "wire",
        "wires",
        "service",
        "services",
        "editorial",
        "press",
        "news",
        "special",
        "court",
        "political",
        "science",
        "space",
        "business",
        "sports",
        "sport",
        "foreign",
        "defence",
        "defense",
        "health",
        "crime",
        "economics",
        "diplomatic",
        "environment",
        "photographer",
        "contributor",
        "contributors",
        "court",
        "stringer",
        "office",
        "board",
    ];
    let begins = line.words.first().is_some_and(|w| {
        matches!(
            w.as_str(),
            "by" | "from" | "text" | "words" | "author" | "written" | "story"
        )
    });
    if !line.alone || line.words.len() < 2 || line.words.len() > 14 || !begins {
        return false;
    }
    let labelled = matches!(
        line.words[0].as_str(),
        "text" | "words" | "author" | "written" | "story"
    );
    if labelled && !(line.flat.starts_with(&format!("{}:", line.words[0])) || line.words[1] == "by")
    {
        return false;
    }
    let named = |printed: &str| {
        printed.starts_with(|c: char| {
            c.is_uppercase()
                || c.is_ascii_digit()
                || matches!(c, '&' | '|' | '/' | '-' | '–' | '@' | '(')
        })
    };
    let all_named = line.printed.split_whitespace().skip(1).all(|word| {
        let folded: String = word
            .to_lowercase()
            .chars()
            .filter(|c| c.is_alphanumeric())
            .collect();
        named(word) || PLAIN.contains(&folded.as_str())
    });
    // "By Monday" names nobody.
    let somebody = line.words[1..].iter().any(|w| {
        !DAYS.contains(&w.as_str())
            && !MONTHS.contains(&w.as_str())
            && !w.starts_with(|c: char| c.is_ascii_digit())
            && w.len() > 2
    });
    let from_desk = line.words[0] != "from"
        || line.words.iter().any(|w| {
            matches!(
                w.as_str(),
                "our" | "desk" | "correspondent" | "agencies" | "staff" | "bureau"
            )
        });
    all_named && somebody && from_desk && (!line.stopped || line.words.len() <= 6)
}

/// Initials behind an agency's text: "ONS/ik/dm", "(HW/jk)", "-- dpa ab cd".
fn is_sign_off(line: &Line<'_>) -> bool {
    let printed = line.printed.trim_matches(['(', ')', '[', ']', '-', ' ']);
    line.alone
        && printed.len() <= 24
        && printed.contains('/')
        && !printed.contains(' ')
        && printed
            .split('/')
            .all(|p| (1..=8).contains(&p.len()) && p.chars().all(char::is_alphabetic))
}

/// "Source: compiled by this website", "EL MIRADOR / AGENCIES", "Ansbury - Agencies", "Tidal Mail with agencies".
fn is_source_line(line: &Line<'_>) -> bool {
    if line.words.len() > 14 || is_statement(line) {
        return false;
    }
    let labelled = ["source:", "sources:", "(source", "agency:", "agencies:"]
        .iter()
        .any(|label| line.flat.starts_with(label));
    let agencies = line.alone
        && !line.stopped
        && line.words.len() <= 7
        && line.words.iter().any(|w| {
            matches!(
                w.as_str(),
                "agencies" | "agency" | "wires" | "correspondent"
            )
        })
        && line.printed.contains(['/', '-', '–', '—', '|', ',', '&']);
    labelled || agencies
}

/// "(Updates toll and arrivals, adds navy divers)": what an agency tells the desks that take its wire.
fn is_note_to_editors(line: &Line<'_>) -> bool {
    let inner = line.printed.trim();
    let bracketed =
        inner.starts_with(['(', '[']) && inner.trim_end_matches('.').ends_with([')', ']']);
    let verb = line.words.first().is_some_and(|w| {
        matches!(
            w.as_str(),
            "updates"
                | "adds"
                | "recasts"
                | "corrects"
                | "refiles"
                | "releads"
                | "clarifies"
                | "repeats"
                | "rewrites"
                | "changes"
                | "removes"
                | "fixes"
                | "text"
                | "removing"
        )
    });
    line.alone && bracketed && verb && line.words.len() <= 30
        || line.alone
            && [
                "eds:",
                "editors:",
                "attention editors",
                "writethru",
                "embargoed",
                "ends",
                "-ends-",
            ]
            .iter()
            .any(|mark| {
                line.flat.trim_matches(['(', ')', '-', ' ']) == *mark
                    || line.flat.starts_with("eds:")
            })
}

/// What an outlet says of itself at the edge of an article: its name, or "our" and what a newsroom has.
fn is_about_the_outlet(line: &Line<'_>) -> bool {
    const OURS: &[&str] = &[
        "readers",
        "reporters",
        "reporter",
        "newsroom",
        "website",
        "site",
        "app",
        "newspaper",
        "magazine",
        "programme",
        "broadcast",
        "channel",
        "coverage",
        "subscribers",
        "listeners",
        "viewers",
        "journalism",
    ];
    if line.behind > 0 && !line.glued || line.quotes || line.words.len() > 20 {
        return false;
    }
    let ours =
        line.words.windows(2).any(|pair| {
            matches!(pair[0].as_str(), "our" | "this") && OURS.contains(&pair[1].as_str())
        }) || line
            .words
            .windows(3)
            .any(|three| three[0] == "our" && OURS.contains(&three[2].as_str()));
    (ours || line.names_outlet) && !is_statement(line)
}

/// "Reading time: 2 minutes", "Three-minute read", "3 min".
fn is_reading_time(line: &Line<'_>) -> bool {
    line.alone
        && line.words.len() <= 6
        && line.words.iter().any(|w| {
            matches!(
                w.as_str(),
                "minute" | "minutes" | "min" | "mins" | "hours" | "hour" | "days" | "day"
            )
        })
        && line
            .words
            .iter()
            .any(|w| matches!(w.as_str(), "read" | "reading" | "ago"))
}

/// "The post How the dam broke appeared first on Pell Mail."
fn is_feed_notice(line: &Line<'_>) -> bool {
    line.flat.starts_with("the post ") && line.flat.contains(" appeared first on ")
}

/// "(MPA)", "- Halden Wire", "/MPA/": who sent it, behind the text; "(Halden Wire, own reports)".
fn is_agency_mark(line: &Line<'_>) -> bool {
    let marks = ['(', ')', '[', ']', '-', '–', '—', '/', ' ', '.'];
    let inner = line.printed.trim_matches(marks);
    let marked = line.printed.starts_with(['(', '[', '-', '–', '—', '/']);
    let initials =
        (2..=6).contains(&inner.chars().count()) && inner.chars().all(char::is_uppercase);
    let named = line.words.len() <= 5
        && !line.stopped
        && inner
            .split_whitespace()
            .all(|w| w.starts_with(|c: char| c.is_uppercase() || c == '&' || c == '/'));
    let bracketed = line.printed.starts_with(['(', '['])
        && line.printed.trim_end().ends_with([')', ']'])
        && !inner.ends_with(['.', '!', '?'])
        && line.words.len() <= 12
        && !is_statement(line)
        && (line.behind == 0 || line.paragraph == 0);
    line.alone && marked && !line.quotes && (initials || named || bracketed)
}

/// "#dam #Stade"
fn is_hashtags(line: &Line<'_>) -> bool {
    if !line.printed.contains('#') {
        return false;
    }
    let words = line.printed.split_whitespace().count();
    let tags = line
        .printed
        .split_whitespace()
        .filter(|w| w.starts_with('#') && w.len() > 1)
        .count();
    tags > 0 && tags * 2 >= words
}

/// A label and a few words without a stop, behind the last sentence of a paragraph or glued before the first one.
fn is_label(line: &Line<'_>) -> bool {
    line.alone
        && !line.own_paragraph
        && !line.stopped
        && !line.quotes
        && line.words.len() <= 16
        && line
            .printed
            .split_once(": ")
            .is_some_and(|(label, _)| label.split_whitespace().count() <= 6)
        && !is_statement(line)
}

/// "Tide tables and ferry times: page 11"
fn is_page_reference(line: &Line<'_>) -> bool {
    let [.., page, number] = line.words.as_slice() else {
        return false;
    };
    line.alone
        && line.words.len() <= 12
        && matches!(page.as_str(), "page" | "pages" | "pg")
        && number.starts_with(|c: char| c.is_ascii_digit())
}

/// A path of pages or a row of links: "News / More", "Evacuation map • Shelter list • Donate".
fn is_path(line: &Line<'_>) -> bool {
    const PARTS: &[&str] = &[
        " / ", "   /   ", " > ", " » ", " | ", " • ", " · ", " › ", " \u{b7} ",
    ];
    line.alone
        && !line.stopped
        && !line.quotes
        && line.words.len() <= 20
        && PARTS.iter().any(|part| {
            let pieces: Vec<&str> = line.printed.split(part).collect();
            pieces.len() >= 2 && pieces.iter().all(|p| p.split_whitespace().count() <= 5)
        })
}

/// A line at the edge of an article that speaks to the reader: asks to call, write, tap, look, or says "you".
fn is_call_to_readers(line: &Line<'_>) -> bool {
    const ASKS: &[&str] = &[
        "click", "tap", "sign", "share", "download", "listen", "watch", "email", "visit", "join",
        "donate", "send", "tell", "contact", "refresh", "buy", "book", "scan", "install",
        "support", "register", "log", "browse", "discover", "explore", "enjoy", "vote", "try",
        "get",
    ];
    const SITE: &[&str] = &[
        "article",
        "page",
        "website",
        "site",
        "programme",
        "program",
        "podcast",
        "broadcast",
        "episode",
        "newsletter",
        "newsdesk",
        "subscribers",
        "readers",
        "issue",
        "edition",
        "coverage",
        "app",
    ];
    let at_edge = line.behind < 3 || line.paragraph < 2;
    if !at_edge || line.quotes || line.words.len() > 30 || is_statement(line) {
        return false;
    }
    let you = line
        .words
        .iter()
        .any(|w| matches!(w.as_str(), "you" | "your"));
    let asks = line
        .words
        .first()
        .is_some_and(|w| ASKS.contains(&w.as_str()));
    if !asks && !you && !line.flat.contains('@') {
        return false;
    }
    // "Your Facebook page" is the reader's, on somebody else's site.
    let printed: Vec<&str> = line.printed.split_whitespace().collect();
    let of_the_site = printed.iter().enumerate().any(|(k, word)| {
        let word = fold(word.trim_matches(|c: char| !c.is_alphanumeric()));
        let named = k > 1 && printed[k - 1].starts_with(char::is_uppercase);
        SITE.contains(&word.as_str()) && !named
    });
    let reaches =
        line.flat.contains('@') && (asks || you || line.words.iter().any(|w| w == "write"));
    // Interviews and features ask too: only a short question that is a paragraph near the end is the site's.
    let question = line.printed.trim_end().ends_with('?')
        && you
        && line.own_paragraph
        && line.words.len() <= 12
        && line.behind < 3;
    reaches || asks && (you || of_the_site) || you && of_the_site || question
}

/// "Ines Calder is a reporter based in Varn.", "Follow her on ...", "She can be reached at ...": who wrote it, behind the text.
fn is_about_the_writer(line: &Line<'_>) -> bool {
    const TRADES: &[&str] = &[
        "reporter",
        "correspondent",
        "journalist",
        "writer",
        "editor",
        "columnist",
        "producer",
        "freelancer",
    ];
    if line.behind >= 2 || line.words.len() > 30 || line.quotes {
        return false;
    }
    let has = |phrase: &str| line.flat.contains(phrase);
    let trade = line.words.iter().any(|w| TRADES.contains(&w.as_str()));
    let presents = trade
        && (has(" is a ") || has(" is an ") || has(" is the ") || has(" is our "))
        && (has(" based in ") || has(" covering ") || has(" who covers "));
    let reaches = [
        "follow her ",
        "follow him ",
        "follow them ",
        "reach her ",
        "reach him ",
    ]
    .iter()
    .any(|ask| line.flat.starts_with(ask))
        || has("can be reached at") && line.flat.contains('@');
    (presents && line.behind == 0 || reaches) && !is_statement(line)
}

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
