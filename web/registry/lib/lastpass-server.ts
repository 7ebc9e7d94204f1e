import { cookies, headers } from "next/headers";
import { redirect } from "next/navigation";
import type { NextRequest } from "next/server";

import { ApiError, createClient, type Client, type Role, type Session } from "./lastpass";

const SIGN_IN = "/sign-in";

/** What the functions need of the browser's request beside cookies: evidence that it came from this app. */
const FORWARDED = ["sec-fetch-site", "sec-fetch-mode"];

/** The functions' own cookies, which an action may have changed since the request. */
const OWN_COOKIE = /^(__Host-)?lastpass-(session|read-after)$/;

type CookieJar = Awaited<ReturnType<typeof cookies>>;

/**
 * The API as the signed-in user: in Server Components, Server Actions and Route Handlers. The cookies that a change sets
 * are handed on to the browser, and sent with later reads, which show the change.
 */
export async function serverApi(): Promise<Client> {
  const incoming = await headers();
  const jar = await cookies();
  return clientFor(incoming, () => cookieHeader(incoming.get("cookie") ?? "", jar), jar);
}

/**
 * The session, for what only these roles may see or do. Without one it leads to the sign-in page; with another role it
 * throws an `ApiError` with the code `forbidden`. The functions check each request again.
 */
export async function requireRole(...roles: Role[]): Promise<Session & { role: Role }> {
  const session = await (await serverApi()).get("session");
  const { role, signedIn } = session;
  if (!signedIn) {
    redirect(SIGN_IN);
  }
  if (role === null || !roles.includes(role)) {
    throw new ApiError("This is not available for your role.", { code: "forbidden", status: 403 });
  }
  return { ...session, role };
}

/** The session in `proxy.ts`. Only the functions can say whether a cookie is valid. */
export function sessionOf(request: NextRequest): Promise<Session> {
  const cookie = request.headers.get("cookie") ?? "";
  return clientFor(request.headers, () => cookie).get("session");
}

function clientFor(incoming: Headers, cookie: () => string, jar?: CookieJar): Client {
  return createClient({
    baseUrl: `${originOf(incoming)}/api/lastpass`,
    headers: () => {
      const sent = new Headers({ cookie: cookie() });
      for (const name of FORWARDED) {
        const value = incoming.get(name);
        if (value !== null) {
          sent.set(name, value);
        }
      }
      return sent;
    },
    fetch: async (url, init) => {
      const response = await fetch(url, { ...init, cache: "no-store" });
      for (const line of response.headers.getSetCookie()) {
        jar?.set(...cookieOf(line));
      }
      return response;
    },
  });
}

function originOf(incoming: Headers): string {
  const local = process.env.NODE_ENV === "development" ? "http://localhost:3001" : undefined;
  return process.env.LASTPASS_API_ORIGIN ?? local ?? `https://${incoming.get("host")}`;
}

/** The cookies of the request as they were sent, apart from the functions' own: these are as they stand now. */
function cookieHeader(sent: string, jar: CookieJar): string {
  const others = sent.split(/; */).filter((pair) => !OWN_COOKIE.test(pair.replace(/=.*/, "")));
  const own = jar.getAll().filter(({ name, value }) => OWN_COOKIE.test(name) && value !== "");
  return [...others, ...own.map(({ name, value }) => `${name}=${value}`)]
    .filter(Boolean)
    .join("; ");
}

/** A `Set-Cookie` line as the arguments of `cookies().set`. */
function cookieOf(line: string): Parameters<CookieJar["set"]> {
  const [pair = "", ...attributes] = line.split("; ");
  const separator = pair.indexOf("=");
  const maxAge = attributes.find((attribute) => attribute.startsWith("Max-Age="));
  return [
    pair.slice(0, separator),
    pair.slice(separator + 1),
    {
      path: "/",
      httpOnly: true,
      sameSite: "strict",
      secure: attributes.includes("Secure"),
      ...(maxAge && { maxAge: Number(maxAge.slice("Max-Age=".length)) }),
    },
  ];
}
