//! The score of one run, in one line that is seen whether tests pass or not.

use std::io::Write;

/// Says a line where tests cannot capture it.
pub(super) fn say(line: &str) {
    writeln!(std::io::stderr(), "faults: {line}").expect("stderr takes text");
}

/// What a run came to.
#[derive(Debug, Default)]
pub(super) struct Score {
    pub(super) operations: usize,
    pub(super) calls: usize,
    pub(super) faults: u64,
    pub(super) kills: usize,
    /// Operations that the one settling run brought to their end.
    pub(super) settled: usize,
    pub(super) confirmed: usize,
    pub(super) sent: usize,
    pub(super) partial: usize,
    pub(super) failed: usize,
    pub(super) unknown: usize,
    /// Operations that never had anything recorded, since they were refused.
    pub(super) refused: usize,
    pub(super) lost: usize,
    pub(super) doubled: usize,
    pub(super) wrong_groups: usize,
    /// What is wrong, in words.
    pub(super) findings: Vec<String>,
}

impl Score {
    /// Counts an operation by the outcome that the record tells.
    pub(super) fn count(&mut self, outcome: &str) {
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
    pub(super) fn close(self, run: &str) {
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
