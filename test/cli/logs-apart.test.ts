import {
  consoleLogger,
  createApnsClient,
  createPushRoutes,
  createPushService,
  memoryDeviceStore,
  type OnEvent,
} from "apns-voip";
import { createPushApiClient } from "apns-voip/signal";
import { createMockApns } from "apns-voip/testing";
import { describe, expect, test } from "vitest";
import { runCli } from "./run-cli.js";

interface Trace {
  readonly to: string;
  readonly from?: string;
  readonly stop: string;
  readonly reason?: string;
  readonly guessed: boolean;
  readonly steps: readonly { readonly name: string; readonly seen: boolean }[];
}

async function follow(lines: readonly string[], ...args: string[]) {
  const { code, out } = await runCli(["logs", "--json", ...args], { stdin: `${lines.join("\n")}\n` });
  return { code, ...(JSON.parse(out) as { calls: number; traces: Trace[] }) };
}

const callTo = (user: number, from = 11) => [
  `[signal] offer from ${from} to ${user}`,
  `[signal] user ${user} is offline, sending VoIP Push`,
  `📞 Sending VoIP Push to user ${user}`,
  `POST /api/internal/push/call - toUserId: ${user}`,
  `Retrieved voipDeviceToken for user ${user}: 9f739db8afff...`,
  "Sending VoIP Push to APNs...",
  "✅ VoIP Push sent successfully to APNs",
  `✅ VoIP Push sent to user ${user}`,
];
const CALL = callTo(10);

/** Calls to users 10 and 12 at once, as this package's two servers log them: user 10's phone is gone. */
async function twoCallsAtOnce(onEvent: OnEvent): Promise<void> {
  const mock = createMockApns();
  const [gone, there] = [mock.device(), mock.device()];
  const apns = createApnsClient({ ...mock.key, bundleId: gone.bundleId, fetch: mock.fetch, onEvent });
  const push = createPushService({ apns, devices: memoryDeviceStore() });
  const adminToken = "admin-token-of-the-test";
  const routes = createPushRoutes({ push, adminToken, authenticate: async () => null });
  await push.devices.save(gone.device(10));
  await push.devices.save(there.device(12));
  gone.uninstall(new Date(Date.now() + 1000));
  const api = createPushApiClient({
    ...{ apiUrl: "http://api.test", adminToken, onEvent, retries: 0 },
    fetch: (url, init) => routes.fetch(new Request(url, init as RequestInit)),
  });
  await Promise.all([10, 12].map(user => api.sendCall({ toUserId: user, callId: `11-${user}`, fromUserId: 11 })));
  await apns.close();
}

describe("apns-voip logs, with two calls at once", () => {
  test("tells each user's own story from what this package's loggers print", async () => {
    const lines: string[] = [];
    await twoCallsAtOnce(consoleLogger({ log: line => lines.push(line) }));
    const { traces } = await follow(lines, "--all");
    const ends = Object.fromEntries(traces.map(({ to, stop, reason }) => [to, [stop, reason]]));
    expect(ends).toEqual({ "10": ["rejected", "Unregistered"], "12": ["accepted", undefined] });
    // They were at once indeed: a line of the one stands between those of the other.
    const users = lines.flatMap(line => /user (1[02])\b/.exec(line)?.[1] ?? []);
    expect(users.lastIndexOf("10")).toBeGreaterThan(users.indexOf("12"));
    expect(users.lastIndexOf("12")).toBeGreaterThan(users.indexOf("10"));
    expect((await follow(lines, "--user", "10")).code).toBe(1);
    expect((await follow(lines, "--user", "12")).code).toBe(0);
  });

  test("reads the events themselves, where a server logs them as JSON", async () => {
    const lines: string[] = [];
    await twoCallsAtOnce(event => lines.push(JSON.stringify({ level: 30, time: Date.now(), event })));
    const { traces } = await follow(lines, "--all");
    const ends = Object.fromEntries(traces.map(({ to, stop, reason }) => [to, [stop, reason]]));
    expect(ends).toEqual({ "10": ["rejected", "Unregistered"], "12": ["accepted", undefined] });
  });

  const [ten, twelve] = [CALL.slice(3, 6), callTo(12).slice(3, 6)];
  const MIXED = [...ten, ...twelve, "❌ APNs error: Unregistered", "✅ VoIP Push sent successfully to APNs"];

  test("says before anything else that it cannot tell them apart, and blames neither", async () => {
    for (const user of ["10", "12"]) {
      const { code, traces } = await follow(MIXED, "--user", user);
      expect(code).toBe(1);
      expect(traces).toMatchObject([{ to: user, stop: "cannot-tell", guessed: true }]);
      const { out } = await runCli(["logs", "--user", user], { stdin: MIXED.join("\n") });
      expect(out.trimStart()).toMatch(/^This log cannot tell/);
      expect(out).not.toContain("Unregistered");
    }
    const { out } = await runCli(["logs", "--all", "--lang", "ja"], { stdin: MIXED.join("\n") });
    expect(out.trimStart()).toMatch(/^このログでは着信が重なって/);
  });

  test("tells the end of both where both ended alike", async () => {
    const { traces } = await follow([...ten, ...twelve, CALL[6]!, CALL[6]!], "--all");
    expect(traces).toMatchObject([{ stop: "accepted" }, { stop: "accepted" }]);
  });

  test("believes a line that names its user, whatever else is unclear", async () => {
    const about = "for 9f739db8afff... (production, com.example.app.voip, apns-id x, user 12, call 11-12)";
    const { traces } = await follow([...ten, ...twelve, `APNs answered 200 ${about}`, CALL[6]!], "--all");
    expect(traces).toMatchObject([
      { to: "10", stop: "no-outcome" },
      { to: "12", stop: "accepted" },
    ]);
  });

  test("tells the calls of two processes apart by what stands in front of their lines", async () => {
    const [first, second] = MIXED.map(line => [`api-1  | ${line}`, `api-2  | ${line}`] as const).reduce(
      ([one, two], [a, b]) => [
        [...one, a],
        [...two, b],
      ],
      [[], []] as [string[], string[]],
    );
    const log = [...first.slice(0, 3), ...second.slice(3, 6), first[6]!, second[7]!];
    const { traces } = await follow(log, "--all");
    expect(traces).toMatchObject([
      { to: "10", stop: "rejected" },
      { to: "12", stop: "accepted" },
    ]);
  });

  test("does not let a call that never ended cast doubt on those of later minutes", async () => {
    const at = (minute: number, lines: readonly string[]) =>
      lines.map((line, index) => `2026-11-23T10:${String(minute).padStart(2, "0")}:0${index}Z ${line}`);
    const { traces } = await follow([...at(0, ten), ...at(5, callTo(12))], "--all");
    expect(traces).toMatchObject([
      { to: "10", stop: "no-outcome" },
      { to: "12", stop: "accepted", guessed: false },
    ]);
  });

  test("gives a failure on the signal server to the user that the line after it names", async () => {
    const offers = [10, 12].flatMap(user => callTo(user).slice(0, 3));
    const failed = ["❌ Failed to send VoIP Push: Request failed with status code 401", "   user 10: Do this."];
    const { traces } = await follow([...offers, ...failed, "✅ VoIP Push sent to user 12"], "--all");
    expect(traces).toMatchObject([
      { to: "10", stop: "wrong-admin-token", guessed: false },
      { to: "12", stop: "accepted" },
    ]);
  });

  test("says which of two callers of one user got through only where the log says it", async () => {
    const asked = CALL.slice(0, 3);
    const other = callTo(10, 12).slice(0, 3);
    const log = [...asked, ...other, ...ten, ...ten, "❌ APNs error: TooManyRequests", CALL[6]!, CALL[7]!];
    const { traces } = await follow(log, "--all");
    expect(traces.map(({ stop }) => stop)).toEqual(["cannot-tell", "cannot-tell"]);
  });
});

describe("apns-voip logs, with a call that was not sent", () => {
  test.each([
    ["cancelled", "VoIP Push to user 10 cancelled before it left"],
    ["duplicate", "VoIP Push to user 10 not sent again: a repeat of the same request"],
    ["excepted", "VoIP Push to user 10 not sent: no phone but the 1 excepted"],
  ])("says that it was %s, whichever server's log says so, and counts it once", async (stop, line) => {
    const [signal, api] = [CALL.slice(0, 3), CALL.slice(3, 6)];
    for (const log of [
      [...api, line],
      [...signal, line],
      [...signal, ...api, line, line],
      [...signal, ...api, line, line, line],
    ]) {
      const { traces } = await follow(log, "--all");
      expect(traces.map(trace => trace.stop)).toEqual([stop]);
    }
  });
});

const time = (index: number) => `2026-11-23T10:00:0${index}.000Z`;
const wrapped: Readonly<Record<string, (line: string, index: number) => string>> = {
  "plain lines": line => line,
  "docker logs --timestamps": (line, index) => `${time(index)} ${line}`,
  "docker compose logs": line => `api-1     | ${line}`,
  "docker compose logs --timestamps": (line, index) => `api-1  | ${time(index)} ${line}`,
  "docker compose logs with colours": line => `\u001b[36mapi-1  | \u001b[0m${line}`,
  journalctl: (line, index) => `Nov 23 10:00:0${index} host node[123]: ${line}`,
  "journalctl -o short-iso": (line, index) => `2026-11-23T10:00:0${index}+0900 host node[123]: ${line}`,
  "journalctl -o json": (line, index) =>
    JSON.stringify({
      __REALTIME_TIMESTAMP: String(1_800_000_000_000_000 + index),
      MESSAGE: [...Buffer.from(line)],
      _PID: "123",
    }),
  "Docker's json-file": (line, index) => JSON.stringify({ log: `${line}\n`, stream: "stdout", time: time(index) }),
  "kubectl logs --prefix": line => `[pod/api-5d4/api] ${line}`,
  pino: (line, index) =>
    JSON.stringify({ level: 30, time: 1_800_000_000_000 + index, pid: 1, hostname: "h", msg: line }),
  winston: (line, index) => JSON.stringify({ level: "info", message: line, timestamp: time(index) }),
  "pino behind compose": line => `api-1  | ${JSON.stringify({ level: 30, msg: line })}`,
  "pino in Docker's json-file": line => JSON.stringify({ log: `${JSON.stringify({ msg: line, level: 30 })}\n` }),
};

describe("apns-voip logs, with the output of other tools", () => {
  test.each(Object.entries(wrapped))("reads all eight steps in %s", async (_name, wrap) => {
    const { code, traces } = await follow(CALL.map(wrap));
    expect(code).toBe(0);
    expect(traces).toMatchObject([{ to: "10", from: "11", stop: "accepted" }]);
    expect(traces[0]?.steps.filter(({ seen }) => seen)).toHaveLength(8);
    expect((await follow(CALL.map(wrap), "--user", "10")).calls).toBe(1);
  });

  test.each(Object.entries(wrapped).filter(([, wrap]) => wrap("", 1) !== wrap("", 2)))(
    "goes by the times of %s, whatever order the lines are in",
    async (_name, wrap) => {
      const { traces } = await follow(CALL.map(wrap).toReversed());
      expect(traces[0]?.steps.filter(({ seen }) => seen)).toHaveLength(8);
    },
  );

  test.each(['{"msg":', "{}", '{"msg":7}', '{"event":{"type":"push.finished"}}', "null", '{"type":"apns.result"}'])(
    "stumbles over no line such as %s",
    async line => {
      expect((await follow([line, ...CALL])).traces).toMatchObject([{ stop: "accepted" }]);
    },
  );
});
