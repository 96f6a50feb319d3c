import * as z from "zod/v4";
import { ApnsVoipError } from "../errors.js";
import { describe } from "../internal/describe.js";
import { callFields } from "./call-fields.js";
import type { CallPayload, CallPayloadInput, CallPayloadSchema } from "./call-payload.js";
import { droppableKeysIn, withDroppableKeys } from "./droppable.js";

/** An app's own keys; none may be one of the six. */
export type CallPayloadShape = z.ZodRawShape & { readonly [Key in keyof CallPayload]?: never };

/** The schema that {@link callPayloadSchemaWith} makes for a shape. */
export type CallPayloadSchemaWith<Shape extends z.ZodRawShape> = CallPayloadSchema<
  Join<CallPayload, Shape, z.output<z.ZodObject<Shape>>>,
  Join<CallPayloadInput, Shape, z.input<z.ZodObject<Shape>>>
>;

/** Joins the six keys and the app's own. For a shape without keys zod infers an object that has no key at all, not even the six. */
export type Join<Call, Shape, Own> = keyof Shape extends never ? Call : Call & Own;

/**
 * Makes the payload of a call push: exactly six keys, every one filled in. Unknown keys are dropped, `null` counts as
 * absent, and a `type` other than `call.incoming` is refused.
 *
 * @example
 * ```ts
 * callPayloadSchema.parse({ callId: "11-10", fromUserId: "11", hasVideo: "true" });
 * // { type: "call.incoming", callId: "11-10", fromUserId: 11, fromDisplayName: "User 11", room: "p2p:11-10", hasVideo: true }
 * ```
 * @see https://developer.apple.com/documentation/pushkit/responding-to-voip-notifications-from-pushkit
 */
export const callPayloadSchema: CallPayloadSchema<CallPayload, CallPayloadInput> = callPayloadSchemaWith({});

/**
 * The same schema with an app's own keys besides the six, for `createPushService({ payload })`. What the own keys
 * accept is up to their schemas: say `.nullish()` where JSON `null` may come. Remember the limit of 5120 bytes: mark with
 * `droppable` what is not worth the ring.
 *
 * @throws `ApnsVoipError`, code `INVALID_OPTIONS`, when the shape names one of the six keys or holds no schemas of zod 4.
 * @example
 * ```ts
 * const payload = callPayloadSchemaWith({ tenant: z.string(), offer: droppable(z.string().optional()) });
 * ```
 */
export function callPayloadSchemaWith<Shape extends CallPayloadShape>(shape: Shape): CallPayloadSchemaWith<Shape> {
  const problem = shapeProblem(shape);
  if (problem !== undefined) throw new ApnsVoipError("INVALID_OPTIONS", `callPayloadSchemaWith ${problem}`);
  const fields = { ...shape, ...callFields } as typeof callFields;
  const schema = z
    .object(fields, { error: ({ input }) => `a call must be an object, not ${describe(input)}` })
    .transform(complete);
  return withDroppableKeys(schema, droppableKeysIn(shape)) as unknown as CallPayloadSchemaWith<Shape>;
}

function shapeProblem(shape: object): string | undefined {
  if (typeof shape !== "object" || shape === null) return `takes an object of zod schemas, not ${describe(shape)}`;
  const keys = Object.keys(shape);
  const taken = keys.filter(key => Object.hasOwn(callFields, key));
  if (taken.length > 0) return `takes keys besides the six that every call has, but was given ${taken.join(", ")}`;
  const foreign = keys.filter(key => !("_zod" in Object((shape as Record<string, unknown>)[key])));
  return foreign.length > 0
    ? `takes schemas of zod 4 ("zod/v4" where zod is 3.25), which is not so for ${foreign.join(", ")}`
    : undefined;
}

/** The fields as read, before defaults. */
export type ReadFields = Readonly<z.output<z.ZodObject<typeof callFields>>>;

/** Fills in the defaults. The six keys come first, in the order of the documentation. */
export function complete({
  type,
  callId,
  fromUserId,
  fromDisplayName,
  room,
  hasVideo,
  ...own
}: ReadFields): CallPayload {
  return {
    type: type ?? "call.incoming",
    callId,
    fromUserId,
    fromDisplayName: fromDisplayName ?? `User ${fromUserId}`,
    room: room ?? `p2p:${callId}`,
    hasVideo: hasVideo ?? false,
    ...own,
  };
}
