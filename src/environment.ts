/**
 * One of Apple's two push services. Builds from the App Store, TestFlight, Ad Hoc and Enterprise get production tokens;
 * development-signed builds and the simulator get sandbox tokens. Apple's own text also says "development" for the
 * sandbox: wherever text comes in, that word is read as `"sandbox"`.
 *
 * @see https://developer.apple.com/documentation/usernotifications/sending-notification-requests-to-apns
 */
export type Environment = "production" | "sandbox";

const SPELLINGS: Readonly<Record<string, Environment>> = {
  production: "production",
  sandbox: "sandbox",
  development: "sandbox",
};

/** Reads an environment from text, in upper or lower case. `undefined` for any other text. */
export function readEnvironment(text: unknown): Environment | undefined {
  return typeof text === "string" && Object.hasOwn(SPELLINGS, text.trim().toLowerCase())
    ? SPELLINGS[text.trim().toLowerCase()]
    : undefined;
}

const SHORT: Readonly<Record<string, Environment>> = { prod: "production", dev: "sandbox" };

/** Reads an environment from text that an app sends or a table holds, which may also say `prod` or `dev`. */
export function readSentEnvironment(text: unknown): Environment | undefined {
  const word = typeof text === "string" ? text.trim().toLowerCase() : "";
  return readEnvironment(text) ?? (Object.hasOwn(SHORT, word) ? SHORT[word] : undefined);
}

/** The other environment. A token that one refuses with `BadDeviceToken` may belong there. */
export function otherEnvironment(environment: Environment): Environment {
  return environment === "production" ? "sandbox" : "production";
}
