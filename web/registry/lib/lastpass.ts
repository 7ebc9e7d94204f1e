import type { Sync } from "./lastpass-api";
import { saveFile } from "./lastpass-download";
import { ApiError, errorOf, hasEnded, jsonOf, notTheApi, reached, typeOf } from "./lastpass-error";
import type {
  Body,
  ChangeRoute,
  DetailQuery,
  DetailReply,
  DetailRoute,
  FileQuery,
  FileRoute,
  GetRoute,
  ListRoute,
  PostReply,
  PostRoute,
  Query,
  Reply,
} from "./lastpass-routes";

export type * from "./lastpass-api";
export type * from "./lastpass-routes";
export { ApiError, hasEnded };

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

  async function get<R extends DetailRoute>(
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
  async function sync(init: RequestOptions = {}): Promise<Sync> {
    const response = await send("sync", { ...init, method: "POST" });
    // The API's replies are held to the document that the types are from.
    return (await jsonOf(response, init.signal)) as Sync;
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

function changeOf(route: string, body: object): string {
  return `${route} ${JSON.stringify(body)}`;
}

function queryString(query: object): string {
  const pairs = Object.entries(query)
    .map(([name, value]: [string, unknown]) => [name, String(value ?? "")])
    .filter(([, value]) => value !== "");
  return pairs.length === 0 ? "" : `?${new URLSearchParams(pairs)}`;
}

/** `health` replies 503 with its usual body while something is down. */
function isHealth(route: string, response: Response): boolean {
  return route === "health" && response.status === 503 && typeOf(response) === "application/json";
}
