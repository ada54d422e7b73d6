//! Which agencies there are, as data.

use std::sync::{Arc, LazyLock};

use aho_corasick::AhoCorasick;

/// The built-in list.
static LISTED: LazyLock<Agencies> = LazyLock::new(|| Agencies::parse(include_str!("agencies.txt")));

/// Names of agencies: each with the name reports use. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Agencies(Arc<Listed>);

#[derive(Debug)]
struct Listed {
    /// (as written, name in reports), longest spelling first so that the most specific one is found.
    spellings: Vec<(String, String)>,
    /// Finds all spellings in one walk over a text.
    finder: AhoCorasick,
}

impl Default for Agencies {
    fn default() -> Self {
        LISTED.clone()
    }
}

impl Agencies {
    /// The built-in list with the agencies of `list` (see [`Self::parse`]) added; their spellings win over built-in ones.
    pub fn extended(list: &str) -> Self {
        if list.is_empty() {
            return Self::default();
        }
        let own = Self::parse(list);
        let mut spellings = own.0.spellings.clone();
        let listed = LISTED.0.spellings.iter();
        spellings.extend(
            listed
                .filter(|(spelling, _)| own.name_of(spelling).is_none())
                .cloned(),
        );
        Self::new(spellings)
    }

    fn new(mut spellings: Vec<(String, String)>) -> Self {
        spellings.sort_by(|a, b| b.0.len().cmp(&a.0.len()).then_with(|| a.cmp(b)));
        spellings.dedup();
        let finder = AhoCorasick::new(spellings.iter().map(|(spelling, _)| spelling))
            .expect("a list of names is far below what an automaton holds");
        Self(Arc::new(Listed { spellings, finder }))
    }

    /// Reads a list: one agency a line, spellings separated by `|`, the first one the name; `#` begins a comment.
    pub fn parse(list: &str) -> Self {
        let mut spellings = Vec::new();
        for line in list
            .lines()
            .filter(|l| !l.trim().is_empty() && !l.starts_with('#'))
        {
            let names: Vec<&str> = line
                .split('|')
                .map(str::trim)
                .filter(|n| !n.is_empty())
                .collect();
            if let Some(&name) = names.first() {
                let pair = |spelling: &&str| ((*spelling).to_owned(), name.to_owned());
                spellings.extend(names.iter().map(pair));
            }
        }
        Self::new(spellings)
    }

    /// Adds agencies that the articles themselves name (in their datelines, as their outlet), each with its spellings.
    pub fn with(&self, names: &[(String, Vec<String>)]) -> Self {
        let mut more: Vec<(String, String)> = Vec::new();
        for (name, spellings) in names {
            for spelling in spellings.iter().chain(std::iter::once(name)) {
                let pair = (spelling.clone(), name.clone());
                if find(&self.0.spellings, spelling).is_none() && find(&more, spelling).is_none() {
                    more.push(pair);
                }
            }
        }
        if more.is_empty() {
            return self.clone();
        }
        more.extend_from_slice(&self.0.spellings);
        Self::new(more)
    }

    /// The report name of an agency, when `text` is a spelling of one (with or without "The", in any case unless short).
    pub fn name_of(&self, text: &str) -> Option<&str> {
        find(&self.0.spellings, text)
    }

    /// The report name of the agency that an outlet is: by its name, or by the site it publishes on ("uk.reuters.com").
    pub fn of_outlet(&self, outlet: &str) -> Option<&str> {
        self.name_of(outlet).or_else(|| {
            let site = site(outlet)?;
            let spellings = &self.0.spellings;
            let found = spellings.iter().find(|(spelling, _)| {
                let letters = spelling.chars().filter(|c| c.is_alphanumeric());
                letters.flat_map(char::to_lowercase).eq(site.chars())
            });
            found.map(|(_, name)| name.as_str())
        })
    }

    /// Places in `text` where an agency is named, as (byte range, report name), in order, none inside another. Linear time.
    pub fn mentions<'a>(&'a self, text: &str) -> Vec<(std::ops::Range<usize>, &'a str)> {
        let edge = |c: Option<char>| !c.is_some_and(char::is_alphanumeric);
        let mut whole: Vec<(usize, usize, usize)> = self
            .0
            .finder
            .find_overlapping_iter(text)
            .map(|found| (found.pattern().as_usize(), found.start(), found.end()))
            .filter(|&(_, begin, end)| {
                edge(text[..begin].chars().next_back()) && edge(text[end..].chars().next())
            })
            .collect();
        // The most specific spelling first.
        whole.sort_unstable();
        let mut found: Vec<(std::ops::Range<usize>, &str)> = Vec::new();
        for (number, begin, end) in whole {
            if !found.iter().any(|(r, _)| r.start < end && begin < r.end) {
                found.push((begin..end, &self.0.spellings[number].1));
            }
        }
        found.sort_by_key(|f| f.0.start);
        found
    }
}

/// The part of a host's name that says whose it is, in lower case: "reuters" of "uk.reuters.com", "bbc" of "www.bbc.co.uk"; `None` where
/// `outlet` is no host's name or that part has fewer than two letters.
pub(super) fn site(outlet: &str) -> Option<String> {
    let host = outlet.split('/').next()?;
    if !host.contains('.')
        || host
            .chars()
            .any(|c| !(c.is_alphanumeric() || c == '.' || c == '-'))
    {
        return None;
    }
    let labels: Vec<&str> = host.split('.').collect();
    let (_, before) = labels.split_last()?;
    // "co.uk", "com.au", "org.eg"
    let general = |label: &str| {
        matches!(
            label,
            "co" | "com" | "org" | "net" | "gov" | "ac" | "edu" | "or" | "ne"
        )
    };
    let own = before.iter().rev().find(|label| !general(label))?;
    let own = own.to_lowercase().replace('-', "");
    (own.len() >= 2 && own != "www").then_some(own)
}

/// The report name of which `text` is a spelling.
fn find<'a>(spellings: &'a [(String, String)], text: &str) -> Option<&'a str> {
    let text = text.trim().trim_start_matches("The ");
    spellings
        .iter()
        .find(|(spelling, _)| {
            if spelling.len() <= 4 {
                spelling == text
            } else {
                spelling.eq_ignore_ascii_case(text)
            }
        })
        .map(|(_, name)| name.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_agency_is_known_by_its_site() {
        let agencies = Agencies::default();
        for (outlet, name) in [
            ("Reuters", Some("Reuters")),
            ("uk.reuters.com", Some("Reuters")),
            ("bigstory.ap.org", Some("Associated Press")),
            ("www.aap.com.au", Some("AAP")),
            ("english.kyodonews.net", Some("Kyodo")),
            ("cnn.com", None),
            ("reutersfans.example", None),
            ("No. 1 News", None),
        ] {
            assert_eq!(agencies.of_outlet(outlet), name, "{outlet}");
        }
        assert_eq!(site("www.bbc.co.uk").as_deref(), Some("bbc"));
        assert_eq!(site("co.uk"), None);
    }

    #[test]
    fn a_list_of_ones_own_adds_agencies_and_wins() {
        let agencies = Agencies::extended("# ours\nHalden Wire | HW\nAzeri Press | APA\n");
        assert_eq!(agencies.name_of("HW"), Some("Halden Wire"));
        assert_eq!(agencies.name_of("APA"), Some("Azeri Press"));
        assert_eq!(agencies.name_of("AFP"), Some("Agence France-Presse"));
        assert_eq!(agencies.mentions("told HW in Varn")[0].1, "Halden Wire");
    }
}
