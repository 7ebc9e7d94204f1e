import type { Problem, Replies, Session } from "./lastpass-api";

export type * from "./lastpass-api";

/** Query parameters. A parameter without a value is left out. */
export type Query = Record<string, string | number | boolean | null | undefined>;

/** A request that failed: what the API replied, or that it could not be reached. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly requestId: string | null;
  /** Messages by the request's member or parameter. */
  readonly errors: { field: string; message: string }[];
  /** Seconds to wait before another attempt. */
  readonly retryAfter: number | null;

  constructor(message: string, problem: Partial<Problem> & { retryAfter?: number | null }) {
    super(message);
    this.name = "ApiError";
    this.status = problem.status ?? 0;
    this.code = problem.code ?? "unreachable";
    this.requestId = problem.requestId ?? null;
    this.errors = problem.errors ?? [];
    this.retryAfter = problem.retryAfter ?? null;
  }
}

export const api = {
  get: <Route extends keyof Replies>(route: Route, query?: Query): Promise<Replies[Route]> =>
    request(url(route, query)),
  signIn: (key: string): Promise<Session> =>
    request(url("session"), {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ key }),
    }),
  signOut: async (): Promise<void> => {
    await send(url("session"), { method: "DELETE" });
  },
  /** Saves a reply, such as one with `format: "csv"`, as a file. */
  download: async (route: keyof Replies, query: Query, fileName: string): Promise<void> => {
    const response = await send(url(route, query));
    const link = document.createElement("a");
    link.href = URL.createObjectURL(await response.blob());
    link.download = fileName;
    link.click();
    URL.revokeObjectURL(link.href);
  },
};

function url(route: string, query: Query = {}): string {
  const given = Object.entries(query).filter(([, value]) => value != null && value !== "");
  const text = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return `/api/lastpass/${route}${text && `?${text}`}`;
}

async function request<Reply>(address: string, init?: RequestInit): Promise<Reply> {
  const response = await send(address, init);
  if (!isJson(response)) {
    throw notJson(response);
  }
  return response.json();
}

async function send(address: string, init?: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(address, init);
  } catch {
    throw new ApiError("The server cannot be reached. Check the connection and try again.", {});
  }
  if (response.ok) {
    return response;
  }
  if (!isJson(response)) {
    throw notJson(response);
  }
  const problem: Problem = await response.json();
  const retryAfter = Number(response.headers.get("Retry-After")) || null;
  throw new ApiError(problem.detail, { ...problem, retryAfter });
}

function isJson(response: Response): boolean {
  return response.headers.get("Content-Type")?.includes("json") ?? false;
}

function notJson(response: Response): ApiError {
  return new ApiError(
    "This app does not reach the LastPass functions: its /api/lastpass answers with something else than JSON.",
    { status: response.status, code: "not-json" },
  );
}
