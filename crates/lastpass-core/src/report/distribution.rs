//! The distribution of scores over ranges. Knows scores, no people.

use crate::domain::Score;

/// A range of scores.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ScoreRange {
    /// The name, from both bounds.
    pub label: &'static str,
    /// The lowest whole score.
    pub min: u8,
    /// The highest score. Scores between it and the `min` of the next range are in the next range.
    pub max: u8,
}

/// A range, and the number of entries in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ScoreRangeCount {
    /// The range.
    pub range: ScoreRange,
    /// The number of entries whose unrounded score is in the range.
    pub users: u64,
}

impl ScoreRange {
    /// All ranges, in ascending order.
    pub const ALL: [Self; 4] = [
        Self { label: "0-25", min: 0, max: 25 },
        Self { label: "26-50", min: 26, max: 50 },
        Self { label: "51-75", min: 51, max: 75 },
        Self { label: "76-100", min: 76, max: 100 },
    ];

    /// The range that a score is in.
    pub(crate) fn of(score: Score) -> Self {
        Self::ALL[index_of(score)]
    }
}

/// The index of the range that a score is in.
fn index_of(score: Score) -> usize {
    // No score is above the last range, so the number of upper bounds below the score is the index.
    ScoreRange::ALL[..3].iter().filter(|range| score.value() > f64::from(range.max)).count()
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

    pub(crate) fn finish(self) -> [ScoreRangeCount; 4] {
        std::array::from_fn(|index| ScoreRangeCount { range: ScoreRange::ALL[index], users: self.0[index] })
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
            let taken: Vec<_> = ranges.iter().filter(|count| count.users == 1).map(|count| count.range.label).collect();
            assert_eq!(taken, [expected], "{figure}");
        }
    }

    #[test]
    fn a_missing_score_is_in_no_range() {
        let mut counter = DistributionCounter::default();
        counter.add(None);
        assert!(counter.finish().iter().all(|count| count.users == 0));
    }
}
