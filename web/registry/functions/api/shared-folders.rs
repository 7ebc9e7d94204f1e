//! `GET /api/shared-folders`: who can open which shared folder, and with which rights.

fn main() -> std::process::ExitCode {
    lastpass_vercel::run([&lastpass_core::web::SHARED_FOLDERS])
}
