import * as z from "zod/v4";
import { RECEIPT_EVENTS } from "../../src/devices/receipt-store.ts";
import { callFields } from "../../src/payload/call-fields.ts";
import { messageSchema } from "../../src/push/message.ts";
import { registrationSchema, removalSchema } from "../../src/push/registration.ts";
import { FIELDS, type JsonSchema } from "./fields.ts";

const success = { success: z.literal(true) };

const devicePush = z.object({
  token: z.string().meta({ description: "The first 12 characters, then `...`.", examples: ["9f739db8afff..."] }),
  environment: z.enum(["production", "sandbox"]),
  outcome: z
    .enum(["accepted", "rejected", "unsent", "unknown"])
    .meta({ description: "Accepted by Apple is not delivered." }),
  reason: z.string().optional().meta({ description: "Apple's reason, or the code of an error of ours." }),
  apnsId: z.string(),
  apnsUniqueId: z.string().optional(),
});

const issue = z.object({ path: z.string(), message: z.string() });
const error = <Names extends readonly [string, ...string[]]>(...names: Names) => z.object({ error: z.enum(names) });

const failedPush = (words: string) =>
  z.object({
    error: z.literal(words),
    status: z.enum(["failed", "unknown"]).meta({ description: "After `unknown` it may have rung." }),
    reasons: z.array(z.string()),
    retryable: z.boolean().meta({ description: "Whether the same request can end otherwise." }),
  });

/** The bodies that the routes answer with. */
export const ANSWERS = {
  Success: z.object(success),
  SentPush: z.object({
    ...success,
    devices: z.array(devicePush),
    duplicate: z.literal(true).optional().meta({ description: "The key was used before: nothing was sent." }),
    cancelled: z.literal(true).optional().meta({ description: "Cancelled before anything had left." }),
    ignored: z.array(z.string()).optional().meta({ description: "Keys of a message that do not exist." }),
  }),
  CancelledCall: z.object({
    ...success,
    cancelled: z.boolean().meta({ description: "False: what had left rings, or there was no such call." }),
  }),
  Receipts: z.object({
    receipts: z.array(
      z.object({
        token: z.string().meta({ description: "The first 12 characters, then `...`." }),
        event: z.enum(RECEIPT_EVENTS),
        milliseconds: z.number().meta({ description: "Since Apple accepted the push." }),
      }),
    ),
  }),
  InvalidRequest: z.object({ error: z.literal("invalid_request"), issues: z.array(issue) }),
  BadToken: error("bad_token"),
  Unauthorized: error("unauthorized"),
  InvalidReceipt: z.union([
    error("invalid_receipt"),
    z.object({ error: z.literal("invalid_request"), issues: z.array(issue) }),
  ]),
  ReceiptExpired: error("receipt_expired"),
  NoVoipToken: error("VoIP token not found"),
  NoApnsToken: error("APNs token not found"),
  NotFound: error("not_found"),
  MethodNotAllowed: error("method_not_allowed"),
  PayloadTooLarge: error("payload_too_large"),
  UnsupportedMediaType: error("unsupported_media_type"),
  InternalError: error("internal_error"),
  FailedCall: z.union([failedPush("Failed to send VoIP push"), error("internal_error")]),
  FailedMessage: z.union([failedPush("Failed to send push"), error("internal_error")]),
};

/** What the routes take: the schemas that read it, and the fields that no schema reads. */
const REQUESTS = {
  Registration: registrationSchema,
  Removal: removalSchema,
  Call: z.object({ toUserId: z.unknown(), ...callFields, exceptDeviceIds: z.unknown().optional() }),
  CancelCall: z.object({ toUserId: z.unknown(), idempotencyKey: z.unknown() }),
  Receipt: z.object({ receipt: z.unknown(), event: z.unknown(), detail: z.unknown().optional() }),
  Message: messageSchema,
};

/** All of them as JSON Schema. */
export function schemas(): Record<string, JsonSchema> {
  const answers = Object.entries(ANSWERS).map(([name, schema]) => [name, jsonSchema(schema)]);
  const requests = Object.entries(REQUESTS).map(([name, schema]) => [name, withFields(name, jsonSchema(schema))]);
  return Object.fromEntries([...requests, ...answers]);
}

function jsonSchema(schema: z.ZodType): JsonSchema {
  // `io: "input"` leaves other keys allowed: a generated client must not refuse a key that a later version adds.
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
  return rest;
}

/** Fields that are judged by code have no type of their own in zod. */
function withFields(name: string, { properties, ...rest }: JsonSchema): JsonSchema {
  const known = Object.keys(properties as object).map(field => {
    const described = FIELDS[`${name}.${field}`] ?? FIELDS[field];
    if (described === undefined) throw new Error(`docs/openapi/fields.ts does not describe ${field} of ${name}`);
    return [field, described];
  });
  return { ...rest, properties: Object.fromEntries(known) };
}
