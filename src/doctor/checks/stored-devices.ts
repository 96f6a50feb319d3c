import { defineCheck } from "../check.js";
import { errorWords, innermostCode } from "../error-code.js";
import { because } from "./of-both.js";

/** PostgreSQL's error codes for faults of a set-up, and the outcome for each. */
const DATABASE_FAULTS = {
  "42P01": "no-table",
  "42703": "no-column",
  "42501": "no-right",
  "28P01": "wrong-login",
  "28000": "wrong-login",
  "3D000": "no-database",
} as const;

export const store = defineCheck({
  id: "store",
  step: "registration",
  outcomes: {
    answers: { status: "pass" },
    "no-store": { status: "skip" },
    "no-table": { status: "fail", commands: ['psql "$DATABASE_URL" -c "\\dt"'] },
    "no-column": { status: "fail", commands: ['psql "$DATABASE_URL" -c "\\d+ users"'] },
    "no-right": { status: "fail", commands: ['psql "$DATABASE_URL" -c "\\dp"'] },
    "wrong-login": { status: "fail", commands: ['psql "$DATABASE_URL" -c "select 1"'] },
    "no-database": { status: "fail", commands: ['psql "$DATABASE_URL" -c "select 1"'] },
    failed: { status: "fail", commands: ['psql "$DATABASE_URL" -c "select 1"'] },
  },
  async run(patient) {
    const answer = await patient.registered();
    if (answer.state === "no-store") return { outcome: "no-store" };
    if (answer.state !== "failed") return { outcome: "answers" };
    const code = innermostCode(answer.error);
    const words = errorWords(answer.error);
    const fault =
      code !== undefined && Object.hasOwn(DATABASE_FAULTS, code)
        ? DATABASE_FAULTS[code as keyof typeof DATABASE_FAULTS]
        : undefined;
    return fault === undefined
      ? { outcome: "failed", values: { words }, ...because(code) }
      : { outcome: fault, values: { words } };
  },
});

export const devices = defineCheck({
  id: "devices",
  step: "registration",
  outcomes: {
    found: { status: "pass" },
    none: {
      status: "fail",
      commands: [
        "grep 'PUT {path}' api.log | tail",
        "grep 'Saved voipDeviceToken for user {user}' api.log | tail -1",
        "{showDevices}",
      ],
    },
    "alert-only": {
      status: "fail",
      commands: ["grep 'Saved voipDeviceToken for user {user}' api.log | tail -1", "{showDevices}"],
    },
    "no-user": { status: "skip" },
    "no-store": { status: "warn" },
    "not-looked-at": { status: "skip" },
  },
  async run({ registered, userId = "", ring, showDevices, paths }) {
    const answer = await registered();
    // A test call shows by itself whether the store works.
    const isAskedFor = userId !== "" && ring === undefined;
    if (answer.state === "no-store" && isAskedFor) return { outcome: "no-store", values: { user: userId } };
    if (answer.state === "no-user") return { outcome: "no-user" };
    if (answer.state !== "answered") return { outcome: "not-looked-at" };
    const values = { user: userId, path: paths.devices, count: answer.voip.length, showDevices: showDevices ?? "" };
    if (answer.voip.length > 0) return { outcome: "found", values };
    return { outcome: answer.alert.length > 0 ? "alert-only" : "none", values };
  },
});
