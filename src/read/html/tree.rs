//! A page as a flat tree: elements and texts in document order, made from the tokens of a WHATWG tokenizer.
//!
//! Nodes lie in one array, each with the place one past its last descendant, so that a subtree is a range and no walk
//! recurses. Tags that authors leave open are closed where the standard closes them (a paragraph before a block, a list
//! item before the next); tags that cross each other are closed by the nearest element that ends. What the standard
//! does beyond that (moving nodes out of tables, opening formatting again) changes looks, not the order of words.

use std::convert::Infallible;
use std::ops::Range;

use html5gum::emitters::callback::{CallbackEmitter, CallbackEvent};
use html5gum::{Span, Tokenizer};

/// Elements nested deeper are kept, but as leaves: browsers stop at 512 as well, and every look up the chain of
/// ancestors stays bounded whatever a page does.
const MAX_DEPTH: usize = 512;

/// Elements, as far as it matters which one it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub(super) enum Tag {
    /// Not an element: characters.
    Text,
    Html,
    Head,
    Body,
    Title,
    Meta,
    Link,
    Base,
    Script,
    Style,
    Noscript,
    Template,
    Article,
    Main,
    Section,
    Header,
    Footer,
    Nav,
    Aside,
    Div,
    /// An element of the page's own, `<amp-ad>`: a block.
    Custom,
    P,
    Heading1,
    Heading,
    Blockquote,
    Pre,
    Address,
    Figure,
    Figcaption,
    Picture,
    Details,
    Form,
    Ul,
    Ol,
    Li,
    Dl,
    Dt,
    Dd,
    Table,
    Caption,
    Tbody,
    Tr,
    Td,
    Br,
    Hr,
    /// Something to look at, listen to or fill in: `img`, `video`, `iframe`, `input` and the like.
    Embed,
    Button,
    Select,
    Option,
    Label,
    Dialog,
    Svg,
    A,
    Time,
    Span,
    Sup,
    /// Any other element: it runs with the text around it.
    Inline,
}

impl Tag {
    const COUNT: usize = Self::Inline as usize + 1;

    fn of(name: &[u8]) -> Self {
        match name {
            b"html" => Self::Html,
            b"head" => Self::Head,
            b"body" => Self::Body,
            b"title" => Self::Title,
            b"meta" => Self::Meta,
            b"link" => Self::Link,
            b"base" => Self::Base,
            b"script" => Self::Script,
            b"style" => Self::Style,
            b"noscript" | b"noframes" | b"noembed" => Self::Noscript,
            b"template" => Self::Template,
            b"article" => Self::Article,
            b"main" => Self::Main,
            b"section" => Self::Section,
            b"header" | b"hgroup" => Self::Header,
            b"footer" => Self::Footer,
            b"nav" | b"menu" => Self::Nav,
            b"aside" => Self::Aside,
            b"div" | b"center" | b"fieldset" => Self::Div,
            b"p" => Self::P,
            b"h1" => Self::Heading1,
            b"h2" | b"h3" | b"h4" | b"h5" | b"h6" => Self::Heading,
            b"blockquote" => Self::Blockquote,
            b"pre" | b"xmp" | b"listing" | b"plaintext" => Self::Pre,
            b"address" => Self::Address,
            b"figure" => Self::Figure,
            b"figcaption" => Self::Figcaption,
            b"picture" => Self::Picture,
            b"details" | b"summary" => Self::Details,
            b"form" | b"search" => Self::Form,
            b"ul" | b"dir" => Self::Ul,
            b"ol" => Self::Ol,
            b"li" => Self::Li,
            b"dl" => Self::Dl,
            b"dt" => Self::Dt,
            b"dd" => Self::Dd,
            b"table" => Self::Table,
            b"caption" => Self::Caption,
            b"tbody" | b"thead" | b"tfoot" | b"colgroup" => Self::Tbody,
            b"tr" => Self::Tr,
            b"td" | b"th" => Self::Td,
            b"br" => Self::Br,
            b"hr" => Self::Hr,
            b"img" | b"image" | b"iframe" | b"object" | b"embed" | b"video" | b"audio"
            | b"canvas" | b"input" | b"textarea" | b"source" | b"track" | b"param" | b"col"
            | b"area" | b"map" | b"wbr" | b"frame" | b"math" | b"progress" | b"meter"
            | b"applet" => Self::Embed,
            b"button" => Self::Button,
            b"select" | b"datalist" => Self::Select,
            b"option" | b"optgroup" => Self::Option,
            b"label" | b"legend" => Self::Label,
            b"dialog" => Self::Dialog,
            b"svg" => Self::Svg,
            b"a" => Self::A,
            b"time" => Self::Time,
            b"span" => Self::Span,
            b"sup" | b"sub" => Self::Sup,
            _ if name.contains(&b'-') => Self::Custom,
            _ => Self::Inline,
        }
    }

    /// Whether text before and after it, or inside and outside, stands on lines of its own.
    pub(super) fn is_block(self) -> bool {
        !matches!(
            self,
            Self::Text
                | Self::A
                | Self::Time
                | Self::Span
                | Self::Sup
                | Self::Inline
                | Self::Embed
                | Self::Br
                | Self::Label
                | Self::Button
                | Self::Svg
                | Self::Picture
                | Self::Script
                | Self::Style
                | Self::Noscript
                | Self::Template
                | Self::Meta
                | Self::Link
                | Self::Base
                | Self::Title
                | Self::Select
                | Self::Option
        )
    }

    /// Whether it has no end tag and no content.
    fn is_void(self, name: &[u8]) -> bool {
        match self {
            Self::Meta | Self::Link | Self::Base | Self::Br | Self::Hr => true,
            Self::Embed => matches!(
                name,
                b"img"
                    | b"image"
                    | b"embed"
                    | b"input"
                    | b"source"
                    | b"track"
                    | b"param"
                    | b"col"
                    | b"area"
                    | b"wbr"
                    | b"frame"
            ),
            _ => false,
        }
    }

    /// Whether it belongs into `<head>`.
    fn is_of_head(self) -> bool {
        matches!(
            self,
            Self::Title
                | Self::Meta
                | Self::Link
                | Self::Base
                | Self::Script
                | Self::Style
                | Self::Noscript
                | Self::Template
        )
    }

    /// Whether an end tag of something outside does not reach through it.
    fn is_wall(self) -> bool {
        matches!(
            self,
            Self::Td | Self::Caption | Self::Table | Self::Template | Self::Html | Self::Svg
        )
    }
}

/// Attributes that are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Attr {
    /// The element's own name, of a [`Tag::Custom`].
    Element,
    AriaHidden,
    AriaLabel,
    Charset,
    Class,
    Component,
    Content,
    Datetime,
    Hidden,
    Href,
    Id,
    Itemprop,
    Lang,
    Name,
    Property,
    Rel,
    Role,
    Style,
    Title,
    Type,
}

impl Attr {
    fn of(name: &[u8]) -> Option<Self> {
        Some(match name {
            b"aria-hidden" => Self::AriaHidden,
            b"aria-label" => Self::AriaLabel,
            b"charset" => Self::Charset,
            b"class" => Self::Class,
            b"data-component" | b"data-testid" | b"data-test-id" | b"data-qa" | b"data-module"
            | b"data-type" | b"data-widget" | b"data-block" => Self::Component,
            b"content" => Self::Content,
            b"datetime" | b"data-timestamp" | b"data-utc" => Self::Datetime,
            b"hidden" => Self::Hidden,
            b"href" => Self::Href,
            b"id" => Self::Id,
            b"itemprop" => Self::Itemprop,
            b"lang" | b"xml:lang" => Self::Lang,
            b"name" => Self::Name,
            b"property" => Self::Property,
            b"rel" => Self::Rel,
            b"role" => Self::Role,
            b"style" => Self::Style,
            b"title" => Self::Title,
            b"type" => Self::Type,
            _ => return None,
        })
    }
}

/// An element, or characters.
#[derive(Clone, Copy, Debug)]
pub(super) struct Node {
    /// Which.
    pub(super) tag: Tag,
    /// Of characters: whether they stand in a link.
    pub(super) linked: bool,
    /// The element around it; its own number for those at the top.
    pub(super) parent: u32,
    /// One past its last descendant.
    pub(super) end: u32,
    /// Of an element its attributes (a range of `attributes`), of characters where they stand in `characters`.
    from: u32,
    to: u32,
}

/// A page.
#[derive(Debug)]
pub(super) struct Tree {
    nodes: Vec<Node>,
    attributes: Vec<(Attr, u32, u32)>,
    /// Texts and values of attributes, entities resolved, one after the other.
    characters: String,
    /// Numbers of the elements that are open.
    open: Vec<u32>,
    counts: [u32; Tag::COUNT],
    in_link: bool,
}

/// A place or length in a page.
pub(super) fn narrow(number: usize) -> u32 {
    u32::try_from(number).expect("`Tree::parse` refuses longer pages")
}

impl Tree {
    /// The tree of `page`. `None` past 1 GiB: places are kept in 32 bits.
    pub(super) fn parse(page: &str) -> Option<Self> {
        if page.len() > 1 << 30 {
            return None;
        }
        let mut tree = Self {
            nodes: Vec::with_capacity(page.len() / 32),
            attributes: Vec::with_capacity(page.len() / 64),
            characters: String::with_capacity(page.len()),
            open: Vec::with_capacity(64),
            counts: [0; Tag::COUNT],
            in_link: false,
        };
        // The start tag that is being read: its name, and the name of the attribute that comes next.
        let mut starting: Option<(Tag, bool)> = None;
        let mut attributes_from = 0;
        let mut attribute: Option<Attr> = None;
        let mut emitter = CallbackEmitter::new(|event: CallbackEvent<'_>, _: Span<()>| {
            match event {
                CallbackEvent::OpenStartTag { name } => {
                    let tag = Tag::of(name);
                    attributes_from = tree.attributes.len();
                    attribute = None;
                    starting = Some((tag, tag.is_void(name)));
                    if tag == Tag::Custom {
                        tree.attribute(Attr::Element, name);
                    }
                }
                CallbackEvent::AttributeName { name } => {
                    attribute = Attr::of(name);
                    if let (Some(known), Some(_)) = (attribute, starting) {
                        tree.attribute(known, b"");
                    }
                }
                CallbackEvent::AttributeValue { value } => {
                    if let (Some(_), Some(_)) = (attribute.take(), starting) {
                        let from = tree.push(value);
                        let to = tree.characters.len();
                        if let Some(last) = tree.attributes.last_mut() {
                            (last.1, last.2) = (narrow(from), narrow(to));
                        }
                    }
                }
                CallbackEvent::CloseStartTag { self_closing } => {
                    if let Some((tag, void)) = starting.take() {
                        // Only in drawings does a slash close.
                        let drawing = tag == Tag::Svg || tree.counts[Tag::Svg as usize] > 0;
                        let closed = void || (self_closing && drawing);
                        tree.start(tag, attributes_from, closed);
                    }
                }
                CallbackEvent::EndTag { name } => tree.end(Tag::of(name)),
                CallbackEvent::String { value } => tree.text(value),
                CallbackEvent::Comment { .. }
                | CallbackEvent::Doctype { .. }
                | CallbackEvent::Error(_) => {}
            }
            None::<Infallible>
        });
        emitter.naively_switch_states(true);
        let Ok(()) = Tokenizer::new_with_emitter(page, emitter).finish();
        tree.close_to(0);
        Some(tree)
    }

    /// How many nodes there are.
    pub(super) fn len(&self) -> usize {
        self.nodes.len()
    }

    /// The node numbered `at`.
    pub(super) fn node(&self, at: usize) -> &Node {
        &self.nodes[at]
    }

    /// Numbers of everything below `at`, in document order.
    pub(super) fn below(&self, at: usize) -> Range<usize> {
        at + 1..self.nodes[at].end as usize
    }

    /// The characters of a text; nothing of an element.
    pub(super) fn characters(&self, at: usize) -> &str {
        let node = &self.nodes[at];
        match node.tag {
            Tag::Text => &self.characters[node.from as usize..node.to as usize],
            _ => "",
        }
    }

    /// An element's attributes.
    pub(super) fn attributes(&self, at: usize) -> impl Iterator<Item = (Attr, &str)> {
        let node = &self.nodes[at];
        let range = match node.tag {
            Tag::Text => 0..0,
            _ => node.from as usize..node.to as usize,
        };
        self.attributes[range]
            .iter()
            .map(|&(name, from, to)| (name, &self.characters[from as usize..to as usize]))
    }

    /// The value of an element's attribute.
    pub(super) fn attribute_of(&self, at: usize, name: Attr) -> Option<&str> {
        self.attributes(at)
            .find(|(other, _)| *other == name)
            .map(|(_, value)| value)
    }

    /// The characters below `at`, space between blocks, runs of space made one; no more than `most` bytes or so, so
    /// that elements inside elements cost no more than their number.
    pub(super) fn text_of(&self, at: usize, most: usize) -> String {
        let mut out = String::new();
        let end = (self.nodes[at].end as usize).min(at + most);
        for below in at..end {
            let node = &self.nodes[below];
            if node.tag == Tag::Text {
                push_collapsed(&mut out, self.characters(below));
                if out.len() > most {
                    break;
                }
            } else if (node.tag.is_block() || node.tag == Tag::Br) && !out.ends_with(' ') {
                out.push(' ');
            }
        }
        out.truncate(out.trim_end().len());
        out.drain(..out.len() - out.trim_start().len());
        out
    }

    /// The characters below `at` as they stand: what a script holds.
    pub(super) fn raw_text_of(&self, at: usize) -> &str {
        self.below(at)
            .next()
            .map_or("", |first| self.characters(first))
    }

    fn push(&mut self, bytes: &[u8]) -> usize {
        let from = self.characters.len();
        match std::str::from_utf8(bytes) {
            Ok(text) => self.characters.push_str(text),
            Err(_) => self.characters.push_str(&String::from_utf8_lossy(bytes)),
        }
        from
    }

    fn attribute(&mut self, name: Attr, value: &[u8]) {
        let from = self.push(value);
        let to = self.characters.len();
        self.attributes.push((name, narrow(from), narrow(to)));
    }

    fn add(&mut self, tag: Tag, from: usize, to: usize) -> u32 {
        let number = narrow(self.nodes.len());
        self.nodes.push(Node {
            tag,
            linked: tag == Tag::Text && self.in_link,
            parent: self.open.last().copied().unwrap_or(number),
            end: number + 1,
            from: narrow(from),
            to: narrow(to),
        });
        number
    }

    fn text(&mut self, bytes: &[u8]) {
        let from = self.push(bytes);
        self.add(Tag::Text, from, self.characters.len());
    }

    fn start(&mut self, tag: Tag, attributes_from: usize, closed: bool) {
        let is_open = |tree: &Self, tag: Tag| tree.counts[tag as usize] > 0;
        match tag {
            // A second one says nothing.
            Tag::Html | Tag::Body if is_open(self, tag) => return,
            Tag::Tbody => self.close_above(&[Tag::Table]),
            Tag::Caption => self.close_above(&[Tag::Table]),
            Tag::Tr => self.close_above(&[Tag::Tbody, Tag::Table]),
            Tag::Td => self.close_above(&[Tag::Tr, Tag::Tbody, Tag::Table]),
            Tag::Li if is_open(self, tag) => self.close_item(&[Tag::Li]),
            Tag::Dt | Tag::Dd => self.close_item(&[Tag::Dt, Tag::Dd]),
            Tag::Option => self.close_run(Tag::Option),
            Tag::Heading | Tag::Heading1 => {
                let top = self.open.last().map(|&top| self.nodes[top as usize].tag);
                if matches!(top, Some(Tag::Heading | Tag::Heading1)) {
                    self.close_to(self.open.len() - 1);
                }
            }
            Tag::A => self.close_run(Tag::A),
            _ => {}
        }
        if !tag.is_of_head() && is_open(self, Tag::Head) {
            self.close_scope(&[Tag::Head]);
        }
        if tag.is_block() && tag != Tag::Custom && is_open(self, Tag::P) {
            self.close_scope(&[Tag::P]);
        }
        if matches!(tag, Tag::Td | Tag::Caption) {
            self.in_link = false;
        }
        if tag == Tag::A {
            let attributes = &self.attributes[attributes_from..];
            self.in_link = attributes.iter().any(|(name, ..)| *name == Attr::Href);
        }
        let number = self.add(tag, attributes_from, self.attributes.len());
        if !closed && self.open.len() < MAX_DEPTH {
            self.open.push(number);
            self.counts[tag as usize] += 1;
        }
    }

    fn end(&mut self, tag: Tag) {
        match tag {
            // What comes after them still belongs to the page.
            Tag::Html | Tag::Body => {}
            Tag::Br => {
                self.add(Tag::Br, 0, 0);
            }
            Tag::P => {
                if !self.close_scope(&[Tag::P]) {
                    // The standard makes an empty paragraph of it: what was before ends here.
                    self.add(Tag::P, 0, 0);
                }
            }
            Tag::A => {
                self.in_link = false;
                self.close_run(Tag::A);
            }
            Tag::Heading | Tag::Heading1 => {
                self.close_scope(&[Tag::Heading, Tag::Heading1]);
            }
            Tag::Table => {
                self.in_link = false;
                self.close_above(&[Tag::Table]);
                self.close_scope_through_walls(Tag::Table);
            }
            Tag::Tbody | Tag::Tr | Tag::Td | Tag::Caption => {
                self.in_link = false;
                self.close_in_table(tag);
            }
            Tag::Template | Tag::Svg => self.close_scope_through_walls(tag),
            _ if tag.is_block() || tag.is_of_head() => {
                self.close_scope(&[tag]);
            }
            _ => self.close_run(tag),
        }
    }

    /// Closes the open elements from the one at `depth` on.
    fn close_to(&mut self, depth: usize) {
        let end = narrow(self.nodes.len());
        while self.open.len() > depth {
            if let Some(number) = self.open.pop() {
                let node = &mut self.nodes[number as usize];
                node.end = end;
                // A link that nobody closed ends with the block it stands in, or the rest of the page would be one.
                self.in_link &= node.tag != Tag::A;
                self.counts[node.tag as usize] -= 1;
            }
        }
    }

    fn find_open(&self, wanted: impl Fn(Tag) -> bool, stop: impl Fn(Tag) -> bool) -> Option<usize> {
        for (depth, &number) in self.open.iter().enumerate().rev() {
            let tag = self.nodes[number as usize].tag;
            if wanted(tag) {
                return Some(depth);
            }
            if stop(tag) {
                return None;
            }
        }
        None
    }

    /// Closes the innermost of `tags`, unless a wall stands between. Says whether there was one.
    fn close_scope(&mut self, tags: &[Tag]) -> bool {
        if tags.iter().all(|tag| self.counts[*tag as usize] == 0) {
            return false;
        }
        match self.find_open(|tag| tags.contains(&tag), Tag::is_wall) {
            Some(depth) => {
                self.close_to(depth);
                true
            }
            None => false,
        }
    }

    fn close_scope_through_walls(&mut self, tag: Tag) {
        if self.counts[tag as usize] == 0 {
            return;
        }
        if let Some(depth) = self.find_open(|other| other == tag, |_| false) {
            self.close_to(depth);
        }
    }

    /// Closes the innermost `tag` when only running text lies between.
    fn close_run(&mut self, tag: Tag) {
        if self.counts[tag as usize] == 0 {
            return;
        }
        if let Some(depth) = self.find_open(|other| other == tag, Tag::is_block) {
            self.close_to(depth);
        }
    }

    /// Closes an item of a list before the next one begins.
    fn close_item(&mut self, tags: &[Tag]) {
        let stop = |tag: Tag| {
            tag.is_block() && !matches!(tag, Tag::Address | Tag::Div | Tag::P | Tag::Custom)
        };
        if let Some(depth) = self.find_open(|tag| tags.contains(&tag), stop) {
            self.close_to(depth);
        }
    }

    /// Closes what is open above the innermost of `tags` within the same table.
    fn close_above(&mut self, tags: &[Tag]) {
        if self.counts[Tag::Table as usize] == 0 {
            return;
        }
        if let Some(depth) = self.find_open(|tag| tags.contains(&tag), |tag| tag == Tag::Table) {
            self.close_to(depth + 1);
        }
    }

    /// Closes a part of the innermost table.
    fn close_in_table(&mut self, tag: Tag) {
        if let Some(depth) = self.find_open(|other| other == tag, |other| other == Tag::Table) {
            self.close_to(depth);
        }
    }
}

/// Appends `text` with runs of space made one.
pub(super) fn push_collapsed(out: &mut String, text: &str) {
    let mut rest = text;
    while !rest.is_empty() {
        let word = rest.find(|c: char| c.is_whitespace()).unwrap_or(rest.len());
        out.push_str(&rest[..word]);
        rest = &rest[word..];
        let space = rest
            .find(|c: char| !c.is_whitespace())
            .unwrap_or(rest.len());
        if space > 0 && !out.ends_with(' ') {
            out.push(' ');
        }
        rest = &rest[space..];
    }
}
