//! `POST /api/users`: off-boards, restores, and does whatever else is done to one person.

fn main() -> std::process::ExitCode {
    lastpass_vercel::run([&lastpass_core::web::USERS])
}
