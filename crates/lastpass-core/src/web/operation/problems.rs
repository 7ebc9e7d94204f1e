//! The groups of problem codes that the steps of a request have in common.

use crate::web::response::problem::ProblemCode;

/// What every request may be refused for, and a fault of this program.
pub(crate) const EVERY_REQUEST: &[ProblemCode] = &[
    ProblemCode::InvalidParameters,
    ProblemCode::BodyIncomplete,
    ProblemCode::BodyTooLong,
    ProblemCode::UnsupportedMediaType,
    ProblemCode::Internal,
];

/// What a request needs before its route's handler is called.
pub(crate) const AUTHENTICATED: &[ProblemCode] = &[
    ProblemCode::Unauthenticated,
    ProblemCode::Forbidden,
    ProblemCode::NoRole,
    ProblemCode::NotConfigured,
    ProblemCode::JwksUnavailable,
];

/// The lookup of the caller's groups in LastPass, which determine the role if the token has none.
pub(crate) const ROLE_LOOKUP: &[ProblemCode] = &[ProblemCode::RolesUnavailable];

/// A call of LastPass.
pub(crate) const LASTPASS: &[ProblemCode] = &[
    ProblemCode::LastPassCredentials,
    ProblemCode::LastPassRefused,
    ProblemCode::LastPassUnavailable,
    ProblemCode::LastPassBusy,
    ProblemCode::LastPassTimeout,
];

/// A read of the database.
pub(crate) const DATABASE: &[ProblemCode] = &[ProblemCode::DatabaseUnavailable];

/// A change, whichever it is.
pub(crate) const CHANGE: &[ProblemCode] = &[
    ProblemCode::CrossSite,
    ProblemCode::InvalidBody,
    ProblemCode::InvalidFields,
    ProblemCode::ChangesOff,
    ProblemCode::KeyReused,
    ProblemCode::ChangeInProgress,
    ProblemCode::ChangeNotApplied,
    ProblemCode::OutcomeUnknown,
    ProblemCode::DatabaseUnavailable,
    ProblemCode::NotRecorded,
];

/// A change of someone who may not exist.
pub(crate) const CHANGE_OF_A_USER: &[ProblemCode] = &[ProblemCode::UnknownUser, ProblemCode::NotInDialect];
