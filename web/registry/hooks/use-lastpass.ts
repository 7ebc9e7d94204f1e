"use client";

import { useCallback, useRef, useState } from "react";
import useSWR, { useSWRConfig, type SWRConfiguration } from "swr";

import {
  api,
  ApiError,
  hasEnded,
  type Body,
  type ChangeRoute,
  type DetailQuery,
  type DetailReply,
  type GetRoute,
  type Health,
  type PostReply,
  type Query,
  type Reply,
  type Session,
} from "@/lib/lastpass";

const SESSION = "session";
const PREVIEW = "preview";

/** What a change of a user or of a group may touch. */
const LISTS: (GetRoute | typeof PREVIEW)[] = [
  "security-report",
  "users",
  "groups",
  "shared-folders",
  "audit-logs",
  "actions",
  PREVIEW,
];

const MAX_RETRIES = 3;

const config: SWRConfiguration = {
  keepPreviousData: true,
  revalidateOnFocus: false,
  onErrorRetry: (error, _key, _config, revalidate, { retryCount }) => {
    const pause = retryPause(error, retryCount);
    if (pause !== undefined) {
      setTimeout(() => void revalidate({ retryCount }), pause);
    }
  },
};

/** Milliseconds until a failed request is repeated; `undefined`: never. */
function retryPause(error: unknown, retryCount: number): number | undefined {
  if (isRefusal(error) || retryCount > MAX_RETRIES) {
    return undefined;
  }
  const seconds = error instanceof ApiError ? error.retryAfter : null;
  return (seconds ?? 2 ** retryCount) * 1000;
}

/** A 4xx: nothing was changed, and the same request would get the same reply. */
function isRefusal(error: unknown): boolean {
  return error instanceof ApiError && error.status >= 400 && error.status < 500;
}

/** Whether the change may have been made although its request failed. */
function isUnsettled(error: ApiError): boolean {
  return (
    error.code === "outcome-unknown" ||
    error.code === "internal" ||
    error.code === "unreachable" ||
    (error.code === "not-json" && !isRefusal(error))
  );
}

/** Who is signed in and may do what; signs in with a dashboard key, and out. */
export function useSession() {
  const { mutate: mutateAll } = useSWRConfig();
  const { data, error, mutate } = useSWR<Session, ApiError>(SESSION, () => api.get("session"), {
    ...config,
    revalidateOnFocus: true,
  });

  const signIn = useCallback(
    async (key: string) => {
      const session = await api.post("session", { key });
      // What another session has read is not for this one.
      await mutateAll((other) => other !== SESSION, undefined, { revalidate: false });
      await mutate(session, { revalidate: false });
      return session;
    },
    [mutate, mutateAll],
  );

  const signOut = useCallback(async () => {
    await api.delete("session");
    // No data that this session has read stays in memory.
    await mutateAll(() => true, undefined, { revalidate: false });
    await mutate();
  }, [mutate, mutateAll]);

  return { session: data, error, retry: () => void mutate(), signIn, signOut };
}

const HEALTH_MILLISECONDS = 15_000;

/** Whether each part works, for an admin, and what to do; requested again until all of it works. */
export function useHealth() {
  return useSWR<Health, ApiError>("health", () => api.get("health"), {
    ...config,
    revalidateOnFocus: true,
    refreshInterval: (health) => (health?.status === "ok" ? 0 : HEALTH_MILLISECONDS),
  });
}

/** The security report. `refresh` reads LastPass again, which is for admins. */
export function useSecurityReport(query: Query<"security-report"> | undefined) {
  const read = useList("security-report", query);
  const { mutate } = read;
  const refresh = () =>
    mutate(api.get("security-report", { ...query, fresh: true }), { revalidate: false });
  return { ...read, refresh };
}

/** One user in detail: by the address, or by LastPass's id, which also finds people who have left. */
export function useUser(user: string | DetailQuery<"users"> | undefined) {
  return useDetail("users", typeof user === "string" ? { email: user } : user);
}

/** A list of users by address. */
export function useUsers(query: Query<"users"> | undefined) {
  return useList("users", query);
}

export function useGroups(query: Query<"groups"> | undefined) {
  return useList("groups", query);
}

export function useSharedFolders(query: Query<"shared-folders"> | undefined) {
  return useList("shared-folders", query);
}

/** One shared folder with its users. */
export function useSharedFolder(id: string | undefined) {
  return useDetail("shared-folders", id === undefined ? undefined : { id });
}

/** A page of LastPass's log. `nextCursor` of the reply is the `cursor` of the next page. */
export function useAuditLogs(query: Query<"audit-logs"> | undefined) {
  return useList("audit-logs", query);
}

/** A page of the audit record of changes. */
export function useActions(query: Query<"actions"> | undefined) {
  return useList("actions", query);
}

/** A list; `undefined` as the query means: not yet, or not permitted. */
function useList<R extends GetRoute>(route: R, query: Query<R> | undefined) {
  return useRead<Reply<R>>(query && [route, query], () => api.get(route, query));
}

function useDetail<R extends "users" | "shared-folders">(
  route: R,
  query: DetailQuery<R> | undefined,
) {
  const read = () => api.get(route, query!);
  // One user's data is never shown under the name of another.
  return useRead<DetailReply<R>>(query && [route, query], read, { keepPreviousData: false });
}

function useRead<Data>(
  key: readonly unknown[] | undefined,
  fetcher: () => Promise<Data>,
  changes?: SWRConfiguration,
) {
  const { mutate: mutateAll } = useSWRConfig();
  const { data, error, isValidating, mutate } = useSWR<Data, ApiError>(key, fetcher, {
    ...config,
    // Without a request there is no data either, whatever was shown before.
    keepPreviousData: key !== undefined,
    ...changes,
    onError: (error) => {
      // The session has ended: the component that shows it leads to the sign-in page.
      if (error.status === 401) {
        void mutateAll(SESSION);
      }
    },
  });
  /** There is nothing to show yet: neither data, nor those of the filters before, nor an error. */
  const isLoading = key !== undefined && data === undefined && error === undefined;
  return { data, error, isLoading, isValidating, mutate };
}

/** What a change would do: a dry run, which is repeated after every change. `undefined` as the body means: not yet. */
export function useChangePreview<R extends ChangeRoute>(route: R, body: Body<R> | undefined) {
  const read = () => api.post(route, { ...body!, dryRun: true });
  return useRead<PostReply<R>>(body && [PREVIEW, route, body], read, { keepPreviousData: false });
}

/**
 * A change by `provision-user`, `users` or `groups`. After `submit` every list is read again, and shows it. `retry` sends
 * the last body again, with the same `Idempotency-Key`, so that nothing is done twice; after a success there is nothing
 * to retry. `reset` gives the change up, unless it is being made.
 */
export function useChange<R extends ChangeRoute>(route: R) {
  const { mutate } = useSWRConfig();
  const [state, setState] = useState<ChangeState<R>>(IDLE);
  const last = useRef<Body<R>>(undefined);
  const submitting = useRef(false);

  const send = useCallback(
    async (body: Body<R>): Promise<PostReply<R> | undefined> => {
      last.current = body;
      // A dry run that was reset meanwhile is about earlier input of the form.
      const isOutdated = () => body.dryRun && last.current !== body;
      submitting.current ||= !body.dryRun;
      setState((before) => ({ ...before, pending: true, error: undefined }));
      try {
        const reply = await api.post(route, body);
        if (isOutdated()) {
          return reply;
        }
        last.current = undefined;
        setState({ ...IDLE, reply });
        if (!reply.dryRun) {
          void mutate(isList);
        }
        return reply;
      } catch (error) {
        if (!(error instanceof ApiError)) {
          setState(IDLE);
          throw error;
        }
        if (isOutdated()) {
          return undefined;
        }
        setState((before) => ({
          ...IDLE,
          error,
          unsettled: !body.dryRun && (before.unsettled ? !hasEnded(error) : isUnsettled(error)),
        }));
        if (error.status === 401) {
          void mutate(SESSION);
        } else if (!isRefusal(error)) {
          void mutate(isList);
        }
        return undefined;
      } finally {
        submitting.current &&= Boolean(body.dryRun);
      }
    },
    [mutate, route],
  );

  return {
    ...state,
    /** What the change would do. Nothing is changed. */
    dryRun: useCallback((body: Body<R>) => send({ ...body, dryRun: true }), [send]),
    submit: send,
    retry: useCallback(async () => last.current && send(last.current), [send]),
    reset: useCallback(() => {
      if (submitting.current) {
        return;
      }
      if (last.current) {
        api.giveUp(route, last.current);
      }
      last.current = undefined;
      setState(IDLE);
    }, [route]),
  };
}

interface ChangeState<R extends ChangeRoute> {
  pending: boolean;
  /** The last change may have been made, or not. `retry` finds out. */
  unsettled: boolean;
  /** The last reply: of a dry run its `dryRun` is true. */
  reply?: PostReply<R>;
  error?: ApiError;
}

const IDLE = { pending: false, unsettled: false };

function isList(key: unknown): boolean {
  return Array.isArray(key) && LISTS.includes(key[0]);
}
