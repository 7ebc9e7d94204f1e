//! Dashboard keys: `ROLE:KEY` or `ROLE/NAME:KEY`, by commas.

use std::fmt;

use aws_lc_rs::digest;
use subtle::{Choice, ConditionallySelectable, ConstantTimeEq};

use crate::domain::Role;

const SHORTEST_KEY: usize = 32;
const DIGEST_LENGTH: usize = 32;

/// The published keys of the demo, one a role in the order of [`Role::ALL`]; they work nowhere else.
pub const DEMO_KEYS: [&str; 4] = ["demo-admin", "demo-manager", "demo-auditor", "demo-provisioner"];

pub(crate) type Digest = [u8; DIGEST_LENGTH];

/// Who may come in by which key. Keys are kept as SHA-256 digests.
pub struct DashboardKeys(Vec<DashboardKey>);

/// One key, and whom it stands for.
pub(crate) struct DashboardKey {
    pub(crate) role: Role,
    pub(crate) name: Option<String>,
    pub(crate) digest: Digest,
}

/// Why the text of `DASHBOARD_KEYS` is no list of keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MalformedKeys {
    /// There is no entry.
    #[error("must hold at least one ROLE:KEY")]
    None,
    /// An entry is no `ROLE:KEY`.
    #[error("must be ROLE:KEY or ROLE/NAME:KEY, by commas (entry {0})")]
    Entry(usize),
    /// An entry names none of the four roles.
    #[error("must begin with admin, manager, auditor or provisioner (entry {0})")]
    Role(usize),
    /// A key is short enough to be guessed.
    #[error("must hold keys of 32 or more characters (entry {0})")]
    Short(usize),
    /// A digest is no SHA-256 in hexadecimal.
    #[error("must hold 64 hexadecimal digits after sha256: (entry {0})")]
    Digest(usize),
    /// A key stands there twice, so that it could mean two people.
    #[error("holds a key twice (entry {0})")]
    Twice(usize),
}

impl DashboardKeys {
    /// Reads the value of `DASHBOARD_KEYS`.
    ///
    /// # Errors
    /// Where it is malformed; the error counts entries from 1 and quotes nothing.
    pub fn parse(text: &str) -> Result<Self, MalformedKeys> {
        let mut keys: Vec<DashboardKey> = Vec::new();
        for (place, entry) in text.split(',').map(str::trim).filter(|entry| !entry.is_empty()).enumerate() {
            let key = parse_entry(entry, place + 1)?;
            if keys.iter().any(|known| known.digest == key.digest) {
                return Err(MalformedKeys::Twice(place + 1));
            }
            keys.push(key);
        }
        if keys.is_empty() { Err(MalformedKeys::None) } else { Ok(Self(keys)) }
    }

    /// The four published keys of the demo.
    pub fn demo() -> Self {
        let keys = Role::ALL.into_iter().zip(DEMO_KEYS);
        Self(keys.map(|(role, key)| DashboardKey { role, name: None, digest: digest_of(key.as_bytes()) }).collect())
    }

    /// Whom `key` stands for. Takes as long for a wrong key as for any other.
    pub(crate) fn find(&self, key: &[u8]) -> Option<&DashboardKey> {
        self.find_digest(&digest_of(key))
    }

    /// The same, for the digest of a key, as a session holds it.
    pub(crate) fn find_digest(&self, digest: &Digest) -> Option<&DashboardKey> {
        let (mut found, mut at) = (Choice::from(0), 0_u32);
        for (place, known) in self.0.iter().enumerate() {
            let equal = known.digest.ct_eq(digest);
            at.conditional_assign(&(place as u32), equal);
            found |= equal;
        }
        bool::from(found).then(|| &self.0[at as usize])
    }
}

impl fmt::Debug for DashboardKeys {
    /// Counts the keys: names are people, and digests can be tried.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DashboardKeys({})", self.0.len())
    }
}

fn parse_entry(entry: &str, number: usize) -> Result<DashboardKey, MalformedKeys> {
    let (who, key) = entry.split_once(':').ok_or(MalformedKeys::Entry(number))?;
    let (role, name) = match who.split_once('/') {
        Some((role, name)) => (role, Some(name.trim())),
        None => (who, None),
    };
    if name.is_some_and(str::is_empty) {
        return Err(MalformedKeys::Entry(number));
    }
    let role = role.trim().parse().map_err(|_| MalformedKeys::Role(number))?;
    let key = key.trim();
    let digest = match key.strip_prefix("sha256:") {
        Some(text) => {
            let mut digest = Digest::default();
            hex::decode_to_slice(text, &mut digest).map_err(|_| MalformedKeys::Digest(number))?;
            digest
        }
        None if key.chars().count() < SHORTEST_KEY => return Err(MalformedKeys::Short(number)),
        None => digest_of(key.as_bytes()),
    };
    Ok(DashboardKey { role, name: name.map(str::to_owned), digest })
}

fn digest_of(key: &[u8]) -> Digest {
    let mut bytes = Digest::default();
    bytes.copy_from_slice(digest::digest(&digest::SHA256, key).as_ref());
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    const B: &str = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";

    #[test]
    fn a_key_stands_for_its_role_and_name() {
        let keys = DashboardKeys::parse(&format!(" admin/ann@example.com:{A} , manager:{B},")).unwrap();
        let find = |key: &[u8]| keys.find(key).map(|key| (key.role, key.name.as_deref()));
        assert_eq!(find(A.as_bytes()), Some((Role::Admin, Some("ann@example.com"))));
        assert_eq!(find(B.as_bytes()), Some((Role::Manager, None)));
        assert_eq!(find(b""), None);
        assert_eq!(find(&A.as_bytes()[1..]), None);
    }

    #[test]
    fn a_digest_stands_for_its_key_and_is_none_itself() {
        let digest = hex::encode(digest_of(A.as_bytes()));
        let keys = DashboardKeys::parse(&format!("auditor:sha256:{digest}")).unwrap();
        assert_eq!(keys.find(A.as_bytes()).map(|key| key.role), Some(Role::Auditor));
        assert!(keys.find(digest.as_bytes()).is_none());
        assert!(keys.find(format!("sha256:{digest}").as_bytes()).is_none());
    }

    #[test]
    fn malformed_lists_are_refused_with_the_entrys_number() {
        for (text, expected) in [
            (" , ", MalformedKeys::None),
            ("admin", MalformedKeys::Entry(1)),
            (&format!("admin/:{A}"), MalformedKeys::Entry(1)),
            (&format!("admin:{A},root:{B}"), MalformedKeys::Role(2)),
            ("admin:short", MalformedKeys::Short(1)),
            ("admin:sha256:abc", MalformedKeys::Digest(1)),
            (&format!("admin:{A},manager:{A}"), MalformedKeys::Twice(2)),
        ] {
            assert_eq!(DashboardKeys::parse(text).unwrap_err(), expected, "{text}");
        }
    }
}
