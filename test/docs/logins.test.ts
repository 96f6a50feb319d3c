import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { type Authenticate, bearerAuth } from "apns-voip";
import { SignJWT } from "jose";
import { afterAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { ADMIN, ADMIN_TOKEN, CALL, CALL_BODY, createWorld, DEVICES, jsonRequest } from "../http/world.js";
import { codeOf } from "./blocks.js";

const VOIP = "9f739db8afff".padEnd(64, "0");
const REGISTRATION = { platform: "ios", bundleId: "com.example.app", voipDeviceToken: VOIP };

/** The TypeScript of a page, without its comments, which are in the page's language. */
const codeIn = (page: string) =>
  [...readFileSync(new URL(`../../docs/${page}`, import.meta.url), "utf8").matchAll(/^```ts\n(.*?)^```$/gms)].map(
    ([, code = ""]) => code.replaceAll(/ \/\/ .*$/gm, ""),
  );

describe("docs/logins.md", () => {
  const page = codeOf("docs/logins.md");
  afterAll(page.remove);

  const block = async (heading: string, index = 0) =>
    (await import(page.under(heading)[index]!)) as { readonly authenticate: Authenticate };
  const asked = async (authenticate: Authenticate, method: string, token: string) => {
    const { routes, push, devices, events } = createWorld({ routes: { authenticate } });
    if (method === "DELETE") await push.registerDevice(10, REGISTRATION);
    const headers = { authorization: `Bearer ${token}` };
    const { status } = await routes.fetch(jsonRequest(method, DEVICES, { body: REGISTRATION, headers }));
    const kept = (await devices.list("10", "voip")).length;
    return { status, kept, detail: (events.at(-1) as { detail?: string }).detail };
  };

  test("a shared secret", async () => {
    vi.stubEnv("JWT_SECRET", "a secret of at least 32 characters!!");
    const { authenticate } = await block("Your server signs the logins");
    vi.unstubAllEnvs();
    const token = await new SignJWT({ uid: 10 })
      .setProtectedHeader({ alg: "HS256" })
      .sign(Buffer.from("a secret of at least 32 characters!!"));
    expect(await asked(authenticate, "PUT", token)).toEqual({ status: 200, kept: 1 });
  });

  test("a function of one's own: a session that is good, one that has ended, and none", async () => {
    const { authenticate } = await block("A function of your own");
    expect(await asked(authenticate, "PUT", "good")).toEqual({ status: 200, kept: 1 });
    expect(await asked(authenticate, "PUT", "old")).toEqual({ status: 401, kept: 0, detail: "expired" });
    expect(await asked(authenticate, "DELETE", "old")).toEqual({ status: 200, kept: 0, detail: "expired login" });
    expect(await asked(authenticate, "DELETE", "none")).toEqual({ status: 401, kept: 1, detail: "no such session" });
  });

  test("Passport or a session, behind Express: the login is asked at the one path, and no other needs it", async () => {
    const file = fileURLToPath(page.under("Sessions and Passport")[0]!);
    const login = `(request, response, next) => {
      if (request.headers.cookie === "session=10") request.session = { userId: 10 };
      next();
    }`;
    const { push, devices, mock } = createWorld();
    vi.stubGlobal("push", push);
    const code = readFileSync(file, "utf8")
      .replaceAll(/^declare const .*$/gm, "")
      .replace(/^export \{\};$/m, "export { app };");
    const given = `import express from "express";\nconst app = express();\nconst login = ${login};\nconst { push } = globalThis;\n`;
    const made = file.replace(/\.ts$/, "-run.ts");
    writeFileSync(made, given + code.replace('import type express from "express";', ""));
    vi.stubEnv("ADMIN_PUSH_TOKEN", ADMIN_TOKEN);
    const { app } = (await import(made)) as { app: RequestListener };
    vi.unstubAllEnvs();
    const server = createServer(app).listen(0, "127.0.0.1");
    onTestFinished(() => void server.close());
    await once(server, "listening");
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const put = (headers: object) =>
      fetch(origin + DEVICES, {
        method: "PUT",
        headers: { "content-type": "application/json", ...headers },
        body: JSON.stringify({ ...REGISTRATION, voipDeviceToken: mock.device().token }),
      });
    expect((await put({})).status).toBe(401);
    expect((await put({ cookie: "session=10" })).status).toBe(200);
    expect(await devices.list("10", "voip")).toHaveLength(1);
    const ring = await fetch(origin + CALL, {
      method: "POST",
      headers: { "content-type": "application/json", ...ADMIN },
      body: JSON.stringify(CALL_BODY),
    });
    expect(ring.status).toBe(200);
  });

  test("a service: the options are good ones", () => {
    const [, options = ""] =
      /^export const authenticate = bearerAuth\(\{\n(.*?)^\}\);/ms.exec(codeIn("logins.md")[2]!) ?? [];
    const given = Object.fromEntries(
      [...options.matchAll(/^ {2}(\w+): "(.*)",$/gm)].map(([, name, value]) => [name, value]),
    );
    expect(Object.keys(given)).toEqual(["jwksUrl", "issuer", "audience"]);
    expect(() => bearerAuth(given as { jwksUrl: string })).not.toThrow();
  });

  test("says the same in Japanese", () => {
    expect(codeIn("logins.ja.md")).toEqual(codeIn("logins.md"));
  });
});
