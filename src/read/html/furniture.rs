//! What on a page is not the article: navigation, widgets, captions, comments, known by element, role or name.

use super::tree::{Attr, Tag, Tree};

/// What an element says of itself as far as this module goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Verdict {
    /// Nothing.
    Open,
    /// Named as furniture often is, but other things too.
    Weak,
    /// Furniture, unless the article is inside.
    Likely,
    /// Furniture.
    Sure,
}

/// For each node whether it belongs to furniture. `prose` counts characters below each node: an element that is only
/// likely to be furniture is none when it holds `headline` and most of the page's prose.
pub(super) fn mark(tree: &Tree, prose: &[u32], headline: Option<usize>) -> Vec<bool> {
    let mut marks = vec![false; tree.len()];
    let total = (0..tree.len())
        .filter(|&at| tree.node(at).parent as usize == at)
        .map(|at| prose[at])
        .sum::<u32>();
    let mut at = 0;
    while at < tree.len() {
        let end = tree.node(at).end as usize;
        let furniture = match verdict(tree, at) {
            Verdict::Open => false,
            Verdict::Sure => true,
            likely => {
                let holds_headline = headline.is_some_and(|headline| (at..end).contains(&headline));
                let share = if likely == Verdict::Weak { 0.4 } else { 0.8 };
                // A header holds the headline and is furniture all the same; a wrapper around everything holds both.
                let most = prose[at] as f32 > share * total as f32;
                !(most || holds_headline && prose[at] as f32 > 0.25 * total as f32)
            }
        };
        if furniture {
            marks[at..end].fill(true);
            at = end;
        } else {
            at += 1;
        }
    }
    marks
}

/// Whether the characters of an element are never prose.
pub(super) fn is_silent(tag: Tag) -> bool {
    matches!(
        tag,
        Tag::Head
            | Tag::Title
            | Tag::Script
            | Tag::Style
            | Tag::Noscript
            | Tag::Template
            | Tag::Embed
            | Tag::Button
            | Tag::Select
            | Tag::Option
            | Tag::Svg
    )
}

fn verdict(tree: &Tree, at: usize) -> Verdict {
    let tag = tree.node(at).tag;
    match tag {
        Tag::Text | Tag::Html | Tag::Body | Tag::Main => return Verdict::Open,
        _ if is_silent(tag) => return Verdict::Sure,
        Tag::Nav | Tag::Figure | Tag::Figcaption | Tag::Picture | Tag::Label | Tag::Dialog => {
            return Verdict::Sure;
        }
        Tag::Header | Tag::Footer | Tag::Aside | Tag::Form => return Verdict::Likely,
        _ => {}
    }
    let mut verdict = Verdict::Open;
    for (name, value) in tree.attributes(at) {
        match name {
            Attr::Hidden if value != "until-found" => return Verdict::Sure,
            Attr::AriaHidden if value == "true" => return Verdict::Sure,
            Attr::Style if is_invisible(value) => return Verdict::Sure,
            Attr::Role => match value {
                "navigation" | "dialog" | "alertdialog" | "search" | "menu" | "menubar" => {
                    return Verdict::Sure;
                }
                "banner" | "contentinfo" | "complementary" | "note" => verdict = Verdict::Likely,
                _ => {}
            },
            // The kinds of a post are told on the article itself: `class="post tag-ferry category-news"`.
            Attr::Class | Attr::Id if tag == Tag::Article => {}
            Attr::Class | Attr::Id | Attr::Component | Attr::Element => {
                verdict = verdict.max(names_furniture(value));
            }
            Attr::AriaLabel | Attr::Name if tag == Tag::Custom || name == Attr::AriaLabel => {
                verdict = verdict.max(names_furniture(value));
            }
            _ => {}
        }
    }
    verdict
}

fn is_invisible(style: &str) -> bool {
    style
        .split(';')
        .filter_map(|rule| rule.split_once(':'))
        .any(|(property, value)| {
            let (property, value) = (property.trim(), value.trim());
            property.eq_ignore_ascii_case("display") && value.eq_ignore_ascii_case("none")
                || property.eq_ignore_ascii_case("visibility")
                    && value.eq_ignore_ascii_case("hidden")
        })
}

/// What the names in a class, id or the like say: "related-posts" is furniture's, "card" may be.
fn names_furniture(value: &str) -> Verdict {
    let mut found = Verdict::Open;
    for name in value.split_ascii_whitespace() {
        let mut before: [u8; 16] = [0; 16];
        let mut before_length = 0;
        let mut negated = false;
        words(name, |word| {
            let earlier = &before[..before_length];
            // "has-sidebar", "no-comments" and "text-with-summary" tell of what is elsewhere.
            negated |= matches!(
                earlier,
                b"has" | b"with" | b"no" | b"not" | b"without" | b"hide"
            );
            if !negated {
                if is_furniture_word(word) || is_furniture_pair(earlier, word) {
                    found = Verdict::Likely;
                } else if is_weak_word(word) {
                    found = found.max(Verdict::Weak);
                }
            }
            before[..word.len()].copy_from_slice(word);
            before_length = word.len();
        });
    }
    found
}

/// The words of a name, in lower case: "mostRead", "most-read" and "most_read" have the same two. Longer ones than
/// any of ours are cut, which makes them none of ours.
fn words(name: &str, mut each: impl FnMut(&[u8])) {
    let mut word = [0u8; 16];
    let mut length = 0;
    let mut was_lower = false;
    for &byte in name.as_bytes() {
        let boundary = byte.is_ascii_uppercase() && was_lower;
        if (!byte.is_ascii_alphabetic() || boundary) && length > 0 {
            each(&word[..length]);
            length = 0;
        }
        was_lower = byte.is_ascii_lowercase();
        if byte.is_ascii_alphabetic() && length < word.len() {
            word[length] = byte.to_ascii_lowercase();
            length += 1;
        }
    }
    if length > 0 {
        each(&word[..length]);
    }
}

/// Words that name furniture wherever they stand in a class or id. English for the most part: class names are English
/// on sites of any language; the others are those that local systems use.
fn is_furniture_word(word: &[u8]) -> bool {
    matches!(
        word,
        // Ways around the site.
        b"nav" | b"navbar" | b"navbox" | b"navigation" | b"menu" | b"breadcrumb" | b"breadcrumbs" | b"pagination"
        | b"pager" | b"masthead" | b"topbar" | b"sidebar" | b"footer" | b"colophon" | b"skip"
        | b"toc" | b"catlinks" | b"backtotop"
        // Passing it on.
        | b"share" | b"shares" | b"sharing" | b"sharebar" | b"sharedaddy" | b"social" | b"socials" | b"addtoany"
        | b"addthis" | b"follow" | b"whatsapp" | b"facebook" | b"telegram"
        // Offers.
        | b"newsletter" | b"newsletters" | b"signup" | b"signin" | b"login" | b"subscribe" | b"subscription"
        | b"subscriptions" | b"promo" | b"promos" | b"promotion" | b"promoted" | b"advert" | b"adverts"
        | b"advertisement" | b"advertising" | b"ad" | b"ads" | b"adslot" | b"adunit" | b"adbox" | b"adsense"
        | b"dfp" | b"gpt" | b"sponsor" | b"sponsored" | b"taboola" | b"outbrain" | b"paywall" | b"barrier"
        | b"regwall" | b"upsell" | b"donate" | b"donation" | b"appeal" | b"poll" | b"quiz"
        | b"survey"
        // Other articles.
        | b"related" | b"relatedposts" | b"recirc" | b"recirculation" | b"recommended" | b"recommendation"
        | b"recommendations" | b"trending" | b"onward" | b"teaser" | b"teasers" | b"readmore" | b"readnext"
        | b"seealso" | b"mostread" | b"mostviewed" | b"popular"
        // Voices of readers.
        | b"comment" | b"comments" | b"commentlist" | b"disqus" | b"respond" | b"reply" | b"replies"
        | b"comentario" | b"comentarios" | b"commentaires" | b"kommentare"
        // Asking for leave.
        | b"cookie" | b"cookies" | b"consent" | b"gdpr" | b"onetrust" | b"cmp" | b"popup" | b"modal" | b"overlay"
        | b"lightbox" | b"toast"
        // Things to look at, and what is written under them.
        | b"caption" | b"captions" | b"cutline" | b"credit" | b"credits" | b"slideshow"
        | b"carousel" | b"swiper" | b"thumbs" | b"thumbnails"
        | b"podcast" | b"infobox" | b"infographic" | b"factbox"
        // About the article.
        | b"byline" | b"bylines" | b"bio" | b"timestamp" | b"tags"
        | b"tagged" | b"taglist" | b"topics" | b"kicker" | b"eyebrow" | b"standfirst" | b"subheadline"
        | b"subtitle" | b"dek" | b"signoff" | b"disclaimer" | b"copyright" | b"entradilla" | b"antetitulo"
        | b"firma"
        // Repetitions.
        | b"pullquote"
        // Tools.
        | b"toolbar" | b"herramientas" | b"noprint" | b"fontsize" | b"tooltip"
        // Reference works.
        | b"reflist" | b"references" | b"footnotes" | b"hatnote" | b"editsection" | b"sitenotice"
        | b"sitesub"
        // Posts of networks.
        | b"tweet" | b"twitter" | b"instagram" | b"tiktok"
    )
}

/// Words that name furniture on one site and the article's frame on another.
fn is_weak_word(word: &[u8]) -> bool {
    matches!(
        word,
        b"foot"
            | b"card"
            | b"cards"
            | b"tile"
            | b"tiles"
            | b"embed"
            | b"embedded"
            | b"player"
            | b"gallery"
            | b"slide"
            | b"slides"
            | b"slider"
            | b"meta"
            | b"tag"
            | b"author"
            | b"authors"
            | b"reference"
            | b"offer"
            | b"offers"
            | b"rel"
            | b"labels"
            | b"widget"
            | b"widgets"
            | b"tools"
            | b"excerpt"
            | b"legal"
            | b"vote"
    )
}

/// Two words in a row that name furniture, though neither does alone.
fn is_furniture_pair(first: &[u8], second: &[u8]) -> bool {
    matches!(
        (first, second),
        (b"read", b"more" | b"next" | b"also")
            | (b"see", b"also")
            | (b"most", b"read" | b"viewed" | b"commented")
            | (b"top", b"stories" | b"bar")
            | (
                b"more",
                b"from" | b"links" | b"on" | b"stories" | b"news" | b"galleries"
            )
            | (b"latest", b"news" | b"stories" | b"posts")
            | (b"also", b"like")
            | (b"pull", b"quote")
            | (b"sign", b"up" | b"in" | b"off")
            | (b"log", b"in")
            | (b"sr" | b"screen", b"only" | b"reader")
            | (b"visually", b"hidden")
            | (b"fact", b"box")
            | (b"info", b"box")
            | (
                b"image" | b"photo" | b"picture" | b"media",
                b"block" | b"text" | b"info" | b"description"
            )
            | (b"rich", b"link" | b"links")
            | (b"links", b"block")
            | (b"site", b"header" | b"head" | b"footer")
            | (b"page", b"header" | b"footer")
            | (b"edit", b"section")
            | (b"back", b"top")
            | (b"key", b"points")
            | (b"jump", b"to" | b"links")
            | (b"print", b"only")
            | (b"load", b"more")
    )
}
