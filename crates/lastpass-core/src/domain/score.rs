//! Scores from 0 to 100, and the choice between the two that LastPass reports.

/// A score from 0 to 100, not rounded.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Score(f64);

impl Score {
    /// Creates a score; `None` if the value is out of range or not a number.
    pub fn new(value: f64) -> Option<Self> {
        // Adding 0.0 turns -0.0 into 0.0, which prints without a sign.
        (0.0..=100.0).contains(&value).then_some(Self(value + 0.0))
    }

    /// The value, as sent by LastPass.
    pub fn value(self) -> f64 {
        self.0
    }
}

/// The score by which people are ranked, filtered and averaged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum ScoreSource {
    /// The strength of the master password (`mpstrength`).
    #[default]
    MasterPassword,
    /// LastPass's security score of the vault (`totalscore`).
    Vault,
}

impl ScoreSource {
    /// The name in the setting `SCORE_SOURCE`, which is the name of LastPass's field.
    pub fn name(self) -> &'static str {
        match self {
            Self::MasterPassword => "mpstrength",
            Self::Vault => "totalscore",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Score;

    #[test]
    fn a_score_is_a_number_from_0_to_100() {
        for (value, expected) in [
            (0.0, Some(0.0)),
            (83.2, Some(83.2)),
            (100.0, Some(100.0)),
            (100.1, None),
            (-1.0, None),
            (f64::NAN, None),
            (f64::INFINITY, None),
        ] {
            assert_eq!(Score::new(value).map(Score::value), expected, "{value}");
        }
    }
}
