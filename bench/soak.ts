/**
 * A long run with random faults: `npm run soak -- --minutes 10 [--seed 1] [--rate 150]`.
 *
 * Pushes go to a mock of Apple over real HTTP/2 at a steady rate while connections are cut, frozen, refused and said goodbye to.
 * At the end every outcome is held against what the mock saw. Exit 1 if one was not true.
 */
import { parseArgs } from "node:util";
import { type ApnsResult, type ApnsVoipEvent, createApnsClient } from "apns-voip";
import { createMockApns, type MockApns } from "apns-voip/testing";

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "10" },
    seed: { type: "string", default: "1" },
    rate: { type: "string", default: "150" },
  },
});
const minutes = Number(values.minutes);
const rate = Number(values.rate);
const random = generator(Number(values.seed));

type Strike = (mock: MockApns) => void;
const strikes: Record<string, Strike> = {
  goaway: mock => mock.faults.goaway({ debug: '{"reason":"Shutdown"}' }),
  "goaway with a last id": mock => mock.faults.goaway({ lastStreamId: 2 * whole(2000) + 1 }),
  "two goaways": mock => {
    mock.faults.goaway();
    mock.faults.goaway({ lastStreamId: 2 * whole(2000) + 1 });
  },
  "refused streams": mock => mock.faults.refuseStreams(whole(50)),
  "streams reset before": mock => mock.faults.resetStreams(whole(20), { when: "before" }),
  "streams reset after": mock => mock.faults.resetStreams(whole(20)),
  cut: mock => mock.faults.cut(),
  "cut before a push": mock => mock.faults.cut({ when: "before" }),
  "cut after a push": mock => mock.faults.cut({ when: "after" }),
  freeze: mock => mock.faults.freeze(),
  "one stream": mock => mock.faults.streamLimit(1),
  "a thousand streams": mock => mock.faults.streamLimit(1000),
  delay: mock => mock.faults.delay(whole(300)),
  "no delay": mock => mock.faults.delay(0),
  "refused connections": mock => {
    mock.faults.refuseConnections(whole(3));
    mock.faults.cut();
  },
  "stalled connections": mock => {
    mock.faults.stallConnections(whole(2));
    mock.faults.goaway();
  },
  "503s": mock =>
    mock.script(
      "*",
      Array.from({ length: whole(20) }, () => 503),
    ),
  "broken bodies": mock =>
    mock.script("*", [
      { status: 500, body: "" },
      { status: 503, body: "{broken" },
    ]),
};

interface Judged {
  accepted: number;
  refused: number;
}

const mock = createMockApns({ seed: Number(values.seed) });
const { endpoints, ca, close } = await mock.listen();
const opened = { connections: 0, tokens: 0 };
const client = createApnsClient({
  ...mock.key,
  bundleId: "com.example.app",
  endpoints,
  ca,
  pingInterval: 5000,
  onEvent: (event: ApnsVoipEvent) => {
    if (event.type === "apns.connection-opened") opened.connections++;
    if (event.type === "apns.token-made") opened.tokens++;
  },
});
const phones = Array.from({ length: 500 }, () => mock.device());
const judged = new Map<string, Judged>();
const outcomes: Record<string, number> = {};
const faults: Record<string, number> = {};
const lies: string[] = [];
let pushes = 0;
let lastFault = { name: "", at: 0, recovered: true };
let longestRecovery = { name: "", milliseconds: 0 };
let underWay = 0;
let doubled = 0;
let resent = 0;
/** Of `mock.pushes`, how many have been counted. */
let read = 0;

const until = Date.now() + minutes * 60_000;
let nextFault = Date.now() + 2000;
let nextReport = Date.now() + 60_000;
while (Date.now() < until) {
  for (let i = 0; i < rate / 20; i++) void push();
  await new Promise(resolve => setTimeout(resolve, 50));
  if (Date.now() >= nextFault) {
    strikeAtRandom();
    nextFault = Date.now() + 300 + whole(2000);
  }
  if (Date.now() >= nextReport) {
    console.error(`${Math.round((until - Date.now()) / 1000)} s to go: ${pushes} pushes, ${JSON.stringify(outcomes)}`);
    nextReport += 60_000;
  }
}
mock.faults.clear();
while (underWay > 0) await new Promise(resolve => setTimeout(resolve, 100));
await client.close();
await close();
const report = {
  minutes,
  pushes,
  outcomes,
  faults,
  resent,
  doubled,
  untrue: lies.length,
  longestRecovery,
  ...opened,
  memoryMegabytes: Math.round(process.memoryUsage().rss / 2 ** 20),
};
console.log(JSON.stringify(report, null, 2));
for (const lie of lies.slice(0, 20)) console.error(lie);
if (lies.length > 0 || doubled > 0) process.exitCode = 1;

async function push(): Promise<void> {
  const phone = phones[whole(phones.length) - 1];
  const onUnknown = whole(2) === 1 ? "report" : "resend";
  pushes++;
  underWay++;
  const startedAt = Date.now();
  const result = await client.send(
    { deviceToken: phone?.token ?? "", pushType: "voip", payload: { callId: String(pushes), fromUserId: 11 } },
    { onUnknown },
  );
  underWay--;
  outcomes[result.outcome] = (outcomes[result.outcome] ?? 0) + 1;
  if (result.outcome === "accepted" && !lastFault.recovered && startedAt >= lastFault.at) {
    lastFault.recovered = true;
    const milliseconds = Date.now() - lastFault.at;
    if (milliseconds > longestRecovery.milliseconds) longestRecovery = { name: lastFault.name, milliseconds };
  }
  // What the mock says late of a push (a delayed answer nobody waits for) must be counted too.
  setTimeout(() => judge(result, onUnknown), 1000);
}

function judge(result: ApnsResult, onUnknown: "report" | "resend"): void {
  const from = read;
  read = mock.pushes.length;
  for (const { headers, status } of mock.pushes.slice(from)) {
    const id = String(headers["apns-id"]);
    const seen = judged.get(id) ?? { accepted: 0, refused: 0 };
    if (status === 200) seen.accepted++;
    else seen.refused++;
    judged.set(id, seen);
  }
  const { accepted } = judged.get(result.apnsId) ?? { accepted: 0 };
  judged.delete(result.apnsId);
  if (accepted > 0 && result.outcome !== "accepted" && result.outcome !== "unknown") lies.push(`lost: ${show(result)}`);
  if (accepted === 0 && result.outcome === "accepted") lies.push(`never seen: ${show(result)}`);
  if (accepted > 1) {
    if (onUnknown === "resend" && accepted === 2 && result.attempts > 1) resent++;
    else doubled++;
  }
}

function strikeAtRandom(): void {
  const names = Object.keys(strikes);
  const name = names[whole(names.length) - 1] ?? "cut";
  faults[name] = (faults[name] ?? 0) + 1;
  strikes[name]?.(mock);
  lastFault = { name, at: Date.now(), recovered: false };
}

function show({ outcome, attempts, apnsId, ...rest }: ApnsResult): string {
  return `${apnsId} ${outcome} after ${attempts} attempts ${JSON.stringify(rest)}`;
}

/** From 1 to `most`. */
function whole(most: number): number {
  return 1 + Math.floor(random() * most);
}

/** Repeatable chance (mulberry32). */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
