//! What a score says of the person who has it. Knows one score at a time.

use crate::domain::Score;

/// The score, in points of 100, below which a person counts as below the threshold and the risk is high.
pub const SCORE_THRESHOLD: u8 = 50;

/// The score, in points of 100, above which the risk is low.
pub const LOW_RISK_ABOVE: u8 = 75;

/// How much a person's passwords endanger the organisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Risk {
    /// The score is below [`SCORE_THRESHOLD`].
    High,
    /// The score is between the two limits, or at one of them.
    Medium,
    /// The score is above [`LOW_RISK_ABOVE`].
    Low,
}

impl Risk {
    /// All of them, in the order in which they are documented.
    pub const ALL: [Self; 3] = [Self::High, Self::Medium, Self::Low];

    /// The risk that an unrounded score stands for.
    pub fn of(score: Score) -> Self {
        if is_below_threshold(score) {
            Self::High
        } else if score.value() > f64::from(LOW_RISK_ABOVE) {
            Self::Low
        } else {
            Self::Medium
        }
    }

    /// The name in queries and replies.
    pub fn name(self) -> &'static str {
        match self {
            Self::High => "high",
            Self::Medium => "medium",
            Self::Low => "low",
        }
    }
}

/// Whether an unrounded score is below [`SCORE_THRESHOLD`].
pub(crate) fn is_below_threshold(score: Score) -> bool {
    score.value() < f64::from(SCORE_THRESHOLD)
}

#[cfg(test)]
mod tests {
    use super::Risk;
    use crate::report::test_people::score;

    #[test]
    fn the_limits_themselves_are_medium() {
        for (figure, expected) in [
            (0.0, Risk::High),
            (49.99, Risk::High),
            (50.0, Risk::Medium),
            (75.0, Risk::Medium),
            (75.01, Risk::Low),
            (100.0, Risk::Low),
        ] {
            assert_eq!(Risk::of(score(figure)), expected, "{figure}");
        }
    }
}
