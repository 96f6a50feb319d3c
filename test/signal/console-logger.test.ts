import { type ApnsVoipEvent, consoleLogger as loggerOfEverything } from "apns-voip";
import { consoleLogger } from "apns-voip/signal";
import { expect, test, vi } from "vitest";

const FINISHED = { type: "signal.push-finished", kind: "call", toUserId: "10" } as const;
const DOWN = { ...FINISHED, status: "failed", message: "connect ECONNREFUSED 127.0.0.1:3000" } as const;

function linesOf(event: ApnsVoipEvent, logger = consoleLogger, explain = true): string[] {
  const lines: string[] = [];
  logger({ log: line => lines.push(line), explain })(event);
  return lines;
}

const OF_THE_SIGNAL_SERVER: readonly ApnsVoipEvent[] = [
  { type: "signal.offer", fromUserId: "11", toUserId: "10" },
  { type: "signal.user-offline", toUserId: "10" },
  { type: "signal.push-started", kind: "call", toUserId: "10" },
  { ...FINISHED, status: "accepted" },
  { ...FINISHED, status: "duplicate" },
  { ...FINISHED, status: "cancelled" },
  { ...FINISHED, status: "unknown", message: "no answer within 10000 ms" },
  DOWN,
];

test.each(OF_THE_SIGNAL_SERVER)("$type is told in the same words by both loggers", event => {
  expect(linesOf(event, consoleLogger, false)).toEqual(linesOf(event, loggerOfEverything, false));
  expect(linesOf(event)).toEqual(linesOf(event, loggerOfEverything));
  expect(linesOf(event, consoleLogger, false)).toHaveLength(1);
});

test.each([
  [{ ...DOWN }, /Nothing was sent\. .*API server runs/],
  [{ ...FINISHED, status: "failed", httpStatus: 401 }, /refuses the admin token/],
  [{ ...FINISHED, status: "failed", httpStatus: 403 }, /refuses the admin token/],
  [{ ...FINISHED, status: "failed", httpStatus: 503 }, /A proxy answered/],
  [{ ...FINISHED, status: "failed", httpStatus: 500 }, /API server's log/],
  [{ ...FINISHED, status: "failed", httpStatus: 404 }, /apiUrl has no path too many/],
  [{ ...FINISHED, status: "no-devices", httpStatus: 404 }, /Open the app once/],
  [{ ...FINISHED, status: "unknown" }, /The phone may ring/],
] as const)("%o is followed by one line that says whose push it was, and what to do", (event, advice) => {
  const lines = linesOf(event);
  expect(lines).toHaveLength(2);
  expect(lines[1]).toMatch(/^ {3}user 10: \S/);
  expect(lines[1]).toMatch(advice);
});

test.each([
  { ...FINISHED, status: "accepted" },
  { ...FINISHED, status: "duplicate" },
  { ...FINISHED, status: "cancelled" },
] as const)("%o needs no advice", event => {
  expect(linesOf(event)).toHaveLength(1);
});

test("what an API server says, or what a later version may add, prints nothing", () => {
  expect(linesOf({ type: "push.started", kind: "call", toUserId: "10" })).toEqual([]);
  expect(linesOf({ type: "signal.something-new" } as never)).toEqual([]);
});

test("text from outside can neither break a line nor colour a terminal", () => {
  const evil = "10\r\n✅ VoIP Push sent\u001b[2J\u202e";
  for (const line of linesOf({ ...DOWN, message: evil })) expect(line).not.toMatch(/[\p{Cc}\p{Cf}]/u);
});

test("without a `log` option it prints by the console.log of that moment", () => {
  const log = consoleLogger();
  const spy = vi.spyOn(console, "log").mockImplementation(() => {});
  log({ ...FINISHED, status: "accepted" });
  expect(spy.mock.calls).toEqual([["✅ VoIP Push sent to user 10"]]);
  spy.mockRestore();
});
