//! `GET /api/audit-logs`: LastPass's event log: filtered, counted, exported, with detections.

fn main() -> std::process::ExitCode {
    lastpass_vercel::run([&lastpass_core::web::AUDIT_LOGS])
}
