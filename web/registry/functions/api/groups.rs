//! `GET` and `POST /api/groups`: groups and their members, and changes of memberships.

fn main() -> std::process::ExitCode {
    lastpass_vercel::run([&lastpass_core::web::GROUPS])
}
