//! `GET /api/actions`: the audit record of changes and exports, and its verification.

fn main() -> std::process::ExitCode {
    lastpass_vercel::run([&lastpass_core::web::ACTIONS])
}
