import type { Environment } from "../../environment.js";
import { defineCheck, type Outcome, type Verdict } from "../check.js";
import { defaultEnvironment, setting } from "../env.js";
import { errorCode } from "../error-code.js";
import type { CredentialAnswer, Patient } from "../patient.js";
import { because } from "./of-both.js";

const outcomes = {
  good: { status: "pass" },
  "other-environment-only": { status: "pass" },
  "wrong-environment": { status: "fail" },
  swapped: { status: "fail" },
  refused: { status: "fail" },
  expired: { status: "fail", commands: ["date -u", "timedatectl status"] },
  topic: { status: "fail" },
  "not-apple": { status: "warn" },
  busy: { status: "warn" },
  odd: { status: "warn" },
  "no-answer": { status: "fail" },
  unreachable: { status: "skip" },
  "not-set-up": { status: "skip" },
} as const satisfies Record<string, Outcome>;

type Name = keyof typeof outcomes;

/** What Apple's answer to a made-up token says. */
const BY_REASON: Readonly<Record<string, Name>> = {
  BadDeviceToken: "good",
  ExpiredProviderToken: "expired",
  BadEnvironmentKeyInToken: "wrong-environment",
  BadEnvironmentKeyIdInToken: "wrong-environment",
  TopicDisallowed: "topic",
  DeviceTokenNotForTopic: "topic",
  BadTopic: "topic",
  MissingTopic: "topic",
};
const BY_STATUS: Readonly<Record<number, Name>> = { 403: "refused", 429: "busy", 500: "busy", 503: "busy" };

export const credentials = defineCheck({
  id: "credentials",
  step: "credentials",
  outcomes,
  run: patient =>
    Promise.all(
      patient.environments.map(async subject => {
        const { values, ...verdict } = await judge(await patient.credentials(subject), subject, patient);
        const teamId = setting(patient.env, "APNS_TEAM_ID") ?? "";
        const keyId = setting(patient.env, "APNS_KEY_ID") ?? "";
        const topic = `${setting(patient.env, "APNS_BUNDLE_ID")}.voip`;
        return { ...verdict, subject, values: { teamId, keyId, topic, ...values } };
      }),
    ),
});

async function judge(
  answer: CredentialAnswer,
  subject: Environment,
  patient: Patient,
): Promise<Omit<Verdict<Name>, "subject">> {
  if (answer.state !== "answered") return { outcome: answer.state };
  const { result } = answer;
  if (result.outcome === "accepted") return { outcome: "not-apple" };
  if (result.outcome !== "rejected") return { outcome: "no-answer", ...because(errorCode(result.error)) };
  const { reason, status } = result;
  const outcome = BY_REASON[reason] ?? BY_STATUS[status] ?? "odd";
  if (outcome === "good") return { outcome };
  if (reason === "InvalidProviderToken" && (await patient.swappedIdsWork(subject))) return { outcome: "swapped" };
  const elsewhere = outcome === "wrong-environment" && subject !== defaultEnvironment(patient.env);
  return { outcome: elsewhere ? "other-environment-only" : outcome, reason, values: { status } };
}
