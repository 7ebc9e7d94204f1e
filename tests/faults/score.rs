//! The score of one run, in one line that is seen whether tests pass or not.

use std::io::Write;

/// Says a line where tests cannot capture it.
pub(crate) fn say(line: &str) {
    writeln!(std::io::stderr(), "faults: {line}").expect("stderr takes text");
}

/// What a run came to.
#[derive(Debug, Default)]
pub(crate) struct Score {
    pub(crate) operations: usize,
    pub(crate) calls: usize,
    pub(crate) faults: u64,
    pub(crate) kills: usize,
    /// Operations that the one settling run brought to their end.
    pub(crate) settled: usize,
    pub(crate) confirmed: usize,
    pub(crate) sent: usize,
    pub(crate) partial: usize,
    pub(crate) failed: usize,
    pub(crate) unknown: usize,
    /// Operations that never had anything recorded, since they were refused.
    pub(crate) refused: usize,
    pub(crate) lost: usize,
    pub(crate) doubled: usize,
    pub(crate) wrong_groups: usize,
    /// What is wrong, in words.
    pub(crate) findings: Vec<String>,
}

impl Score {
    /// Counts an operation by the outcome that the record tells.
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

    /// Says the score, and fails where anything is wrong.
    pub(crate) fn close(self, run: &str) {
        let Self { operations, calls, faults, kills, settled, confirmed, sent, partial, failed, unknown, .. } = &self;
        let Self { refused, lost, doubled, wrong_groups, findings, .. } = &self;
        say(&format!(
            "{run}: {operations} operations, {calls} calls, {faults} faults met, {kills} kills, {settled} settled; \
             {confirmed} confirmed, {sent} sent, {partial} partial, {failed} failed, {unknown} unknown, \
             {refused} refused; {lost} lost, {doubled} doubled, {wrong_groups} wrong groups",
        ));
        let shown = findings.iter().take(5).cloned().collect::<Vec<_>>().join("\n");
        assert!(findings.is_empty(), "{run}: {} findings\n{shown}", findings.len());
    }
}
