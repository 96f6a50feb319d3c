import * as z from "zod/v4";
import { REASONS } from "../../../apns/reasons.js";
import { tokenPrefix } from "../../../internal/describe.js";
import { field, text } from "../../../push/field.js";
import type { ExchangeFault, ScriptedAnswer, ScriptedReply } from "../../script.js";
import type { Scene } from "../scene.js";
import { exact, time, whole, word } from "./fields.js";
import { type ControlRoute, readInput } from "./route.js";

/** Answers of one script at most. */
const MOST_ANSWERS = 1000;
/** Answers of a script that the page shows. */
const MOST_NOTED = 3;
/** Milliseconds of a delay at most: an hour of the mock's time. */
const LONGEST_DELAY = 3_600_000;
const LONGEST_BODY = 64 * 1024;
const FAULTS: readonly ExchangeFault[] = [
  "refuse",
  "reset-before",
  "reset-after",
  "cut-before",
  "cut-after",
  "silence",
];

// HTTP/2 has no status below 200 that ends an exchange, and no header with capitals, or about the connection.
const status = whole("status", 200, 599);
const reason = text("reason", "one of Apple's reasons, or another word of at most 64 characters", given =>
  /^[\x21-\x7e]{1,64}$/.test(given),
);
const isHeaderValue = (given: unknown): given is string =>
  typeof given === "string" && /^[\x20-\x7e]{0,1024}$/.test(given);
const CONNECTION_HEADERS = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "transfer-encoding",
  "upgrade",
  "content-length",
]);
const isHeaderName = (name: string): boolean =>
  /^[a-z0-9!#$%&'*+.^_`|~-]{1,64}$/.test(name) && !CONNECTION_HEADERS.has(name);

const headers = field<Record<string, string>>(
  "headers",
  "an object of header names in lower case and their values",
  given =>
    typeof given === "object" &&
    given !== null &&
    Object.entries(given).every(([name, value]) => isHeaderName(name) && isHeaderValue(value)),
);

const reply: z.ZodType<ScriptedReply> = exact({
  status: status.optional(),
  reason: reason.optional(),
  timestamp: time("timestamp").optional(),
  retryAfter: field<number | string>(
    "retryAfter",
    "seconds, or the text of the header",
    given => isHeaderValue(given) || (Number.isInteger(given) && Number(given) >= 0),
  ).optional(),
  delay: whole("delay", 0, LONGEST_DELAY).optional(),
  body: text("body", `text of at most ${LONGEST_BODY} characters`, ({ length }) => length <= LONGEST_BODY).optional(),
  headers: headers.optional(),
  fault: word("fault", FAULTS).optional(),
});

/** A number is a status and text a reason: which of the three it is decides what may be wrong with it. */
const answer = z.unknown().transform((given, context): ScriptedAnswer => {
  const schema: z.ZodType<ScriptedAnswer> =
    typeof given === "number" ? status : typeof given === "string" ? reason : reply;
  const read = schema.safeParse(given);
  if (read.success) return read.data;
  for (const { path, message } of read.error.issues) context.addIssue({ code: "custom", path: [...path], message });
  return z.NEVER;
});

const script = exact({
  token: text("token", 'the device token of a phone, or "*" for any', given =>
    /^(\*|[0-9a-f]+)$/i.test(given),
  ).optional(),
  answers: z
    .array(answer, { error: "answers must be a list of statuses, reasons or objects" })
    .min(1, `answers must be a list of 1 to ${MOST_ANSWERS}`)
    .max(MOST_ANSWERS, `answers must be a list of 1 to ${MOST_ANSWERS}`),
});

/** Routes about what Apple is to answer. */
export function scriptRoutes({ mock, commands }: Scene): ControlRoute[] {
  return [
    {
      method: "POST",
      path: "/control/scripts",
      summary: 'What to answer to the next pushes, one each: { token?, answers: [503, "BadDeviceToken", { ... }] }',
      status: 201,
      serve({ body }) {
        const { token = "*", answers } = readInput(script, body);
        mock.script(token, answers);
        const more = answers.length - MOST_NOTED;
        const noted = more > 0 ? [...answers.slice(0, MOST_NOTED), `and ${more} more`] : answers;
        return commands.note("script", { token: token === "*" ? token : tokenPrefix(token), answers: noted }, null);
      },
    },
    {
      method: "GET",
      path: "/control/reasons",
      summary: "Every reason that Apple documents, with its status",
      serve: () =>
        Object.entries(REASONS).map(([reason, { status, disposition }]) => ({ reason, status, disposition })),
    },
  ];
}
