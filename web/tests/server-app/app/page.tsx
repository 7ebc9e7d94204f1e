import { serverApi } from "@/lib/lastpass-server";

import { change, signOut } from "./actions";

export default async function Page({ searchParams }: PageProps<"/">) {
  const { email } = await searchParams;
  const api = await serverApi();
  const { user } = await api.get("users", { email: String(email) });
  return (
    <form action={change}>
      <h1>{user.status}</h1>
      <input type="hidden" name="email" value={user.email} />
      <button name="action" value="deactivate">
        Deactivate
      </button>
      <button name="action" value="restore">
        Restore
      </button>
      <button formAction={signOut}>Sign out</button>
    </form>
  );
}
