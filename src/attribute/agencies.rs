//! Which agencies there are, as data.

/// Names of agencies: each with the name reports use.
#[derive(Clone, Debug)]
pub struct Agencies {
    /// (as written, name in reports), longest spelling first so that the most specific one is found.
    spellings: Vec<(String, String)>,
}

impl Default for Agencies {
    fn default() -> Self {
        Self::parse(include_str!("agencies.txt"))
    }
}

impl Agencies {
    /// The built-in list with the agencies of `list` (see [`Self::parse`]) added; their spellings win over built-in ones.
    pub fn extended(list: &str) -> Self {
        let mut own = Self::parse(list);
        for (spelling, name) in Self::default().spellings {
            if own.name_of(&spelling).is_none() {
                own.add(&spelling, &name);
            }
        }
        own.sort();
        own
    }

    /// Reads a list: one agency a line, spellings separated by `|`, the first one the name; `#` begins a comment.
    pub fn parse(list: &str) -> Self {
        let mut agencies = Self {
            spellings: Vec::new(),
        };
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
                for spelling in &names {
                    agencies.add(spelling, name);
                }
            }
        }
        agencies.sort();
        agencies
    }

    fn add(&mut self, spelling: &str, name: &str) {
        self.spellings.push((spelling.to_owned(), name.to_owned()));
    }

    fn sort(&mut self) {
        self.spellings
            .sort_by(|a, b| b.0.len().cmp(&a.0.len()).then_with(|| a.cmp(b)));
        self.spellings.dedup();
    }

    /// Adds agencies that the articles themselves name (in their datelines, as their outlet), each with its spellings.
    pub fn with(&self, names: &[(String, Vec<String>)]) -> Self {
        let mut more = self.clone();
        for (name, spellings) in names {
            for spelling in spellings.iter().chain(std::iter::once(name)) {
                if self.name_of(spelling).is_none() {
                    more.add(spelling, name);
                }
            }
        }
        more.sort();
        more
    }

    /// The report name of an agency, when `text` is a spelling of one (with or without "The", in any case unless short).
    pub fn name_of(&self, text: &str) -> Option<&str> {
        let text = text.trim().trim_start_matches("The ");
        self.spellings
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

    /// Places in `text` where an agency is named, as (byte range, report name), in order, none inside another.
    pub fn mentions<'a>(&'a self, text: &str) -> Vec<(std::ops::Range<usize>, &'a str)> {
        let mut found: Vec<(std::ops::Range<usize>, &str)> = Vec::new();
        for (spelling, name) in &self.spellings {
            for (at, _) in text.match_indices(spelling.as_str()) {
                let end = at + spelling.len();
                let edge = |c: Option<char>| !c.is_some_and(char::is_alphanumeric);
                let whole =
                    edge(text[..at].chars().next_back()) && edge(text[end..].chars().next());
                if whole && !found.iter().any(|(r, _)| r.start < end && at < r.end) {
                    found.push((at..end, name));
                }
            }
        }
        found.sort_by_key(|f| f.0.start);
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_ones_own_adds_agencies_and_wins() {
        let agencies = Agencies::extended("# ours\nHalden Wire | HW\nAzeri Press | APA\n");
        assert_eq!(agencies.name_of("HW"), Some("Halden Wire"));
        assert_eq!(agencies.name_of("APA"), Some("Azeri Press"));
        assert_eq!(agencies.name_of("AFP"), Some("Agence France-Presse"));
        assert_eq!(agencies.mentions("told HW in Varn")[0].1, "Halden Wire");
    }
}
