import type { FieldError, Problem, ProblemCode, Step, SyncPart } from "./lastpass-api";

/** A request that failed: what the API replied, or that it could not be reached. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  /** The status of the reply; 0 without a reply. */
  readonly status: number;
  /** `unreachable`: there was no reply. `not-json`: something other than the API replied. */
  readonly code: ProblemCode | "unreachable" | "not-json";
  /** The id under which the log has the request. */
  readonly requestId: string | null;
  /** What is wrong with which member or parameter of the request. */
  readonly errors: FieldError[];
  /** How many seconds to wait before another attempt, if the API says so. */
  readonly retryAfter: number | null;
  /** Of a change that was begun: its id in `actions`, and how far it came. */
  readonly actionId: string | null;
  readonly steps: Step[];
  /** Of a sync that failed in part: how far each part came. */
  readonly parts: SyncPart[];

  constructor(
    message: string,
    problem: Partial<Omit<Problem, "code">> & { code: ApiError["code"] },
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

/** Codes after which a change has ended; the others leave it open, or come before anything was sent. */
const ENDED: string[] = ["lastpass-refused", "change-not-applied"] satisfies ProblemCode[];

/** Whether a change ended with this error: it was not made, and nothing of it is left to do. */
export function hasEnded(error: ApiError): boolean {
  return ENDED.includes(error.code);
}

/** Waits for a reply or its content. A request that its caller aborted stays an `AbortError`. */
export async function reached<T>(reply: Promise<T>, signal?: AbortSignal | null): Promise<T> {
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

export async function jsonOf(response: Response, signal?: AbortSignal | null): Promise<unknown> {
  const text = await reached(response.text(), signal);
  try {
    return JSON.parse(text);
  } catch {
    throw notTheApi(response);
  }
}

/** The error that a reply without success means. */
export async function errorOf(response: Response, signal?: AbortSignal | null): Promise<ApiError> {
  if (typeOf(response) !== "application/problem+json") {
    return notTheApi(response);
  }
  // Every reply of this type is a `Problem`.
  const problem = (await jsonOf(response, signal)) as Problem;
  return new ApiError(problem.detail, problem, retryAfterOf(response));
}

export function notTheApi(response: Response): ApiError {
  return new ApiError(
    "The LastPass functions were not reached: something else replied. Check where this app sends /api/lastpass.",
    { code: "not-json", status: response.status },
    retryAfterOf(response),
  );
}

/** The media type of a reply. */
export function typeOf(response: Response): string {
  return response.headers.get("Content-Type")?.split(";")[0] ?? "";
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
