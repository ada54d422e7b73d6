//! What a name sounds like: its letters, with those made equal that transliterations exchange.

/// Longest name in bytes. 128: the longest place name in use has 85 letters.
pub const LONGEST_BYTES: usize = 128;

/// The sounds of a folded name.
#[derive(Clone, Debug, Default)]
pub struct Sounds {
    letters: Box<[char]>,
    /// Consonants in order, hashed.
    skeleton: u64,
    /// How many they are.
    consonants: usize,
    /// Which letters occur: one bit for each of a to z, one for all others.
    present: u32,
}

impl Sounds {
    /// The sounds of a folded name; none of a text too long to be one.
    pub fn new(folded: &str) -> Self {
        if folded.len() > LONGEST_BYTES {
            return Self::default();
        }
        let letters: Box<[char]> = sounds(folded).into();
        let mut consonants = Vec::with_capacity(letters.len() * size_of::<char>());
        let mut present = 0;
        for &letter in &letters {
            present |= match letter {
                'a'..='z' => 1 << (letter as u32 - 'a' as u32),
                _ => 1 << 26,
            };
            if !matches!(letter, 'a' | 'e' | 'i' | 'o' | 'u' | 'y') {
                consonants.extend_from_slice(&(letter as u32).to_le_bytes());
            }
        }
        Self {
            letters,
            skeleton: xxhash_rust::xxh3::xxh3_64(&consonants),
            consonants: consonants.len() / size_of::<char>(),
            present,
        }
    }

    /// The letters.
    pub fn letters(&self) -> &[char] {
        &self.letters
    }

    /// Whether two names begin alike and have the same consonants, three or more.
    pub fn has_skeleton_of(&self, other: &Self) -> bool {
        self.consonants >= 3
            && self.skeleton == other.skeleton
            && self.letters.first() == other.letters.first()
    }

    /// Whether two names are as long and have the same consonants, two or more: only vowels differ.
    pub fn differs_in_vowels(&self, other: &Self) -> bool {
        self.consonants >= 2
            && self.skeleton == other.skeleton
            && self.letters.len() == other.letters.len()
    }

    /// Whether the edit distance of two names may be at most `share` of the longer one, or their skeletons are one. Never says no where
    /// it is: each letter that only one of them has takes an edit.
    pub fn may_be(&self, other: &Self, share: f32) -> bool {
        let (own, theirs) = (self.letters.len(), other.letters.len());
        let most = share * own.max(theirs) as f32 + 1e-3;
        let only = (self.present & !other.present)
            .count_ones()
            .max((other.present & !self.present).count_ones());
        only as f32 <= most && own.abs_diff(theirs) as f32 <= most
            || self.has_skeleton_of(other)
            || self.differs_in_vowels(other)
    }
}

/// Letters made equal where transliterations vary: q/k/c, y/i/j, w/v, ph/f, doubled letters once, a silent h dropped.
fn sounds(name: &str) -> Vec<char> {
    let mut out: Vec<char> = Vec::with_capacity(name.len());
    let mut chars = name.chars().peekable();
    while let Some(c) = chars.next() {
        let c = match c {
            'p' if chars.peek() == Some(&'h') => {
                chars.next();
                'f'
            }
            'k' | 'c' | 'q' if chars.peek() == Some(&'h') => {
                chars.next();
                if c == 'c' { 'č' } else { 'k' }
            }
            'q' | 'c' => 'k',
            'y' | 'j' => 'i',
            'w' => 'v',
            'z' => 's',
            'x' => {
                out.push('k');
                's'
            }
            'h' if !out.is_empty() => continue,
            '\'' | '.' => continue,
            other => other,
        };
        if out.last() != Some(&c) {
            out.push(c);
        }
    }
    out
}
