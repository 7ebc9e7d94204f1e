"use client";

import { useCallback } from "react";
import useSWR, { useSWRConfig, type SWRConfiguration } from "swr";

import { api, ApiError, type Query, type Replies, type Session } from "@/lib/lastpass";

const config: SWRConfiguration = {
  keepPreviousData: true,
  revalidateOnFocus: false,
  // A repeated request gets the same 4xx. SWR repeats the others with growing pauses.
  shouldRetryOnError: (error) =>
    !(error instanceof ApiError) || error.status === 0 || error.status >= 500,
  errorRetryCount: 3,
};

/** A `GET` route; `undefined` as the query means: not yet, or not permitted. */
function useRead<Route extends keyof Replies>(route: Route, query: Query | undefined) {
  const { mutate } = useSWRConfig();
  return useSWR<Replies[Route], ApiError>(query && [route, query], () => api.get(route, query), {
    ...config,
    onError: (error) => {
      // The session has ended: whoever shows it leads to the sign-in page.
      if (error.status === 401) {
        void mutate(SESSION);
      }
    },
  });
}

const SESSION = "session";

export function useSession() {
  const { mutate: mutateAll } = useSWRConfig();
  const { data, error, mutate } = useSWR<Session, ApiError>(SESSION, () => api.get("session"), {
    ...config,
    revalidateOnFocus: true,
  });

  const signIn = useCallback(
    async (key: string) => {
      const session = await api.signIn(key);
      await mutate(session, { revalidate: false });
      return session;
    },
    [mutate],
  );

  const signOut = useCallback(async () => {
    await api.signOut();
    // Nothing that this session has read stays in memory.
    await mutateAll(() => true, undefined, { revalidate: false });
    await mutate();
  }, [mutate, mutateAll]);

  return { session: data, error, retry: () => void mutate(), signIn, signOut };
}

/** The security report. `refresh` has LastPass read again, which is for admins. */
export function useSecurityReport(query: Query | undefined) {
  const read = useRead("security-report", query);
  const { mutate } = read;
  const refresh = () =>
    mutate(api.get("security-report", { ...query, fresh: true }), { revalidate: false });
  return { ...read, refresh };
}

/** One user in detail. */
export function useUser(email: string) {
  const read = useRead("users", { email });
  return { ...read, data: read.data && "user" in read.data ? read.data : undefined };
}

/** A list of users by address. */
export function useUsers(query: Query) {
  const read = useRead("users", query);
  return { ...read, data: read.data && "users" in read.data ? read.data : undefined };
}

export function useGroups(query: Query | undefined) {
  return useRead("groups", query);
}
