/** The replies of the API, as CONTRACT describes them. */

export type Role = "admin" | "manager" | "auditor" | "provisioner";
export type Status = "active" | "invited" | "neverLoggedIn" | "disabled";
export type Risk = "high" | "medium" | "low";

export interface Meta {
  asOf: string;
  source: "lastpass" | "snapshot" | "demo";
  stale: boolean;
  warnings: { code: string; message: string }[];
  unavailable?: { field: string; reason: string }[];
}

export interface Session {
  signedIn: boolean;
  actor: string | null;
  role: Role | null;
  may: string[];
  ways: string[];
  expiresAt?: string | null;
  departments?: string[];
  demo: boolean;
}

export interface ReportStats {
  totalUsers: number;
  activeUsers: number;
  activeLast30Days: number;
  usersBelowThreshold: number;
  usersWithWeakPasswords: number | null;
  averageSecurityScore: number;
  scoreThreshold: number;
  sharedFolders: number | null;
  sharedPasswords: number | null;
  invitedUsers: number;
  scoredUsers: number;
  enrolledUsers: number;
  usersWithoutMfa: number;
  usersWithStaleScore: number;
  averageEnrolledScore: number | null;
  overallScore: number | null;
}

export interface ScoreRange {
  range: string;
  min: number;
  max: number;
  users: number;
}

export interface Department {
  department: string | null;
  users: number;
  averageSecurityScore: number;
  usersBelowThreshold: number;
}

export interface TrendDay {
  date: string;
  overallScore: number | null;
  averageSecurityScore?: number;
  usersBelowThreshold?: number;
  totalUsers?: number;
  usersWithoutMfa?: number;
}

export interface UserRow {
  id: string | null;
  email: string;
  name: string | null;
  securityScore: number | null;
  vaultScore: number | null;
  weakPasswords: number | null;
  reusedPasswords: number | null;
  lastLogin: string | null;
  passwordLastChanged: string | null;
  isDisabled: boolean;
  isAdmin: boolean;
  risk: Risk | null;
  status: Status;
  department: string | null;
  groups: string[];
  mfa: string | null;
}

export interface SecurityReport {
  stats: ReportStats;
  scoreDistribution: ScoreRange[];
  departments: Department[];
  trend: TrendDay[];
  users: UserRow[];
  total: number | null;
  nextCursor: string | null;
  meta: Meta;
}

export interface UserEvent {
  id: string;
  timestamp: string;
  action: string;
  description: string;
  outcome: "success" | "failure" | null;
  ip: string | null;
}

export interface UserFolder {
  id: string;
  name: string;
  rights: string;
  passwordsVisible: boolean;
  via: string;
}

export interface Action {
  id: string;
  at: string;
  actor: string;
  action: string;
  outcome: "confirmed" | "sent" | "partial" | "failed" | "unknown";
}

export interface UserChange {
  at: string;
  kind: string;
  from: string | number | null;
  to: string | number | null;
}

/** One user; a list is `null` if it could not be read. */
export interface UserDetails extends UserRow {
  folders: UserFolder[] | null;
  events: UserEvent[] | null;
  actions: Action[] | null;
  history?: UserChange[] | null;
  masterPasswordExpired: boolean | null;
}

export interface UserReply {
  user: UserDetails;
  meta: Meta;
}

export interface UserList {
  users: UserRow[];
  total: number;
  nextCursor: string | null;
  meta: Meta;
}

export interface Group {
  name: string;
  members: number | null;
  department: string | null;
  role: Role | null;
}

export interface GroupList {
  groups: Group[];
  total: number;
  nextCursor: string | null;
  meta: Meta;
}

/** The reply of each `GET` route. */
export interface Replies {
  session: Session;
  "security-report": SecurityReport;
  /** One user for `id` or `email`, else a list. */
  users: UserReply | UserList;
  groups: GroupList;
}

/** An error reply: `application/problem+json`. */
export interface Problem {
  status: number;
  code: string;
  detail: string;
  requestId: string;
  errors: { field: string; message: string }[];
}
