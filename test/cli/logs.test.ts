import { consoleLogger, createApnsClient, createPushService, createReceipts, memoryDeviceStore } from "apns-voip";
import { consoleLogger as signalLogger } from "apns-voip/signal";
import { createMockApns } from "apns-voip/testing";
import { describe, expect, test } from "vitest";
import { runCli } from "./run-cli.js";

const OFFER = [
  "[signal] offer from 11 to 10",
  "[signal] user 10 is offline, sending VoIP Push",
  "📞 Sending VoIP Push to user 10",
];
const FOUND = [
  "POST /api/internal/push/call - toUserId: 10",
  "Retrieved voipDeviceToken for user 10: 9f739db8afff...",
  "Sending VoIP Push to APNs...",
];
const ACCEPTED = ["✅ VoIP Push sent successfully to APNs", "✅ VoIP Push sent to user 10"];

async function follow(lines: readonly string[], ...args: string[]) {
  const { code, out } = await runCli(["logs", "--json", ...args], { stdin: `${lines.join("\n")}\n` });
  return { code, ...(JSON.parse(out) as { calls: number; traces: Trace[]; unnamed: { line: number }[] }) };
}

interface Trace {
  readonly to: string;
  readonly from?: string;
  readonly stop: string;
  readonly step: string;
  readonly reason?: string;
  readonly message: string;
  readonly remedy: string;
  readonly guessed: boolean;
  readonly asides: readonly { readonly line: number; readonly text: string }[];
  readonly steps: { readonly name: string; readonly seen: boolean; readonly line?: number }[];
}

describe("apns-voip logs", () => {
  test("follows a call that Apple accepted through both servers, and exits with 0", async () => {
    const { code, traces } = await follow([...OFFER, ...FOUND, ...ACCEPTED]);
    expect(code).toBe(0);
    expect(traces).toMatchObject([{ to: "10", from: "11", stop: "accepted", step: "phone" }]);
    expect(traces[0]?.steps.map(({ name, line }) => [name, line])).toEqual([
      ["offer", 1],
      ["offline", 2],
      ["asking", 3],
      ["asked", 4],
      ["found", 5],
      ["pushing", 6],
      ["accepted", 7],
      ["told", 8],
    ]);
  });

  const STOPPED: readonly (readonly [name: string, lines: readonly string[], trace: Partial<Trace>])[] = [
    [
      "Apple refused the push",
      [...OFFER, ...FOUND, "❌ APNs error: BadDeviceToken"],
      { stop: "rejected", step: "sending", reason: "BadDeviceToken" },
    ],
    [
      "the push never left",
      [...FOUND, "❌ VoIP Push not sent to APNs: DEADLINE, too late"],
      { stop: "unsent", step: "sending", reason: "DEADLINE" },
    ],
    [
      "nobody knows whether it reached Apple",
      [...FOUND, "⚠️ VoIP Push may have been sent to APNs: TIMEOUT, no answer"],
      { stop: "unknown", step: "sending", reason: "TIMEOUT" },
    ],
    [
      "there was no token",
      [...OFFER, FOUND[0]!, "❌ VoIP token not found for user 10"],
      { stop: "no-token", step: "registration" },
    ],
    [
      "there was no token, because a registration had been refused",
      ["PUT /api/v1/me/devices - 401 bad_token (expired)", ...OFFER, FOUND[0]!, "❌ VoIP token not found for user 10"],
      {
        stop: "registration-refused",
        step: "registration",
        message: expect.stringContaining("bad_token (expired)") as unknown as string,
      },
    ],
    [
      "there was no token, because Apple had called it dead",
      [
        "Removed 9f739db8afff... of user 10: APNs says Unregistered",
        ...OFFER,
        FOUND[0]!,
        "❌ VoIP token not found for user 10",
      ],
      { stop: "token-removed", step: "registration", reason: "Unregistered" },
    ],
    [
      "the store failed",
      [...OFFER, FOUND[0]!, "❌ Store error: connect ECONNREFUSED 127.0.0.1:5432"],
      { stop: "store-error", step: "registration", reason: "ECONNREFUSED" },
    ],
    [
      "the admin tokens differ, as the API server says",
      [...OFFER, "POST /api/internal/push/call - 401 unauthorized"],
      { stop: "wrong-admin-token", step: "sending" },
    ],
    [
      "the admin tokens differ, as the signal server says",
      [...OFFER, "❌ Failed to send VoIP Push: Request failed with status code 401"],
      { stop: "wrong-admin-token", step: "sending" },
    ],
    [
      "the API server was down",
      [...OFFER, "❌ Failed to send VoIP Push: connect ECONNREFUSED 127.0.0.1:3000"],
      { stop: "api-down", step: "sending", reason: "ECONNREFUSED" },
    ],
    [
      "there was no such route",
      [...OFFER, "❌ Failed to send VoIP Push: Request failed with status code 404"],
      { stop: "no-route", step: "sending" },
    ],
    [
      "the request was wanting",
      [...OFFER, "POST /api/internal/push/call - 400 invalid_request (callId is required)"],
      { stop: "bad-request", step: "sending" },
    ],
    ["the API server stopped half-way", [...OFFER, ...FOUND], { stop: "no-outcome", step: "sending" }],
    ["the API server stopped before it looked", [...OFFER, FOUND[0]!], { stop: "no-lookup", step: "registration" }],
    ["no line of the API server is there", OFFER, { stop: "no-answer-yet", step: "sending" }],
    ["nobody was asked to ring", OFFER.slice(0, 2), { stop: "never-asked", step: "sending" }],
    [
      "nobody was asked to ring the phones that were not connected",
      [OFFER[0]!, "[signal] user 10 has 1 phone connected, sending VoIP Push to the others"],
      { stop: "never-asked", step: "sending" },
    ],
    ["the callee was taken to be online", OFFER.slice(0, 1), { stop: "thought-online", step: "sending" }],
    [
      "it was a repeat",
      [...OFFER, "VoIP Push to user 10 not sent again: a repeat of the same request"],
      { stop: "duplicate", step: "sending" },
    ],
  ];

  test.each(STOPPED)("says so, and what to do, when %s", async (_name, lines, expected) => {
    const { code, traces } = await follow(lines);
    expect(code).toBe(1);
    expect(traces).toMatchObject([{ to: "10", ...expected }]);
    expect(traces[0]?.remedy).not.toBe("");
    expect(JSON.stringify(traces)).not.toMatch(/\{[a-z]+\}|undefined/);
  });

  test.each(STOPPED)("says it in Japanese when %s", async (_name, lines) => {
    const { out } = await runCli(["logs", "--lang", "ja"], { stdin: lines.join("\n") });
    expect(out).toContain("ユーザー10への着信");
    expect(out).toContain("対処");
    expect(out).not.toMatch(/\{[a-z]+\}|undefined/);
  });

  describe("with what the phone reported", () => {
    const call = [...OFFER, ...FOUND, ...ACCEPTED];
    const PHONE = "9f739db8afff... of user 10";
    const RINGING = `📱 ${PHONE}: ringing, 812 ms after APNs accepted`;
    const SILENT = `⚠️ APNs accepted, but ${PHONE} has not reported within 8 s`;

    test.each([
      ["rang", 0, [RINGING], "ringing, 812 ms"],
      ["rang", 0, [RINGING, `📱 ${PHONE}: answered, 4100 ms after APNs accepted`], "ringing"],
      ["rang", 0, [SILENT, `📱 ${PHONE}: ringing, 9000 ms after APNs accepted`], "ringing, 9000 ms"],
      ["delivered", 0, [`📱 ${PHONE}: received, 300 ms after APNs accepted`], "no line says that CallKit"],
      ["call-refused", 1, [`📱 ${PHONE}: failed, 300 ms after APNs accepted: code 3`], "refused the call: code 3"],
      ["silent", 1, [SILENT], "nothing after 8 s"],
    ])("says that it ended as %s", async (stop, exit, lines, message) => {
      const { code, traces } = await follow([...call, ...lines]);
      expect(code).toBe(exit);
      expect(traces).toMatchObject([{ stop, step: "phone", message: expect.stringContaining(message) as unknown }]);
      expect(traces[0]?.steps.at(-1)).toMatchObject({ name: "reported", seen: stop !== "silent" });
      expect(JSON.stringify(traces)).not.toMatch(/\{[a-z]+\}|undefined/);
      const ja = await runCli(["logs", "--lang", "ja"], { stdin: [...call, ...lines].join("\n") });
      expect(ja.out).toContain("端末から報告があった");
      expect(ja.out).not.toMatch(/\{[a-z]+\}|undefined/);
    });

    test("shows the silence as the line at which the call stopped, and how to find the cause", async () => {
      const { out } = await runCli(["logs"], { stdin: [...call, SILENT].join("\n") });
      expect(out).toContain("  ✗ The phone reported (no such line)");
      expect(out).toContain(`    9: ${SILENT}`);
      expect(out).toContain("npx apns-voip doctor --env-file .env --ring 10");
    });

    test("gives it to its own call by the time that it tells", async () => {
      const at = (seconds: number, line: string) => `${new Date(1.8e12 + seconds * 1000).toISOString()} ${line}`;
      const first = [...FOUND, ACCEPTED[0]!].map(line => at(0, line));
      const second = [...FOUND, ACCEPTED[0]!].map(line => at(5, line));
      const { traces } = await follow([...first, ...second, at(5.8, RINGING), at(8, SILENT)], "--all");
      expect(traces).toMatchObject([
        { stop: "silent", guessed: false },
        { stop: "rang", guessed: false },
      ]);
      const later = `📱 ${PHONE}: answered, 7000 ms after APNs accepted`;
      const { traces: both } = await follow([...first, ...second, at(7, later), at(13, SILENT)], "--all");
      expect(both.map(({ stop }) => stop)).toEqual(["rang", "silent"]);
    });

    test("guesses without times, and says that it does", async () => {
      const { traces } = await follow([...FOUND, ACCEPTED[0]!, ...FOUND, ACCEPTED[0]!, RINGING, SILENT], "--all");
      expect(traces).toMatchObject([
        { stop: "silent", guessed: true },
        { stop: "rang", guessed: true },
      ]);
    });

    test("does not hold a phone's silence against another phone that rang, nor against another user", async () => {
      const tablet = "Retrieved voipDeviceToken for user 10: aaaaaaaaaaaa...";
      const silent = SILENT.replace("9f739db8afff", "aaaaaaaaaaaa");
      const two = [FOUND[0]!, FOUND[1]!, tablet, FOUND[2]!, ACCEPTED[0]!, RINGING, silent];
      expect((await follow(two)).traces).toMatchObject([{ stop: "rang" }]);
      expect((await follow([...call, SILENT.replace("user 10", "user 12")])).traces).toMatchObject([
        { stop: "accepted" },
      ]);
      expect((await follow([...call, silent])).traces).toMatchObject([{ stop: "accepted" }]);
    });

    test.each(["lines", "events as JSON"])("reads what this library's own logger prints of it, as %s", async form => {
      const mock = createMockApns();
      const phone = mock.device();
      const log: string[] = [];
      const print = consoleLogger({ log: line => log.push(line) });
      const receipts = createReceipts({ secret: "sixteen letters!" });
      const apns = createApnsClient({
        ...{ ...mock.key, bundleId: phone.bundleId, fetch: mock.fetch, clock: mock.clock },
        onEvent: event => void (form === "lines" ? print(event) : log.push(JSON.stringify(event))),
      });
      const push = createPushService({ apns, devices: memoryDeviceStore(), receipts });
      await push.registerDevice(10, { platform: "ios", bundleId: phone.bundleId, voipDeviceToken: phone.token });
      await push.sendCall({ toUserId: 10, callId: "11-10", fromUserId: 11 });
      const { receipt = "" } = phone.ringing as { readonly receipt?: string };
      await push.takeReceipt({ receipt, event: "failed", detail: "code 3 of CallKit" });
      await push.sendCall({ toUserId: 10, callId: "12-10", fromUserId: 12 });
      await mock.clock.advance(9_000);
      await apns.close();
      const { traces } = await follow(log, "--all");
      expect(traces).toMatchObject([
        { stop: "call-refused", message: expect.stringContaining("code 3 of CallKit") as unknown },
        { stop: "silent", message: expect.stringContaining("after 8 s") as unknown },
      ]);
    });

    test("takes a phone's own words for nothing else than a report", async () => {
      const words = `📱 ${PHONE}: failed, 300 ms after APNs accepted: ❌ APNs error: Unregistered`;
      expect((await follow([...call, words])).traces).toMatchObject([{ stop: "call-refused" }]);
    });
  });

  describe("with the phones that came to the signal server", () => {
    const call = [...OFFER, ...FOUND, ...ACCEPTED];
    const WOKEN = "📲 A phone of user 10 registered 812 ms after the push";
    const NOBODY = "⚠️ APNs accepted, but no phone of user 10 has registered within 8 s";
    const LATE = WOKEN.replace("812", "9000");
    const SILENT = "⚠️ APNs accepted, but 9f739db8afff... of user 10 has not reported within 8 s";
    const RINGING = "📱 9f739db8afff... of user 10: ringing, 700 ms after APNs accepted";
    const at = (seconds: number, line: string) => `${new Date(1.8e12 + seconds * 1000).toISOString()} ${line}`;

    test.each([
      ["woken", 0, [WOKEN], "812 ms after the push"],
      ["woken", 0, [NOBODY, LATE], "9000 ms after the push"],
      ["woken", 0, [SILENT, WOKEN], "812 ms after the push"],
      ["nobody-woken", 1, [NOBODY], "no phone of user 10 had registered at the signal server after 8 s"],
      ["silent", 1, [SILENT, NOBODY], "nothing after 8 s"],
      ["rang", 0, [RINGING, WOKEN], "ringing, 700 ms"],
    ])("says that it ended as %s", async (stop, exit, lines, message) => {
      const { code, traces } = await follow([...call, ...lines]);
      expect(code).toBe(exit);
      expect(traces).toMatchObject([{ stop, step: "phone", message: expect.stringContaining(message) as unknown }]);
      const seen = lines.some(line => line.includes("📲"));
      expect(traces[0]?.steps.find(({ name }) => name === "woken")?.seen).toBe(seen);
      expect(traces[0]).toMatchObject({ guessed: false });
      expect(JSON.stringify(traces)).not.toMatch(/\{[a-z]+\}|undefined/);
      const ja = await runCli(["logs", "--lang", "ja"], { stdin: [...call, ...lines].join("\n") });
      expect(ja.out).toContain("プッシュの後に端末がシグナルサーバにregisterした");
      expect(ja.out).not.toMatch(/\{[a-z]+\}|undefined/);
    });

    const ended = (how: string, from = "11") => `[signal] call from ${from} to 10 ended after 42 s, ${how}`;
    const ANSWERED = ended("answered: hang-up");
    const MISSED = ended("not answered: no-answer");

    test.each([
      ["answered", 0, [WOKEN, ANSWERED], "answered the call. It was over 42 s after the offer (hang-up)"],
      ["answered", 0, [SILENT, ANSWERED], "answered the call"],
      ["answered", 0, [NOBODY, ANSWERED], "answered the call"],
      ["not-answered", 0, [WOKEN, MISSED], "nobody answered: no-answer, 42 s"],
      ["not-answered", 0, [RINGING, WOKEN, ended("not answered: cancelled")], "nobody answered: cancelled"],
      ["not-answered", 0, [ended("not answered: declined")], "nobody answered: declined"],
      ["nobody-woken", 1, [NOBODY, MISSED], "no phone of user 10"],
      ["silent", 1, [SILENT, MISSED], "nothing after 8 s"],
    ])("tells a call that was answered from one that was not: %s", async (stop, exit, lines, message) => {
      const { code, traces } = await follow([...call, ...lines]);
      expect(code).toBe(exit);
      expect(traces).toMatchObject([{ stop, message: expect.stringContaining(message) as unknown }]);
      expect(traces[0]?.steps.at(-1)).toMatchObject({ name: "ended", seen: true });
      const ja = await runCli(["logs", "--lang", "ja"], { stdin: [...call, ...lines].join("\n") });
      expect(ja.out).toContain("通話が終わった");
      expect(ja.out).not.toMatch(/\{[a-z]+\}|undefined/);
    });

    test("tells of calls without a push, and keeps the ends of calls apart", async () => {
      const [offer] = OFFER as [string];
      expect((await follow([offer, ANSWERED])).traces).toMatchObject([{ stop: "answered" }]);
      expect((await follow([offer, MISSED])).traces).toMatchObject([{ stop: "thought-online" }]);
      const twice = await follow([offer, ANSWERED, offer, ended("not answered: declined")], "--all");
      expect(twice.traces.map(({ stop }) => stop)).toEqual(["answered", "not-answered"]);
      const other = offer.replace("from 11", "from 12");
      const two = await follow([offer, other, ended("answered: hang-up", "12"), MISSED], "--all");
      expect(two.traces.map(({ stop }) => stop)).toEqual(["thought-online", "answered"]);
    });

    test("names what to look at when nobody came, in both languages", async () => {
      const stdin = [...call, NOBODY].join("\n");
      const { out } = await runCli(["logs"], { stdin });
      expect(out).toContain("  ✗ A phone registered at the signal server after the push (no such line)");
      expect(out).toContain(`    9: ${NOBODY}`);
      const said = out.replaceAll(/\s+/g, " ");
      for (const cause of ["stopped delivery", "app was removed", "another installation", "no network", "expiration 0"])
        expect(said).toContain(cause);
      const ja = (await runCli(["logs", "--lang", "ja"], { stdin })).out.replaceAll(/\s+/g, "");
      for (const cause of ["配信を止めた", "アプリが削除", "別のインストール", "圏外", "有効期限が0"])
        expect(ja).toContain(cause);
    });

    test("needs no line of the API server, and takes a phone that came before the answer", async () => {
      expect((await follow([...OFFER, WOKEN])).traces).toMatchObject([{ stop: "woken" }]);
      expect((await follow([...OFFER, WOKEN, ACCEPTED[1]!])).traces).toMatchObject([{ stop: "woken" }]);
      expect((await follow([...OFFER, ACCEPTED[1]!, NOBODY])).traces).toMatchObject([{ stop: "nobody-woken" }]);
    });

    test("lets each of two calls that overlap keep its own lines", async () => {
      const other = call.map(line => line.replaceAll("user 10", "user 20").replaceAll(/(to|toUserId:) 10/g, "$1 20"));
      const { traces } = await follow(
        [...OFFER, ...other, ...FOUND, ...ACCEPTED, WOKEN.replace("10", "20"), NOBODY],
        "--all",
      );
      expect(traces).toMatchObject([
        { to: "10", stop: "nobody-woken", message: expect.stringContaining("user 10") as unknown },
        { to: "20", stop: "woken", message: expect.stringContaining("user 20") as unknown },
      ]);
      const turned = [WOKEN, NOBODY.replace("10", "20")];
      const reversed = await follow([...OFFER, ...other, ...FOUND, ...ACCEPTED, ...turned], "--all");
      expect(reversed.traces).toMatchObject([
        { to: "10", stop: "woken" },
        { to: "20", stop: "nobody-woken" },
      ]);
    });

    test("goes by the time that a line tells when two people call the same user at once", async () => {
      const second = call.map(line => line.replace("from 11", "from 12"));
      const first = [...call.map(line => at(0, line)), ...second.map(line => at(5, line))];
      const { traces } = await follow([...first, at(5.8, WOKEN), at(8, NOBODY)], "--all");
      expect(traces).toMatchObject([
        { from: "11", stop: "nobody-woken", guessed: false },
        { from: "12", stop: "woken", guessed: false },
      ]);
      const both = await follow([...first, at(5.8, LATE.replace("9000", "5800")), at(5.8, WOKEN)], "--all");
      expect(both.traces.map(({ message }) => /\d+ ms/.exec(message)?.[0])).toEqual(["5800 ms", "812 ms"]);
    });

    test("guesses without times, and says that it does; but not where one call was over", async () => {
      const twice = await follow([...call, ...call, WOKEN, NOBODY], "--all");
      expect(twice.traces).toMatchObject([
        { stop: "nobody-woken", guessed: true },
        { stop: "woken", guessed: true },
      ]);
      const inTurn = await follow([...call, WOKEN, ...call, WOKEN, ...call, NOBODY, ...call, WOKEN], "--all");
      expect(inTurn.traces.map(({ stop }) => stop)).toEqual(["woken", "woken", "nobody-woken", "woken"]);
      expect(inTurn.traces.some(({ guessed }) => guessed)).toBe(false);
    });

    test("counts a phone that opens later for no call whose push failed", async () => {
      const failed = [...OFFER, "❌ Failed to send VoIP Push: Request failed with status code 401", WOKEN];
      expect((await follow(failed)).traces).toMatchObject([{ stop: "wrong-admin-token" }]);
      const { traces } = await follow([...failed.slice(0, -1), ...call, WOKEN], "--all");
      expect(traces).toMatchObject([
        { stop: "wrong-admin-token", guessed: false },
        { stop: "woken", guessed: false },
      ]);
    });

    test("follows a call of which some phones were connected", async () => {
      const others = OFFER.with(1, "[signal] user 10 has 1 phone connected, sending VoIP Push to the others");
      const { traces } = await follow([...others, ...FOUND, ...ACCEPTED, WOKEN]);
      expect(traces).toMatchObject([{ stop: "woken" }]);
      expect(traces[0]?.steps[1]).toMatchObject({ name: "others", seen: true, line: 2 });
    });

    test("shows beside a call what was refused and what failed around it, and blames nobody else for it", async () => {
      const lines = [
        "❌ Cannot tell which phones of user 10 are connected: timed out",
        ...call,
        "❌ Call store error (write): Store error: down",
        "[signal] register of user 10 refused: no device id",
        "[signal] register of user 99 refused: no device id",
        NOBODY,
      ];
      const { traces } = await follow(lines);
      expect(traces).toMatchObject([{ stop: "nobody-woken", asides: [{ line: 1 }, { line: 10 }, { line: 11 }] }]);
      const { out } = await runCli(["logs"], { stdin: lines.join("\n") });
      expect(out).toContain("What else the signal server said meanwhile");
      expect(out).toContain("    11: [signal] register of user 10 refused: no device id");
    });

    test("points at an offer that was refused, and made no call", async () => {
      const refused = "[signal] offer of user 11 refused: nobody calls himself";
      const { out, code } = await runCli(["logs"], { stdin: refused });
      expect(code).toBe(1);
      expect(out).toContain("Line 1 refuses an offer: nobody was rung for it.");
      expect(out).toContain(`1: ${refused}`);
      expect((await runCli(["logs", "--lang", "ja"], { stdin: refused })).out).toContain("1行目でofferが拒否");
      expect((await runCli(["logs"], { stdin: [refused, ...call].join("\n") })).out).not.toContain("refuses an offer");
    });

    test("reads what the signal server's own logger prints", async () => {
      const lines: string[] = [];
      const happened = signalLogger({ log: line => lines.push(line) });
      const toUserId = "10";
      happened({ type: "signal.online-failed", userId: toUserId, error: new Error("timed out") });
      happened({ type: "signal.offer", fromUserId: "11", toUserId });
      happened({ type: "signal.pushing-others", toUserId, connected: 2 });
      happened({ type: "signal.push-started", kind: "call", toUserId });
      happened({ type: "signal.store-failed", operation: "write", error: new Error("down") });
      happened({ type: "signal.push-finished", kind: "call", toUserId, status: "accepted" });
      happened({ type: "signal.nobody-woken", toUserId, callId: "11-10", milliseconds: 8000 });
      expect((await follow(lines)).traces).toMatchObject([{ stop: "nobody-woken", from: "11" }]);
      happened({ type: "signal.refused", userId: toUserId, event: "answer", why: "this phone makes that call itself" });
      happened({ type: "signal.phone-woken", toUserId, callId: "11-10", phone: "socket-1", milliseconds: 9000.4 });
      const [trace] = (await follow(lines)).traces;
      expect(trace).toMatchObject({ stop: "woken", guessed: false });
      expect(trace?.steps.filter(({ seen }) => seen).map(({ name }) => name)).toEqual([
        "offer",
        "others",
        "asking",
        "told",
        "woken",
      ]);
      expect(trace?.asides).toMatchObject(
        ["Cannot tell", "Call store error", "answer of user 10"].map(words => ({
          text: expect.stringContaining(words) as unknown,
        })),
      );
    });

    test("reads the events as JSON", async () => {
      const lost = { type: "signal.nobody-woken", toUserId: "10", callId: "11-10", milliseconds: 8000 };
      const { traces } = await follow([...call, JSON.stringify({ level: "warn", event: lost })]);
      expect(traces).toMatchObject([{ stop: "nobody-woken" }]);
    });
  });

  test("follows the last call, or that to one user, or from one, or all", async () => {
    const toTwelve = [...OFFER, FOUND[0]!, "❌ VoIP token not found for user 10"].map(line =>
      line.replaceAll("10", "12").replace("from 11", "from 13"),
    );
    const log = [...OFFER, ...FOUND, ...ACCEPTED, ...toTwelve];
    expect((await follow(log)).traces).toMatchObject([{ to: "12", from: "13", stop: "no-token" }]);
    expect((await follow(log, "--user", "10")).traces).toMatchObject([{ to: "10", stop: "accepted" }]);
    expect((await follow(log, "--from", "11")).traces).toMatchObject([{ to: "10" }]);
    expect((await follow(log, "--all")).traces).toMatchObject([{ to: "10" }, { to: "12" }]);
    expect(await follow(log, "--user", "99")).toMatchObject({ code: 1, calls: 0, traces: [] });
  });

  test("keeps two calls between the same two people apart", async () => {
    const failed = [
      ...OFFER,
      ...FOUND,
      "❌ APNs error: Unregistered",
      "❌ Failed to send VoIP Push: Request failed with status code 500",
    ];
    const { traces } = await follow([...failed, ...OFFER, ...FOUND, ...ACCEPTED], "--all");
    expect(traces).toMatchObject([{ stop: "rejected", reason: "Unregistered" }, { stop: "accepted" }]);
  });

  test("puts together the logs of two servers that stand one after the other", async () => {
    const api = [...FOUND, ACCEPTED[0]!];
    const signal = [...OFFER, ACCEPTED[1]!];
    for (const log of [
      [...api, ...signal],
      [...signal, ...api],
    ]) {
      const { traces, calls } = await follow(log);
      expect(calls).toBe(1);
      expect(traces[0]?.steps.every(({ seen }) => seen)).toBe(true);
    }
  });

  test("goes by time where every line has one, whatever order the lines are in", async () => {
    const all = [...OFFER, ...FOUND, ...ACCEPTED].map(
      (line, index) => `api-1  | 2026-11-23T10:00:0${index}.000Z ${line}`,
    );
    const { traces } = await follow(all.toReversed());
    expect(traces).toMatchObject([{ stop: "accepted", from: "11" }]);
    expect(traces[0]?.steps.every(({ seen }) => seen)).toBe(true);
  });

  test("says when calls overlap and a line could belong to either", async () => {
    const other = OFFER.map(line => line.replaceAll("10", "20"));
    const { traces } = await follow([
      ...OFFER,
      ...other,
      "❌ Failed to send VoIP Push: Request failed with status code 401",
    ]);
    expect(traces).toMatchObject([{ to: "20", guessed: true }]);
  });

  test("lets lines be JSON, or have anything in front", async () => {
    const { traces } = await follow([...OFFER, ...FOUND, ...ACCEPTED].map(msg => JSON.stringify({ level: 30, msg })));
    expect(traces).toMatchObject([{ stop: "accepted" }]);
  });

  test("reads what this library's own logger prints", async () => {
    const mock = createMockApns();
    const phone = mock.device();
    const lines: string[] = [];
    const apns = createApnsClient({
      ...mock.key,
      bundleId: phone.bundleId,
      fetch: mock.fetch,
      onEvent: consoleLogger({ log: line => lines.push(line) }),
    });
    const push = createPushService({ apns, devices: memoryDeviceStore() });
    await push.registerDevice(10, { platform: "ios", bundleId: phone.bundleId, voipDeviceToken: phone.token });
    await push.sendCall({ toUserId: 10, callId: "11-10", fromUserId: 11 });
    phone.uninstall(new Date(Date.now() + 1000));
    await push.sendCall({ toUserId: 10, callId: "11-10", fromUserId: 11 });
    await push.sendCall({ toUserId: 10, callId: "11-10", fromUserId: 11 });
    await apns.close();
    const { traces } = await follow(lines, "--all");
    expect(traces.map(({ stop, reason }) => [stop, reason])).toEqual([
      ["accepted", undefined],
      ["rejected", "Unregistered"],
      ["token-removed", "Unregistered"],
    ]);
  });

  test("draws the way of the call for people, with the line at which it stopped", async () => {
    const { out } = await runCli(["logs"], { stdin: [...OFFER, ...FOUND, "❌ APNs error: BadDeviceToken"].join("\n") });
    expect(out).toContain("Call to user 10 from user 11");
    expect(out).toContain("  ✓ The push was sent (line 6)");
    expect(out).toContain("  ✗ Apple accepted it (no such line)");
    expect(out).toContain("    7: ❌ APNs error: BadDeviceToken");
    expect(out).toContain("Likely causes");
  });

  test("says how many lines it read when there is no call in them, and what may be missing", async () => {
    const { code, out } = await runCli(["logs"], { stdin: "hello\nworld\n" });
    expect(code).toBe(1);
    expect(out).toContain("No such call found in 2 lines.");
    expect(out).toContain("consoleLogger()");
    expect((await runCli(["logs"], { stdin: "hello\n" })).out).toContain("found in 1 line.");
    expect((await runCli(["logs", "--lang", "ja"], { stdin: "hello\n" })).out).toContain("`consoleLogger()`の出力");
    const saved = await runCli(["logs"], { stdin: "Saved voipDeviceToken for user 10: 9f739db8afff..." });
    expect(saved.out).toContain("but none of a call");
  });

  test("names the users who were called when nobody called the one that was asked about", async () => {
    const { code, out } = await runCli(["logs", "--user", "99"], { stdin: OFFER.join("\n") });
    expect(code).toBe(1);
    expect(out).toContain("There are calls to user 10. `--all`");
    const ja = await runCli(["logs", "--user", "99", "--lang", "ja"], { stdin: OFFER.join("\n") });
    expect(ja.out).toContain("ユーザー10への着信はあります");
  });

  test("explains its exit code in the help", async () => {
    expect((await runCli(["logs", "--help"])).out).toContain("1 the call stopped before that");
    expect((await runCli(["logs", "--help", "--lang", "ja"])).out).toContain("1 その手前で停止");
  });

  describe("given a refused request that names no user", () => {
    const REFUSED = "POST /api/internal/push/call - 401 unauthorized";
    const WANTING = "POST /api/internal/push/call - 400 invalid_request (toUserId is required)";
    const api = [...FOUND, ACCEPTED[0]!];
    const good = [...OFFER, ACCEPTED[1]!];
    const bad = [...OFFER, "❌ Failed to send VoIP Push: Request failed with status code 401"];

    test("takes it for the call that was refused, and not for an earlier one that has its end", async () => {
      for (const log of [
        [...api, REFUSED, ...good, ...bad],
        [...good, ...bad, ...api, REFUSED],
      ]) {
        const { code, traces } = await follow(log, "--user", "10", "--all");
        expect(code).toBe(1);
        expect(traces).toMatchObject([{ stop: "accepted" }, { stop: "wrong-admin-token", step: "sending" }]);
        expect(traces[1]?.steps.find(({ name }) => name === "accepted")?.seen).toBe(false);
      }
    });

    test("believes the signal server that a call was refused when the API server's log has no word of it", async () => {
      const { code, traces } = await follow([...api, ...good, ...bad], "--all");
      expect(code).toBe(1);
      expect(traces).toMatchObject([{ stop: "accepted" }, { stop: "wrong-admin-token" }]);
    });

    test("leaves the call before it accepted, and points at the line", async () => {
      const log = [...api, REFUSED];
      const { traces, unnamed } = await follow(log, "--user", "10");
      expect(traces).toMatchObject([{ to: "10", stop: "accepted" }]);
      expect(unnamed).toMatchObject([{ line: 5 }]);
      const { out } = await runCli(["logs"], { stdin: log.join("\n") });
      expect(out).toContain("Line 5 refuses a request without saying for whom.");
      expect(out).toContain(`5: ${REFUSED}`);
      expect((await runCli(["logs", "--lang", "ja"], { stdin: log.join("\n") })).out).toContain("5行目で拒否");
    });

    test("takes the doctor's own requests for no call, wherever the signal server's log stands", async () => {
      const tried = ["PUT /api/v1/me/devices - 401 bad_token (malformed)", REFUSED, WANTING];
      for (const log of [
        [...api, ...tried, ...good],
        [...good, ...tried, ...api],
        [...api, ...tried],
      ]) {
        const { code, traces } = await follow(log, "--all");
        expect(code).toBe(0);
        expect(traces).toMatchObject([{ to: "10", stop: "accepted" }]);
      }
      expect(await follow(tried)).toMatchObject({ code: 1, calls: 0 });
      const down = [...OFFER, "❌ Failed to send VoIP Push: connect ECONNREFUSED 127.0.0.1:3000"];
      expect((await follow([...tried, ...down])).traces).toMatchObject([{ stop: "api-down" }]);
    });

    test("points at the line, and does not blame it for a call whose end nothing tells", async () => {
      const log = [REFUSED, ...OFFER];
      expect((await follow(log)).traces).toMatchObject([{ to: "10", stop: "no-answer-yet" }]);
      expect((await runCli(["logs"], { stdin: log.join("\n") })).out).toContain("Line 1 refuses a request");
    });

    test("does not let it end a call that is on its way", async () => {
      for (const at of [1, 2, 3]) {
        const { traces } = await follow(api.toSpliced(at, 0, REFUSED), "--all");
        expect(traces).toMatchObject([{ to: "10", stop: "accepted" }]);
      }
    });
  });

  test("gives each of two calls that overlap its own end", async () => {
    const twelve = FOUND.map(line => line.replaceAll("10", "12"));
    const { traces } = await follow([...FOUND, ...twelve, ACCEPTED[0]!, ACCEPTED[0]!], "--all");
    expect(traces).toMatchObject([{ stop: "accepted" }, { stop: "accepted" }]);
  });

  test("blames no refused registration on a user whom the log does not name", async () => {
    const refused = "PUT /api/v1/me/devices - 401 bad_token (wrong signature)";
    const call = ["POST /api/internal/push/call - toUserId: 99", "❌ VoIP token not found for user 99"];
    const saved = ["Saved voipDeviceToken for user 10: 9f739db8afff...", "PUT /api/v1/me/devices - 200 OK"];
    expect((await follow([refused, ...saved, ...call])).traces).toMatchObject([{ to: "99", stop: "no-token" }]);
    const [trace] = (await follow([refused, ...call])).traces;
    expect(trace?.message).toContain("never registered");
    expect(trace?.message).toContain("the log does not say whose");
  });

  test("holds no missing line of the signal server against a call when only the API server's log is there", async () => {
    const { code, out } = await runCli(["logs"], { stdin: [...FOUND, ACCEPTED[0]!].join("\n") });
    expect(code).toBe(0);
    expect(out).toContain("  – The signal server was told (no such line)");
    expect(out).not.toContain("✗");
  });

  test("asks for a log when nothing is piped in", async () => {
    expect(await runCli(["logs"])).toMatchObject({ code: 2, err: expect.stringContaining("reads standard input") });
  });

  test("shows no device token that a log was careless with", async () => {
    const token = "9f739db8afff".padEnd(64, "0");
    const { out } = await runCli(["logs"], {
      stdin: [
        FOUND[0],
        `Retrieved voipDeviceToken for user 10: ${token}`,
        "❌ APNs error: Unregistered",
        `Store error: ${token}`,
      ].join("\n"),
    });
    expect(out).not.toContain(token);
  });
});
