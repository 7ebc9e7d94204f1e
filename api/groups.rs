//! `GET` and `POST /api/groups`: lists groups, and changes memberships.

fn main() -> std::process::ExitCode {
    lastpass_vercel::run([&lastpass_core::web::GROUPS])
}
