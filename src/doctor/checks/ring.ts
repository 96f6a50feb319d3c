import { defineCheck, type Verdict } from "../check.js";
import { type RungDevice, ringUser, type TestCall } from "../ring.js";
import { because } from "./of-both.js";

const outcomes = {
  accepted: { status: "pass" },
  "accepted-sandbox": { status: "pass" },
  rang: { status: "pass" },
  "not-taken": { status: "fail", commands: ["grep '📱' api.log | tail"] },
  silent: { status: "fail", commands: ["grep '📱' api.log | tail"] },
  rejected: { status: "fail", commands: ["grep 'APNs error: {reason}' api.log | tail"] },
  unsent: { status: "fail" },
  unknown: { status: "warn" },
  "no-devices": {
    status: "fail",
    commands: ["grep 'Saved voipDeviceToken for user {user}' api.log | tail -1", "{showDevices}"],
  },
  refused: { status: "fail", commands: ["grep 'APNs error' api.log | tail"] },
  "no-answer": { status: "fail", commands: ["tail -50 api.log"] },
  "no-way": { status: "fail" },
  "not-asked": { status: "skip" },
} as const;

type Name = keyof typeof outcomes;

export const ring = defineCheck({
  id: "ring",
  step: "sending",
  outcomes,
  async run(patient) {
    if (patient.ring === undefined) return { outcome: "not-asked" };
    const values = { user: patient.ring, showDevices: patient.showDevices ?? "" };
    return judge(await ringUser(patient, patient.ring)).map(verdict => ({
      ...verdict,
      values: { ...values, ...verdict.values },
    }));
  },
});

function judge(rung: TestCall): readonly Verdict<Name>[] {
  switch (rung.state) {
    case "rung":
      return rung.devices.map(judgeDevice);
    case "no-answer":
      return [{ outcome: "no-answer", values: { words: rung.answer.words }, ...because(rung.answer.reason) }];
    case "refused":
      return (rung.reasons.length > 0 ? rung.reasons : [undefined]).map(reason => ({
        outcome: "refused",
        values: { status: rung.status, error: reason ?? rung.error },
        ...because(reason),
      }));
    default:
      return [{ outcome: rung.state }];
  }
}

function judgeDevice(device: RungDevice): Verdict<Name> {
  const { outcome, reason, environment, apnsId, apnsUniqueId, tokenPrefix, heard } = device;
  const values = { environment, apnsId, uniqueId: apnsUniqueId ?? "" };
  if (heard === "none") return { subject: tokenPrefix, values, outcome: "silent" };
  if (heard !== undefined) {
    const told = { ...values, milliseconds: Math.round(heard.milliseconds) };
    const hasRung = heard.event !== "failed" && heard.event !== "received";
    return { subject: tokenPrefix, values: told, outcome: hasRung ? "rang" : "not-taken" };
  }
  const about = { subject: tokenPrefix, values, ...because(reason) };
  if (outcome === "accepted")
    return { ...about, outcome: apnsUniqueId === undefined ? "accepted" : "accepted-sandbox" };
  return { ...about, outcome: outcome === "rejected" || outcome === "unsent" ? outcome : "unknown" };
}
