//! `GET /api/actions`: our own record of every change, and its proof.

fn main() -> std::process::ExitCode {
    lastpass_vercel::run([&lastpass_core::web::ACTIONS])
}
