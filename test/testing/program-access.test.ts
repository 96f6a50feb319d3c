import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Rig, send, startRig } from "./program.js";

const TOKEN = "a-token-of-the-tests-own";

describe("on loopback the control API", async () => {
  const rig = await startRig({ hostNames: ["Mock.Test"] });
  afterAll(() => rig[Symbol.asyncDispose]());
  const { port } = new URL(rig.program.controlUrl);
  const at = `http://127.0.0.1:${port}`;
  const get = (headers: Readonly<Record<string, string>>, path = "/control") => send(at + path, "GET", headers);

  it.each(["localhost", "LOCALHOST", "localhost.", "127.0.0.1", "127.1.2.3", "[::1]", "mock.test"])(
    "answers who calls it %s, under any port",
    async name => {
      expect((await get({ host: `${name}:${port}` })).status).toBe(200);
      expect((await get({ host: `${name}:80` })).status).toBe(200);
      expect((await get({ host: name }, "/")).status).toBe(200);
    },
  );

  it.each([
    "evil.example",
    `evil.example:2199`,
    "127.0.0.1.evil.example",
    "localhost.evil.example",
    "evil.example/localhost",
    "localhost@evil.example",
    "10.0.0.1",
  ])("refuses who calls it %j: a name that leads here may be a stranger's", async host => {
    for (const path of ["/control", "/control/events", "/", "/style.css"]) {
      expect(await get({ host }, path)).toMatchObject({ status: 403, body: { error: "forbidden_host" } });
    }
  });

  it.each([
    [{ origin: "https://evil.example" }],
    [{ origin: "null" }],
    [{ origin: "http://localhost:3000" }],
    [{ "sec-fetch-site": "cross-site" }],
    [{ "sec-fetch-site": "same-site" }],
    [{ "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors" }],
  ])("refuses requests that the page of another origin sends: %j", async headers => {
    const own: Record<string, string> = { host: `localhost:${port}`, ...headers };
    expect(await send(`${at}/control/reset`, "POST", own, "{}")).toMatchObject({
      status: 403,
      body: { error: "forbidden_origin" },
    });
    expect((await get(own, "/control/events")).status).toBe(403);
  });

  it("answers its own page, and programs", async () => {
    const own = { host: `localhost:${port}`, origin: `http://localhost:${port}`, "sec-fetch-site": "same-origin" };
    expect((await send(`${at}/control/reset`, "POST", own)).status).toBe(200);
    expect((await send(`${at}/control/reset`, "POST")).status).toBe(200);
  });

  it("lets a link elsewhere lead to the page", async () => {
    const link = { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document" };
    expect((await get(link, "/")).status).toBe(200);
  });

  it("gives other origins no permission to read, ever", async () => {
    const asked = { origin: "https://evil.example", "access-control-request-method": "POST" };
    for (const said of [await send(`${at}/control/reset`, "OPTIONS", asked), await get({}), await get({}, "/")]) {
      expect(Object.keys(said.headers).filter(name => name.startsWith("access-control"))).toEqual([]);
    }
  });

  it("sends every answer with a policy that allows no frame, no foreign source and no markup from text", async () => {
    for (const path of ["/", "/page.js", "/style.css", "/control", "/control/nothing", "/nothing"]) {
      const { headers } = await get({}, path);
      expect(headers["x-frame-options"]).toBe("DENY");
      expect(headers["x-content-type-options"]).toBe("nosniff");
      expect(headers["cache-control"]).toBe("no-store");
      const policy = headers["content-security-policy"]?.toString().split("; ");
      expect(policy).toEqual(
        expect.arrayContaining([
          "default-src 'none'",
          "script-src 'self'",
          "frame-ancestors 'none'",
          "base-uri 'none'",
        ]),
      );
      expect(policy?.join()).not.toMatch(/unsafe|\*|https?:/);
    }
  });

  it("serves the page's own files and none besides", async () => {
    expect((await get({}, "/")).headers["content-type"]).toBe("text/html; charset=utf-8");
    expect((await get({}, "/page.js")).headers["content-type"]).toBe("text/javascript; charset=utf-8");
    for (const path of ["/../package.json", "/%2e%2e/package.json", "//page.js", "/page.js/", "/index.html"]) {
      expect((await get({}, path)).status).toBe(404);
    }
    expect((await send(`${at}/page.js`, "POST")).status).toBe(405);
  });
});

describe("with a token the control API", () => {
  let rig: Rig;
  let at: string;
  beforeAll(async () => {
    rig = await startRig({ host: "0.0.0.0" });
    at = `http://127.0.0.1:${new URL(rig.program.controlUrl).port}`;
  });
  afterAll(() => rig[Symbol.asyncDispose]());
  const token = () => rig.program.token ?? "";
  const bearer = (text: string) => ({ authorization: `Bearer ${text}` });

  it("makes one on any address but loopback, and a new one each time", async () => {
    await using other = await startRig({ host: "0.0.0.0" });
    expect(token()).toMatch(/^[\w-]{32}$/);
    expect(other.program.token).not.toBe(token());
  });

  it("keeps everything behind it: API, events, page and its files", async () => {
    for (const path of ["/control", "/control/state", "/control/events", "/control/nothing"]) {
      expect(await send(at + path, "GET")).toMatchObject({ status: 401, body: { error: "unauthorized" } });
    }
    expect((await send(`${at}/control/reset`, "POST")).status).toBe(401);
    for (const path of ["/", "/page.js", "/style.css", "/nothing"]) {
      const said = await send(at + path, "GET");
      expect(said.status).toBe(401);
      expect(said.body).not.toContain("script");
    }
  });

  it("takes it as a bearer, and nothing like it", async () => {
    expect((await send(`${at}/control`, "GET", bearer(token()))).status).toBe(200);
    for (const wrong of ["", token().slice(1), `${token()}x`, token().toLowerCase(), "undefined"]) {
      expect((await send(`${at}/control`, "GET", bearer(wrong))).status).toBe(401);
    }
    expect((await send(`${at}/control?token=${token()}`, "GET")).status).toBe(401);
    expect((await send(`${at}/control`, "GET", { authorization: `Basic ${token()}` })).status).toBe(401);
  });

  it("makes the token in the page's address a cookie, and takes it out of the address", async () => {
    const said = await send(`${at}/?token=${token()}`, "GET");
    expect(said).toMatchObject({ status: 303, headers: { location: "/" } });
    const [cookie = ""] = said.headers["set-cookie"] ?? [];
    expect(cookie).toMatch(/; Path=\/; HttpOnly; SameSite=Strict$/);
    const withCookie = { cookie: `other=1; ${cookie.split(";")[0]}` };
    expect((await send(`${at}/`, "GET", withCookie)).status).toBe(200);
    expect((await send(`${at}/control`, "GET", withCookie)).status).toBe(200);
    const wrong = await send(`${at}/?token=${token()}x`, "GET");
    expect(wrong.status).toBe(401);
    expect(wrong.headers).not.toHaveProperty("set-cookie");
    expect(wrong.body).toContain("That is not the token.");
  });

  it("does not use a cookie for pages of other origins", async () => {
    const cookie = (await send(`${at}/?token=${token()}`, "GET")).headers["set-cookie"]?.[0] ?? "";
    const foreign = { cookie, origin: "https://evil.example" };
    expect((await send(`${at}/control/reset`, "POST", foreign)).status).toBe(403);
  });

  it("answers whatever name it is called by: the token keeps strangers out", async () => {
    const said = await send(`${at}/control`, "GET", { ...bearer(token()), host: "mock.internal:2199" });
    expect(said.status).toBe(200);
  });

  it("never says it in an answer", async () => {
    for (const path of ["/control", "/control/state", "/", "/page.js"]) {
      expect(JSON.stringify((await send(at + path, "GET", bearer(token()))).body)).not.toContain(token());
    }
  });

  it("asks for one that was given on loopback, too", async () => {
    await using given = await startRig({ token: TOKEN });
    expect((await given.ask("GET", "state")).status).toBe(401);
    expect((await send(`${given.program.controlUrl}/control`, "GET", bearer(TOKEN))).status).toBe(200);
  });
});
