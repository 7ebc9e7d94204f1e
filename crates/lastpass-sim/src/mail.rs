//! The mail that LastPass sends to users. Tests read it to detect mail that is sent twice.

/// One sent message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    /// The recipient's address, in lower case.
    pub to: String,
    /// The purpose of the message.
    pub kind: MailKind,
}

/// The purpose of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MailKind {
    /// Announces a new account, or invites the owner of an existing one to link it.
    Invitation,
    /// Repeats an invitation.
    Reinvitation,
    /// Explains how to choose a new master password.
    PasswordReset,
    /// Asks the user to log in with the old address to complete the change to a new one.
    EmailChange,
}
