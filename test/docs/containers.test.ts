import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createMockApns } from "apns-voip/testing";
import { SignJWT } from "jose";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";

const path = (file: string) => fileURLToPath(new URL(`../../${file}`, import.meta.url));
const page = readFileSync(path("docs/containers.md"), "utf8");
const server = path("examples/express-api/server.ts");
const fromSource = new URL("../examples/from-source.ts", import.meta.url).href;

// A database in the process takes seconds to start where everything else runs as well.
vi.setConfig({ testTimeout: 90_000, hookTimeout: 90_000 });

/** Starts the example as the page's container does: secrets in files, and `node` itself as the process. */
function start(secrets: string, env: Readonly<Record<string, string>>) {
  const child = spawn(process.execPath, ["--no-warnings", `--import=${fromSource}`, `--env-file=${secrets}`, server], {
    env: { PATH: process.env.PATH, DATABASE_URL: "memory://", PORT: "0", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  const ended = once(child, "exit").then(([code]) => code as number | null);
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", text => (output += text));
  const printed = (form: RegExp) => vi.waitFor(() => expect(output).toMatch(form), { timeout: 60_000 });
  return { child, ended, printed, output: () => output };
}

describe("the API server in a container", () => {
  const folder = mkdtempSync(join(tmpdir(), "apns-voip-"));
  const secrets = join(folder, "push.env");
  const key = join(folder, "apns.p8");
  const mock = createMockApns();
  const [, names = ""] = /```sh\n(APNS_TEAM_ID=[\s\S]*?)```/.exec(page) ?? [];
  const values = { JWT_SECRET: "a-secret-of-more-than-32-bytes-for-this", ADMIN_PUSH_TOKEN: "an-admin-token" };

  beforeAll(async () => {
    const apple = await mock.listen({ caPath: join(folder, "ca.pem") });
    afterAll(() => apple.close());
    const { APNS_P8 = "", ...env } = mock.env();
    writeFileSync(key, APNS_P8.replaceAll("\\n", "\n"));
    // The page's variables, to the letter, with values of this test.
    const given: Record<string, string> = { ...env, ...values };
    const lines = [...names.matchAll(/^(\w+)=/gm)].map(([, name = ""]) => `${name}=${given[name]}`);
    const others = Object.entries(env).filter(([name]) => !names.includes(`${name}=`));
    writeFileSync(secrets, [...lines, ...others.map(([name, value]) => `${name}=${value}`)].join("\n"));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test("reads secrets from files, says that it is well, and loses no call when it is told to stop", async () => {
    const { child, ended, printed, output } = start(secrets, { APNS_P8_PATH: key });
    await printed(/listening on \S+/);
    const [, url] = /listening on (\S+)/.exec(output()) ?? [];
    expect(await (await fetch(`${url}/health`)).json()).toMatchObject({ ok: true, apns: {} });

    const phone = mock.device();
    const login = await new SignJWT({ uid: 10 })
      .setProtectedHeader({ alg: "HS256" })
      .sign(new TextEncoder().encode(values.JWT_SECRET));
    const send = (method: string, path: string, headers: Record<string, string>, body: object) =>
      fetch(url + path, {
        method,
        headers: { "content-type": "application/json", ...headers },
        body: JSON.stringify(body),
      });
    const registration = { platform: "ios", bundleId: phone.bundleId, voipDeviceToken: phone.token };
    await send("PUT", "/api/v1/me/devices", { authorization: `Bearer ${login}` }, registration);

    mock.script(phone.token, [{ delay: 500, status: 200 }]);
    const call = { toUserId: 10, callId: "11-10", fromUserId: 11 };
    const answer = send("POST", "/api/internal/push/call", { "x-admin-token": values.ADMIN_PUSH_TOKEN }, call);
    await printed(/Sending VoIP Push to APNs/);
    child.kill("SIGTERM");
    expect((await answer).status).toBe(200);
    expect(await ended).toBe(0);
    for (const secret of Object.values(values)) expect(output()).not.toContain(secret);
  });

  test("names every variable that is missing, and does not start", async () => {
    const empty = join(folder, "empty.env");
    writeFileSync(empty, "");
    const { ended, output } = start(empty, {});
    expect(await ended).not.toBe(0);
    for (const [, name = ""] of names.matchAll(/^(\w+)=/gm)) expect(output()).toContain(name);
    expect(output()).toContain("APNS_P8_PATH");
  });
});

test("the page's health route is the example's", () => {
  const [, route = ""] = /```ts\n(app\.get\("\/health"[\s\S]*?)```/.exec(page) ?? [];
  expect(readFileSync(server, "utf8")).toContain(route);
});
