import { expect, test } from "vitest";
import { proxyOf } from "../../src/doctor/env.js";

const APPLE = "https://api.push.apple.com";

test.each<[env: Record<string, string>, href: string | undefined]>([
  [{ APNS_PROXY: "http://proxy:3128" }, "http://proxy:3128/"],
  [{ APNS_PROXY: "https://proxy:8443" }, "https://proxy:8443/"],
  [{ APNS_PROXY: "env", HTTPS_PROXY: "http://proxy:3128" }, "http://proxy:3128/"],
  [{ APNS_PROXY: "env", HTTPS_PROXY: "http://proxy:3128", NO_PROXY: ".apple.com" }, undefined],
  [{ APNS_PROXY: "env" }, undefined],
  [{ APNS_PROXY: "socks5://proxy:1080" }, undefined],
  [{ HTTPS_PROXY: "http://proxy:3128" }, undefined],
])("the doctor goes by the proxy that the client goes by: %o", (env, href) => {
  expect(proxyOf(env, APPLE)?.href).toBe(href);
});
