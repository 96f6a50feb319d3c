import { generateKeyPairSync } from "node:crypto";
import { describe, expect, test } from "vitest";
import { createHider } from "../../src/doctor/secrets.js";

const PEM = generateKeyPairSync("ec", { namedCurve: "P-256" })
  .privateKey.export({ type: "pkcs8", format: "pem" })
  .toString();
const JWT = "eyJhbGciOiJIUzI1NiJ9.eyJ1aWQiOjEwfQ.c2lnbmF0dXJl";
const TOKEN = "9f739db8afff".padEnd(64, "0");

describe("what the doctor and the command line hide", () => {
  test.each([
    ["the admin token", { ADMIN_PUSH_TOKEN: "s3cret-admin" }, "refused s3cret-admin here", "refused [hidden] here"],
    ["the secret of logins", { JWT_SECRET: "s3cret-jwt" }, "signed with s3cret-jwt", "signed with [hidden]"],
    [
      "a database's password",
      { DATABASE_URL: "postgres://app:pa%24%24word@db/app" },
      'no login for app with "pa$$word"',
      'no login for app with "[hidden]"',
    ],
    [
      "a proxy's password",
      { APNS_PROXY: "http://me:pr0xypass@proxy:3128" },
      "http://me:pr0xypass@proxy:3128",
      "http://[hidden]@proxy:3128",
    ],
    ["a login", {}, `Bearer ${JWT} expired`, "Bearer [hidden] expired"],
    ["a private key", {}, `before\n${PEM}after`, "before\n[hidden]\nafter"],
    ["a private key on one line", {}, PEM.trim().replaceAll("\n", "\\n"), "[hidden]"],
    ["a device token but for its first characters", {}, `device ${TOKEN}.`, "device 9f739db8afff...."],
  ])("%s", (_what, env, text, shown) => {
    expect(createHider(env, [])(text)).toBe(shown);
  });

  test("leaves alone what is no secret", () => {
    const hide = createHider(
      { ADMIN_PUSH_TOKEN: "abc", APNS_KEY_ID: "ABCDEFGHIJ", APNS_P8_PATH: "/keys/AuthKey_ABCDEFGHIJ.p8" },
      [undefined],
    );
    for (const text of [
      "APNS_KEY_ID is ABCDEFGHIJ",
      "/keys/AuthKey_ABCDEFGHIJ.p8",
      "begins with -----BEGIN PRIVATE KEY-----",
      "abc",
      "apns-id 123e4567-e89b-12d3-a456-426614174000",
    ]) {
      expect(hide(text)).toBe(text);
    }
  });
});
