import Link from "next/link";

/** Leads to a user's details, for those who may see them. */
export function UserLink({ email }: { email: string }) {
  return (
    <Link
      href={`/users?${new URLSearchParams({ email })}`}
      className="text-primary underline underline-offset-4"
    >
      Open this user
    </Link>
  );
}
