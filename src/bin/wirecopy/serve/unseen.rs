//! What a reader of an article does not see: hidden characters, look-alike letters, markup that was meant to run.

use serde::Serialize;
use unicode_security::MixedScript as _;
use wirecopy::render::is_hidden;

/// Places that are listed; more are counted only.
const LISTED: usize = 100;
/// Bytes of a tag that are looked at.
const LONGEST_TAG: usize = 256;

/// What hides at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Kind {
    /// A character that is not shown.
    HiddenCharacter,
    /// A character that changes the order in which others are shown.
    Direction,
    /// A word with letters of several scripts that look alike.
    MixedScripts,
    /// Markup that would act in a page that does not escape it.
    Markup,
}

/// Something a reader does not see.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Unseen {
    kind: Kind,
    /// First code point of the text.
    start: usize,
    /// One past the last code point.
    end: usize,
    /// The characters, hidden ones by name.
    shown: String,
}

/// All that was found in a text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(super) struct Found {
    /// How many places there are.
    count: usize,
    /// The first hundred.
    places: Vec<Unseen>,
}

impl Found {
    /// How many places there are.
    pub(super) fn count(&self) -> usize {
        self.count
    }

    fn add(&mut self, kind: Kind, start: usize, text: &str) {
        self.count += 1;
        if self.places.len() < LISTED {
            self.places.push(Unseen {
                kind,
                start,
                end: start + text.chars().count(),
                shown: wirecopy::render::visible(text).into_owned(),
            });
        }
    }
}

/// Looks through a text. Linear time.
pub(super) fn find(text: &str) -> Found {
    let mut found = Found::default();
    let mut before = None;
    let mut word = (0, String::new());
    let mut tag: Option<(usize, String)> = None;
    for (at, c) in text.chars().enumerate() {
        if is_hidden(c, before) && c != '\r' {
            let kind = match c {
                '\u{61c}'
                | '\u{200e}'
                | '\u{200f}'
                | '\u{202a}'..='\u{202e}'
                | '\u{2066}'..='\u{2069}' => Kind::Direction,
                _ => Kind::HiddenCharacter,
            };
            found.add(kind, at, c.encode_utf8(&mut [0; 4]));
        }
        if c.is_alphabetic() {
            if word.1.is_empty() {
                word.0 = at;
            }
            word.1.push(c);
        } else {
            close_word(&mut word, &mut found);
        }
        if c == '<' {
            tag = Some((at, String::new()));
        }
        if let Some((_, text)) = tag.as_mut().filter(|(_, text)| text.len() < LONGEST_TAG) {
            text.push(c);
        }
        if c == '>'
            && let Some((start, text)) = tag.take()
            && is_active(&text)
        {
            found.add(Kind::Markup, start, &text);
        }
        before = Some(c);
    }
    close_word(&mut word, &mut found);
    found.places.sort_by_key(|place| (place.start, place.end));
    found
}

fn close_word(word: &mut (usize, String), found: &mut Found) {
    if !word.1.is_empty() && !word.1.as_str().is_single_script() {
        found.add(Kind::MixedScripts, word.0, &word.1);
    }
    word.1.clear();
}

/// Whether a tag loads or runs something.
fn is_active(tag: &str) -> bool {
    let tag = tag.to_ascii_lowercase();
    let name: String = tag
        .trim_start_matches(['<', '/'])
        .chars()
        .take_while(char::is_ascii_alphanumeric)
        .collect();
    let acts = [
        "script", "iframe", "object", "embed", "svg", "style", "link", "meta", "base", "form",
    ];
    tag.starts_with('<')
        && (acts.contains(&name.as_str()) || tag.contains("javascript:") || tag.contains(" on"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<(Kind, usize, usize, String)> {
        find(text)
            .places
            .into_iter()
            .map(|place| (place.kind, place.start, place.end, place.shown))
            .collect()
    }

    #[test]
    fn what_hides_is_found_where_it_stands() {
        assert_eq!(
            kinds("é \u{202e}neddih\u{202c} zero\u{200b}width"),
            [
                (Kind::Direction, 2, 3, "⟨U+202E⟩".to_owned()),
                (Kind::Direction, 9, 10, "⟨U+202C⟩".to_owned()),
                (Kind::HiddenCharacter, 15, 16, "⟨U+200B⟩".to_owned()),
            ]
        );
        // The second letter is Cyrillic.
        assert_eq!(
            kinds("the b\u{430}nk said"),
            [(Kind::MixedScripts, 4, 8, "b\u{430}nk".to_owned())]
        );
        assert_eq!(
            kinds("a <script src=x>alert(1)</script> <img onerror=alert(1) src=x> 3 < 4 > 2 <b>bold</b>")
                .into_iter()
                .map(|(kind, start, ..)| (kind, start))
                .collect::<Vec<_>>(),
            [(Kind::Markup, 2), (Kind::Markup, 24), (Kind::Markup, 34)]
        );
    }

    #[test]
    fn ordinary_texts_of_many_scripts_hide_nothing() {
        for text in [
            "The Größe of Østlund & Søn; 4.5 % (up from 3 %).\r\n\tNext line.",
            "Москва и Київ",
            "می\u{200c}خواهم",
            "東京でニュースを読む",
            "हिन्दी समाचार",
            "1 < 2 and 3 > 2, said A <b>bold</b> man",
        ] {
            assert_eq!(find(text), Found::default(), "{text}");
        }
    }
}
