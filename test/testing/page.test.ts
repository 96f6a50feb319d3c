import { accessSync, constants } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { explainReason } from "apns-voip";
import { type BrowserContext, chromium, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { CALL } from "./apple.js";
import { type Rig, startRig } from "./program.js";

const BROWSERS = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const browser = [process.env.CHROMIUM_PATH, ...BROWSERS].find(path => path !== undefined && isProgram(path));
/** More than a busy machine needs. */
const soon = { timeout: 10_000 };
const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

const title = browser ? "the page" : `the page (skipped: no Chromium at ${BROWSERS.join(", ")} or in CHROMIUM_PATH)`;

describe.skipIf(browser === undefined)(title, () => {
  let profile: string;
  let context: BrowserContext;
  let rig: Rig;
  let page: Page;
  let complaints: string[];

  beforeAll(async () => {
    profile = await mkdtemp(join(tmpdir(), "apns-voip-browser-"));
    context = await chromium.launchPersistentContext(profile, {
      executablePath: browser ?? "",
      args: FLAGS,
      locale: "en-GB",
    });
  }, 240_000);
  afterAll(async () => {
    await context?.close();
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  });
  beforeEach(async () => {
    rig = await startRig({ phones: [{ userId: 10 }, { userId: 10, pushType: "alert" }] });
    complaints = [];
    page = await open(rig.program.controlUrl);
  });
  afterEach(async () => {
    await page.close();
    await rig[Symbol.asyncDispose]();
  });

  async function open(url: string): Promise<Page> {
    const opened = await context.newPage();
    opened.on("console", message => message.type() === "error" && complaints.push(message.text()));
    opened.on("pageerror", error => complaints.push(error.message));
    await opened.setViewportSize({ width: 1280, height: 900 });
    await opened.goto(url);
    await opened.locator('#live[data-state="live"]').waitFor();
    return opened;
  }

  const tokens = () => [...rig.program.scene.handsets.keys()] as [string, string];
  const ring = (payload: object = CALL, deviceToken = tokens()[0]) =>
    rig.apns.send({ deviceToken, pushType: "voip", payload });
  const phone = (index = 0) => page.locator(".phone").nth(index);
  const see = (text: string | RegExp, within = page.locator("body")) => within.getByText(text).first().waitFor();

  it("shows a phone that rings, answers and ends the call by keyboard alone, and stays quiet meanwhile", async () => {
    await see("Waiting for a call", phone());
    await ring();
    await see("Incoming video call", phone());
    await see("Eleven", phone());
    expect(await page.title()).toBe("☎ Eleven → 10");
    expect(await page.locator("#announcement").textContent()).toBe("The phone of user 10 rings: Eleven");
    // First stop: the phones; second: the one that rings.
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    expect(await page.locator(":focus").textContent()).toBe("Go to the ringing phone");
    await page.keyboard.press("Enter");
    expect(await page.locator(":focus").getAttribute("aria-label")).toBe("Answer Eleven, on the phone of user 10");
    await page.keyboard.press("Enter");
    await see("On the video call", phone());
    expect((await rig.ask("GET", `devices/${tokens()[0]}`)).body).toMatchObject({ ringing: null, talking: CALL });
    // The focus went on to what can be done now.
    await expect
      .poll(() => page.locator(":focus").getAttribute("aria-label"), soon)
      .toMatch(/^End the call with Eleven/);
    await page.keyboard.press("Space");
    await see("Waiting for a call", phone());
    await expect.poll(() => page.locator(":focus").textContent(), soon).toBe("User 10");
    expect(await page.title()).toBe("apns-voip mock");
    expect(complaints).toEqual([]);
  });

  it("shows what the phone reported and what the server answered, and nothing where it stays silent", async () => {
    let status = 200;
    rig.program.mock.receipts({ fetch: async () => new Response("{}", { status }) });
    const withReceipt = { ...CALL, receipt: "as the server made it" };
    await ring(withReceipt);
    await see("Reported, and what the server answered: received 200, ringing 200", phone());
    status = 410;
    await phone().getByRole("button", { name: "Decline Eleven" }).click();
    await see(/ringing 200, declined 410$/, phone());
    expect(await rig.ask("POST", `devices/${tokens()[0]}/silent`)).toMatchObject({ status: 200 });
    await ring({ ...withReceipt, callId: "12-10" });
    await see("Incoming video call", phone());
    expect(await phone().textContent()).toMatch(/declined 410(?!, )/);
    expect(complaints).toEqual([]);
  });

  it("declines by mouse, without video when there is none", async () => {
    await ring({ ...CALL, hasVideo: false });
    await see("Incoming call", phone());
    await phone().getByRole("button", { name: "Decline Eleven" }).click();
    await see("Waiting for a call", phone());
  });

  it("lists a fault that a button asked for, and explains it in English and in Japanese", async () => {
    await page.getByLabel("Reason").selectOption("ServiceUnavailable");
    await page.getByLabel("Times").fill("3");
    await page.getByRole("button", { name: "Set", exact: true }).click();
    await see("Answer ServiceUnavailable × 3: done");
    expect(await ring()).toMatchObject({ outcome: "rejected", reason: "ServiceUnavailable" });
    const entries = page.locator(".push-list > li");
    await expect.poll(() => entries.count(), soon).toBe(3);
    const newest = entries.first().locator("summary");
    expect(await newest.textContent()).toContain("503ServiceUnavailableEleven");
    await newest.focus();
    await page.keyboard.press("Enter");
    await see("Apple's service is not available right now.", entries.first());
    await see("What to do", entries.first());
    expect(await entries.first().textContent()).toContain("key id MOCKKEY001, team MOCKTEAM01, issued");
    expect(await page.content()).not.toMatch(/eyJ/);
    await page.getByRole("button", { name: "日本語" }).click();
    await see(explainReason("ServiceUnavailable", { lang: "ja" }).meaning, entries.first());
    await see("対処", entries.first());
    expect(await page.locator("html").getAttribute("lang")).toBe("ja");
    expect(complaints).toEqual([]);
  });

  it("cuts the connections that are open, and says how many there were", async () => {
    await page.getByRole("button", { name: /^Cut Now/ }).click();
    await see("Cut: no connection is open, so nothing happened");
    await ring();
    await see("1", page.locator("#connection-count"));
    await page.getByRole("button", { name: /^Cut after/ }).click();
    await see("Cut after: connections hit: 1");
    expect(await ring()).toMatchObject({ outcome: "unknown" });
    await page.getByRole("button", { name: /^Reset Faults/ }).click();
    await expect.poll(() => page.locator(".push-list > li").count(), soon).toBe(0);
    await see("No push yet.");
  });

  it("takes a phone out of reach with a switch, and removes its app", async () => {
    const offline = phone().getByRole("switch", { name: "Offline" });
    await offline.focus();
    await page.keyboard.press("Space");
    await see("Out of reach", phone());
    expect(await offline.getAttribute("aria-checked")).toBe("true");
    expect(await page.locator(":focus").getAttribute("role")).toBe("switch");
    await page.keyboard.press("Space");
    await see("Waiting for a call", phone());
    await phone().getByRole("button", { name: "Uninstall" }).click();
    await see("App removed", phone());
    expect(await ring()).toMatchObject({ reason: "Unregistered" });
    await see("Unregistered", page.locator(".push-list"));
    await phone().getByRole("button", { name: "Reinstall" }).click();
    await see("Waiting for a call", phone());
  });

  it("adds a phone, and shows what an alert token is sent", async () => {
    const opener = page.getByRole("button", { name: "Add a phone" });
    await opener.click();
    expect(await opener.getAttribute("aria-expanded")).toBe("true");
    await page.getByLabel("User", { exact: true }).fill("77");
    await page.getByRole("combobox", { name: "Environment" }).selectOption("sandbox");
    await page.keyboard.press("Enter");
    await see("User 77", phone(2));
    await see("Sandbox", phone(2));
    await rig.apns.send({
      deviceToken: tokens()[1],
      pushType: "alert",
      payload: { aps: { alert: { title: "Eleven", body: "Where are you?" } } },
    });
    await see("Where are you?", phone(1));
  });

  it("shows violations as they come, and counts them where everybody looks", async () => {
    await see("None: nothing was sent");
    await ring({ type: "call.cancel", callId: "1" });
    await see(/VoIP push without a call/, page.locator(".violation-list"));
    expect(await page.getByRole("navigation").textContent()).toMatch(/Violations\s+1/);
    await see(/A VoIP push announced no call \(1 of 3\)/, phone());
  });

  it("treats what senders write as text", async () => {
    const markup = "<img src=x onerror=\"document.title='hacked'\"><b>Bold</b>";
    await ring({ ...CALL, callId: markup, fromDisplayName: markup });
    await see(markup, phone());
    await rig.apns.send({
      deviceToken: tokens()[1],
      pushType: "alert",
      payload: { aps: { alert: { title: markup, body: markup } } },
    });
    await see(markup, phone(1));
    await rig.ask("POST", "scripts", { answers: [{ status: 400, reason: "<b>Reason</b>" }] });
    await ring();
    await rig.ask("POST", "devices", { userId: markup });
    await see(`User ${markup}`, phone(2));
    for (const entry of await page.locator(".push-list summary").all()) await entry.click();
    await see("<b>Reason</b>", page.locator(".push-list"));
    await expect.poll(() => page.locator(".push-list pre").count(), soon).toBe(3);
    expect(await page.locator("main :is(img, b, script)").count()).toBe(0);
    expect(await page.title()).not.toBe("hacked");
    expect(complaints).toEqual([]);
  });

  it("refuses to be put into a frame", async () => {
    const other = await context.newPage();
    await other.setContent(`<iframe src="${rig.program.controlUrl}"></iframe>`);
    await expect.poll(() => other.frames()[1]?.url(), soon).toBe("chrome-error://chromewebdata/");
    await other.close();
  });

  it("refuses to run what is not its own", async () => {
    const refused = await page.evaluate(`(async () => {
      const { promise, resolve } = Promise.withResolvers();
      addEventListener("securitypolicyviolation", event => resolve(event.effectiveDirective));
      const script = document.createElement("script");
      try {
        script.textContent = "document.title = 'hacked'";
        document.body.append(script);
      } catch {
        return "trusted types";
      }
      return promise;
    })()`);
    expect(refused).toMatch(/trusted types|script-src|require-trusted-types-for/);
    expect(await page.title()).not.toBe("hacked");
  });

  it("catches up after the mock was away", async () => {
    const { port } = new URL(rig.program.controlUrl);
    await rig[Symbol.asyncDispose]();
    await see("Not connected, trying again");
    rig = await startRig({ controlPort: Number(port), phones: [{ userId: 42 }] });
    await see("User 42", phone());
    expect(await page.locator(".phone").count()).toBe(1);
    await see("Live", page.locator("#live"));
  }, 240_000);

  it("opens with the token in its address, and without one says what is needed", async () => {
    await using guarded = await startRig({ host: "0.0.0.0", phones: [{ userId: 5 }] });
    const { controlUrl, token } = guarded.program;
    const other = await context.newPage();
    await other.goto(controlUrl);
    await other.getByText("This page needs the token").waitFor();
    await other.getByLabel("Token").fill(token ?? "");
    await other.getByRole("button", { name: "Open" }).click();
    await other.getByText("User 5").waitFor();
    expect(other.url()).toBe(`${controlUrl}/`);
    await other.locator('#live[data-state="live"]').waitFor();
    await other.close();
  });

  it.each([360, 768, 1280])("fits a screen %i pixels wide, in both languages", async width => {
    await page.setViewportSize({ width, height: 800 });
    await ring({ ...CALL, fromDisplayName: "A very long name that does not want to end 佐藤さんのお母さん".repeat(3) });
    await ring({ ...CALL, callId: "x".repeat(300), fromDisplayName: "x".repeat(300) }, tokens()[0]);
    await rig.ask("POST", "devices", { userId: "u".repeat(200), bundleId: `com.${"example".repeat(20)}` });
    await rig.ask("POST", "scripts", { answers: ["R".repeat(64)] });
    await ring();
    await expect.poll(() => page.locator(".push-list > li").count(), soon).toBe(3);
    for (const language of ["English", "日本語"]) {
      await page.getByRole("button", { name: language }).click();
      await page.evaluate("for (const details of document.querySelectorAll('details')) details.open = true");
      await expect.poll(() => page.locator(".push-list pre").count(), soon).toBe(3);
      const tooWide = await page.evaluate("document.documentElement.scrollWidth - innerWidth");
      expect(tooWide).toBeLessThanOrEqual(0);
    }
  });

  it("gives everything that can be pressed a name, and the focus a mark", async () => {
    await ring();
    await see("Incoming video call", phone());
    const nameless = await page.evaluate(`
      [...document.querySelectorAll("button, a, input, select, summary")]
        .filter(element => element.checkVisibility())
        .filter(element => !(element.ariaLabel ?? (element.closest("label") ?? element).textContent).trim())
        .map(element => element.outerHTML)
    `);
    expect(nameless).toEqual([]);
    for (let stop = 0; stop < 12; stop++) {
      await page.keyboard.press("Tab");
      const outline = await page.evaluate("getComputedStyle(document.activeElement).outlineStyle");
      expect(outline).not.toBe("none");
    }
  });

  it("rings without motion for those who asked for none", async () => {
    await page.emulateMedia({ reducedMotion: "reduce" });
    await ring();
    await see("Incoming video call", phone());
    const moving = () => page.evaluate("document.getAnimations().length");
    expect(await moving()).toBe(0);
    await page.emulateMedia({ reducedMotion: "no-preference" });
    await expect.poll(moving, soon).toBeGreaterThan(0);
  });
});
