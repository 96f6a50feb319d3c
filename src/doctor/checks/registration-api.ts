import { decodeJwt } from "jose";
import { tokenPrefix } from "../../internal/describe.js";
import { askApi } from "../api.js";
import { appLogin, loginUser, readLogin } from "../app-login.js";
import { defineCheck, type Outcome } from "../check.js";
import { setting } from "../env.js";
import type { Patient } from "../patient.js";
import { because } from "./of-both.js";

/** A registration without a token: whichever server gets it, it stores nothing. */
const withoutToken = (patient: Patient) => ({
  platform: "ios",
  bundleId: setting(patient.env, "APNS_BUNDLE_ID") ?? "com.example.app",
});

const tryRoute =
  'curl -i -X PUT "$API_URL{path}" -H "Authorization: Bearer $APP_TOKEN" -H "Content-Type: application/json" -d \'{"platform":"ios"}\'';

const noApi: Outcome = { status: "skip" };

const missing: Outcome = { status: "fail", commands: [tryRoute] };

const trouble: Outcome = { status: "fail", commands: ["tail -50 api.log", tryRoute] };

export const registrationRoute = defineCheck({
  id: "registration-route",
  step: "registration",
  outcomes: {
    guarded: { status: "pass" },
    open: { status: "fail", commands: [tryRoute] },
    missing,
    elsewhere: { status: "fail" },
    trouble,
    "no-answer": { status: "fail", commands: [tryRoute] },
    "no-api": noApi,
  },
  async run(patient) {
    const url = await patient.api();
    if (url === undefined) return { outcome: "no-api" };
    const path = patient.paths.devices;
    const answer = await askApi(patient, {
      url: url + path,
      method: "PUT",
      headers: { authorization: "Bearer made-up-by-the-doctor" },
      body: withoutToken(patient),
    });
    if (!answer.ok) return { outcome: "no-answer", values: { path, words: answer.words }, ...because(answer.reason) };
    const { status, location } = answer;
    return { outcome: routeOutcome(status), values: { path, status, location } };
  },
});

function routeOutcome(status: number) {
  if (status === 401 || status === 403) return "guarded";
  if (status === 404 || status === 405) return "missing";
  if (status >= 300 && status < 400) return "elsewhere";
  return status >= 500 ? "trouble" : "open";
}

export const login = defineCheck({
  id: "login",
  step: "registration",
  outcomes: {
    accepted: { status: "pass" },
    expired: { status: "fail", commands: ["grep 'PUT {path} - 401' api.log | tail"] },
    "other-secret": { status: "fail", commands: ["grep 'PUT {path} - 401' api.log | tail"] },
    "no-jwt": { status: "fail" },
    refused: { status: "fail", commands: ["grep 'PUT {path} - 401' api.log | tail", tryRoute] },
    missing,
    trouble,
    "no-answer": { status: "fail" },
    "no-login": { status: "skip" },
    "no-api": noApi,
  },
  async run(patient) {
    const url = await patient.api();
    if (url === undefined) return { outcome: "no-api" };
    const app = await appLogin(patient);
    if (app === undefined) return { outcome: "no-login" };
    const path = patient.paths.devices;
    const answer = await askApi(patient, {
      url: url + path,
      method: "PUT",
      headers: { authorization: `Bearer ${app.token}` },
      body: withoutToken(patient),
    });
    if (!answer.ok) return { outcome: "no-answer", values: { path, words: answer.words }, ...because(answer.reason) };
    const { status, json } = answer;
    const values = { path, status, error: String(json?.error ?? "") };
    if (status === 404 || status === 405) return { outcome: "missing", values };
    if (status >= 500) return { outcome: "trouble", values };
    // The registration has no token in it, so an API server that accepts the login answers 400: the good answer here.
    if (status !== 401 && status !== 403) return { outcome: "accepted", values };
    if (app.made) return { outcome: "other-secret", values };
    const reading = await readLogin(app.token, patient);
    if (reading.state === "expired") return { outcome: "expired", values: { ...values, at: reading.at } };
    return {
      outcome: reading.state === "no-jwt" || reading.state === "other-secret" ? reading.state : "refused",
      values,
    };
  },
});

export const registrationSaves = defineCheck({
  id: "registration-saves",
  step: "registration",
  outcomes: {
    saved: { status: "pass" },
    "not-saved": { status: "fail", commands: ["{showDevices}"] },
    refused: { status: "fail", commands: ["grep 'PUT {path}' api.log | tail"] },
    "no-answer": { status: "fail" },
    "other-user": { status: "skip" },
    "not-asked": { status: "skip" },
    "nothing-to-try": { status: "skip" },
  },
  async run(patient) {
    if (!patient.write) return { outcome: "not-asked" };
    const [url, app, before] = [await patient.api(), await appLogin(patient), await patient.registered()];
    const device = before.state === "answered" ? before.voip[0] : undefined;
    if (url === undefined || app === undefined || device === undefined || patient.devices === undefined)
      return { outcome: "nothing-to-try" };
    const subject = tokenPrefix(device.token);
    const user = loginOwner(app.token);
    if (user !== device.userId) return { outcome: "other-user", subject, values: { user: user ?? "?" } };

    const path = patient.paths.devices;
    const { token, bundleId, deviceId, environment } = device;
    const answer = await askApi(patient, {
      url: url + path,
      method: "PUT",
      headers: { authorization: `Bearer ${app.token}` },
      body: {
        ...withoutToken(patient),
        ...(bundleId && { bundleId }),
        ...(deviceId && { deviceId }),
        ...(environment && { environment }),
        voipDeviceToken: token,
      },
    });
    const values = { path, showDevices: patient.showDevices ?? "" };
    if (!answer.ok)
      return { outcome: "no-answer", subject, values: { ...values, words: answer.words }, ...because(answer.reason) };
    const { status, json } = answer;
    if (status !== 200)
      return { outcome: "refused", subject, values: { ...values, status, error: String(json?.error ?? "") } };
    const after = await patient.devices.list(device.userId, "voip");
    const saved = after.some(row => row.token === token && row.registeredAt > device.registeredAt);
    return { outcome: saved ? "saved" : "not-saved", subject, values: { ...values, status } };
  },
});

function loginOwner(token: string): string | undefined {
  try {
    return loginUser(decodeJwt(token));
  } catch {
    return undefined;
  }
}
