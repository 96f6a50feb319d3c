import { isBundleId } from "../apns/bundle-id.js";
import { readEnvironment } from "../environment.js";
import { describe } from "../internal/describe.js";
import type { MockDeviceOptions } from "../testing/device.js";
import { UsageError } from "./command.js";
import { COMMON_OPTIONS, type OptionTable } from "./options.js";

export const MOCK_OPTIONS = {
  port: {
    type: "string",
    short: "p",
    value: "<port>",
  },
  "sandbox-port": {
    type: "string",
    value: "<port>",
  },
  "control-port": {
    type: "string",
    value: "<port>",
  },
  host: {
    type: "string",
    value: "<address>",
  },
  "host-name": {
    type: "string",
    multiple: true,
    value: "<name>",
  },
  dir: {
    type: "string",
    short: "d",
    value: "<folder>",
  },
  "bundle-id": {
    type: "string",
    value: "<id>",
  },
  phone: {
    type: "string",
    multiple: true,
    value: "<phone>",
  },
  "ring-for": {
    type: "string",
    value: "<seconds>",
  },
  receipts: {
    type: "string",
    value: "<url>",
  },
  keep: {
    type: "string",
    value: "<number>",
  },
  seed: {
    type: "string",
    value: "<number>",
  },
  quiet: { type: "boolean", short: "q" },
  ...COMMON_OPTIONS,
} as const satisfies OptionTable;

/** Reads `10,alert,sandbox,com.example.app`: the user comes first, the other words are told apart by their form. */
export function readPhone(text: string): MockDeviceOptions {
  const [userId = "", ...words] = text.split(",").map(word => word.trim());
  if (userId === "") throw unfit(text, "a user id comes first");
  return Object.assign({ userId }, ...words.map(word => readWord(word, text)));
}

function readWord(word: string, text: string): MockDeviceOptions {
  const environment = readEnvironment(word);
  if (environment !== undefined) return { environment };
  if (word === "voip" || word === "alert") return { pushType: word };
  // A word with a dot is a bundle id. One without may be a misspelt option, so it is refused.
  if (word.includes(".") && isBundleId(word)) return { bundleId: word };
  throw unfit(text, `${describe(word)} is none of voip, alert, production, sandbox and a bundle id`);
}

const unfit = (text: string, why: string) =>
  new UsageError(`--phone: ${describe(text)} given; wanted: <user>[,alert][,sandbox][,<bundle id>]; ${why}`);

/**
 * Reads the control token from its variable. An empty one is refused, because it would let everybody in; a short one,
 * because it could be guessed.
 */
export function readToken(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  if (/^[\x21-\x7e]{16,256}$/.test(text)) return text;
  throw new UsageError(
    "APNS_VOIP_MOCK_TOKEN: wanted: 16 to 256 characters, ASCII without blanks; unset it to have one made",
  );
}
