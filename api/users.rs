//! `GET` and `POST /api/users`: tells of people, and acts on one.

fn main() -> std::process::ExitCode {
    lastpass_vercel::run([&lastpass_core::web::USERS])
}
