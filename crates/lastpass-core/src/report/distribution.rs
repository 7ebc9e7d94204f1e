//! How many people have a score in which range. Knows scores, and no people.

use crate::domain::Score;

/// A range of scores, and how many people have a score in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ScoreRange {
    /// The name, made of both ends.
    pub label: &'static str,
    /// The lowest whole score in it.
    pub min: u8,
    /// The highest score in it; what lies between it and the next range's `min` is in the next.
    pub max: u8,
    /// Entries whose unrounded score is in it.
    pub users: u64,
}

const EMPTY: [ScoreRange; 4] = [
    ScoreRange { label: "0-25", min: 0, max: 25, users: 0 },
    ScoreRange { label: "26-50", min: 26, max: 50, users: 0 },
    ScoreRange { label: "51-75", min: 51, max: 75, users: 0 },
    ScoreRange { label: "76-100", min: 76, max: 100, users: 0 },
];

/// Counts the ranges.
#[derive(Debug, Default)]
pub(crate) struct DistributionCounter([u64; 4]);

impl DistributionCounter {
    /// Counts an entry; without a score it is in no range.
    pub(crate) fn add(&mut self, score: Option<Score>) {
        if let Some(score) = score {
            // No score is above the last range's end, so the number of ends below is an index.
            let range = EMPTY[..3].iter().filter(|range| score.value() > f64::from(range.max)).count();
            self.0[range] += 1;
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
    fn a_range_ends_at_its_last_point_and_what_is_above_is_in_the_next() {
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
    fn no_score_is_in_no_range() {
        let mut counter = DistributionCounter::default();
        counter.add(None);
        assert!(counter.finish().iter().all(|range| range.users == 0));
    }
}
