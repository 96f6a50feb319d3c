import * as z from "zod/v4";
import { isBundleId, isToken } from "../apns/bundle-id.js";
import type { Device, DevicePushType } from "../devices/device.js";
import { type Environment, readSentEnvironment } from "../environment.js";
import { ApnsVoipError, type ApnsVoipIssue } from "../errors.js";
import { describe } from "../internal/describe.js";
import { readDeviceToken } from "../internal/device-token.js";
import { isNoDeviceId, isNothing } from "../internal/nothing.js";
import { issuesOf } from "../payload/issues.js";
import { readUserId } from "../user-id.js";
import { text } from "./field.js";

/**
 * The tokens of a phone, as its app sends them; at least one is needed. JSON `null`, what is blank, and the text of nothing
 * (`"null"`, `"nil"`, `"undefined"`) count as absent, here and in a registration.
 */
export interface DeviceTokens {
  /** PushKit's token, hex. */
  readonly voipDeviceToken?: string | null | undefined;
  /** The token for notifications, hex. */
  readonly apnsDeviceToken?: string | null | undefined;
}

/** What an app sends about its phone. A token that is absent is left as it was stored. */
export interface DeviceRegistration extends DeviceTokens {
  /** What the phone calls its system, in any case: `ios`, `iPadOS`, `visionOS`. It decides nothing, and `ios` is stored. */
  readonly platform: string;
  /** The app's own bundle id, without `.voip`. */
  readonly bundleId: string;
  /** Which phone (`identifierForVendor`): a new token of the same phone and app then replaces the old one. */
  readonly deviceId?: string | null | undefined;
  /**
   * Where the token belongs, if the app knows. `development` and `dev` are read as `sandbox`, `prod` as `production`. Absent:
   * learned by the first push.
   */
  readonly environment?: Environment | "development" | "prod" | "dev" | null | undefined;
}

interface Around {
  readonly registeredAt: Date;
  /** The client's Team IDs, to notice a bundle id that begins with one. */
  readonly teamIds: readonly string[];
}

const tokens = {
  voipDeviceToken: deviceToken("voipDeviceToken", "voip"),
  apnsDeviceToken: deviceToken("apnsDeviceToken", "alert"),
};

/** @internal Also for the description of the routes. */
export const registrationSchema = z.object(
  {
    platform: present(text("platform", '"ios", or what else Apple\'s systems call themselves', isApples, sayWhatItIs)),
    bundleId: z.preprocess(
      readBundleId,
      text("bundleId", "the app's bundle id without .voip, for example com.example.app", isBundleId, given =>
        isToken(given) ? "; this looks like a device token" : "",
      ),
    ),
    ...tokens,
    deviceId: z.preprocess(
      given => (isNoDeviceId(given) ? undefined : given),
      text("deviceId", "text of 1 to 255 characters, or absent", given => given.length <= 255).optional(),
    ),
    environment: optional(
      text(
        "environment",
        '"production", "sandbox" or "development", or absent',
        given => readSentEnvironment(given) !== undefined,
      ),
    ),
  },
  { error: notAnObject },
);

// An app that gives its tokens back names no bundle id: its tokens go also where the server no longer allows the app.
export const removalSchema = z.object(tokens, { error: notAnObject });

/**
 * The rows to save: one per token. All of it is judged before any of it is stored.
 *
 * @throws `ApnsVoipError`, code `INVALID_REGISTRATION`, naming every field that is wrong.
 */
export function readRegistration(userId: unknown, registration: unknown, { registeredAt, teamIds }: Around): Device[] {
  const user = readUserId(userId);
  const parsed = registrationSchema.safeParse(registration);
  const issues = [
    ...userIssues(user.problem),
    ...(parsed.success ? teamIssues(parsed.data.bundleId, teamIds) : issuesOf(parsed.error)),
  ];
  if (user.problem !== undefined || !parsed.success || issues.length > 0) throw invalid("register", issues);
  const { bundleId, deviceId, environment } = parsed.data;
  return tokensOf("register", parsed.data).map(([pushType, token]) => ({
    userId: user.userId,
    token,
    pushType,
    bundleId,
    platform: "ios",
    deviceId: deviceId ?? undefined,
    environment: readSentEnvironment(environment),
    registeredAt,
  }));
}

export interface Removal {
  readonly userId: string;
  readonly tokens: readonly (readonly [DevicePushType, token: string])[];
}

/**
 * The tokens that an app gives back, and the user whose they must be.
 *
 * @throws `ApnsVoipError`, code `INVALID_REGISTRATION`, naming every field that is wrong.
 */
export function readRemoval(userId: unknown, given: unknown): Removal {
  const user = readUserId(userId);
  const parsed = removalSchema.safeParse(given);
  if (user.problem !== undefined || !parsed.success) {
    throw invalid("unregister", [...userIssues(user.problem), ...(parsed.success ? [] : issuesOf(parsed.error))]);
  }
  return { userId: user.userId, tokens: tokensOf("unregister", parsed.data) };
}

/** @throws `ApnsVoipError`, code `INVALID_REGISTRATION`, naming every field that is wrong. */
export function readTokens(given: unknown): Removal["tokens"] {
  const parsed = removalSchema.safeParse(given);
  if (!parsed.success) throw invalid("unregister", issuesOf(parsed.error));
  return tokensOf("unregister", parsed.data);
}

/** @throws `ApnsVoipError`, code `INVALID_REGISTRATION`, for what is no user id. */
export function readOwner(userId: unknown): string {
  const user = readUserId(userId);
  if (user.problem === undefined) return user.userId;
  throw invalid("unregister", userIssues(user.problem));
}

function tokensOf(intent: Intent, read: z.output<typeof removalSchema>): [DevicePushType, token: string][] {
  const { voipDeviceToken: voip, apnsDeviceToken: alert } = read;
  if (voip === undefined && alert === undefined) {
    const message = "voipDeviceToken and apnsDeviceToken are both missing: at least one is needed";
    throw invalid(intent, [{ path: "voipDeviceToken", message }]);
  }
  if (voip === alert) {
    const message = "apnsDeviceToken must not be the voipDeviceToken: iOS gives two different tokens";
    throw invalid(intent, [{ path: "apnsDeviceToken", message }]);
  }
  const found: [DevicePushType, string][] = [];
  if (voip !== undefined) found.push(["voip", voip]);
  if (alert !== undefined) found.push(["alert", alert]);
  return found;
}

function deviceToken(name: string, kind: DevicePushType) {
  return z
    .unknown()
    .optional()
    .transform((given, context): string | undefined => {
      if (isNothing(given)) return undefined;
      const { token, problem } = readDeviceToken(given, kind);
      if (problem === undefined) return token;
      context.addIssue({ code: "custom", message: `${name}: ${problem}` });
      return z.NEVER;
    });
}

/** A bundle id as it was sent, without what is no part of it. */
export function readBundleId(given: unknown): unknown {
  return isNothing(given) ? undefined : typeof given === "string" ? given.trim() : given;
}

/** A field in which blank text, and the text of nothing, count as absent. */
function present<T extends z.ZodType>(field: T) {
  return z.preprocess(given => (isNothing(given) ? undefined : given), field);
}

function optional<T extends z.ZodType>(field: T) {
  return present(field.optional());
}

/**
 * The platform decides nothing: only iPhones and their like have these tokens. It is what the phone calls its system, with a
 * version or the name of a framework perhaps.
 */
function isApples(given: string): boolean {
  return APPLES.test(given) && !ANDROID.test(given);
}

const APPLES =
  /(?<![a-z])(?:i(?:pad|phone)?os|iphone|ipad|ipod|(?:mac|watch|tv|vision|xr)os|mac ?(?:catalyst)?|darwin|apple|apns)(?![a-z])/i;
const ANDROID = /android/i;

function sayWhatItIs(given: string): string {
  return ANDROID.test(given) ? "; an Android phone gets its calls through FCM, not from here" : "";
}

function teamIssues(bundleId: string, teamIds: readonly string[]): ApnsVoipIssue[] {
  const team = teamIds.find(id => bundleId.toUpperCase().startsWith(`${id}.`));
  if (team === undefined) return [];
  const wanted = describe(bundleId.slice(team.length + 1));
  return [
    {
      path: "bundleId",
      message: `bundleId must be ${wanted}, without the Team ID in front, not ${describe(bundleId)}`,
    },
  ];
}

function notAnObject({ input }: { readonly input?: unknown }): string {
  return `a registration must be an object, not ${describe(input)}`;
}

type Intent = "register" | "unregister";

function userIssues(problem: string | undefined): ApnsVoipIssue[] {
  return problem === undefined ? [] : [{ path: "userId", message: `userId ${problem}` }];
}

function invalid(intent: Intent, issues: readonly ApnsVoipIssue[]): ApnsVoipError {
  const what = issues.map(({ message }) => message).join("; ");
  return new ApnsVoipError("INVALID_REGISTRATION", `cannot ${intent} this device: ${what}`, { issues });
}
