//! Which part of a page is the article's text.

use super::dates;
use super::furniture;
use super::tree::{Attr, Tag, Tree, narrow, push_collapsed};

/// The article as it stands on the page.
#[derive(Clone, Debug, Default)]
pub(super) struct Body {
    /// Paragraphs, in order.
    pub(super) paragraphs: Vec<String>,
    /// The element that holds them.
    pub(super) root: Option<usize>,
    /// The element in which the article begins: it holds headline, byline and text.
    pub(super) scope: Option<usize>,
}

/// Characters from which a block of text counts as prose. Labels, menu entries and most headlines are shorter.
const PROSE: u32 = 60;

/// Prose that makes an article, in characters: two short paragraphs. Less around a headline is a summary.
const ENOUGH: u32 = 250;

/// Share of the prose that one child must hold to stand for its parent.
const MOST: f32 = 0.75;

/// Finds the article's paragraphs; `headline` is the element that prints the headline.
pub(super) fn find(tree: &Tree, headline: Option<usize>) -> Body {
    if tree.len() == 0 {
        return Body::default();
    }
    let visible = prose(tree, |at| furniture::is_silent(tree.node(at).tag));
    let marks = furniture::mark(tree, &visible, headline);
    let prose = prose(tree, |at| marks[at]);
    let top = (0..tree.len())
        .filter(|&at| tree.node(at).parent as usize == at)
        .max_by_key(|&at| (prose[at], std::cmp::Reverse(at)));
    let Some(top) = top.filter(|&top| prose[top] > 0) else {
        return Body::default();
    };
    let scope = scope(tree, &prose, headline, top);
    let root = root(tree, &marks, &prose, scope);
    let paragraphs = paragraphs(tree, root, headline, &marks, &prose);
    Body {
        paragraphs,
        root: Some(root),
        scope: Some(scope),
    }
}

/// Paragraphs of a text that may be HTML, with line ends between paragraphs where it is not.
pub(super) fn of_fragment(text: &str) -> Vec<String> {
    let has_tags = ["<p", "<br", "<div", "</"]
        .iter()
        .any(|tag| text.contains(tag));
    if !has_tags {
        return text
            .split('\n')
            .map(super::metadata::clean)
            .filter(|line| !line.is_empty())
            .collect();
    }
    let Some(tree) = Tree::parse(text) else {
        return Vec::new();
    };
    let nothing = vec![0; tree.len()];
    let marks = furniture::mark(&tree, &nothing, None);
    let mut out = Vec::new();
    let mut at = 0;
    while at < tree.len() {
        out.extend(blocks(&tree, at, None, &marks, &nothing));
        at = tree.node(at).end as usize;
    }
    out.into_iter()
        .filter(|block| !block.linked)
        .map(|block| block.text)
        .collect()
}

/// Characters of prose below each node, links and what is `left_out` aside.
fn prose(tree: &Tree, left_out: impl Fn(usize) -> bool) -> Vec<u32> {
    let mut counts = vec![0u32; tree.len()];
    // The block that each node is printed in.
    let mut block = vec![0u32; tree.len()];
    let mut skipped = 0;
    for at in 0..tree.len() {
        let node = tree.node(at);
        let parent = node.parent as usize;
        block[at] = if node.tag.is_block() || parent == at {
            narrow(at)
        } else {
            block[parent]
        };
        if at < skipped {
            continue;
        }
        if left_out(at) {
            skipped = node.end as usize;
        } else if node.tag == Tag::Text && !node.linked {
            let length = narrow(tree.characters(at).trim().len());
            let block = block[at] as usize;
            counts[block] = counts[block].saturating_add(length);
        }
    }
    for count in &mut counts {
        if *count < PROSE {
            *count = 0;
        }
    }
    for at in (1..tree.len()).rev() {
        let parent = tree.node(at).parent as usize;
        if parent != at {
            counts[parent] = counts[parent].saturating_add(counts[at]);
        }
    }
    counts
}

/// The element in which the article begins: the smallest around the headline that holds an article's worth of prose.
/// Where a page has more prose elsewhere by far, its headline is not the article's, and the whole page is searched.
fn scope(tree: &Tree, prose: &[u32], headline: Option<usize>, top: usize) -> usize {
    let Some(mut at) = headline else { return top };
    loop {
        if prose[at] >= ENOUGH && prose[at] * 8 >= prose[top] {
            return at;
        }
        let parent = tree.node(at).parent as usize;
        if parent == at {
            return top;
        }
        at = parent;
    }
}

/// Names that systems give to the element that holds the text and nothing else.
fn is_named_body(tree: &Tree, at: usize) -> bool {
    tree.attributes(at).any(|(name, value)| match name {
        Attr::Itemprop => value
            .split_ascii_whitespace()
            .any(|name| name == "articleBody"),
        Attr::Class | Attr::Id => value.split_ascii_whitespace().any(|name| {
            let plain: String = name
                .chars()
                .filter(char::is_ascii_alphabetic)
                .map(|c| c.to_ascii_lowercase())
                .collect();
            matches!(
                &*plain,
                "articlebody"
                    | "articlecontent"
                    | "articletext"
                    | "articlecontentbody"
                    | "entrycontent"
                    | "postbody"
                    | "postcontent"
                    | "storybody"
                    | "storytext"
                    | "storycontent"
                    | "bodycopy"
                    | "barticlebody"
                    | "fieldnamebody"
                    | "newstext"
                    | "mwparseroutput"
            )
        }),
        _ => false,
    })
}

/// The element that holds the article's text: the one that is named so, or the smallest that holds most of the prose.
fn root(tree: &Tree, marks: &[bool], prose: &[u32], scope: usize) -> usize {
    let whole = prose[scope];
    let mut named = (scope..tree.node(scope).end as usize)
        .filter(|&at| tree.node(at).tag.is_block() && !marks[at] && prose[at] * 2 > whole)
        .filter(|&at| is_named_body(tree, at));
    if let Some(named) = named.next() {
        return named;
    }
    let mut root = scope;
    loop {
        let whole = prose[root];
        let mut before = 0;
        let mut next = None;
        let mut at = root + 1;
        while at < tree.node(root).end as usize {
            let node = tree.node(at);
            if !marks[at] && node.tag.is_block() {
                if prose[at] as f32 > MOST * whole as f32 {
                    next = Some(at);
                    break;
                }
                before += prose[at];
            }
            at = node.end as usize;
        }
        match next {
            // Prose above it is an introduction; a single paragraph is no container.
            Some(child) if before < ENOUGH && tree.node(child).tag != Tag::P => root = child,
            _ => return root,
        }
    }
}

/// A block of text on its way to be a paragraph.
struct Block {
    text: String,
    /// The element it stands in.
    element: usize,
    heading: bool,
    /// Whether most of it is links.
    linked: bool,
}

/// The paragraphs below `root`.
fn paragraphs(
    tree: &Tree,
    root: usize,
    headline: Option<usize>,
    marks: &[bool],
    prose: &[u32],
) -> Vec<String> {
    let mut blocks = without_strangers(tree, blocks(tree, root, headline, marks, prose));
    let ends: Vec<usize> = blocks
        .iter()
        .map(|block| block.element)
        .chain([usize::MAX])
        .collect();
    let mut at = 0;
    blocks.retain(|block| {
        at += 1;
        !(block.heading && heads_furniture(tree, block.element, ends[at], root))
    });
    let title = headline
        .map(|at| tree.text_of(at, super::LINE))
        .unwrap_or_default();
    // A heading stays when text follows it; over a list of links it goes with them.
    let mut kept: Vec<Block> = Vec::with_capacity(blocks.len());
    for block in blocks {
        if block.linked || is_label(&block.text) {
            while kept.last().is_some_and(|last| last.heading) {
                kept.pop();
            }
        } else if block.text != title {
            kept.push(block);
        }
    }
    while kept.last().is_some_and(|last| last.heading) {
        kept.pop();
    }
    without_doubles(tree, kept, prose)
}

/// Blocks without those that are set otherwise than the article's paragraphs: where nearly all prose stands in `<p>`,
/// what stands in the bare blocks of a widget between the first paragraph and the last is none of it, nor what
/// follows the last.
fn without_strangers(tree: &Tree, mut blocks: Vec<Block>) -> Vec<Block> {
    let is_paragraph = |block: &Block| tree.node(block.element).tag == Tag::P;
    let is_bare = |block: &Block| {
        matches!(
            tree.node(block.element).tag,
            Tag::Div | Tag::Section | Tag::Custom | Tag::Details | Tag::Article
        )
    };
    let length = |wanted: &dyn Fn(&Block) -> bool| -> usize {
        blocks
            .iter()
            .filter(|block| wanted(block))
            .map(|block| block.text.len())
            .sum()
    };
    let (set, bare) = (length(&is_paragraph), length(&is_bare));
    let many =
        |wanted: &dyn Fn(&Block) -> bool| blocks.iter().filter(|block| wanted(block)).count() >= 4;
    let class = |block: &Block| {
        tree.attribute_of(block.element, Attr::Class)
            .unwrap_or_default()
    };
    let longest = blocks
        .iter()
        .filter(|block| is_bare(block))
        .max_by_key(|block| block.text.len());
    let style = longest.map(class).unwrap_or_default();
    let is_styled = |block: &Block| is_bare(block) && class(block) == style;
    let is_stranger: &dyn Fn(&Block) -> bool = if many(&is_paragraph) && bare * 6 < set {
        &is_bare
    } else if !style.is_empty() && many(&is_styled) && length(&is_styled) * 6 > bare * 5 && set == 0
    {
        // Or in blocks of one class.
        &|block| is_bare(block) && !is_styled(block)
    } else {
        &|_| false
    };
    // An opening may be set larger than the rest.
    let first = blocks
        .iter()
        .position(|block| is_paragraph(block) || is_styled(block))
        .unwrap_or(0);
    let strange: Vec<bool> = blocks
        .iter()
        .enumerate()
        .map(|(at, block)| at > first && !block.linked && is_stranger(block))
        .collect();
    let mut strange = strange.into_iter();
    blocks.retain(|_| !strange.next().unwrap_or(false));
    blocks
}

/// Whether the heading in `element` stands over furniture only: in a box of its own with other text, none of which
/// is `next`, the element of the next paragraph.
fn heads_furniture(tree: &Tree, element: usize, next: usize, root: usize) -> bool {
    let parent = tree.node(element).parent as usize;
    if parent <= root || next < tree.node(parent).end as usize {
        return false;
    }
    (tree.node(element).end as usize..tree.node(parent).end as usize)
        .any(|at| !tree.characters(at).trim().is_empty())
}

/// Text that a page carries twice, for wide screens and narrow ones, once: the copy in the fuller place. A paragraph
/// that is repeated in its own place is the article's own repetition, and stays.
fn without_doubles(tree: &Tree, blocks: Vec<Block>, prose: &[u32]) -> Vec<String> {
    let place = |block: &Block| tree.node(block.element).parent as usize;
    let mut seen: ahash::AHashMap<&str, usize> = ahash::AHashMap::new();
    let mut doubled = vec![false; blocks.len()];
    for (at, block) in blocks.iter().enumerate() {
        if block.text.len() < PROSE as usize {
            continue;
        }
        match seen.get(&*block.text) {
            None => {
                seen.insert(&block.text, at);
            }
            Some(&first) if place(&blocks[first]) == place(block) => {}
            Some(&first) => {
                if prose[place(block)] > prose[place(&blocks[first])] {
                    doubled[first] = true;
                    seen.insert(&block.text, at);
                } else {
                    doubled[at] = true;
                }
            }
        }
    }
    blocks
        .into_iter()
        .zip(doubled)
        .filter(|(_, doubled)| !doubled)
        .map(|(block, _)| block.text)
        .collect()
}

fn blocks(
    tree: &Tree,
    root: usize,
    headline: Option<usize>,
    marks: &[bool],
    prose: &[u32],
) -> Vec<Block> {
    let mut writer = Writer {
        blocks: Vec::new(),
        text: String::new(),
        linked: 0,
        timed: 0,
        element: root,
        breaks: 0,
        heading: false,
    };
    let counts = running_counts(tree, root);
    let is_list_of_links = |at: usize| {
        let (before, after) = (counts[at - root], counts[tree.node(at).end as usize - root]);
        (after.0 - before.0) * 2 > after.1 - before.1
    };
    let mut open: Vec<usize> = vec![root];
    let mut time_ends = root;
    let mut at = root;
    while at < tree.node(root).end as usize {
        while open
            .last()
            .is_some_and(|&last| tree.node(last).end as usize <= at)
        {
            open.pop();
            writer.flush();
            writer.element = open.last().copied().unwrap_or(root);
            writer.heading = is_heading(tree.node(writer.element).tag);
        }
        let node = tree.node(at);
        let skipped = marks[at]
            || headline == Some(at)
            || at > root && node.tag == Tag::Table && prose[at] == 0
            || at > root && matches!(node.tag, Tag::Ul | Tag::Ol | Tag::Dl) && is_list_of_links(at);
        if skipped {
            if node.tag.is_block() {
                writer.flush();
                if node.tag != Tag::Figure && !marks[at] {
                    writer.links();
                }
            }
            at = node.end as usize;
            continue;
        }
        match node.tag {
            Tag::Text => writer.push(tree.characters(at), node.linked, at < time_ends),
            Tag::Time => time_ends = node.end as usize,
            Tag::Br => writer.line_break(),
            tag if tag.is_block() => {
                writer.flush();
                open.push(at);
                writer.element = at;
                writer.heading = is_heading(tag);
            }
            _ => {}
        }
        at += 1;
    }
    writer.flush();
    writer.blocks
}

fn is_heading(tag: Tag) -> bool {
    matches!(tag, Tag::Heading | Tag::Heading1)
}

/// For each node the characters before it: of links, and all.
fn running_counts(tree: &Tree, root: usize) -> Vec<(u32, u32)> {
    let mut counts = Vec::with_capacity(tree.node(root).end as usize - root + 1);
    let (mut linked, mut all) = (0u32, 0u32);
    for at in root..tree.node(root).end as usize {
        counts.push((linked, all));
        let node = tree.node(at);
        if node.tag == Tag::Text {
            let length = narrow(tree.characters(at).trim().len());
            all = all.saturating_add(length);
            linked = linked.saturating_add(if node.linked { length } else { 0 });
        }
    }
    counts.push((linked, all));
    counts
}

struct Writer {
    blocks: Vec<Block>,
    text: String,
    linked: usize,
    timed: usize,
    element: usize,
    breaks: u32,
    heading: bool,
}

impl Writer {
    fn push(&mut self, characters: &str, linked: bool, timed: bool) {
        if !characters.trim().is_empty() {
            self.breaks = 0;
        }
        let before = self.text.len();
        push_collapsed(&mut self.text, characters);
        if linked {
            self.linked += self.text.len() - before;
        }
        if timed {
            self.timed += self.text.len() - before;
        }
    }

    /// Two line ends in a row part paragraphs, one is space.
    fn line_break(&mut self) {
        self.breaks += 1;
        if self.breaks == 2 {
            self.flush();
        } else if !self.text.is_empty() && !self.text.ends_with(' ') {
            self.text.push(' ');
        }
    }

    fn flush(&mut self) {
        let text = self.text.trim();
        // The time of a post stands on a line of its own: "17:20 EET, 2 hours ago".
        let is_time =
            dates::is_time(text) || text.len() <= PROSE as usize && self.timed * 4 > text.len();
        if !text.is_empty() && !is_time {
            self.blocks.push(Block {
                text: text.to_owned(),
                element: self.element,
                heading: self.heading,
                linked: self.linked * 2 > text.len(),
            });
        }
        self.text.clear();
        self.linked = 0;
        self.timed = 0;
    }

    /// Remembers that links stood here, for the heading above them.
    fn links(&mut self) {
        self.blocks.push(Block {
            text: String::new(),
            element: self.element,
            heading: false,
            linked: true,
        });
    }
}

/// Lines that label what is beside them. Compared whole, so that no sentence is lost.
fn is_label(text: &str) -> bool {
    if text.len() > 40 {
        return false;
    }
    let plain = text
        .trim_matches(|c: char| !c.is_alphanumeric())
        .to_lowercase();
    plain.is_empty()
        || matches!(
            &*plain,
            "advertisement"
                | "advertising"
                | "advertisements"
                | "ad"
                | "anzeige"
                | "publicidad"
                | "publicité"
                | "реклама"
                | "story continues below advertisement"
                | "story continues below"
                | "article continues below"
                | "article continues after advertisement"
                | "continue reading"
                | "read more"
                | "read also"
                | "read next"
                | "related"
                | "related articles"
                | "share"
                | "share this"
                | "share this article"
                | "share this story"
                | "sponsored content"
                | "loading"
                | "live"
        )
}
