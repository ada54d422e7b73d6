//! Hostile or accidental control characters, made visible.
//!
//! An article may carry escape sequences that repaint a terminal, or bidirectional overrides that show words in
//! another order than they are stored. Every report for people shows them as `⟨U+202E⟩`.

use std::borrow::Cow;

/// Whether `c`, following `before`, would act on its surroundings instead of being seen. Line breaks and tabs
/// are not hidden; nor are joiners inside scripts that need them (Persian, Hindi, emoji).
pub fn is_hidden(c: char, before: Option<char>) -> bool {
    match c {
        '\n' | '\t' => false,
        '\u{200c}' | '\u{200d}' => before.is_none_or(|b| u32::from(b) < 0x590),
        _ => {
            c.is_control()
                || matches!(c,
                    '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}'
                    | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
                    | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
        }
    }
}

/// The name shown in place of a hidden character: `⟨U+202E⟩`.
pub(super) fn name(c: char) -> String {
    format!("⟨U+{:04X}⟩", u32::from(c))
}

/// The text with control, bidirectional and zero-width characters named instead of acting. Line breaks stay.
/// A carriage return before a line break is dropped. Borrows when there is nothing to name.
pub fn visible(text: &str) -> Cow<'_, str> {
    let mut before = None;
    let clean = text.chars().all(|c| {
        let hidden = is_hidden(c, before);
        before = Some(c);
        !hidden
    });
    if clean {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    let mut before = None;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if c == '\r' && chars.peek() == Some(&'\n') {
            continue;
        }
        if is_hidden(c, before) {
            shown.push_str(&name(c));
        } else {
            shown.push(c);
        }
        before = Some(c);
    }
    Cow::Owned(shown)
}

/// Like [`visible`], on one line: every run of white space is one space, and none stands at either end.
pub fn visible_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(&visible(word));
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn overrides_and_escapes_are_named() {
        assert_eq!(visible("a\u{202e}b"), "a⟨U+202E⟩b");
        assert_eq!(visible("\u{1b}[31mred"), "⟨U+001B⟩[31mred");
        assert_eq!(visible("nul\0"), "nul⟨U+0000⟩");
        assert_eq!(visible("zero\u{200b}width"), "zero⟨U+200B⟩width");
    }

    #[test]
    fn scripts_that_need_joiners_keep_them() {
        assert_eq!(visible("می\u{200c}خواهم"), "می\u{200c}خواهم");
        assert_eq!(visible("a\u{200c}b"), "a⟨U+200C⟩b");
    }

    #[test]
    fn a_line_has_no_breaks() {
        assert_eq!(visible_line("  two\r\n words\u{7} "), "two words⟨U+0007⟩");
    }
}
