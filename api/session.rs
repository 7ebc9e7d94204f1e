//! `/api/session`: who am I, sign in and out; and `/api/health`, which is no function of its own.

fn main() -> std::process::ExitCode {
    lastpass_vercel::run([&lastpass_core::web::SESSION, &lastpass_core::web::HEALTH])
}
