import type * as Api from "./lastpass-api";

type NoParameters = Record<string, never>;

/** Each `GET` route with its parameters and its reply; for `users` and `shared-folders` that of a list. */
interface Gets {
  "security-report": [Api.GetSecurityReportData["query"], Api.SecurityReport];
  "audit-logs": [Api.GetAuditLogsData["query"], Api.AuditLog];
  users: [Api.GetUsersData["query"], Api.UserList];
  groups: [Api.GetGroupsData["query"], Api.GroupList];
  "shared-folders": [Api.GetSharedFoldersData["query"], Api.SharedFolderList];
  actions: [Api.GetActionsData["query"], Api.ActionList];
  session: [NoParameters, Api.Session];
  health: [NoParameters, Api.Health];
}

/** The lists of which one entry can be requested, the parameters that name it, and the reply. */
interface Details {
  users: ["id" | "email", Api.UserDetailReply];
  "shared-folders": ["id", Api.SharedFolderReply];
}

/** Each `POST` route with its body and its reply. */
interface Posts {
  "provision-user": [Api.ProvisionUserBody, Api.ProvisionedUser];
  users: [Api.ChangeUserBody, Api.ChangedUserReply];
  groups: [Api.ChangeGroupsBody, Api.ChangedGroupsReply];
  session: [Api.SignInBody, Api.Session];
}

export type GetRoute = keyof Gets;
export type ListRoute = Exclude<GetRoute, "session" | "health">;
export type DetailRoute = keyof Details;
export type FileRoute = "security-report" | "audit-logs" | "shared-folders" | "actions";
export type PostRoute = keyof Posts;
export type ChangeRoute = Exclude<PostRoute, "session">;

export type Reply<R extends GetRoute> = Gets[R][1];
export type DetailReply<R extends DetailRoute> = Details[R][1];
export type Body<R extends PostRoute> = Posts[R][0];
export type PostReply<R extends PostRoute> = Posts[R][1];

type Parameters<R extends GetRoute> = NonNullable<Gets[R][0]>;
type Item<V> = V extends readonly (infer I)[] ? I : never;
type Values<Q> = { [P in keyof Q]?: Q[P] | Item<Q[P]> | "" | null | undefined };
type EdgeLink = "exp" | "sig";
type NameOf<R> = R extends DetailRoute ? Details[R][0] : never;

/** The parameters of a `GET`. One that is `null`, `undefined` or empty is left out. */
export type Query<R extends GetRoute> = Values<
  Omit<Parameters<R>, EdgeLink | "format" | NameOf<R>>
>;

/** The parameter that names one entry of a list: `{ email: "ann@example.com" }`. */
export type DetailQuery<R extends DetailRoute> = {
  [P in NameOf<R>]: Record<P, string> & { fresh?: boolean };
}[NameOf<R>];

/** The parameters of a file, which has every row: it is not paged. */
export type FileQuery<R extends FileRoute> = Values<
  Omit<Parameters<R>, EdgeLink | "format" | "limit" | "cursor">
> & { format: Exclude<Parameters<R>["format"], "json" | undefined> };
