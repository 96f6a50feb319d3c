import type { ApnsResult } from "apns-voip";
import { describe, expect, test } from "vitest";
import { falseOutcomes } from "./verdict.js";

const token = "9f".repeat(32);
const line = `POST /3/device/${token} HTTP/2.0`;
const push = (result: object) => [
  { token, result: { apnsId: "1", environment: "production", attempts: 1, ...result } as ApnsResult },
];

describe("an outcome of ours, compared with what the server behind has seen,", () => {
  test.each([
    ["accepted", { outcome: "accepted" }, line],
    ["unsent", { outcome: "unsent" }, ""],
    ["unknown, and it arrived", { outcome: "unknown" }, line],
    ["unknown, and it did not arrive", { outcome: "unknown" }, ""],
  ])("is true: %s", (_, result, seen) => expect(falseOutcomes(push(result), seen, "")).toEqual([]));

  test.each([
    ["accepted, and it did not arrive", { outcome: "accepted" }, ""],
    ["accepted, and it arrived twice", { outcome: "accepted" }, `${line}\n${line}`],
    ["unsent, and it arrived", { outcome: "unsent" }, line],
    ["unknown, and it arrived twice", { outcome: "unknown" }, `${line}\n${line}`],
    ["rejected by a server that accepts all", { outcome: "rejected", status: 411 }, line],
  ])("is false: %s", (_, result, seen) => expect(falseOutcomes(push(result), seen, "")).toHaveLength(1));

  test("is false: unsent, and the server in front has it in its log", () =>
    expect(falseOutcomes(push({ outcome: "unsent" }), "", line)).toHaveLength(1));
});
