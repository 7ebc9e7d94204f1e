// Uses of the client that have to compile in a project with `strict` alone, which is what create-next-app writes.
import { useAuditLogs, useChange, useSecurityReport, useUser } from "@/hooks/use-lastpass";
import { api, ApiError, createClient, type Session, type User } from "@/lib/lastpass";
import { formatDateTime, riskLabels, textOf } from "@/lib/lastpass-format";

export async function reads() {
  const report = await api.get("security-report", { risk: "high", limit: 25, cursor: null });
  const score: number | null = report.stats.overallScore;
  const names: (string | null)[] = report.users.map((user: User) => user.name);
  const list = await api.get("users", { q: "ann", department: undefined });
  const next = list.nextCursor && (await api.get("users", { q: "ann", cursor: list.nextCursor }));
  const { user } = await api.get("users", { email: "ann@example.com" });
  const folder = (await api.get("shared-folders", { id: "1" })).folder.people[0];
  const one = await api.get("audit-logs", { type: "login", from: "2026-11-01" });
  await api.get("users", { status: "", department: "" });
  const several = await api.get("audit-logs", { type: ["login", "vaultAccess"] });
  const session: Session = await api.get("session", undefined, { signal: AbortSignal.timeout(9) });
  const weak = textOf(user.weakPasswords, report.meta, "user.weakPasswords");
  const at = one.events.map(({ timestamp }) => formatDateTime(timestamp, one.meta.timeZone));
  return [score, names, next, folder, several.countsByType.login, session.may, weak.reason, at];
}

export async function changes() {
  const made = await api.post("provision-user", {
    firstName: "Ann",
    lastName: "Lee",
    email: "ann@example.com",
    department: "Sales",
    additionalGroups: ["VPN"],
  });
  await api.post("groups", { email: "ann@example.com", add: ["VPN"] });
  await api.post("session", { key: "demo-admin" });
  const unfinished = (await api.sync()).parts.filter(({ status }) => status !== "done");
  unfinished.map(({ name, count, detail }) => `${name}: ${count}, ${detail}`);
  await api.delete("session");
  try {
    await api.post("users", { email: "ann@example.com", action: "delete", confirm: "ann" });
  } catch (error) {
    if (error instanceof ApiError && error.code === "last-admin") {
      return [error.messageFor("email"), error.requestId, error.retryAfter, error.steps[0]?.state];
    }
  }
  return made.groups.failed.map(({ name, reason }) => `${name}: ${reason}`);
}

export async function lists() {
  for await (const page of api.pages("users", { status: "invited" })) {
    page.users.map(({ risk }) => risk && riskLabels[risk]);
  }
  await api.download("audit-logs", { format: "ndjson", type: "login" });
  const client = createClient({ headers: () => ({ Authorization: "Bearer TOKEN" }) });
  client.configure({ baseUrl: "https://functions.example.com/api/lastpass" });
  return (await client.file("actions", { format: "csv" })).blob;
}

export function useHooks() {
  const report = useSecurityReport({ sort: "-lastLogin" });
  const user = useUser("ann@example.com");
  const log = useAuditLogs({ cursor: "CURSOR", user: "ann" });
  const { submit, reply, error } = useChange("users");
  void submit({ email: "ann@example.com", action: "deactivate" });
  return [
    report.data?.total,
    user.data?.user.folders?.length,
    log.data?.total,
    reply?.impact?.groups,
    error?.code,
  ];
}
