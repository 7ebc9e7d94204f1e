//! Errors that end a command.

use lastpass_core::web::App;

/// An error whose text is printed to the user who started the command.
pub(crate) type BoxError = Box<dyn std::error::Error>;

/// Checks that no setting of the app is missing or malformed.
///
/// # Errors
/// Returns the app's invalid settings under a heading.
pub(crate) fn check_settings(app: &App, heading: &str) -> Result<(), BoxError> {
    let errors: Vec<_> = app.setting_errors().all().map(|error| format!("  {error}")).collect();
    if errors.is_empty() { Ok(()) } else { Err(format!("{heading}\n{}", errors.join("\n")).into()) }
}
