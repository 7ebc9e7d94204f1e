//! What LastPass sends to people, so that nothing sent twice goes unseen.

/// One message that left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    /// The address it went to, in lower case.
    pub to: String,
    /// What it says.
    pub kind: MailKind,
}

/// What a message says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MailKind {
    /// Come and use LastPass: a new account, or an invitation to link an existing one.
    Invitation,
    /// The invitation once more.
    Reinvitation,
    /// How to choose a new master password.
    PasswordReset,
    /// Log in with the old address to finish the change to a new one.
    EmailChange,
}
