//! `/api/session`: who the caller is, sign in, sign out; and `/api/health`, which has no function of its own.

fn main() -> std::process::ExitCode {
    lastpass_vercel::run([&lastpass_core::web::SESSION, &lastpass_core::web::HEALTH])
}
