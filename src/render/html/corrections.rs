//! What a later version of the wire corrected, and which copies still carry the old statement.

use std::io;

use crate::model::{Cluster, Report};

use super::super::phrases;
use super::ledger::{outlets, quoted};

/// Writes the corrections; nothing where there is none.
pub(super) fn corrections(
    report: &Report,
    cluster: &Cluster,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    if cluster.corrections.is_empty() {
        return Ok(());
    }
    let n = cluster.number;
    writeln!(
        out,
        "<section class=\"corrections\" aria-labelledby=\"c{n}kh\">\n<h3 id=\"c{n}kh\">Corrected by a later version</h3>\n\
         <table class=\"entries\"><caption>Corrections</caption><thead><tr><th scope=\"col\">Statement</th>\
         <th scope=\"col\">Still carried by</th><th scope=\"col\">Corrected in</th></tr></thead><tbody>"
    )?;
    for correction in &cluster.corrections {
        let late = match correction.late.len() {
            0 => String::new(),
            some => format!(
                " <b class=\"newer\">{} published after it</b>",
                phrases::count(some, "copy", "copies")
            ),
        };
        let carried = |list: &[crate::model::DocId]| match list.len() {
            0 => "<span class=\"faint\">no copy</span>".to_string(),
            some => format!(
                "<span class=\"count\">{}</span>{}",
                phrases::count(some, "copy", "copies"),
                outlets(report, cluster, list)
            ),
        };
        writeln!(
            out,
            "<tr><th scope=\"row\">{}<span class=\"faint\">sentence {}</span></th>\
             <td data-label=\"Old\">{} {}{late}</td><td data-label=\"New\">{} <span class=\"who\">{}</span> {}</td></tr>",
            phrases::category(correction.category),
            correction.sentence + 1,
            quoted(report, cluster.source, correction.old),
            carried(&correction.carry_old),
            quoted(report, correction.later, correction.new),
            super::escape::escaped(&phrases::outlet(report.document(correction.later))),
            carried(&correction.carry_new),
        )?;
    }
    writeln!(out, "</tbody></table></section>")
}
