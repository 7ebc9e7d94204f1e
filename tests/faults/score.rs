//! The score of one run, in one line that is printed whether tests pass or not.

use std::io::Write;

/// Prints a line that the test harness does not capture.
pub(crate) fn print(line: &str) {
    writeln!(std::io::stderr(), "faults: {line}").expect("stderr is open");
}

/// The counts of one run.
#[derive(Debug, Default)]
pub(crate) struct Score {
    pub(crate) operations: usize,
    pub(crate) calls: usize,
    pub(crate) faults: u64,
    pub(crate) kills: usize,
    /// Operations that ended in the recovery run.
    pub(crate) recovered: usize,
    pub(crate) confirmed: usize,
    pub(crate) sent: usize,
    pub(crate) partial: usize,
    pub(crate) failed: usize,
    pub(crate) unknown: usize,
    /// Operations without a record, since they were refused.
    pub(crate) refused: usize,
    pub(crate) lost: usize,
    pub(crate) doubled: usize,
    pub(crate) wrong_groups: usize,
    /// A description of each error.
    pub(crate) findings: Vec<String>,
}

impl Score {
    /// Counts an operation by its recorded outcome.
    pub(crate) fn count(&mut self, outcome: &str) {
        match outcome {
            "confirmed" => self.confirmed += 1,
            "sent" => self.sent += 1,
            "partial" => self.partial += 1,
            "failed" => self.failed += 1,
            "unknown" => self.unknown += 1,
            other => self.findings.push(format!("no outcome: {other}")),
        }
    }

    /// Prints the score, and panics if there are findings.
    pub(crate) fn close(self, run: &str) {
        let Self { operations, calls, faults, kills, recovered, confirmed, sent, partial, failed, unknown, .. } = &self;
        let Self { refused, lost, doubled, wrong_groups, findings, .. } = &self;
        print(&format!(
            "{run}: {operations} operations, {calls} calls, {faults} faults met, {kills} kills, {recovered} recovered; \
             {confirmed} confirmed, {sent} sent, {partial} partial, {failed} failed, {unknown} unknown, \
             {refused} refused; {lost} lost, {doubled} doubled, {wrong_groups} wrong groups",
        ));
        let shown = findings.iter().take(5).cloned().collect::<Vec<_>>().join("\n");
        assert!(findings.is_empty(), "{run}: {} findings\n{shown}", findings.len());
    }
}
