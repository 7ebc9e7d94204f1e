import type { ApiError } from "./lastpass";

/** For codes whose message is for programs, since it names a header, a route or a setting: what a person can do. */
const sentences: Partial<Record<ApiError["code"], string>> = {
  "outcome-unknown": "LastPass has not confirmed it yet. Check again in a minute.",
  "change-not-applied":
    "LastPass does not show it after a minute, so it was not made. You can make it again.",
  "database-unavailable": "The database does not answer. Try again in a minute.",
  "unknown-user": "LastPass has neither an account nor an invitation with this address.",
  "already-exists": "An account or an invitation with this address exists already.",
  "invitation-pending":
    "This person is invited and has no account yet. Wait until the invitation is accepted, or withdraw it.",
  "not-invited":
    "This person has an account already: there is no invitation to send or to withdraw.",
  "orphans-folders":
    "Shared folders would be left without an active administrator. Give them another one first, or accept it.",
  "offboarding-limit":
    "As many people as are allowed within an hour were off-boarded. Try again later, or have the limit raised.",
};

/** What happened, and what the reader of a page can do about it. */
export function messageOf(error: ApiError): string {
  return sentences[error.code] ?? error.message;
}
