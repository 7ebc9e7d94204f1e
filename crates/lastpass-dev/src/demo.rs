//! The demo company behind the local server.

use std::{env, fs, io::ErrorKind, path::PathBuf, sync::Arc, time::Duration};

use chrono::Utc;
use lastpass_core::web::App;
use lastpass_sim::{Company, DEMO_SEED, DEMO_USERS, Fault, FaultKind, Simulator};

use crate::{
    arguments::ServerOptions,
    error::{BoxError, check_settings},
    leavers::Leavers,
    pages,
};

/// How long after the caller lost its reply a late command is executed: long enough for the caller to read in vain.
const LATE: Duration = Duration::from_secs(3);

/// The app of the demo company, and the text that describes how to use it.
///
/// # Errors
/// Returns an error if the database's file cannot be replaced or a setting is invalid.
pub(crate) fn app(address: &str, options: &ServerOptions) -> Result<(App, String), BoxError> {
    let variable = |name: &str| env::var(name).ok().filter(|value| !value.is_empty());
    let (database_url, database) = match variable("DATABASE_URL") {
        Some(url) => (url, "the database of DATABASE_URL".to_owned()),
        None => {
            let file = empty_database(options.port)?;
            (format!("sqlite://{}", file.display()), file.display().to_string())
        }
    };
    let setting = |name: &str| match name {
        "LASTPASS_DEMO" => Some("1".to_owned()),
        "DATABASE_URL" => Some(database_url.clone()),
        // Shows that a provisioner may not add users to a group with a role.
        "ROLE_GROUPS" => variable(name).or_else(|| Some("admin=Domain Admins".to_owned())),
        "CHANGES"
        | "CRON_SECRET"
        | "RETENTION_DAYS"
        | "KNOWN_GROUPS"
        | "ALLOWED_EMAIL_DOMAINS"
        | "OFFBOARDING_LIMIT"
        | "CORS_ALLOWED_ORIGINS" => variable(name),
        _ => None,
    };
    let company = Company::generate(DEMO_SEED, options.people.unwrap_or(DEMO_USERS), Utc::now().date_naive());
    let page = pages::demo(address, &database, &Leavers::of(&company));
    let simulator = Simulator::new(company);
    for command in &options.late {
        simulator.inject(Fault::once(FaultKind::LateExecution(LATE)).on(command));
    }
    let app = App::with_transport(Arc::new(simulator), setting);
    check_settings(&app, "Invalid settings:")?;
    Ok((app, page))
}

/// A database for each port, empty at each start as the demo company is new at each start.
fn empty_database(port: u16) -> Result<PathBuf, BoxError> {
    let file = env::temp_dir().join(format!("lastpass-functions-{port}.sqlite3"));
    for suffix in ["", "-journal"] {
        let mut path = file.clone().into_os_string();
        path.push(suffix);
        match fs::remove_file(&path) {
            Ok(()) => {}
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(format!("{} cannot be removed: {error}", PathBuf::from(path).display()).into()),
        }
    }
    Ok(file)
}
