import { randomBytes } from "node:crypto";
import { askApi } from "../api.js";
import { defineCheck, type Outcome } from "../check.js";
import { apiUrlOf, setting } from "../env.js";
import type { Patient } from "../patient.js";
import { because } from "./of-both.js";

const tryRoute =
  'curl -i -X POST "$API_URL{path}" -H "X-Admin-Token: $ADMIN_PUSH_TOKEN" -H "Content-Type: application/json" -d \'{}\'';

const noApi: Outcome = { status: "skip" };

const missing: Outcome = { status: "fail", commands: [tryRoute] };

export const apiUrl = defineCheck({
  id: "api-url",
  step: "sending",
  outcomes: {
    set: { status: "pass" },
    unset: { status: "skip" },
    "with-login": { status: "fail" },
    malformed: { status: "fail" },
  },
  run({ env }) {
    const given = setting(env, "API_URL");
    if (given === undefined) return { outcome: "unset" };
    const url = apiUrlOf(env);
    if (url !== undefined) return { outcome: "set", values: { url } };
    return { outcome: /^https?:\/\/[^/]*@/i.test(given) ? "with-login" : "malformed" };
  },
});

export const adminToken = defineCheck({
  id: "admin-token",
  step: "sending",
  outcomes: {
    set: { status: "pass" },
    empty: { status: "fail", commands: ["openssl rand -base64 32"] },
    quoted: { status: "fail" },
    unset: { status: "skip" },
  },
  run({ env }) {
    const given = env.ADMIN_PUSH_TOKEN;
    if (given === undefined) return { outcome: "unset" };
    if (given.trim() === "") return { outcome: "empty" };
    return { outcome: /^["'\s]|["'\s]$/.test(given) ? "quoted" : "set" };
  },
});

export const apiAnswers = defineCheck({
  id: "api",
  step: "sending",
  outcomes: {
    answers: { status: "pass" },
    down: { status: "fail", commands: ["curl -v {url}/"] },
    "behind-proxy": { status: "fail", commands: ["curl -v {url}/"] },
    "no-url": { status: "skip" },
  },
  async run(patient) {
    const url = apiUrlOf(patient.env);
    if (url === undefined) return { outcome: "no-url" };
    const answer = await patient.apiAnswer();
    if (!answer.ok) return { outcome: "down", values: { url, words: answer.words }, ...because(answer.reason) };
    const { status } = answer;
    return { outcome: [502, 503, 504].includes(status) ? "behind-proxy" : "answers", values: { url, status } };
  },
});

export const adminDoor = defineCheck({
  id: "admin-door",
  step: "sending",
  outcomes: {
    guarded: { status: "pass" },
    open: {
      status: "fail",
      commands: [
        'curl -i -X POST "$API_URL{path}" -H "X-Admin-Token: wrong" -H "Content-Type: application/json" -d \'{}\'',
      ],
    },
    missing,
    "no-answer": { status: "fail", commands: [tryRoute] },
    trouble: { status: "warn", commands: ["tail -50 api.log"] },
    "no-api": noApi,
  },
  async run(patient) {
    const url = await patient.api();
    if (url === undefined) return { outcome: "no-api" };
    const path = patient.paths.pushCall;
    const token = `wrong-${randomBytes(8).toString("hex")}`;
    const answer = await askForNobody(patient, url + path, token);
    if (!answer.ok) return { outcome: "no-answer", values: { path, words: answer.words }, ...because(answer.reason) };
    const { status, json } = answer;
    const values = { path, status };
    if (status === 401 || status === 403) return { outcome: "guarded", values };
    if (isNoRoute(status, json)) return { outcome: "missing", values };
    return { outcome: status >= 300 && status !== 400 && status !== 404 ? "trouble" : "open", values };
  },
});

export const pushRoute = defineCheck({
  id: "push-route",
  step: "sending",
  outcomes: {
    answers: { status: "pass" },
    refused: { status: "fail", commands: ['printf %s "$ADMIN_PUSH_TOKEN" | sha256sum', tryRoute] },
    missing,
    elsewhere: { status: "fail" },
    trouble: { status: "fail", commands: ["tail -50 api.log", tryRoute] },
    "no-answer": { status: "fail", commands: [tryRoute] },
    "no-token": { status: "fail" },
    "no-api": noApi,
  },
  async run(patient) {
    const url = await patient.api();
    if (url === undefined) return { outcome: "no-api" };
    const token = setting(patient.env, "ADMIN_PUSH_TOKEN");
    if (token === undefined) return { outcome: "no-token" };
    const path = patient.paths.pushCall;
    const answer = await askForNobody(patient, url + path, token);
    if (!answer.ok) return { outcome: "no-answer", values: { path, words: answer.words }, ...because(answer.reason) };
    const { status, json, location } = answer;
    const values = { path, status, location, error: String(json?.error ?? "") };
    if (status === 401 || status === 403) return { outcome: "refused", values };
    if (isNoRoute(status, json)) return { outcome: "missing", values };
    if (status >= 300 && status < 400) return { outcome: "elsewhere", values };
    return { outcome: status >= 500 ? "trouble" : "answers", values };
  },
});

/** Asks the route to push with an empty body, so that nobody is rung. A route that accepts the admin token answers 400. */
function askForNobody(patient: Patient, url: string, token: string) {
  return askApi(patient, { url, method: "POST", headers: { "x-admin-token": token }, body: {} });
}

/** True for a framework's own 404, which is not the API's "this user has no token". */
function isNoRoute(status: number, json: Readonly<Record<string, unknown>> | undefined): boolean {
  return status === 405 || (status === 404 && !/token/i.test(String(json?.error ?? "")));
}
