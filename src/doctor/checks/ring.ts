import { defineCheck, type Verdict } from "../check.js";
import { type Rung, type RungDevice, ringUser } from "../ring.js";
import { because } from "./of-both.js";

const outcomes = {
  accepted: {
    status: "pass",
    message: {
      en: "Apple accepted the test call to {subject} ({environment}), apns-id {apnsId}.",
      ja: "Appleが{subject}({environment})への試験着信を受理しました。apns-idは{apnsId}です。",
    },
    remedy: {
      en: "If the phone does not ring, the fault is on the phone: go to step 3.",
      ja: "端末が鳴らなければ原因は端末側です。ステップ3へ進んでください。",
    },
  },
  "accepted-sandbox": {
    status: "pass",
    message: {
      en: "Apple accepted the test call to {subject} (sandbox), apns-id {apnsId}, apns-unique-id {uniqueId}.",
      ja: "Appleが{subject}(sandbox)への試験着信を受理しました。apns-idは{apnsId}、apns-unique-idは{uniqueId}です。",
    },
    remedy: {
      en: "If the phone does not ring, look up the apns-unique-id in the Delivery Log of Apple's Push Notifications Console (icloud.developer.apple.com/dashboard), and go to step 3.",
      ja: "端末が鳴らなければ、Appleの「プッシュ通知コンソール」(icloud.developer.apple.com/dashboard)のDelivery Logでapns-unique-idを調べ、ステップ3へ進んでください。",
    },
  },
  rejected: {
    status: "fail",
    message: {
      en: "Apple refused the test call to {subject} ({environment}): {reason}.",
      ja: "Appleが{subject}({environment})への試験着信を拒否しました: {reason}。",
    },
    commands: ["grep 'APNs error: {reason}' api.log | tail"],
  },
  unsent: {
    status: "fail",
    message: {
      en: "The test call to {subject} ({environment}) was never sent ({reason}).",
      ja: "{subject}({environment})への試験着信は送られませんでした({reason})。",
    },
  },
  unknown: {
    status: "warn",
    message: {
      en: "Whether the test call to {subject} ({environment}) reached Apple is not known ({reason}).",
      ja: "{subject}({environment})への試験着信がAppleに届いたかどうか分かりません({reason})。",
    },
  },
  "no-devices": {
    status: "fail",
    message: {
      en: "User {user} has no VoIP token: nobody to ring.",
      ja: "ユーザー{user}のVoIPトークンがなく、鳴らす相手がいません。",
    },
    remedy: {
      en: "Go back to step 1: the phone is not registered.",
      ja: "ステップ1に戻ってください。端末が登録されていません。",
    },
    commands: ["grep 'Saved voipDeviceToken for user {user}' api.log | tail -1", "{showDevices}"],
  },
  refused: {
    status: "fail",
    message: {
      en: "The API server answers the test call with {status} {error}.",
      ja: "試験着信に対するAPIサーバの応答は{status} {error}です。",
    },
    commands: ["grep 'APNs error' api.log | tail"],
  },
  "no-answer": {
    status: "fail",
    message: {
      en: "The API server did not answer the test call: {words}.",
      ja: "試験着信に対してAPIサーバが応答しませんでした: {words}",
    },
    commands: ["tail -50 api.log"],
  },
  "no-way": {
    status: "fail",
    message: {
      en: "There is no way to ring: neither an API server with ADMIN_PUSH_TOKEN, nor a device store with credentials.",
      ja: "鳴らす手段がありません。APIサーバとADMIN_PUSH_TOKEN、またはデバイスの保存先と認証情報が必要です。",
    },
    remedy: {
      en: "Set API_URL and ADMIN_PUSH_TOKEN, or DATABASE_URL and the APNS_ variables.",
      ja: "API_URLとADMIN_PUSH_TOKEN、またはDATABASE_URLとAPNS_で始まる変数を設定してください。",
    },
  },
  "not-asked": {
    status: "skip",
    message: { en: "Nobody was rung.", ja: "試験着信は行っていません。" },
    remedy: {
      en: "With --ring <user> a real test call is sent to that user's phones.",
      ja: "--ring <ユーザー>を付けると、そのユーザーの端末に実際の試験着信を送ります。",
    },
  },
} as const;

type Name = keyof typeof outcomes;

export const ring = defineCheck<Name>({
  id: "ring",
  step: "sending",
  title: { en: "A test call is accepted by Apple (with --ring)", ja: "試験着信をAppleが受理する(--ring指定時)" },
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

function judge(rung: Rung): readonly Verdict<Name>[] {
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

function judgeDevice({ outcome, reason, environment, apnsId, apnsUniqueId, tokenPrefix }: RungDevice): Verdict<Name> {
  const values = { environment, apnsId, uniqueId: apnsUniqueId ?? "" };
  const about = { subject: tokenPrefix, values, ...because(reason) };
  if (outcome === "accepted")
    return { ...about, outcome: apnsUniqueId === undefined ? "accepted" : "accepted-sandbox" };
  return { ...about, outcome: outcome === "rejected" || outcome === "unsent" ? outcome : "unknown" };
}
