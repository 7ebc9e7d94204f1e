// For V0's preview, where no function runs and a browser drops the cookies of a framed page: forwards to a deployment of the
// demo company with its published key. Remove this file before the app gets real data.
//
// LASTPASS_PREVIEW_ORIGIN: a deployment with LASTPASS_DEMO=1, such as https://my-demo.vercel.app
// LASTPASS_PREVIEW_ROLE: admin (default), manager, auditor or provisioner

const FORWARDED = [
  "accept",
  "content-type",
  "idempotency-key",
  "if-none-match",
  "lastpass-read-after",
];
const RETURNED = [
  "content-type",
  "etag",
  "idempotency-replayed",
  "lastpass-read-after",
  "retry-after",
];

async function forward(
  request: Request,
  { params }: { params: Promise<{ path: string[] }> },
): Promise<Response> {
  const origin = process.env.LASTPASS_PREVIEW_ORIGIN;
  if (!origin) {
    return refused("Set LASTPASS_PREVIEW_ORIGIN to a deployment of the demo company.");
  }
  if (!(await isDemo(origin))) {
    return refused(
      "LASTPASS_PREVIEW_ORIGIN is not a deployment of the demo company (LASTPASS_DEMO=1).",
    );
  }
  const path = (await params).path.map(encodeURIComponent).join("/");
  // The key is the session: signing in and out changes nothing here.
  const method = path === "session" ? "GET" : request.method;
  const response = await fetch(`${origin}/api/lastpass/${path}${new URL(request.url).search}`, {
    method,
    headers: {
      ...picked(request.headers, FORWARDED),
      "x-api-key": `demo-${process.env.LASTPASS_PREVIEW_ROLE ?? "admin"}`,
    },
    body: method === "POST" ? await request.text() : undefined,
    cache: "no-store",
  });
  return new Response(response.body, {
    status: response.status,
    headers: { ...picked(response.headers, RETURNED), "cache-control": "private, no-store" },
  });
}

export const GET = forward;
export const POST = forward;
export const DELETE = forward;

async function isDemo(origin: string): Promise<boolean> {
  try {
    const response = await fetch(`${origin}/api/lastpass/session`, { cache: "no-store" });
    return (await response.json()).demo === true;
  } catch {
    return false;
  }
}

function picked(headers: Headers, names: string[]): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = headers.get(name);
      return value === null ? [] : [[name, value]];
    }),
  );
}

function refused(detail: string): Response {
  const problem = {
    title: "No preview",
    status: 503,
    code: "no-preview",
    detail,
    errors: [],
    error: detail,
  };
  return Response.json(problem, {
    status: 503,
    headers: { "content-type": "application/problem+json" },
  });
}
