import type { Device } from "../../devices/device.js";
import { tokenPrefix } from "../../internal/describe.js";
import { readDeviceToken } from "../../internal/device-token.js";
import { type Check, defineCheck, type Verdict } from "../check.js";
import { defaultEnvironment, setting } from "../env.js";
import type { Patient, StoreAnswer } from "../patient.js";

const DAY = 24 * 60 * 60 * 1000;
/** Days after which a token counts as stale: a phone in daily use would have registered again long before. */
const STALE = 60;

type Judge<Name extends string> = (
  device: Device,
  patient: Patient,
  all: Extract<StoreAnswer, { readonly state: "answered" }>,
) => Omit<Verdict<Name>, "subject"> | Promise<Omit<Verdict<Name>, "subject">>;

/** Judges each VoIP token of the user; says nothing where there is none. */
function ofEachDevice<Name extends string>(judge: Judge<Name>): Check<Name>["run"] {
  return async patient => {
    const answer = await patient.registered();
    if (answer.state !== "answered") return [];
    return Promise.all(
      answer.voip.map(async device => ({
        ...(await judge(device, patient, answer)),
        subject: tokenPrefix(device.token),
      })),
    );
  };
}

export const deviceToken = defineCheck({
  id: "device-token",
  step: "registration",
  outcomes: {
    "well-formed": { status: "pass" },
    malformed: { status: "fail", commands: ["{showDevices}"] },
    "fcm-token": { status: "fail", commands: ["{showDevices}"] },
    "expo-token": { status: "fail", commands: ["{showDevices}"] },
    "alert-token": { status: "fail", commands: ["{showDevices}"] },
  },
  run: ofEachDevice(({ token }, { showDevices }, { alert }) => {
    const values = { showDevices: showDevices ?? "" };
    const { problem } = readDeviceToken(token);
    if (/^expo/i.test(token)) return { outcome: "expo-token", values };
    if (problem !== undefined && token.includes(":")) return { outcome: "fcm-token", values };
    if (problem !== undefined) return { outcome: "malformed", values: { ...values, problem } };
    return { outcome: alert.some(other => other.token === token) ? "alert-token" : "well-formed", values };
  }),
});

export const deviceAge = defineCheck({
  id: "device-age",
  step: "registration",
  outcomes: {
    fresh: { status: "pass" },
    stale: { status: "warn" },
  },
  run: ofEachDevice(({ registeredAt }, { world }) => {
    const days = Math.floor((world.clock.now() - registeredAt.getTime()) / DAY);
    return {
      outcome: days > STALE ? "stale" : "fresh",
      values: { days, date: registeredAt.toISOString().slice(0, 10) },
    };
  }),
});

export const deviceApp = defineCheck({
  id: "device-app",
  step: "registration",
  outcomes: {
    known: { status: "pass" },
    "another-app": { status: "pass" },
    preset: { status: "skip" },
    unknown: { status: "fail" },
    "with-voip": { status: "fail" },
  },
  run: ofEachDevice(({ bundleId, userId }, { env }) => {
    const preset = setting(env, "APNS_BUNDLE_ID");
    if (bundleId === undefined)
      return preset === undefined ? { outcome: "unknown" } : { outcome: "preset", values: { preset, user: userId } };
    if (bundleId.endsWith(".voip")) return { outcome: "with-voip", values: { bundleId } };
    if (preset === undefined || preset === bundleId) return { outcome: "known", values: { bundleId } };
    return { outcome: "another-app", values: { bundleId, preset } };
  }),
});

export const deviceEnvironment = defineCheck({
  id: "device-environment",
  step: "registration",
  outcomes: {
    known: { status: "pass" },
    "not-known": { status: "pass" },
    "key-not-good": { status: "fail" },
  },
  run: ofEachDevice(async ({ environment }, patient) => {
    if (environment === undefined)
      return { outcome: "not-known", values: { environment: defaultEnvironment(patient.env) } };
    const answer = await patient.credentials(environment);
    const refused = answer.state === "answered" && answer.result.outcome === "rejected" ? answer.result.reason : "";
    return refused.startsWith("BadEnvironmentKey")
      ? { outcome: "key-not-good", reason: refused, values: { environment } }
      : { outcome: "known", values: { environment } };
  }),
});
