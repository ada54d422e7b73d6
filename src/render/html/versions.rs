//! The table of a cluster's versions: what each outlet did, in figures and as a bar.

use std::fmt::Write as _;
use std::io;

use crate::model::{Cluster, Report, Shares, Version};

use super::super::phrases::{self, Names, percent};
use super::escape::escaped;

/// `anchor` says where on the page the version of an index stands.
pub(super) fn versions_table(
    report: &Report,
    cluster: &Cluster,
    anchor: &dyn Fn(usize) -> String,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    if cluster.versions.is_empty() {
        return Ok(());
    }
    writeln!(
        out,
        "<table class=\"versions\"><caption>Versions</caption><thead><tr><th scope=\"col\">Outlet</th>\
         <th scope=\"col\">What was done</th><th scope=\"col\">Share of words</th>\
         <th scope=\"col\" class=\"num\">Of the copy, from the source</th>\
         <th scope=\"col\" class=\"num\">Of the source, used</th>\
         <th scope=\"col\">Changes of meaning</th><th scope=\"col\">Credit</th></tr></thead><tbody>"
    )?;
    let names = Names::new(report, cluster);
    for (index, version) in cluster.versions.iter().enumerate() {
        let counts = phrases::drift_counts(version);
        let severity = match counts {
            (0, 0) => "calm",
            (0, _) => "minor",
            _ => "major",
        };
        writeln!(
            out,
            "<tr><th scope=\"row\"><a href=\"#{}\"><bdi>{}</bdi></a></th>\
             <td data-label=\"What was done\"><span class=\"did\">{}</span>\
             <span class=\"faint\">{}{}</span></td>\
             <td data-label=\"Share of words\">{}</td>\
             <td class=\"num\" data-label=\"Of the copy, from the source\">{}</td>\
             <td class=\"num\" data-label=\"Of the source, used\">{}</td>\
             <td data-label=\"Changes of meaning\"><span class=\"count {severity}\">{}</span></td>\
             <td data-label=\"Credit\">{}</td></tr>",
            anchor(index),
            escaped(&names.of(version.document)),
            phrases::verdict(report, cluster, version),
            phrases::derivation(version.derivation),
            if version.near_exact {
                ", near exact"
            } else {
                ""
            },
            bar(version.shares),
            share_of_copy(version),
            escaped(&percent(version.containment_of_source)),
            phrases::drift_phrase(counts),
            escaped(&phrases::credit(&version.attribution)),
        )?;
    }
    writeln!(out, "</tbody></table>")
}

/// The share of the copy that comes from the source, and without quotations where that differs.
fn share_of_copy(version: &Version) -> String {
    let share = escaped(&percent(version.containment_of_copy));
    match phrases::unquoted(version) {
        Some(without) => format!("{share} <span class=\"faint\">{}</span>", escaped(&without)),
        None => share,
    }
}

/// The shares as a bar, with the figures in words beneath it.
fn bar(shares: Shares) -> String {
    let parts = [
        ("verbatim", shares.verbatim),
        ("edit", shares.minor_edit),
        ("para", shares.paraphrase),
        ("summ", shares.summary),
        ("new", shares.new),
    ];
    let mut bar = String::from("<span class=\"bar\" aria-hidden=\"true\">");
    let mut words = Vec::new();
    for (at, said) in phrases::named_shares(shares) {
        let (class, share) = parts[at];
        let _ = write!(
            bar,
            "<i class=\"{class}\" style=\"flex-grow:{:.4}\"></i>",
            share.clamp(0.0, 1.0)
        );
        words.push(format!(
            "<span class=\"part\"><i class=\"key {class}\" aria-hidden=\"true\"></i>{}</span>",
            escaped(&said)
        ));
    }
    let _ = write!(
        bar,
        "</span><span class=\"shares\">{}</span>",
        words.join(" ")
    );
    bar
}
