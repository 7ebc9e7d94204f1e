//! `GET /api/security-report`: the password health of the company.

fn main() -> std::process::ExitCode {
    lastpass_vercel::run([&lastpass_core::web::SECURITY_REPORT])
}
