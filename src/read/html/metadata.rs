//! What a page says of its article: JSON-LD, OpenGraph and other `meta` elements, microdata, and what is printed.

use serde_json::Value;

use super::dates;
use super::tree::{Attr, Tag, Tree};

/// Statements of a page, each the best of its kind.
#[derive(Clone, Debug, Default)]
pub(super) struct Metadata {
    /// The headline as a machine is told it.
    pub(super) title: Option<String>,
    /// What stands in the window's bar.
    pub(super) window_title: Option<String>,
    pub(super) byline: Option<String>,
    pub(super) outlet: Option<String>,
    pub(super) url: Option<String>,
    pub(super) published_at: Option<String>,
    pub(super) modified_at: Option<String>,
    pub(super) language: Option<String>,
    pub(super) credit: Option<String>,
    /// The text that JSON-LD holds.
    pub(super) article_body: Option<String>,
    /// `og:url`, where the canonical address is another.
    pub(super) shared_url: Option<String>,
    /// Whether `byline` is an organisation.
    pub(super) by_organisation: bool,
}

/// How much a statement is believed; of equals the first is taken.
#[derive(Clone, Debug, Default)]
struct Best {
    found: Option<(u8, String)>,
}

impl Best {
    fn offer(&mut self, rank: u8, value: impl Into<String>) {
        let value = value.into();
        if !value.trim().is_empty() && self.found.as_ref().is_none_or(|(best, _)| rank > *best) {
            self.found = Some((rank, value));
        }
    }

    fn offer_date(&mut self, rank: u8, value: &str) {
        let Some(date) = dates::normalised(value) else {
            return;
        };
        // A day with its time says more than the day alone, whoever said it.
        if let Some((best, known)) = &mut self.found {
            if known.len() == 10 && date.len() > 10 && date.starts_with(&**known) {
                *known = date;
                return;
            }
            if rank <= *best {
                return;
            }
            if date.len() == 10 && known.starts_with(&*date) {
                *best = rank;
                return;
            }
        }
        self.found = Some((rank, date));
    }

    fn take(self) -> Option<String> {
        self.found.map(|(_, value)| value)
    }
}

#[derive(Clone, Debug, Default)]
struct Collected {
    title: Best,
    window_title: Best,
    byline: Best,
    outlet: Best,
    url: Best,
    published_at: Best,
    modified_at: Best,
    language: Best,
    credit: Best,
    article_body: Best,
    shared_url: Best,
    by_organisation: bool,
}

/// Reads what `tree` states.
pub(super) fn collect(tree: &Tree) -> Metadata {
    let mut found = Collected::default();
    for at in 0..tree.len() {
        microdata(tree, at, &mut found);
        match tree.node(at).tag {
            Tag::Html => {
                if let Some(lang) = tree.attribute_of(at, Attr::Lang) {
                    found.language.offer(5, language(lang));
                }
            }
            Tag::Title => found
                .window_title
                .offer(1, clean(&tree.text_of(at, super::LINE))),
            Tag::Meta => meta(tree, at, &mut found),
            // Some systems give each page's own address here.
            Tag::Base => {
                if let Some(href) = tree.attribute_of(at, Attr::Href) {
                    found.url.offer(1, href.trim());
                }
            }
            Tag::Link => {
                let rel = tree.attribute_of(at, Attr::Rel).unwrap_or_default();
                if rel
                    .split_ascii_whitespace()
                    .any(|r| r.eq_ignore_ascii_case("canonical"))
                    && let Some(href) = tree.attribute_of(at, Attr::Href)
                {
                    found.url.offer(5, href.trim());
                }
            }
            Tag::Script => {
                let kind = tree.attribute_of(at, Attr::Type).unwrap_or_default();
                if kind
                    .trim()
                    .to_ascii_lowercase()
                    .starts_with("application/ld+json")
                {
                    linked_data(tree.raw_text_of(at), &mut found);
                }
            }
            _ => {}
        }
    }
    Metadata {
        title: found.title.take(),
        window_title: found.window_title.take(),
        byline: found.byline.take(),
        outlet: found.outlet.take(),
        url: found.url.take(),
        published_at: found.published_at.take(),
        modified_at: found.modified_at.take(),
        language: found.language.take(),
        credit: found.credit.take(),
        article_body: found.article_body.take(),
        shared_url: found.shared_url.take(),
        by_organisation: found.by_organisation,
    }
}

/// Reads an element's `itemprop`, and the names that microformats gave to dates before it.
fn microdata(tree: &Tree, at: usize, found: &mut Collected) {
    let tag = tree.node(at).tag;
    if matches!(tag, Tag::Text | Tag::Meta) {
        return;
    }
    let Some(property) = tree.attribute_of(at, Attr::Itemprop) else {
        return;
    };
    let value = || {
        [Attr::Content, Attr::Datetime, Attr::Title]
            .into_iter()
            .find_map(|name| tree.attribute_of(at, name))
            .filter(|value| !value.trim().is_empty())
            .map_or_else(|| tree.text_of(at, super::LINE), str::to_owned)
    };
    for property in property.split_ascii_whitespace() {
        match property {
            "datePublished" | "dateCreated" => found.published_at.offer_date(6, &value()),
            "dateModified" => found.modified_at.offer_date(6, &value()),
            "author" | "creator" => {
                let name = (at..tree.node(at).end as usize)
                    .find(|&below| tree.attribute_of(below, Attr::Itemprop) == Some("name"))
                    .unwrap_or(at);
                let said = tree
                    .attribute_of(name, Attr::Content)
                    .map_or_else(|| tree.text_of(name, super::LINE), clean);
                if let Some(name) = person(&said).filter(|name| name.len() <= 100) {
                    found.byline.offer(6, name);
                }
            }
            _ => {}
        }
    }
}

fn meta(tree: &Tree, at: usize, found: &mut Collected) {
    let Some(content) = tree.attribute_of(at, Attr::Content) else {
        return;
    };
    let content = clean(content);
    if content.is_empty() {
        return;
    }
    // A tag whose end is missing swallows the next one, and has the content of the first.
    if tree
        .attribute_of(at, Attr::Name)
        .is_some_and(|name| matches!(name, "viewport" | "robots" | "description"))
    {
        return;
    }
    let keys = [Attr::Property, Attr::Name, Attr::Itemprop];
    for key in keys
        .into_iter()
        .filter_map(|attr| tree.attribute_of(at, attr))
    {
        match &*key.trim().to_ascii_lowercase() {
            "og:title" => found.title.offer(8, content.as_str()),
            "twitter:title" | "dc.title" | "dcterms.title" | "parsely-title" | "sailthru.title" => {
                found.title.offer(6, content.as_str())
            }
            "author" | "article:author" | "dc.creator" | "dcterms.creator" | "parsely-author"
            | "sailthru.author" | "byl" | "cxenseparse:author" => {
                if let Some(name) = person(&content) {
                    found.byline.offer(5, name);
                }
            }
            "og:site_name" => found.outlet.offer(9, content.as_str()),
            "application-name"
            | "publisher"
            | "dc.publisher"
            | "dcterms.publisher"
            | "article:publisher"
            | "apple-mobile-web-app-title"
                if !content.starts_with("http") =>
            {
                found.outlet.offer(5, content.as_str());
            }
            "og:url" => {
                found.url.offer(4, content.as_str());
                found.shared_url.offer(4, content.as_str());
            }
            "article:published_time" | "og:published_time" | "og:article:published_time" => {
                found.published_at.offer_date(8, &content)
            }
            "article:modified_time"
            | "og:updated_time"
            | "og:modified_time"
            | "og:article:modified_time" => found.modified_at.offer_date(8, &content),
            "date"
            | "pubdate"
            | "publishdate"
            | "publish-date"
            | "publish_date"
            | "dc.date"
            | "dc.date.issued"
            | "dcterms.date"
            | "dcterms.created"
            | "dcterms.issued"
            | "dc.date.created"
            | "parsely-pub-date"
            | "sailthru.date"
            | "article.published"
            | "publication_date"
            | "cxenseparse:recs:publishtime"
            | "datepublished" => found.published_at.offer_date(5, &content),
            "last-modified" | "lastmod" | "dcterms.modified" | "dc.date.modified"
            | "article.updated" | "datemodified" => found.modified_at.offer_date(5, &content),
            "og:locale" | "dc.language" | "dcterms.language" | "content-language" | "language" => {
                found.language.offer(3, language(&content))
            }
            "syndication-source" | "original-source" => found.credit.offer(7, agency(&content)),
            "dc.source" | "dcterms.source" | "article:source" | "source" | "news-source" => {
                found.credit.offer(4, agency(&content))
            }
            _ => {}
        }
    }
}

/// What JSON-LD says. Broken JSON says nothing: the page has its other statements.
fn linked_data(script: &str, found: &mut Collected) {
    let Some(value) = parse(script) else { return };
    // Only a bounded number of things is looked at: a list of a million says nothing that its first thousand do not.
    let mut open = vec![&value];
    let mut looked_at = 0;
    while let Some(value) = open.pop() {
        looked_at += 1;
        if looked_at > 1000 {
            break;
        }
        match value {
            Value::Array(items) => open.extend(items.iter().rev()),
            Value::Object(thing) => {
                if is_article(value) {
                    article(value, found);
                } else {
                    open.extend(thing.get("@graph"));
                    open.extend(thing.get("mainEntity"));
                    if is_kind(value, &["WebSite", "NewsMediaOrganization"])
                        && let Some(name) = text(&value["name"])
                    {
                        found.outlet.offer(4, name);
                    }
                }
            }
            _ => {}
        }
    }
}

/// Reads JSON as sites write it: wrapped in comments, with line ends inside strings.
fn parse(script: &str) -> Option<Value> {
    let inner = script
        .trim()
        .trim_start_matches("<!--")
        .trim_start_matches("//<![CDATA[");
    let inner = inner.trim_end_matches("-->").trim_end_matches("//]]>");
    let inner = inner.trim().trim_end_matches(';');
    serde_json::from_str(inner).ok().or_else(|| {
        let mended: String = inner
            .chars()
            .map(|c| if c.is_control() { ' ' } else { c })
            .collect();
        serde_json::from_str(&mended).ok()
    })
}

fn is_kind(value: &Value, kinds: &[&str]) -> bool {
    let is = |kind: &Value| {
        let kind = kind.as_str().unwrap_or_default();
        kinds.contains(&kind.rsplit('/').next().unwrap_or_default())
    };
    match &value["@type"] {
        Value::Array(all) => all.iter().any(is),
        kind => is(kind),
    }
}

fn is_article(value: &Value) -> bool {
    is_kind(
        value,
        &[
            "NewsArticle",
            "Article",
            "ReportageNewsArticle",
            "AnalysisNewsArticle",
            "BackgroundNewsArticle",
            "OpinionNewsArticle",
            "ReviewNewsArticle",
            "AskPublicNewsArticle",
            "LiveBlogPosting",
            "BlogPosting",
            "Report",
            "SocialMediaPosting",
            "TechArticle",
        ],
    )
}

fn article(value: &Value, found: &mut Collected) {
    if let Some(headline) = text(&value["headline"]).or_else(|| text(&value["name"])) {
        found.title.offer(9, headline);
    }
    let people = names(&value["author"]);
    let people = if people.is_empty() {
        names(&value["creator"])
    } else {
        people
    };
    if !people.is_empty() {
        found.byline.offer(9, people.join(", "));
        let first = value["author"].get(0).unwrap_or(&value["author"]);
        found.by_organisation = is_kind(
            first,
            &["Organization", "NewsMediaOrganization", "Corporation"],
        );
    }
    if let Some(name) = names(&value["publisher"]).into_iter().next() {
        found.outlet.offer(7, name);
    }
    for page in [
        &value["mainEntityOfPage"],
        &value["mainEntityOfPage"]["@id"],
        &value["url"],
    ] {
        if let Some(url) = page.as_str().filter(|url| url.starts_with("http")) {
            found.url.offer(3, url);
        }
    }
    if let Some(date) = text(&value["datePublished"]) {
        found.published_at.offer_date(9, &date);
    }
    if let Some(date) = text(&value["dateCreated"]) {
        found.published_at.offer_date(2, &date);
    }
    if let Some(date) = text(&value["dateModified"]) {
        found.modified_at.offer_date(9, &date);
    }
    if let Some(said) = text(&value["inLanguage"]) {
        found.language.offer(4, language(&said));
    }
    for (rank, key) in [
        (8, "creditText"),
        (6, "sourceOrganization"),
        (5, "provider"),
    ] {
        if let Some(name) = names(&value[key]).into_iter().next() {
            found.credit.offer(rank, agency(&name));
        }
    }
    // The posts of a live blog have texts of their own; the whole has the longest.
    if let Some(body) = value["articleBody"].as_str() {
        found.article_body.offer(9, body);
    }
}

/// A string of JSON-LD as text: sites escape entities twice.
fn text(value: &Value) -> Option<String> {
    let said = match value {
        Value::String(said) => clean(said),
        Value::Object(thing) => return thing.get("@value").or(thing.get("name")).and_then(text),
        _ => return None,
    };
    (!said.is_empty()).then_some(said)
}

/// Names of persons or organisations: a string, an object, or a list of them.
fn names(value: &Value) -> Vec<String> {
    match value {
        Value::Array(all) => all.iter().take(20).flat_map(names).collect(),
        Value::String(name) => person(&clean(name)).into_iter().collect(),
        Value::Object(thing) => match thing.get("name") {
            Some(name) => names(name),
            None => Vec::new(),
        },
        _ => Vec::new(),
    }
}

/// A name without what is put before it. An address of a profile is no name.
pub(super) fn person(text: &str) -> Option<String> {
    let mut name = text.trim();
    for lead in ["By ", "by ", "BY ", "Von ", "Par ", "Por "] {
        name = name.strip_prefix(lead).unwrap_or(name).trim_start();
    }
    let name = name.trim_end_matches([',', '|', '·', '•']).trim();
    let is_name =
        !name.is_empty() && !name.starts_with("http") && !name.contains('@') && name.len() <= 200;
    is_name.then(|| name.to_owned())
}

/// An agency as named; of an address its host.
fn agency(said: &str) -> String {
    let said = said.trim();
    match said.split_once("://") {
        Some((_, rest)) => {
            let host = rest.split(['/', '?', '#', ':']).next().unwrap_or_default();
            host.strip_prefix("www.").unwrap_or(host).to_owned()
        }
        None => said.to_owned(),
    }
}

/// A language tag as RFC 5646 writes it: "en_GB" is "en-GB". The first of a list.
fn language(said: &str) -> String {
    let first = said.split([',', ';']).next().unwrap_or_default().trim();
    let tag = first.replace('_', "-");
    let plausible = (2..=20).contains(&tag.len())
        && tag
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if plausible { tag } else { String::new() }
}

/// `text` with runs of space made one, and entities that were escaped twice resolved.
pub(super) fn clean(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    super::tree::push_collapsed(&mut out, text);
    let out = out.trim();
    if out.contains('&') && out.contains(';') {
        let mut resolved = String::new();
        for Ok(token) in html5gum::Tokenizer::new(out) {
            if let html5gum::Token::String(text) = token {
                resolved.push_str(&String::from_utf8_lossy(&text));
            }
        }
        return resolved.trim().to_owned();
    }
    out.to_owned()
}
