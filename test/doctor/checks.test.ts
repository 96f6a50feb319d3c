import { STEPS } from "apns-voip/doctor";
import { describe, expect, test } from "vitest";
import { CHECKS } from "../../src/doctor/checks/index.js";

describe("the checks", () => {
  test("have names of their own", () => {
    const ids = CHECKS.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
  });

  test("come in the order in which a call passes the steps, so that the first failure is what stops it", () => {
    const places = CHECKS.map(({ step }) => STEPS.indexOf(step));
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(new Set(places).size).toBe(STEPS.length);
  });

  test.each(CHECKS.filter(({ step }) => step !== "phone").map(check => [check.id, check] as const))(
    "%s has an outcome that is good",
    (_id, { outcomes }) => {
      expect(Object.values(outcomes).some(({ status }) => status === "pass")).toBe(true);
    },
  );
});
