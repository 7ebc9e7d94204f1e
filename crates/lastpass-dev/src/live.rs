//! Real credentials for the local server: the environment, `.env.local`, `.env`, in this order.

use std::{collections::HashMap, env};

use crate::Failure;

/// Every variable that is known. Nothing is put into the environment of this process, where a
/// program that it starts would find it.
///
/// # Errors
/// Where a file is there and cannot be read; the error names the file and quotes nothing of it.
pub(crate) fn variables() -> Result<HashMap<String, String>, Failure> {
    let mut found = HashMap::new();
    for file in [".env", ".env.local"] {
        match dotenvy::from_path_iter(file) {
            Ok(lines) => {
                for line in lines {
                    let (name, value) = line.map_err(|_| format!("{file} has a line that is no NAME=VALUE"))?;
                    found.insert(name, value);
                }
            }
            Err(error) if error.not_found() => {}
            Err(_) => return Err(format!("{file} cannot be read").into()),
        }
    }
    // A variable that is no text is none of ours.
    found
        .extend(env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?))));
    Ok(found)
}
