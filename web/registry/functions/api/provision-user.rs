//! `POST /api/provision-user`: creates an account and adds it to its groups.

fn main() -> std::process::ExitCode {
    lastpass_vercel::run([&lastpass_core::web::PROVISION_USER])
}
