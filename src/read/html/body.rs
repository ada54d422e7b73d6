//! Which part of a page is the article's text.

use super::furniture;
use super::tree::{Tag, Tree, push_collapsed};

/// The article as it stands on the page.
#[derive(Clone, Debug, Default)]
pub(super) struct Body {
    /// Paragraphs, in order.
    pub(super) paragraphs: Vec<String>,
    /// The headline printed above them.
    pub(super) headline: Option<String>,
}

/// Characters from which a block of text counts as prose.
const PROSE: usize = 60;

/// Share of the prose that a child must hold to stand for its parent.
const MOST: f32 = 0.75;

/// Finds the article's paragraphs.
pub(super) fn find(tree: &Tree) -> Body {
    let furniture = furniture::mark(tree);
    let prose = prose(tree, &furniture);
    let root = container(tree, &furniture, &prose);
    let headline = headline(tree);
    let paragraphs = paragraphs(tree, root, &furniture);
    Body {
        paragraphs,
        headline,
    }
}

/// Characters of prose below each element, links left out.
fn prose(tree: &Tree, furniture: &[bool]) -> Vec<u32> {
    let mut own = vec![0u32; tree.len()];
    for (at, &is_furniture) in furniture.iter().enumerate() {
        let node = tree.node(at);
        if node.tag == Tag::Text && !is_furniture && !node.linked {
            let text = tree.characters(at).trim();
            if !text.is_empty() {
                // Counted at the block that it is printed in.
                let mut block = node.parent as usize;
                while !tree.node(block).tag.is_block() && tree.node(block).parent as usize != block
                {
                    block = tree.node(block).parent as usize;
                }
                own[block] += u32::try_from(text.len()).unwrap_or(0);
            }
        }
    }
    for (at, length) in own.iter_mut().enumerate() {
        if (*length as usize) < PROSE || tree.node(at).tag == Tag::Text {
            *length = 0;
        }
    }
    for at in (1..tree.len()).rev() {
        let parent = tree.node(at).parent as usize;
        if parent != at {
            own[parent] += own[at];
        }
    }
    own
}

/// The smallest element that holds most of the prose.
fn container(tree: &Tree, furniture: &[bool], prose: &[u32]) -> Option<usize> {
    let mut top = (0..tree.len())
        .filter(|&at| tree.node(at).parent as usize == at)
        .max_by_key(|&at| prose[at])?;
    loop {
        let whole = prose[top];
        let mut next = None;
        let mut at = top + 1;
        while at < tree.node(top).end as usize {
            let node = tree.node(at);
            if !furniture[at] && node.tag.is_block() && prose[at] as f32 > MOST * whole as f32 {
                next = Some(at);
                break;
            }
            at = node.end as usize;
        }
        match next {
            // A single paragraph is no container.
            Some(child) if tree.node(child).tag != Tag::P => top = child,
            _ => return (whole > 0).then_some(top),
        }
    }
}

fn headline(tree: &Tree) -> Option<String> {
    (0..tree.len())
        .filter(|&at| tree.node(at).tag == Tag::Heading1)
        .map(|at| tree.text_of(at))
        .find(|text| !text.is_empty())
}

fn paragraphs(tree: &Tree, root: Option<usize>, furniture: &[bool]) -> Vec<String> {
    let Some(root) = root else { return Vec::new() };
    let mut out = Vec::new();
    let mut paragraph = String::new();
    let mut linked = 0;
    let mut breaks = 0;
    let flush = |paragraph: &mut String, linked: &mut usize, out: &mut Vec<String>| {
        let text = paragraph.trim();
        if !text.is_empty() && *linked * 2 < text.len() {
            out.push(text.to_owned());
        }
        paragraph.clear();
        *linked = 0;
    };
    let mut ends: Vec<usize> = Vec::new();
    let mut at = root;
    while at < tree.node(root).end as usize {
        while ends.last().is_some_and(|end| *end <= at) {
            ends.pop();
            flush(&mut paragraph, &mut linked, &mut out);
        }
        let node = tree.node(at);
        if furniture[at] || node.tag == Tag::Heading1 {
            if node.tag.is_block() {
                flush(&mut paragraph, &mut linked, &mut out);
            }
            at = node.end as usize;
            continue;
        }
        match node.tag {
            Tag::Text => {
                let text = tree.characters(at);
                if !text.trim().is_empty() {
                    breaks = 0;
                }
                let before = paragraph.len();
                push_collapsed(&mut paragraph, text);
                if node.linked {
                    linked += paragraph.len() - before;
                }
            }
            Tag::Br => {
                breaks += 1;
                if breaks == 2 {
                    flush(&mut paragraph, &mut linked, &mut out);
                } else if !paragraph.ends_with(' ') && !paragraph.is_empty() {
                    paragraph.push(' ');
                }
            }
            tag if tag.is_block() => {
                flush(&mut paragraph, &mut linked, &mut out);
                ends.push(node.end as usize);
            }
            _ => {}
        }
        at += 1;
    }
    flush(&mut paragraph, &mut linked, &mut out);
    out
}
