/** What each field of a request holds, by its name, or by the request's and its own. Which of them there are, and which are needed, the zod schemas say. */

import { RECEIPT_EVENTS } from "../../src/devices/receipt-store.ts";

export type JsonSchema = Readonly<Record<string, unknown>>;

const userId = (description: string): JsonSchema => ({
  anyOf: [
    { type: "string", minLength: 1 },
    { type: "integer", minimum: 0, maximum: Number.MAX_SAFE_INTEGER },
  ],
  description,
});
const text = (description: string, more: JsonSchema = {}): JsonSchema => ({ type: "string", description, ...more });
const token = (description: string) => text(description, { examples: ["9f739db8afff4f4d…"] });

export const FIELDS: Readonly<Record<string, JsonSchema>> = {
  apnsDeviceToken: token("The token for notifications, hex. Absent: what is stored stays."),
  voipDeviceToken: token("PushKit's token, hex. Absent: what is stored stays."),
  platform: text("What the phone runs, as Apple calls it.", { examples: ["ios", "iPadOS"] }),
  bundleId: text("The app's bundle id, without .voip.", { maxLength: 155, examples: ["com.example.app"] }),
  deviceId: text("identifierForVendor: a new token of the same phone and app then replaces the old one.", {
    maxLength: 255,
  }),
  environment: text("Where the token belongs, if the app knows. Absent: learned by the first push.", {
    examples: ["production", "sandbox", "dev", "prod"],
  }),

  toUserId: userId("Whose phones ring, or show the message."),
  fromUserId: userId("Who calls, or who wrote."),
  type: text("A VoIP push must announce a call.", { const: "call.incoming" }),
  callId: {
    anyOf: [{ type: "string", minLength: 1 }, { type: "number" }],
    description: "Names the call. The app ignores a call id that it is already handling.",
  },
  fromDisplayName: text("What the phone's screen shows. Default: User {fromUserId}."),
  room: text("Where the two meet. Default: p2p:{callId}."),
  hasVideo: { type: "boolean", default: false },
  exceptDeviceIds: {
    type: "array",
    items: { type: "string" },
    description: "Phones that are not rung, by the deviceId that they registered with.",
  },
  idempotencyKey: text("The Idempotency-Key with which the call was sent.", { minLength: 1, maxLength: 255 }),

  receipt: text("As it was in the payload of the push."),
  event: text("What became of the call on this phone.", { enum: [...RECEIPT_EVENTS] }),
  detail: text("With `failed`: why CallKit refused the call."),

  title: text("The first line, usually the sender's name."),
  body: text("The message; cut at the end to what Apple takes."),
  extra: { type: "object", description: "The app's own keys, at the top level of the payload." },
  "Message.type": text("What the app routes a tap by.", { default: "chat.message" }),
  subtitle: text("Between title and body."),
  badge: { type: "integer", minimum: 0, description: "The number on the app's icon; 0 takes it away." },
  sound: text("A sound file in the app.", { default: "default" }),
  threadId: text("Notifications with the same one are grouped."),
  category: text("Which of the app's categories: its buttons."),
  interruptionLevel: text("How much it interrupts.", { enum: ["passive", "active", "time-sensitive", "critical"] }),
  relevanceScore: { type: "number", minimum: 0, maximum: 1, description: "The highest is shown first in the summary." },
  collapseId: text(
    "A later message with the same one takes its place on the phone. At most 64 printable ASCII characters.",
  ),
  expiration: {
    anyOf: [{ type: "string", format: "date-time" }, { const: 0 }],
    description: "Until when Apple keeps trying; 0: once. Default: in 24 hours.",
  },
  contentAvailable: { type: "boolean", default: false, description: "Also wakes the app in the background." },
  mutableContent: { type: "boolean", default: false },
};
