//! `GET` and `POST /api/sync`: stores people and figures, and finishes what is open.

fn main() -> std::process::ExitCode {
    lastpass_vercel::run([&lastpass_core::web::SYNC])
}
