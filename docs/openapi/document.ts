import { DEFAULT_PATHS } from "../../src/internal/route-paths.ts";
import { type ANSWERS, schemas } from "./schemas.ts";

type AnswerName = keyof typeof ANSWERS;
type Answers = Readonly<Record<number, AnswerName>>;

const SAID: Readonly<Record<number, string>> = {
  200: "It is done.",
  400: "Fields that are wrong, each with what it must be.",
  401: "The login or the admin token is missing or wrong.",
  404: "The user has no such token, or the service keeps no receipts.",
  410: "Too late to count.",
  413: "More than 64 KiB.",
  415: "Not JSON.",
  500: "It could not be done.",
};
const UNREADABLE: Answers = { 400: "InvalidRequest", 413: "PayloadTooLarge", 415: "UnsupportedMediaType" };
const PHONE: Answers = { 200: "Success", ...UNREADABLE, 401: "BadToken", 500: "InternalError" };
const SERVER: Answers = { ...UNREADABLE, 401: "Unauthorized" };

const inQuery = (name: string) => ({ name, in: "query", required: true, schema: { type: "string" } });
const IDEMPOTENCY_KEY = {
  name: "Idempotency-Key",
  in: "header",
  description: "The same key within the ring timeout rings once.",
  schema: { type: "string", maxLength: 255 },
};
const RING_TIMEOUT = {
  name: "Ring-Timeout",
  in: "header",
  description: "For how many milliseconds the signal server still waits for this answer.",
  schema: { type: "integer", minimum: 1 },
};

interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly body?: string;
  /** Default: true. */
  readonly needsBody?: boolean;
  /** What a request must show. Absent: nothing, because its body is proof enough. */
  readonly security?: "login" | "adminToken";
  readonly parameters?: readonly object[];
  readonly answers: Answers;
}

const OPERATIONS: Readonly<Record<string, Readonly<Record<string, Operation>>>> = {
  [DEFAULT_PATHS.devices]: {
    put: {
      operationId: "registerDevice",
      summary: "Stores the tokens of the user's phone; at least one is needed.",
      body: "Registration",
      security: "login",
      answers: PHONE,
    },
    delete: {
      operationId: "unregisterDevice",
      summary:
        "Removes the user's own tokens, which the body names, or the query. A login that has only expired will do.",
      body: "Removal",
      needsBody: false,
      security: "login",
      parameters: ["voipDeviceToken", "apnsDeviceToken"].map(name => ({ ...inQuery(name), required: false })),
      answers: PHONE,
    },
  },
  [DEFAULT_PATHS.receipts]: {
    post: {
      operationId: "takeReceipt",
      summary: "A phone says what became of a call push. The receipt stands for the login.",
      body: "Receipt",
      answers: {
        ...UNREADABLE,
        200: "Success",
        400: "InvalidReceipt",
        404: "NotFound",
        410: "ReceiptExpired",
        500: "InternalError",
      },
    },
  },
  [DEFAULT_PATHS.call]: {
    post: {
      operationId: "pushCall",
      summary: "Rings all phones of a user.",
      body: "Call",
      security: "adminToken",
      parameters: [IDEMPOTENCY_KEY, RING_TIMEOUT],
      answers: { 200: "SentPush", ...SERVER, 404: "NoVoipToken", 500: "FailedCall" },
    },
  },
  [DEFAULT_PATHS.cancel]: {
    post: {
      operationId: "cancelCall",
      summary: "Cancels a call that has not left.",
      body: "CancelCall",
      security: "adminToken",
      answers: { 200: "CancelledCall", ...SERVER, 500: "InternalError" },
    },
  },
  [DEFAULT_PATHS.callReceipts]: {
    get: {
      operationId: "readReceipts",
      summary: "What phones have said of a call.",
      security: "adminToken",
      parameters: [inQuery("toUserId"), inQuery("callId")],
      answers: { 200: "Receipts", 400: "InvalidRequest", 401: "Unauthorized", 404: "NotFound", 500: "InternalError" },
    },
  },
  [DEFAULT_PATHS.message]: {
    post: {
      operationId: "pushMessage",
      summary: "Shows a user a message, as a notification.",
      body: "Message",
      security: "adminToken",
      parameters: [IDEMPOTENCY_KEY, RING_TIMEOUT],
      answers: { 200: "SentPush", ...SERVER, 404: "NoApnsToken", 500: "FailedMessage" },
    },
  },
};

/** The routes at their default paths, as OpenAPI 3.1. */
export function openApi(version: string): object {
  const inJson = (name: string) => ({ "application/json": { schema: { $ref: `#/components/schemas/${name}` } } });
  const described = ({ body, needsBody = true, security, answers, ...rest }: Operation) => ({
    ...rest,
    security: security === undefined ? [] : [{ [security]: [] }],
    ...(body !== undefined && { requestBody: { required: needsBody, content: inJson(body) } }),
    responses: Object.fromEntries(
      Object.entries(answers).map(([status, name]) => [
        status,
        { description: SAID[Number(status)], content: inJson(name) },
      ]),
    ),
  });
  const paths = Object.entries(OPERATIONS).map(([path, methods]) => [
    path,
    Object.fromEntries(Object.entries(methods).map(([method, operation]) => [method, described(operation)])),
  ]);
  return {
    openapi: "3.1.0",
    info: {
      title: "apns-voip",
      version,
      summary: "Registration of phones, calls and messages.",
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [{ url: "/" }],
    paths: Object.fromEntries(paths),
    components: {
      securitySchemes: {
        login: { type: "http", scheme: "bearer", description: "The app's own login." },
        adminToken: { type: "apiKey", in: "header", name: "X-Admin-Token", description: "Of the signal server." },
      },
      schemas: schemas(),
    },
  };
}
