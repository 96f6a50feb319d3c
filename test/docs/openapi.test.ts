import { readFileSync } from "node:fs";
import { Validator } from "@seriousme/openapi-schema-validator";
import { createPushRoutes } from "apns-voip";
import { expect, test } from "vitest";

const description = JSON.parse(readFileSync(new URL("../../docs/openapi.json", import.meta.url), "utf8"));

test("the description of the routes is valid OpenAPI 3.1", async () => {
  const validator = new Validator();
  expect(await validator.validate(description)).toEqual({ valid: true });
  expect(validator.version).toBe("3.1");
});

test("it describes every route that is served, and no other", () => {
  const push = { sendCall() {}, sendMessage() {}, registerDevice() {} };
  const routes = createPushRoutes({ push: push as never, authenticate: async () => null, adminToken: "secret" });
  expect(new Set(Object.keys(description.paths))).toEqual(new Set(Object.values(routes.paths)));
});
