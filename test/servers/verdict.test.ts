import type { ApnsResult } from "apns-voip";
import { describe, expect, test } from "vitest";
import { falseOutcomes } from "./verdict.js";

const token = "9f".repeat(32);
const line = `POST /3/device/${token} HTTP/2.0`;
const push = (result: object) => [
  { token, result: { apnsId: "1", environment: "production", attempts: 1, ...result } as ApnsResult },
];

describe("an outcome is held against what a server has seen", () => {
  test.each([
    ["accepted", { outcome: "accepted" }, line],
    ["unsent", { outcome: "unsent" }, ""],
    ["unknown, and it came", { outcome: "unknown" }, line],
    ["unknown, and it did not", { outcome: "unknown" }, ""],
  ])("true: %s", (_, result, seen) => expect(falseOutcomes(push(result), seen, "")).toEqual([]));

  test.each([
    ["accepted, and nobody saw it", { outcome: "accepted" }, ""],
    ["accepted, and it came twice", { outcome: "accepted" }, `${line}\n${line}`],
    ["unsent, and it came", { outcome: "unsent" }, line],
    ["unknown, and it came twice", { outcome: "unknown" }, `${line}\n${line}`],
    ["rejected by a server that accepts all", { outcome: "rejected", status: 411 }, line],
  ])("false: %s", (_, result, seen) => expect(falseOutcomes(push(result), seen, "")).toHaveLength(1));

  test("false: unsent, and the server in front of the witness has written it down", () =>
    expect(falseOutcomes(push({ outcome: "unsent" }), "", line)).toHaveLength(1));
});
