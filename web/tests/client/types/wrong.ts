// Uses of the client that must not compile: what a page has that was written from guessed names.
import { useChange, useSecurityReport, useUser } from "@/hooks/use-lastpass";
import { api, type ApiError, type SecurityReport, type User } from "@/lib/lastpass";
import { riskLabels } from "@/lib/lastpass-format";

export async function wrongMembers(report: SecurityReport, user: User) {
  // @ts-expect-error the figures are members of `stats`
  void report.totalUsers;
  // @ts-expect-error the member is `users`
  void report.scoreDistribution.map((range) => range.count);
  // @ts-expect-error the member is `events`
  void (await api.get("audit-logs")).logs;
  // @ts-expect-error one user is in `user`, a list in `users`
  void (await api.get("users", { email: user.email })).users;
  // @ts-expect-error there is no link: LastPass sends an e-mail
  void (await api.post("provision-user", newUser)).setupLink;
}

export function nullNotHandled(report: SecurityReport, user: User) {
  // @ts-expect-error a score may be null, and `null < 50` is true
  void (user.securityScore < 50);
  // @ts-expect-error a user may never have logged in, and `new Date(null)` is 1970
  void new Date(user.lastLogin);
  // @ts-expect-error the figure may be unknown
  void report.stats.usersWithWeakPasswords.toString();
  // @ts-expect-error a user without a score has no risk
  void riskLabels[user.risk];
}

export function wrongParameters() {
  // @ts-expect-error pages are by cursor
  void api.get("users", { page: 2 });
  // @ts-expect-error the cursor is the text `nextCursor`, and no page number
  void api.get("users", { cursor: 2 });
  // @ts-expect-error the parameter is `from`
  void api.get("audit-logs", { startDate: "2026-11-01" });
  // @ts-expect-error the parameter is `limit`
  void api.get("audit-logs", { pageSize: 100 });
  // @ts-expect-error not an order of the list
  void api.get("security-report", { sort: "score" });
  // @ts-expect-error the session takes no parameters
  void api.get("session", { fresh: true });
  // @ts-expect-error a file is a download
  void api.get("audit-logs", { format: "csv" });
  // @ts-expect-error a file has every row
  void api.download("audit-logs", { format: "csv", limit: 100 });
}

export function wrongEnums(report: SecurityReport, error: ApiError) {
  // @ts-expect-error the value is `high`
  void api.get("security-report", { risk: "High" });
  // @ts-expect-error the value is `login`
  void api.get("audit-logs", { type: "Login" });
  // @ts-expect-error the value is `disabled`
  void report.users.filter((user) => user.status === "suspended");
  // @ts-expect-error the code is `already-exists`
  void (error.code === "duplicate-user");
}

export function wrongRoutes() {
  // @ts-expect-error there is no such route
  void api.get("dashboard-stats");
  // @ts-expect-error the record of changes is only read
  void api.post("actions", {});
  // @ts-expect-error a user is removed by POST
  void api.delete("users");
}

export function wrongBodies() {
  // @ts-expect-error the member is `email`
  void api.post("users", { userEmail: "ann@example.com", action: "deactivate" });
  // @ts-expect-error the action is `deactivate`
  void api.post("users", { email: "ann@example.com", action: "disable" });
  // @ts-expect-error the department is missing
  void api.post("provision-user", { firstName: "Ann", lastName: "Lee", email: "a@example.com" });
  // @ts-expect-error the member is `additionalGroups`
  void api.post("provision-user", { ...newUser, securityGroups: ["VPN"] });
  // @ts-expect-error the groups are a list
  void api.post("groups", { email: "ann@example.com", add: "VPN" });
  // @ts-expect-error the member is `key`
  void api.post("session", { password: "demo-admin" });
}

export function useWrongHooks() {
  // @ts-expect-error the data is undefined while it loads
  void useUser("ann@example.com").data.user;
  // @ts-expect-error hooks take the same parameters
  void useSecurityReport({ riskLevel: "high" });
  // @ts-expect-error hooks take the same bodies
  void useChange("groups").submit({ email: "ann@example.com", groups: ["VPN"] });
}

const newUser = {
  firstName: "Ann",
  lastName: "Lee",
  email: "ann@example.com",
  department: "Sales",
};
