//! Sums of scores and their means. Knows no people.

use crate::domain::Score;

/// One point of a score, in millionths.
const POINT: u64 = 1_000_000;

/// A sum of scores in whole millionths of a point.
///
/// LastPass sends decimals (`"83.2"`), which `f64` cannot represent exactly. A sum of integers does not depend on the
/// order, and a mean exactly at a half is rounded as one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct ScoreSum {
    millionths: u64,
    scores: u64,
}

impl ScoreSum {
    pub(crate) fn add(&mut self, score: Score) {
        // A score is between 0 and 100, so adding a half rounds to the nearest and the cast fits.
        self.millionths += (score.value() * POINT as f64 + 0.5) as u64;
        self.scores += 1;
    }

    pub(crate) fn merge(&mut self, other: Self) {
        self.millionths += other.millionths;
        self.scores += other.scores;
    }

    /// The number of scores added.
    pub(crate) fn count(self) -> u64 {
        self.scores
    }

    /// The mean over that many people, rounded half up; a missing score counts as 0. Returns 0 for no people.
    pub(crate) fn rounded_mean_over(self, people: u64) -> u64 {
        divide_rounding_half_up(self.millionths, people * POINT).unwrap_or(0)
    }

    /// The mean of the scores added, to one decimal, rounded half up; `None` without scores.
    pub(crate) fn mean(self) -> Option<f64> {
        divide_rounding_half_up(self.millionths * 10, self.scores * POINT).map(|tenths| tenths as f64 / 10.0)
    }
}

fn divide_rounding_half_up(dividend: u64, divisor: u64) -> Option<u64> {
    (2 * dividend + divisor).checked_div(2 * divisor)
}

#[cfg(test)]
mod tests {
    use super::ScoreSum;
    use crate::report::test_people::score;

    fn sum(scores: &[f64]) -> ScoreSum {
        let mut sum = ScoreSum::default();
        scores.iter().for_each(|figure| sum.add(score(*figure)));
        sum
    }

    #[test]
    fn the_mean_is_rounded_half_up_and_a_missing_score_counts_as_0() {
        for (scores, people, expected) in [
            (&[][..], 0, 0),
            (&[], 3, 0),
            (&[100.0], 1, 100),
            (&[50.0, 51.0], 2, 51),
            (&[50.0, 50.9], 2, 50),
            (&[100.0], 3, 33),
            (&[0.1, 0.2, 0.2], 1, 1),
        ] {
            assert_eq!(sum(scores).rounded_mean_over(people), expected, "{scores:?} over {people}");
        }
    }

    #[test]
    fn the_mean_of_known_scores_has_one_decimal_and_includes_zeros() {
        for (scores, expected) in [
            (&[][..], None),
            (&[0.0], Some(0.0)),
            (&[0.0, 83.2], Some(41.6)),
            (&[0.1, 0.2], Some(0.2)),
            (&[33.3, 33.3, 33.4], Some(33.3)),
            (&[100.0; 7], Some(100.0)),
        ] {
            assert_eq!(sum(scores).mean(), expected, "{scores:?}");
        }
    }
}
