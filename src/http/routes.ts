import { type Clock, monotonicNow } from "../clock.js";
import { type ApnsVoipErrorCode, type ApnsVoipIssue, isApnsVoipError } from "../errors.js";
import type { OnEvent } from "../events.js";
import { emit } from "../internal/emit.js";
import { checkOptions, has, needsThing, type OptionChecks, wants, wrong } from "../internal/options.js";
import { normalize, pathsOf, type RoutePathOptions, type RoutePaths, somePaths } from "../internal/route-paths.js";
import { unknownKeys } from "../push/message.js";
import type { PushService, SendOptions } from "../push/push-service.js";
import type { PushReport } from "../push/report.js";
import { readUserId, type UserId } from "../user-id.js";
import { checkAdminToken, createAdminCheck } from "./admin-token.js";
import { invalidRequest, Refused, type RouteAnswer, refuse, refuseRequest, success } from "./answer.js";
import type { Authenticate } from "./authenticate.js";
import { deviceRoutes } from "./device-routes.js";
import { readJsonObject } from "./json-body.js";
import { answerFor, answerForStore, CALL_WORDS, MESSAGE_WORDS, type PushWords } from "./push-answer.js";
import { receiptRoutes } from "./receipt-routes.js";
import { createRoute, type Route, type RouteRequest, type Serve } from "./route.js";

/** The part of a push service that the routes use, whatever its payload schema. */
export type RoutedPushService = Pick<
  PushService,
  | "cancelCall"
  | "takeReceipt"
  | "readReceipts"
  | "receipts"
  | "sendMessage"
  | "registerDevice"
  | "unregisterDevice"
  | "devices"
  | "onEvent"
  | "clock"
> & {
  sendCall(call: { readonly toUserId: UserId }, options?: SendOptions): Promise<PushReport>;
};

/** Everything `createPushRoutes` takes. */
export interface PushRoutesOptions {
  /** Its `onEvent` and clock are the routes' too. */
  readonly push: RoutedPushService;
  /** Whose phone registers, for example `bearerAuth({ secret })`. */
  readonly authenticate: Authenticate;
  /** What the signal server sends as `X-Admin-Token`. Several while one is being replaced. Unset, it stops the start. */
  readonly adminToken: string | readonly string[] | undefined;
  /**
   * Default: `/api/v1/me/devices`, `/api/v1/calls/receipts`, `/api/internal/push/call`, `/cancel` and `/receipts` below that, and
   * `/api/internal/push/message`.
   */
  readonly paths?: RoutePathOptions | undefined;
  /** The apps that may register. Default: any. */
  readonly bundleIds?: readonly string[] | undefined;
  /**
   * Whether a `DELETE` without a login drops the token that its body names in whole. Who knows a whole token has the phone; a
   * device id is no such proof, and neither is a token in the query. Answered with 200 whether or not there was one. Default:
   * false. A login that has only expired needs no such permission.
   */
  readonly unregisterWithoutLogin?: boolean | undefined;
}

export type { Route } from "./route.js";

/** The drop-in routes; made with `createPushRoutes`. Each also works by itself, under any path. */
export interface PushRoutes {
  /** All of them, by path and method. */
  readonly fetch: Route;
  /** `PUT`: stores the tokens of the user's phone. */
  readonly registerDevice: Route;
  /**
   * `DELETE`: removes those of the user's own tokens that the body or the query names; also for a login that has only expired.
   */
  readonly unregisterDevice: Route;
  /** `POST`: rings a user. */
  readonly pushCall: Route;
  /** `POST`: cancels a call that has not left. */
  readonly cancelCall: Route;
  /** `POST`: a phone says what became of a call push. 404 where the service has no `receipts`. */
  readonly takeReceipt: Route;
  /** `GET`: what phones have said of a call. 404 where the service has no `receipts`. */
  readonly readReceipts: Route;
  /** `POST`: shows a user a message. */
  readonly pushMessage: Route;
  /** Where `fetch` serves them. */
  readonly paths: RoutePaths;
}

const CHECKS: OptionChecks<PushRoutesOptions> = {
  push: needsThing("a service made with createPushService", has("sendCall", "sendMessage", "registerDevice")),
  authenticate: needsThing("a function such as bearerAuth gives", given => typeof given === "function"),
  adminToken: checkAdminToken,
  paths: somePaths,
  bundleIds: wants("a list of bundle ids, or absent to allow any", isList),
  unregisterWithoutLogin: wants("true or false", given => typeof given === "boolean"),
};

function pathIssues({ paths: given }: PushRoutesOptions): ApnsVoipIssue[] {
  if (somePaths(given, "paths").length > 0) return [];
  const paths = Object.values(pathsOf(given));
  const isClear = new Set(paths).size === paths.length;
  return isClear ? [] : [wrong("paths", "paths that differ", given, paths.join(", "))];
}

function isList(given: unknown): boolean {
  return Array.isArray(given) && given.length > 0;
}

/** Errors that are the request's own: the answer names the fields, as the push service did. */
const ITS_OWN_MISTAKES: ReadonlySet<ApnsVoipErrorCode> = new Set([
  "INVALID_CALL",
  "INVALID_REGISTRATION",
  "PAYLOAD_TOO_LARGE",
]);

/** Characters of an idempotency key at most. */
const MOST_KEY_CHARACTERS = 255;

/** Share of the client's waiting time that the service gets. The rest is for the answer's way. */
const SHARE_OF_WAIT = 0.9;

/**
 * The routes that a calling app's phones and signal server use, as standard `Request` to `Response` functions. Mount them
 * with `toNodeHandler` (`apns-voip/node`), `toFastifyPlugin` (`apns-voip/fastify`), or as they are where `fetch` handlers
 * are (Hono, Next.js).
 *
 * @throws `ApnsVoipError`, code `INVALID_OPTIONS`; also for an admin token that is empty.
 * @example
 * ```ts
 * const routes = createPushRoutes({
 *   push,
 *   authenticate: bearerAuth({ secret: process.env.JWT_SECRET, userIdClaim: "uid" }),
 *   adminToken: process.env.ADMIN_PUSH_TOKEN,
 * });
 * app.use(toNodeHandler(routes));
 * ```
 */
export function createPushRoutes(options: PushRoutesOptions): PushRoutes {
  checkOptions("createPushRoutes", options, CHECKS, pathIssues);
  const { push, authenticate, bundleIds, unregisterWithoutLogin = false } = options;
  const isAdmin = createAdminCheck(options.adminToken);
  const paths = pathsOf(options.paths);
  const { onEvent, clock } = push;
  const answering = (answer: Answering) => createServe(answer, clock, onEvent);

  const { registerDevice, unregisterDevice } = deviceRoutes(
    { push, authenticate, bundleIds, unregisterWithoutLogin },
    answering,
  );

  const pushCall = pushRoute(CALL_WORDS, (body, sendOptions) => push.sendCall(body as never, sendOptions));
  const pushMessage = pushRoute(
    MESSAGE_WORDS,
    (body, sendOptions) => push.sendMessage(body as never, sendOptions),
    unknownKeys,
  );

  /**
   * `strange` finds keys of a body that this API does not know. They are left out and named, so that a newer signal
   * server's message is not lost.
   */
  function pushRoute(
    words: PushWords,
    send: (body: object, options: SendOptions) => Promise<PushReport>,
    strange: (body: object) => string[] = () => [],
  ): Serve {
    return answering(async request => {
      if (!isAdmin(request)) throw refuse(401, "unauthorized");
      const body = await readJsonObject(request);
      const { userId } = readUserId(body.toUserId);
      if (userId !== undefined) {
        const { method, path } = request;
        emit(onEvent, { type: "http.push-requested", method, path, toUserId: userId });
      }
      try {
        const sendOptions = { idempotencyKey: idempotencyKeyOf(request), ringTimeout: ringTimeoutOf(request) };
        const ignored = strange(body);
        for (const key of ignored) delete body[key];
        const answer = answerFor(await send(body, sendOptions), words);
        if (ignored.length === 0) return answer;
        emit(onEvent, { type: "http.keys-ignored", method: request.method, path: request.path, keys: ignored });
        return { ...answer, body: { ...answer.body, ignored } };
      } catch (error) {
        const answer = answerForStore(error, words);
        if (answer === undefined) throw error;
        return answer;
      }
    });
  }

  const cancelCall = answering(async request => {
    if (!isAdmin(request)) throw refuse(401, "unauthorized");
    const { toUserId, idempotencyKey } = await readJsonObject(request);
    if (typeof idempotencyKey === "string") checkKey("idempotencyKey", idempotencyKey);
    // The service judges the body, as it does for calls.
    const { cancelled } = await push.cancelCall(toUserId as never, idempotencyKey as never);
    return { ...success, body: { success: true, cancelled }, detail: cancelled ? "cancelled" : "nothing to cancel" };
  });

  const { takeReceipt, readReceipts } = receiptRoutes(push, isAdmin, answering);

  const table = new Map<string, Readonly<Record<string, Serve>>>([
    [paths.devices, { PUT: registerDevice, DELETE: unregisterDevice }],
    [paths.call, { POST: pushCall }],
    [paths.receipts, { POST: takeReceipt }],
    [paths.cancel, { POST: cancelCall }],
    [paths.callReceipts, { GET: readReceipts }],
    [paths.message, { POST: pushMessage }],
  ]);
  const notFound = answering(async () => ({ status: 404, body: { error: "not_found" } }));

  const serve: Serve = (request, native) => {
    const methods = table.get(normalize(request.path));
    if (methods === undefined) return notFound(request, native);
    const method = request.method === "HEAD" ? "GET" : request.method;
    const serve = Object.hasOwn(methods, method) ? methods[method] : undefined;
    if (serve !== undefined) return serve(request, native);
    const headers = { allow: Object.keys(methods).join(", ") };
    return answering(async () => ({ status: 405, body: { error: "method_not_allowed" }, headers }))(request, native);
  };

  return {
    paths,
    fetch: createRoute(serve),
    registerDevice: createRoute(registerDevice),
    unregisterDevice: createRoute(unregisterDevice),
    pushCall: createRoute(pushCall),
    cancelCall: createRoute(cancelCall),
    takeReceipt: createRoute(takeReceipt),
    readReceipts: createRoute(readReceipts),
    pushMessage: createRoute(pushMessage),
  };
}

/** A route's work. As `Serve`, but it may reject. */
type Answering = Serve;

/**
 * Makes a `Serve` that tells an event for each answer. An error inside becomes a bare 500: the details go to the log
 * only.
 */
function createServe(answering: Answering, clock: Clock, onEvent: OnEvent | undefined): Serve {
  return async (request, native) => {
    const started = monotonicNow(clock);
    const answer = await answering(request, native).catch(answerForError);
    const { status, body, detail, push } = answer;
    emit(onEvent, {
      type: "http.answered",
      method: request.method,
      path: request.path,
      status,
      ...(body.error !== undefined && { error: body.error }),
      ...(detail !== undefined && { detail }),
      ...(push !== undefined && { push }),
      milliseconds: monotonicNow(clock) - started,
    });
    return answer;
  };
}

function answerForError(error: unknown): RouteAnswer {
  if (error instanceof Refused) return error.answer;
  if (isApnsVoipError(error) && ITS_OWN_MISTAKES.has(error.code)) {
    const { issues, message } = error;
    return invalidRequest(issues.length > 0 ? issues : [{ path: "", message }]);
  }
  const detail = error instanceof Error ? error.message : String(error);
  return { status: 500, body: { error: "internal_error" }, detail };
}

/**
 * How long the service has: the client says for how many milliseconds it waits, and must still hear how it ended. What cannot
 * be read is ignored.
 */
function ringTimeoutOf(request: RouteRequest): number | undefined {
  const waits = request.header("ring-timeout")?.trim() ?? "";
  return /^[1-9]\d{0,8}$/.test(waits) ? Math.max(1, Number(waits) * SHARE_OF_WAIT) : undefined;
}

function idempotencyKeyOf(request: RouteRequest): string | undefined {
  const key = request.header("idempotency-key")?.trim();
  if (!key) return undefined;
  checkKey("Idempotency-Key", key);
  return key;
}

/** @throws `Refused`, 400. A call and its cancel name the same key, so what one refuses the other does. */
function checkKey(path: string, key: string): void {
  if (key.length <= MOST_KEY_CHARACTERS) return;
  throw refuseRequest(path, `${path} must have at most ${MOST_KEY_CHARACTERS} characters`);
}
