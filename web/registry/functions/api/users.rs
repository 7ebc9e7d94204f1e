//! `GET` and `POST /api/users`: one user in detail, a search, and actions on one user.

fn main() -> std::process::ExitCode {
    lastpass_vercel::run([&lastpass_core::web::USERS])
}
