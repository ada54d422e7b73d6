//! Records kept and removed, and clusters, as bytes.

use std::fmt;
use std::io::{self, Write};

use super::{Deduped, narrow};
use crate::cluster::Member;
use crate::error::Result;
use crate::read::{Removal, TableWriter};
use crate::verify::Match;

impl Deduped {
    /// Who is removed, by document.
    fn removed(&self) -> &[Member<Match>] {
        self.removed.as_ref().unwrap_or(&self.members)
    }

    /// Writes the records that are kept, byte for byte, in the order of paths and lines.
    ///
    /// # Errors
    /// When `out` fails.
    pub fn write_kept(&self, out: &mut dyn Write) -> io::Result<()> {
        let removed = self.removed().iter();
        let mut removed = removed.map(|member| member.document as usize).peekable();
        for document in self.documents.against..self.documents.len() {
            if removed.next_if_eq(&document).is_some() {
                continue;
            }
            let record = self.documents.record(narrow(document));
            out.write_all(record.bytes)?;
            out.write_all(b"\n")?;
        }
        Ok(())
    }

    /// Writes the removed records in the same order, each with a field `wirecopy` that names the kept document, the
    /// similarity, the containment in it and the reason; everything else byte for byte.
    ///
    /// # Errors
    /// When `out` fails.
    pub fn write_removed(&self, out: &mut dyn Write) -> io::Result<()> {
        for member in self.removed() {
            let record = self.documents.record(member.document);
            let fields = self.documents.fields(member.document);
            let front = record.bytes[..fields.end].trim_ascii_end();
            out.write_all(front)?;
            out.write_all(if fields.any {
                b", \"wirecopy\": {\"kept\": "
            } else {
                b"\"wirecopy\": {\"kept\": "
            })?;
            out.write_all(&self.documents.id(member.center))?;
            write_match(&member.found, out)?;
            out.write_all(b"}")?;
            out.write_all(&record.bytes[fields.end..])?;
            out.write_all(b"\n")?;
        }
        Ok(())
    }

    /// Writes the records that are kept as one Parquet file, every column as it was.
    ///
    /// # Errors
    /// When an input is no Parquet file or has other columns than the first, and when `out` fails.
    pub fn write_kept_parquet(&self, out: &mut dyn Write) -> io::Result<()> {
        let removed = self.removed().iter();
        let mut removed = removed.map(|member| member.document).peekable();
        let kept = (self.documents.against..self.documents.len())
            .map(narrow)
            .filter(|document| removed.next_if_eq(document).is_none());
        self.write_parquet(kept.map(|document| (document, None)), false, out)
    }

    /// Writes the removed records as one Parquet file, with a column `wirecopy` that says what
    /// [`write_removed`](Self::write_removed) says.
    ///
    /// # Errors
    /// When an input is no Parquet file or has other columns than the first, and when `out` fails.
    pub fn write_removed_parquet(&self, out: &mut dyn Write) -> io::Result<()> {
        let removed = self.removed().iter().map(|member| {
            let kept = self.documents.id(member.center);
            let removal = Removal {
                // Ids are strings in one column, whatever they are in their files.
                kept: serde_json::from_slice(&kept)
                    .unwrap_or_else(|_| String::from_utf8_lossy(&kept).into_owned()),
                similarity: member.found.jaccard,
                containment: member.found.containment,
                reason: member.found.reason.text(),
                estimated: !member.found.exact,
            };
            (member.document, Some(removal))
        });
        self.write_parquet(removed, true, out)
    }

    fn write_parquet(
        &self,
        documents: impl Iterator<Item = (u32, Option<Removal>)>,
        with_removals: bool,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let sources = &self.documents.sources;
        let (first, _) = self.documents.place(narrow(self.documents.against));
        let mut writer = TableWriter::new(&sources[first], with_removals)?;
        let mut placed = documents
            .map(|(document, removal)| (self.documents.place(document), removal))
            .peekable();
        while let Some(&((source, _), _)) = placed.peek() {
            let (mut offsets, mut removals) = (Vec::new(), Vec::new());
            while let Some(((_, offset), removal)) =
                placed.next_if(|&((other, _), _)| other == source)
            {
                offsets.push(offset as u64);
                removals.extend(removal);
            }
            writer.copy(&sources[source], &offsets, &removals, out)?;
        }
        writer.finish(out)
    }

    /// Writes one line for each document in a cluster, in the order of paths and lines: `id` and `cluster`; of the cluster's
    /// center its `size` and the `weakest` of its members, of a member what was measured against the center.
    ///
    /// # Errors
    /// When `out` fails.
    pub fn write_clusters(&self, out: &mut dyn Write) -> io::Result<()> {
        let weakest = self.weakest();
        let mut members = self.members.iter().peekable();
        for &(document, cluster) in &self.clusters {
            while members
                .next_if(|member| member.document < document)
                .is_some()
            {}
            out.write_all(b"{\"id\": ")?;
            out.write_all(&self.documents.id(document))?;
            write!(out, ", \"cluster\": {cluster}")?;
            match members.next_if(|member| member.document == document) {
                Some(member) => write_match(&member.found, out)?,
                None => {
                    let Weakest { size, pair } = &weakest[cluster as usize - 1];
                    write!(out, ", \"size\": {size}")?;
                    if let Some(member) = pair {
                        out.write_all(b", \"weakest\": {\"id\": ")?;
                        out.write_all(&self.documents.id(member.document))?;
                        write_match(&member.found, out)?;
                        out.write_all(b"}")?;
                    }
                }
            }
            out.write_all(b"}\n")?;
        }
        Ok(())
    }

    /// Size and weakest pair of every cluster.
    fn weakest(&self) -> Vec<Weakest<'_>> {
        let mut clusters: Vec<Weakest> = Vec::new();
        let mut members = self.members.iter().peekable();
        for &(document, cluster) in &self.clusters {
            let number = cluster as usize;
            if clusters.len() < number {
                clusters.resize_with(number, Weakest::default);
            }
            let cluster = &mut clusters[number - 1];
            cluster.size += 1;
            while members
                .next_if(|member| member.document < document)
                .is_some()
            {}
            let Some(member) = members.next_if(|member| member.document == document) else {
                continue;
            };
            let weaker = |other: &Member<Match>| member.found.jaccard < other.found.jaccard;
            if cluster.pair.is_none_or(weaker) {
                cluster.pair = Some(member);
            }
        }
        clusters
    }

    /// Removes the intermediate results of `options.resume`: outputs are where they belong, and nobody comes back.
    ///
    /// # Errors
    /// When a file cannot be removed.
    pub fn finish(&self) -> Result<()> {
        self.checkpoint.clear()
    }
}

/// What is told of a cluster beside its members.
#[derive(Clone, Default)]
struct Weakest<'a> {
    size: u32,
    pair: Option<&'a Member<Match>>,
}

/// The fields of a match, each after a comma.
fn write_match(found: &Match, out: &mut dyn Write) -> io::Result<()> {
    let Match {
        jaccard,
        containment,
        reason,
        exact,
    } = found;
    let about = if *exact { "" } else { ", \"estimated\": true" };
    let (jaccard, containment) = (Share(*jaccard), Share(*containment));
    write!(
        out,
        ", \"similarity\": {jaccard}, \"containment\": {containment}, \"reason\": \"{}\"{about}",
        reason.text()
    )
}

/// A share, `0..=1`, with three digits after the point: as `{:.3}` writes it, in a quarter of the time.
struct Share(f32);

impl fmt::Display for Share {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a share is 0 to 1"
    )]
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The product is exact: 24 bits and 10 bits.
        let thousandths = (f64::from(self.0) * 1000.0).round_ties_even() as u32;
        write!(out, "{}.{:03}", thousandths / 1000, thousandths % 1000)
    }
}

#[cfg(test)]
mod tests {
    use super::Share;

    #[test]
    fn shares_are_written_as_the_standard_library_writes_them() {
        for sixteenth in 0..=16u8 {
            let share = f32::from(sixteenth) / 16.0;
            assert_eq!(Share(share).to_string(), format!("{share:.3}"));
        }
    }

    proptest::proptest! {
        #[test]
        fn any_share_is_written_so(share in 0.0f32..=1.0) {
            assert_eq!(Share(share).to_string(), format!("{share:.3}"));
        }
    }
}
