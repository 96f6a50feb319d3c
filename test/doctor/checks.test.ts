import { STEPS } from "apns-voip/doctor";
import { describe, expect, test } from "vitest";
import { CHECKS } from "../../src/doctor/checks/index.js";
import { STOPS, type StopWords } from "../../src/doctor/log/stops.js";
import type { Text } from "../../src/explain/language.js";

const JAPANESE = /[\u3040-\u30ff\u4e00-\u9fff]/;
const slotsIn = (text: string) => [...new Set(text.match(/\{[a-z][A-Za-z0-9]*\}/g))].sort();

function expectBothLanguages({ en, ja }: Text): void {
  expect(slotsIn(ja)).toEqual(slotsIn(en));
  expect(JAPANESE.test(en)).toBe(false);
  expect(JAPANESE.test(ja) || ja === en).toBe(true);
  for (const text of [en, ja]) expect(text.trim()).toBe(text);
}

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

  test.each(CHECKS.map(check => [check.id, check] as const))(
    "%s says everything in both languages, with the same facts",
    (_id, { title, outcomes }) => {
      expectBothLanguages(title);
      for (const { message, remedy } of Object.values(outcomes)) {
        expectBothLanguages(message);
        if (remedy !== undefined) expectBothLanguages(remedy);
      }
    },
  );

  test.each(CHECKS.filter(({ step }) => step !== "phone").map(check => [check.id, check] as const))(
    "%s has an outcome that is good",
    (_id, { outcomes }) => {
      expect(Object.values(outcomes).some(({ status }) => status === "pass")).toBe(true);
    },
  );

  test.each(Object.entries<StopWords>(STOPS))(
    "of a log, the stop %s is told in both languages",
    (_name, { message, remedy }) => {
      expectBothLanguages(message);
      if (remedy !== undefined) expectBothLanguages(remedy);
    },
  );
});
