//! Text as HTML: markup escaped, characters that act unseen named.

use std::fmt::Write as _;

use super::super::visible;

/// A sentence of ours as HTML: words between backticks become quotations.
pub fn prose(text: &str) -> String {
    let pieces: Vec<_> = text.split('`').collect();
    // An odd backtick is part of somebody's words.
    if pieces.len().is_multiple_of(2) {
        return escaped(text);
    }
    let mut shown = String::with_capacity(text.len() + 32);
    for (index, piece) in pieces.iter().enumerate() {
        if index % 2 == 1 {
            let _ = write!(shown, "<q dir=\"auto\">{}</q>", escaped(piece));
        } else {
            shown.push_str(&escaped(piece));
        }
    }
    shown
}

/// Text as HTML: markup escaped, characters that act unseen named.
pub fn escaped(text: &str) -> String {
    let mut shown = String::with_capacity(text.len() + text.len() / 8);
    let mut before = None;
    for c in text.chars() {
        match c {
            '&' => shown.push_str("&amp;"),
            '<' => shown.push_str("&lt;"),
            '>' => shown.push_str("&gt;"),
            '"' => shown.push_str("&quot;"),
            '\'' => shown.push_str("&#39;"),
            '\r' => shown.push(' '),
            c if visible::is_hidden(c, before) => shown.push_str(&visible::name(c)),
            c => shown.push(c),
        }
        before = Some(c);
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_and_hidden_characters_become_text() {
        assert_eq!(
            escaped("<b a=\"1\">'&"),
            "&lt;b a=&quot;1&quot;&gt;&#39;&amp;"
        );
        assert_eq!(escaped("a\u{202e}b\0"), "a⟨U+202E⟩b⟨U+0000⟩");
    }
}
