//! `GET /api/audit-logs`: LastPass's log, filtered and counted, with alerts and exports.

fn main() -> std::process::ExitCode {
    lastpass_vercel::run([&lastpass_core::web::AUDIT_LOGS])
}
