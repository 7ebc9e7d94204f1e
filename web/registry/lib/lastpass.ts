import type * as Api from "./lastpass-api";

export type * from "./lastpass-api";

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
export type FileRoute = "security-report" | "audit-logs" | "shared-folders" | "actions";
export type PostRoute = keyof Posts;
export type ChangeRoute = Exclude<PostRoute, "session">;

export type Reply<R extends GetRoute> = Gets[R][1];
export type DetailReply<R extends keyof Details> = Details[R][1];
export type Body<R extends PostRoute> = Posts[R][0];
export type PostReply<R extends PostRoute> = Posts[R][1];

type Parameters<R extends GetRoute> = NonNullable<Gets[R][0]>;
type Item<V> = V extends readonly (infer I)[] ? I : never;
type Values<Q> = { [P in keyof Q]?: Q[P] | Item<Q[P]> | "" | null | undefined };
type EdgeLink = "exp" | "sig";
type NameOf<R> = R extends keyof Details ? Details[R][0] : never;

/** The parameters of a `GET`. One that is `null`, `undefined` or empty is left out. */
export type Query<R extends GetRoute> = Values<
  Omit<Parameters<R>, EdgeLink | "format" | NameOf<R>>
>;

/** The parameter that names one entry of a list: `{ email: "ann@example.com" }`. */
export type DetailQuery<R extends keyof Details> = {
  [P in NameOf<R>]: Record<P, string> & { fresh?: boolean };
}[NameOf<R>];

/** The parameters of a file, which has every row: it is not paged. */
export type FileQuery<R extends FileRoute> = Values<
  Omit<Parameters<R>, EdgeLink | "format" | "limit" | "cursor">
> & { format: Exclude<Parameters<R>["format"], "json" | undefined> };

/** A request that failed: what the API replied, or that it could not be reached. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  /** The status of the reply; 0 without a reply. */
  readonly status: number;
  /** `unreachable`: there was no reply. `not-json`: something other than the API replied. */
  readonly code: Api.ProblemCode | "unreachable" | "not-json";
  /** The id under which the log has the request. */
  readonly requestId: string | null;
  /** What is wrong with which member or parameter of the request. */
  readonly errors: Api.FieldError[];
  /** How many seconds to wait before another attempt, if the API says so. */
  readonly retryAfter: number | null;
  /** Of a change that was begun: its id in `actions`, and how far it came. */
  readonly actionId: string | null;
  readonly steps: Api.Step[];
  /** Of a sync that failed in part: how far each part came. */
  readonly parts: Api.SyncPart[];

  constructor(
    message: string,
    problem: Partial<Omit<Api.Problem, "code">> & { code: ApiError["code"] },
    retryAfter: number | null = null,
  ) {
    super(message);
    this.status = problem.status ?? 0;
    this.code = problem.code;
    this.requestId = problem.requestId ?? null;
    this.errors = problem.errors ?? [];
    this.retryAfter = retryAfter;
    this.actionId = problem.actionId ?? null;
    this.steps = problem.steps ?? [];
    this.parts = problem.parts ?? [];
  }

  /** The message for a member of the request's body, to be shown at its input. */
  messageFor(field: string): string | undefined {
    return this.errors.find((error) => error.field === field)?.message;
  }
}

export interface ClientOptions {
  /** Where the API is: a path of this origin, or elsewhere a URL. */
  baseUrl: string;
  /** Headers of every request, such as `Authorization` with the token of an identity provider. */
  headers: () => HeadersInit | Promise<HeadersInit>;
  /** Called when a request fails since no one is signed in, or no longer. */
  onUnauthenticated: (error: ApiError) => void;
  fetch: (url: string, init: RequestInit) => Promise<Response>;
}

interface RequestOptions {
  signal?: AbortSignal;
}

interface ChangeOptions extends RequestOptions {
  /** For a retry in another process; the client keeps those of its own changes. */
  idempotencyKey?: string;
}

/** A client with options of its own; `api` is the one for pages. */
export function createClient(given: Partial<ClientOptions> = {}) {
  const options: ClientOptions = {
    baseUrl: "/api/lastpass",
    headers: () => ({}),
    onUnauthenticated: () => undefined,
    fetch: (url, init) => fetch(url, init),
    ...given,
  };
  /** The keys of changes that have not ended, by route and body. */
  const openKeys = new Map<string, string>();
  let readAfter: string | null = null;

  async function send(route: string, init: RequestInit, query: object = {}): Promise<Response> {
    const headers = new Headers(await options.headers());
    new Headers(init.headers).forEach((value, name) => headers.set(name, value));
    if (readAfter !== null) {
      headers.set("Lastpass-Read-After", readAfter);
    }
    const url = `${options.baseUrl}/${route}${queryString(query)}`;
    const response = await reached(options.fetch(url, { ...init, headers }), init.signal);
    readAfter = response.headers.get("Lastpass-Read-After") ?? readAfter;
    if (response.ok || isHealth(route, response)) {
      return response;
    }
    const error = await errorOf(response, init.signal);
    if (error.code === "unauthenticated" && route !== "session") {
      options.onUnauthenticated(error);
    }
    throw error;
  }

  async function get<R extends keyof Details>(
    route: R,
    query: DetailQuery<R>,
    init?: RequestOptions,
  ): Promise<DetailReply<R>>;
  async function get<R extends GetRoute>(
    route: R,
    query?: Query<R>,
    init?: RequestOptions,
  ): Promise<Reply<R>>;
  async function get(route: string, query?: object, init: RequestOptions = {}): Promise<unknown> {
    return jsonOf(await send(route, init, query), init.signal);
  }

  /** Makes a change, or signs in. Each attempt at a change with the same body has the same `Idempotency-Key`. */
  async function post<R extends PostRoute>(
    route: R,
    body: Body<R>,
    { idempotencyKey, ...init }: ChangeOptions = {},
  ): Promise<PostReply<R>> {
    const text = JSON.stringify(body);
    const headers = new Headers({ "Content-Type": "application/json" });
    const change = changeOf(route, body);
    if (route !== "session") {
      const key = idempotencyKey ?? openKeys.get(change) ?? crypto.randomUUID();
      openKeys.set(change, key);
      headers.set("Idempotency-Key", key);
    }
    try {
      const response = await send(route, { ...init, method: "POST", headers, body: text });
      const reply = await jsonOf(response, init.signal);
      openKeys.delete(change);
      // The API's replies are held to the document that the types are from.
      return reply as PostReply<R>;
    } catch (error) {
      if (error instanceof ApiError && hasEnded(error)) {
        openKeys.delete(change);
      }
      throw error;
    }
  }

  /** Gives up a change whose outcome stays unknown: the next attempt with the same body is a new change. */
  function giveUp<R extends ChangeRoute>(route: R, body: Body<R>): void {
    openKeys.delete(changeOf(route, body));
  }

  /** Runs a sync now, which stores users and figures in the database; for admins. It may take minutes. */
  async function sync(init: RequestOptions = {}): Promise<Api.Sync> {
    const response = await send("sync", { ...init, method: "POST" });
    // The API's replies are held to the document that the types are from.
    return (await jsonOf(response, init.signal)) as Api.Sync;
  }

  /** Signs out. */
  async function del(route: "session", init: RequestOptions = {}): Promise<void> {
    await send(route, { ...init, method: "DELETE" });
    readAfter = null;
    openKeys.clear();
  }

  /** The pages of a list, one after the other: `for await (const page of api.pages("users")) ...`. */
  async function* pages<R extends ListRoute>(
    route: R,
    query?: Query<R>,
    init?: RequestOptions,
  ): AsyncGenerator<Reply<R>, void> {
    let cursor: string | null = null;
    do {
      // A list's parameters include these two, which a generic route hides.
      const page: Reply<R> = await get(route, { limit: 1000, ...query, cursor } as Query<R>, init);
      yield page;
      cursor = page.nextCursor;
    } while (cursor !== null);
  }

  /** Every row as a file: its content and its name. */
  async function file<R extends FileRoute>(
    route: R,
    query: FileQuery<R>,
    init: RequestOptions = {},
  ): Promise<{ blob: Blob; name: string }> {
    const response = await send(route, init, query);
    if (!/csv|ndjson/.test(typeOf(response))) {
      throw notTheApi(response);
    }
    const disposition = response.headers.get("Content-Disposition") ?? "";
    const name = /filename="([^"]+)"/.exec(disposition)?.[1] ?? `${route}.${query.format}`;
    return { blob: await reached(response.blob(), init.signal), name };
  }

  /** Saves every row as a file through the browser. An error, such as an ended session, rejects, and saves nothing. */
  async function download<R extends FileRoute>(route: R, query: FileQuery<R>): Promise<void> {
    const { blob, name } = await file(route, query);
    saveFile(blob, name);
  }

  const configure = (changes: Partial<ClientOptions>) => void Object.assign(options, changes);

  return { configure, get, post, giveUp, sync, delete: del, pages, file, download };
}

export type Client = ReturnType<typeof createClient>;

/** The API for pages in a browser, whose session is a cookie. */
export const api = createClient();

/** Codes after which a change has ended; the others leave it open, or come before anything was sent. */
const ENDED: string[] = ["lastpass-refused", "change-not-applied"] satisfies Api.ProblemCode[];

/** Whether a change ended with this error: it was not made, and nothing of it is left to do. */
export function hasEnded(error: ApiError): boolean {
  return ENDED.includes(error.code);
}

/** Saves a file through the browser. */
export function saveFile(content: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  // Some browsers read the content only after this.
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

function changeOf(route: string, body: object): string {
  return `${route} ${JSON.stringify(body)}`;
}

function queryString(query: object): string {
  const pairs = Object.entries(query)
    .map(([name, value]: [string, unknown]) => [name, String(value ?? "")])
    .filter(([, value]) => value !== "");
  return pairs.length === 0 ? "" : `?${new URLSearchParams(pairs)}`;
}

/** Waits for a reply or its content. A request that its caller aborted stays an `AbortError`. */
async function reached<T>(reply: Promise<T>, signal?: AbortSignal | null): Promise<T> {
  try {
    return await reply;
  } catch (error) {
    if (signal?.aborted) {
      throw error;
    }
    throw new ApiError("The server cannot be reached. Check the connection and try again.", {
      code: "unreachable",
    });
  }
}

/** `health` replies 503 with its usual body while something is down. */
function isHealth(route: string, response: Response): boolean {
  return route === "health" && response.status === 503 && typeOf(response) === "application/json";
}

function typeOf(response: Response): string {
  return response.headers.get("Content-Type")?.split(";")[0] ?? "";
}

async function jsonOf(response: Response, signal?: AbortSignal | null): Promise<unknown> {
  const text = await reached(response.text(), signal);
  try {
    return JSON.parse(text);
  } catch {
    throw notTheApi(response);
  }
}

async function errorOf(response: Response, signal?: AbortSignal | null): Promise<ApiError> {
  if (typeOf(response) !== "application/problem+json") {
    return notTheApi(response);
  }
  // Every reply of this type is a `Problem`.
  const problem = (await jsonOf(response, signal)) as Api.Problem;
  return new ApiError(problem.detail, problem, retryAfterOf(response));
}

function notTheApi(response: Response): ApiError {
  return new ApiError(
    "The LastPass functions were not reached: something else replied. Check where this app sends /api/lastpass.",
    { code: "not-json", status: response.status },
    retryAfterOf(response),
  );
}

/** `Retry-After` in seconds: it is a number of seconds, or a date. */
function retryAfterOf(response: Response): number | null {
  const value = response.headers.get("Retry-After");
  if (value === null) {
    return null;
  }
  const seconds = /^\d+$/.test(value) ? Number(value) : (Date.parse(value) - Date.now()) / 1000;
  return Number.isNaN(seconds) ? null : Math.max(0, Math.ceil(seconds));
}
