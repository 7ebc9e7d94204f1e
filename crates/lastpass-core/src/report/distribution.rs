//! The distribution of scores over ranges. Knows scores, no people.

use crate::domain::Score;

/// A range of scores, and the number of entries in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ScoreRange {
    /// The name, from both bounds.
    pub label: &'static str,
    /// The lowest whole score.
    pub min: u8,
    /// The highest score. Scores between it and the `min` of the next range are in the next range.
    pub max: u8,
    /// The number of entries whose unrounded score is in the range.
    pub users: u64,
}

const EMPTY: [ScoreRange; 4] = [
    ScoreRange { label: "0-25", min: 0, max: 25, users: 0 },
    ScoreRange { label: "26-50", min: 26, max: 50, users: 0 },
    ScoreRange { label: "51-75", min: 51, max: 75, users: 0 },
    ScoreRange { label: "76-100", min: 76, max: 100, users: 0 },
];

impl ScoreRange {
    /// The names of the ranges, in ascending order.
    pub const LABELS: [&str; 4] = [EMPTY[0].label, EMPTY[1].label, EMPTY[2].label, EMPTY[3].label];

    /// The name of the range that a score is in.
    pub(crate) fn label_of(score: Score) -> &'static str {
        Self::LABELS[index_of(score)]
    }
}

/// The index of the range that a score is in.
fn index_of(score: Score) -> usize {
    // No score is above the last range, so the number of upper bounds below the score is the index.
    EMPTY[..3].iter().filter(|range| score.value() > f64::from(range.max)).count()
}

/// Counts entries by range.
#[derive(Debug, Default)]
pub(crate) struct DistributionCounter([u64; 4]);

impl DistributionCounter {
    /// Counts an entry. Without a score it is in no range.
    pub(crate) fn add(&mut self, score: Option<Score>) {
        if let Some(score) = score {
            self.0[index_of(score)] += 1;
        }
    }

    pub(crate) fn finish(self) -> [ScoreRange; 4] {
        let mut ranges = EMPTY;
        for (range, users) in ranges.iter_mut().zip(self.0) {
            range.users = users;
        }
        ranges
    }
}

#[cfg(test)]
mod tests {
    use super::DistributionCounter;
    use crate::report::test_people::score;

    #[test]
    fn the_upper_bound_is_inclusive_and_a_score_above_it_is_in_the_next_range() {
        for (figure, expected) in [
            (0.0, "0-25"),
            (25.0, "0-25"),
            (25.1, "26-50"),
            (50.0, "26-50"),
            (50.4, "51-75"),
            (75.0, "51-75"),
            (75.001, "76-100"),
            (100.0, "76-100"),
        ] {
            let mut counter = DistributionCounter::default();
            counter.add(Some(score(figure)));
            let ranges = counter.finish();
            let taken: Vec<_> = ranges.iter().filter(|range| range.users == 1).map(|range| range.label).collect();
            assert_eq!(taken, [expected], "{figure}");
        }
    }

    #[test]
    fn a_missing_score_is_in_no_range() {
        let mut counter = DistributionCounter::default();
        counter.add(None);
        assert!(counter.finish().iter().all(|range| range.users == 0));
    }
}
