//! Dashboard keys: `ROLE:KEY` or `ROLE/NAME:KEY`, separated by commas or in a JSON array. Knows no headers and no other credentials.

use std::{borrow::Cow, fmt};

use aws_lc_rs::digest;
use subtle::{Choice, ConditionallySelectable, ConstantTimeEq};

use crate::domain::Role;

const MIN_KEY_LENGTH: usize = 32;
const DIGEST_LENGTH: usize = 32;

/// The published keys of demo mode, one for each role in the order of [`Role::ALL`]. They are accepted nowhere else.
pub const DEMO_KEYS: [&str; 4] = ["demo-admin", "demo-manager", "demo-auditor", "demo-provisioner"];

pub(crate) type Digest = [u8; DIGEST_LENGTH];

/// The accepted keys, stored as SHA-256 digests.
pub struct DashboardKeys(Vec<DashboardKey>);

/// A key with its role and, optionally, the name of its user.
pub(crate) struct DashboardKey {
    pub(crate) role: Role,
    pub(crate) name: Option<String>,
    pub(crate) digest: Digest,
}

/// Why a text is not a list of dashboard keys. Entries are counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MalformedKeys {
    /// The list is empty.
    #[error("must contain at least one ROLE:KEY")]
    Empty,
    /// An entry is not `ROLE:KEY` or `ROLE/NAME:KEY`.
    #[error("must be ROLE:KEY or ROLE/NAME:KEY, separated by commas (entry {0})")]
    Entry(usize),
    /// The text begins like JSON, but is no array of texts.
    #[error(r#"begins like JSON, and must then be a JSON array of texts, such as ["ROLE:KEY", "ROLE/NAME:KEY"]"#)]
    Json,
    /// A key contains another separator and a further entry.
    #[error("must separate entries by commas: entry {0} holds several ROLE:KEY")]
    Separator(usize),
    /// An entry names an unknown role.
    #[error("must begin with admin, manager, auditor or provisioner (entry {0})")]
    Role(usize),
    /// A key is short enough to be guessed.
    #[error("must contain keys of 32 or more characters (entry {0})")]
    TooShort(usize),
    /// A digest is not a SHA-256 digest in hexadecimal.
    #[error("must contain 64 hexadecimal digits after sha256: (entry {0})")]
    Digest(usize),
    /// A key occurs twice, so that it is ambiguous.
    #[error("must not contain a key twice (entry {0})")]
    Duplicate(usize),
}

impl DashboardKeys {
    /// Parses the value of `DASHBOARD_KEYS`.
    ///
    /// # Errors
    /// Returns an error if the value is malformed. The error never contains a part of the value.
    pub fn parse(text: &str) -> Result<Self, MalformedKeys> {
        let entries: Vec<Cow<'_, str>> = if text.trim_start().starts_with(['[', '{']) {
            serde_json::from_str(text).map_err(|_| MalformedKeys::Json)?
        } else {
            text.split(',').map(Cow::Borrowed).collect()
        };
        let mut keys: Vec<DashboardKey> = Vec::new();
        for (index, entry) in entries.iter().map(|entry| entry.trim()).filter(|entry| !entry.is_empty()).enumerate() {
            let key = parse_entry(entry, index + 1)?;
            if keys.iter().any(|known| known.digest == key.digest) {
                return Err(MalformedKeys::Duplicate(index + 1));
            }
            keys.push(key);
        }
        if keys.is_empty() { Err(MalformedKeys::Empty) } else { Ok(Self(keys)) }
    }

    /// The four published keys of demo mode.
    pub fn demo() -> Self {
        let keys = Role::ALL.into_iter().zip(DEMO_KEYS);
        Self(keys.map(|(role, key)| DashboardKey { role, name: None, digest: sha256(key.as_bytes()) }).collect())
    }

    /// Looks up a key in constant time.
    pub(crate) fn find(&self, key: &[u8]) -> Option<&DashboardKey> {
        self.find_digest(&sha256(key))
    }

    /// Looks up the digest of a key, which a session contains, in constant time.
    pub(crate) fn find_digest(&self, digest: &Digest) -> Option<&DashboardKey> {
        let (mut is_found, mut position) = (Choice::from(0), 0_u32);
        for (index, known) in self.0.iter().enumerate() {
            let is_equal = known.digest.ct_eq(digest);
            position.conditional_assign(&(index as u32), is_equal);
            is_found |= is_equal;
        }
        bool::from(is_found).then(|| &self.0[position as usize])
    }
}

impl fmt::Debug for DashboardKeys {
    /// Shows only the number of keys: names are personal data, and digests can be attacked offline.
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
    if key.split(|c: char| c == ';' || c.is_whitespace()).skip(1).any(begins_an_entry) {
        return Err(MalformedKeys::Separator(number));
    }
    let digest = match key.strip_prefix("sha256:") {
        Some(text) => {
            let mut digest = Digest::default();
            hex::decode_to_slice(text, &mut digest).map_err(|_| MalformedKeys::Digest(number))?;
            digest
        }
        None if key.chars().count() < MIN_KEY_LENGTH => return Err(MalformedKeys::TooShort(number)),
        None => sha256(key.as_bytes()),
    };
    Ok(DashboardKey { role, name: name.map(str::to_owned), digest })
}

/// Whether a text begins with a role, as an entry does.
fn begins_an_entry(text: &str) -> bool {
    let role = text.split_once([':', '/']).map(|(role, _)| role.parse::<Role>());
    matches!(role, Some(Ok(_)))
}

pub(crate) fn sha256(key: &[u8]) -> Digest {
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
    fn a_key_has_a_role_and_a_name() {
        let keys = DashboardKeys::parse(&format!(" admin/ann@example.com:{A} , manager:{B},")).unwrap();
        let find = |key: &[u8]| keys.find(key).map(|key| (key.role, key.name.as_deref()));
        assert_eq!(find(A.as_bytes()), Some((Role::Admin, Some("ann@example.com"))));
        assert_eq!(find(B.as_bytes()), Some((Role::Manager, None)));
        let json = DashboardKeys::parse(&format!(r#"["admin/Lee, Ann:{A}", " manager:{B}"]"#)).unwrap();
        let (ann, other) = (json.find(A.as_bytes()).unwrap(), json.find(B.as_bytes()).unwrap());
        assert_eq!((ann.role, ann.name.as_deref()), (Role::Admin, Some("Lee, Ann")));
        assert_eq!((other.role, other.name.as_deref()), (Role::Manager, None));
        let odd = DashboardKeys::parse("admin:a;b/c:d;adm;in 0123456789abcdef0123456789").unwrap();
        assert!(odd.find(b"a;b/c:d;adm;in 0123456789abcdef0123456789").is_some());
        assert_eq!(find(b""), None);
        assert_eq!(find(&A.as_bytes()[1..]), None);
    }

    #[test]
    fn a_digest_is_accepted_in_place_of_a_key_but_is_not_a_key_itself() {
        let digest = hex::encode(sha256(A.as_bytes()));
        let keys = DashboardKeys::parse(&format!("auditor:sha256:{digest}")).unwrap();
        assert_eq!(keys.find(A.as_bytes()).map(|key| key.role), Some(Role::Auditor));
        assert!(keys.find(digest.as_bytes()).is_none());
        assert!(keys.find(format!("sha256:{digest}").as_bytes()).is_none());
    }

    #[test]
    fn a_malformed_list_is_rejected_with_the_number_of_the_entry() {
        for (text, expected) in [
            (" , ", MalformedKeys::Empty),
            ("admin", MalformedKeys::Entry(1)),
            (&format!("admin/:{A}"), MalformedKeys::Entry(1)),
            (&format!("admin:{A},root:{B}"), MalformedKeys::Role(2)),
            ("admin:short", MalformedKeys::TooShort(1)),
            ("admin:sha256:abc", MalformedKeys::Digest(1)),
            (&format!("admin:{A},manager:{A}"), MalformedKeys::Duplicate(2)),
            (&format!("admin:{A};manager:{B}"), MalformedKeys::Separator(1)),
            (&format!("admin:{A} ; manager/x:{B}"), MalformedKeys::Separator(1)),
            (&format!("admin:{A}\nmanager:{B}"), MalformedKeys::Separator(1)),
            (&format!("[admin:{A}]"), MalformedKeys::Json),
            (&format!(r#"["admin:{A}""#), MalformedKeys::Json),
            ("[]", MalformedKeys::Empty),
        ] {
            assert_eq!(DashboardKeys::parse(text).unwrap_err(), expected, "{text}");
        }
    }
}
