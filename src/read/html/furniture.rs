//! What on a page is not the article: navigation, widgets, captions, comments, known by element, role or name.

use super::tree::{Attr, Tag, Tree};

/// For each node whether it belongs to furniture.
pub(super) fn mark(tree: &Tree) -> Vec<bool> {
    let mut marks = vec![false; tree.len()];
    let mut at = 0;
    while at < tree.len() {
        let end = tree.node(at).end as usize;
        if is_furniture(tree, at) {
            marks[at..end].fill(true);
            at = end;
        } else {
            at += 1;
        }
    }
    marks
}

fn is_furniture(tree: &Tree, at: usize) -> bool {
    match tree.node(at).tag {
        Tag::Text | Tag::Html | Tag::Body | Tag::Main | Tag::Article => return false,
        Tag::Head
        | Tag::Title
        | Tag::Script
        | Tag::Style
        | Tag::Noscript
        | Tag::Template
        | Tag::Footer
        | Tag::Nav
        | Tag::Aside
        | Tag::Figure
        | Tag::Figcaption
        | Tag::Picture
        | Tag::Form
        | Tag::Embed
        | Tag::Button
        | Tag::Select
        | Tag::Option
        | Tag::Label
        | Tag::Dialog
        | Tag::Svg => return true,
        _ => {}
    }
    tree.attributes(at).any(|(name, value)| match name {
        Attr::Hidden => value != "until-found",
        Attr::AriaHidden => value == "true",
        Attr::Role => matches!(
            value,
            "navigation"
                | "banner"
                | "contentinfo"
                | "complementary"
                | "dialog"
                | "alertdialog"
                | "search"
        ),
        Attr::Class | Attr::Id => value
            .split(|c: char| !c.is_ascii_alphanumeric())
            .any(names_furniture),
        _ => false,
    })
}

fn names_furniture(word: &str) -> bool {
    matches!(
        word,
        "share"
            | "social"
            | "newsletter"
            | "related"
            | "comments"
            | "cookie"
            | "consent"
            | "advert"
            | "ad"
            | "ads"
    )
}
