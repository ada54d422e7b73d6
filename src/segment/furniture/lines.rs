//! Furniture that is known by the form of its line: dates, bylines, sign-offs, paths, calls to readers.

use crate::segment::Line;
use crate::text::calendar::{month, weekday};
use crate::text::fold::fold;

/// "1998", "2026"
pub(super) fn is_year(word: &str) -> bool {
    word.len() == 4
        && (word.starts_with("19") || word.starts_with("20"))
        && word.bytes().all(|b| b.is_ascii_digit())
}

/// A report of what somebody said: no site says so of itself.
pub(super) fn is_statement(line: &Line<'_>) -> bool {
    line.words.iter().any(|w| {
        matches!(
            *w,
            "said" | "says" | "told" | "added" | "according" | "reported"
        )
    })
}

/// Whether `word` names a month or a day of the week.
pub(super) fn in_calendar(word: &str) -> bool {
    month(word).is_some() || weekday(word).is_some()
}

/// A line of nothing but a date and a time.
pub(super) fn is_date(line: &Line<'_>) -> bool {
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
        && line
            .words
            .iter()
            .any(|w| in_calendar(w) || AROUND[..6].contains(w))
        && line
            .words
            .iter()
            .all(|w| figure(w) || in_calendar(w) || AROUND.contains(w))
}

/// Nothing but a web address or a mail address.
pub(super) fn is_address(line: &Line<'_>) -> bool {
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
pub(super) fn is_byline(line: &Line<'_>) -> bool {
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
            *w,
            "by" | "from" | "text" | "words" | "author" | "written" | "story"
        )
    });
    if !line.alone || line.words.len() < 2 || line.words.len() > 14 || !begins {
        return false;
    }
    let labelled = matches!(
        line.words[0],
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
    let somebody = line.words[1..]
        .iter()
        .any(|w| !in_calendar(w) && !w.starts_with(|c: char| c.is_ascii_digit()) && w.len() > 2);
    let from_desk = line.words[0] != "from"
        || line.words.iter().any(|w| {
            matches!(
                *w,
                "our" | "desk" | "correspondent" | "agencies" | "staff" | "bureau"
            )
        });
    all_named && somebody && from_desk && (!line.stopped || line.words.len() <= 6)
}

/// Initials behind an agency's text: "ONS/ik/dm", "(HW/jk)", "-- dpa ab cd".
pub(super) fn is_sign_off(line: &Line<'_>) -> bool {
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
pub(super) fn is_source_line(line: &Line<'_>) -> bool {
    if line.words.len() > 14 || is_statement(line) {
        return false;
    }
    let labelled = ["source:", "sources:", "(source", "agency:", "agencies:"]
        .iter()
        .any(|label| line.flat.starts_with(label));
    let agencies = line.alone
        && !line.stopped
        && line.words.len() <= 7
        && line
            .words
            .iter()
            .any(|w| matches!(*w, "agencies" | "agency" | "wires" | "correspondent"))
        && line.printed.contains(['/', '-', '–', '—', '|', ',', '&']);
    labelled || agencies
}

/// "(Updates toll and arrivals, adds navy divers)": what an agency tells the desks that take its wire.
pub(super) fn is_note_to_editors(line: &Line<'_>) -> bool {
    let inner = line.printed.trim();
    let bracketed =
        inner.starts_with(['(', '[']) && inner.trim_end_matches('.').ends_with([')', ']']);
    let verb = line.words.first().is_some_and(|w| {
        matches!(
            *w,
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
pub(super) fn is_about_the_outlet(line: &Line<'_>) -> bool {
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
    let ours = line
        .words
        .windows(2)
        .any(|pair| matches!(pair[0], "our" | "this") && OURS.contains(&pair[1]))
        || line
            .words
            .windows(3)
            .any(|three| three[0] == "our" && OURS.contains(&three[2]));
    (ours || line.names_outlet) && !is_statement(line)
}

/// "Reading time: 2 minutes", "Three-minute read", "3 min".
pub(super) fn is_reading_time(line: &Line<'_>) -> bool {
    line.alone
        && line.words.len() <= 6
        && line.words.iter().any(|w| {
            matches!(
                *w,
                "minute" | "minutes" | "min" | "mins" | "hours" | "hour" | "days" | "day"
            )
        })
        && line
            .words
            .iter()
            .any(|w| matches!(*w, "read" | "reading" | "ago"))
}

/// "The post How the dam broke appeared first on Pell Mail."
pub(super) fn is_feed_notice(line: &Line<'_>) -> bool {
    line.flat.starts_with("the post ") && line.flat.contains(" appeared first on ")
}

/// "(MPA)", "- Halden Wire", "/MPA/": who sent it, behind the text; "(Halden Wire, own reports)".
pub(super) fn is_agency_mark(line: &Line<'_>) -> bool {
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
pub(super) fn is_hashtags(line: &Line<'_>) -> bool {
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
pub(super) fn is_label(line: &Line<'_>) -> bool {
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
pub(super) fn is_page_reference(line: &Line<'_>) -> bool {
    let [.., page, number] = line.words else {
        return false;
    };
    line.alone
        && line.words.len() <= 12
        && matches!(*page, "page" | "pages" | "pg")
        && number.starts_with(|c: char| c.is_ascii_digit())
}

/// A path of pages or a row of links: "News / More", "Evacuation map • Shelter list • Donate".
pub(super) fn is_path(line: &Line<'_>) -> bool {
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
pub(super) fn is_call_to_readers(line: &Line<'_>) -> bool {
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
    let you = line.words.iter().any(|w| matches!(*w, "you" | "your"));
    let asks = line.words.first().is_some_and(|w| ASKS.contains(w));
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
    let reaches = line.flat.contains('@') && (asks || you || line.words.contains(&"write"));
    // Interviews and features ask too: only a short question that is a paragraph near the end is the site's.
    let question = line.printed.trim_end().ends_with('?')
        && you
        && line.own_paragraph
        && line.words.len() <= 12
        && line.behind < 3;
    reaches || asks && (you || of_the_site) || you && of_the_site || question
}

/// "Ines Calder is a reporter based in Varn.", "Follow her on ...", "She can be reached at ...": who wrote it, behind the text.
pub(super) fn is_about_the_writer(line: &Line<'_>) -> bool {
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
    let trade = line.words.iter().any(|w| TRADES.contains(w));
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
