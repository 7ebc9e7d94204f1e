import { NextResponse, type NextRequest } from "next/server";

import { sessionOf } from "@/lib/lastpass-server";

export async function proxy(request: NextRequest) {
  const session = await sessionOf(request);
  return session.role
    ? NextResponse.next()
    : NextResponse.redirect(new URL("/sign-in", request.url));
}

export const config = { matcher: "/((?!api/|sign-in|_next/|favicon.ico).*)" };
