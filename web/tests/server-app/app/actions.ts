"use server";

import { refresh } from "next/cache";
import { redirect } from "next/navigation";

import { requireRole, serverApi } from "@/lib/lastpass-server";

export async function change(form: FormData) {
  await requireRole("admin");
  const action = form.get("action") === "restore" ? "restore" : "deactivate";
  const api = await serverApi();
  await api.post("users", { email: String(form.get("email")), action });
  refresh();
}

export async function signOut() {
  const api = await serverApi();
  await api.delete("session");
  redirect("/sign-in");
}
