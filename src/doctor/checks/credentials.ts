import type { Environment } from "../../environment.js";
import { defineCheck, type Outcome, type Verdict } from "../check.js";
import { defaultEnvironment, setting } from "../env.js";
import { errorCode } from "../error-code.js";
import type { CredentialAnswer, Patient } from "../patient.js";
import { because } from "./of-both.js";

const lookUpKey = {
  en: "Look the key up at developer.apple.com, under Certificates, Identifiers & Profiles > Keys.",
  ja: "developer.apple.comの「Certificates, Identifiers & Profiles」>「Keys」でキーを確認してください。",
};

const outcomes = {
  good: {
    status: "pass",
    message: { en: "Apple takes the key in {subject}.", ja: "{subject}でキーが受け付けられました。" },
  },
  "other-environment-only": {
    status: "pass",
    message: {
      en: "The key is not good for {subject} ({reason}): phones with {subject} tokens cannot be rung with it.",
      ja: "このキーは{subject}では使えません({reason})。{subject}のトークンを持つ端末は鳴らせません。",
    },
    remedy: {
      en: "Nothing to do if all phones run builds of the other environment.",
      ja: "すべての端末がもう一方の環境のビルドなら、対処は不要です。",
    },
  },
  "wrong-environment": {
    status: "fail",
    message: {
      en: "The key is not good for {subject}, where this server sends by default ({reason}).",
      ja: "このキーは、既定の送り先である{subject}では使えません({reason})。",
    },
  },
  swapped: {
    status: "fail",
    message: {
      en: "APNS_TEAM_ID and APNS_KEY_ID are swapped: the other way round Apple takes the key.",
      ja: "APNS_TEAM_IDとAPNS_KEY_IDが入れ替わっています。逆にするとキーが受け付けられました。",
    },
    remedy: {
      en: "Swap them: APNS_TEAM_ID={keyId} and APNS_KEY_ID={teamId}.",
      ja: "入れ替えてください: APNS_TEAM_ID={keyId}、APNS_KEY_ID={teamId}",
    },
  },
  refused: {
    status: "fail",
    message: { en: "{subject} refuses the key: {reason}.", ja: "{subject}でキーが拒否されました: {reason}。" },
  },
  expired: {
    status: "fail",
    message: {
      en: "{subject} calls a fresh provider token expired: this server's clock is wrong.",
      ja: "{subject}で、作りたてのプロバイダトークンが期限切れと判定されました。サーバの時計がずれています。",
    },
    commands: ["date -u", "timedatectl status"],
  },
  topic: {
    status: "fail",
    message: {
      en: "{subject} does not let this key push to {topic}: {reason}.",
      ja: "{subject}で、このキーによる{topic}へのプッシュが許可されませんでした: {reason}。",
    },
    remedy: {
      en: "See that the bundle id is the app's, that it belongs to team {teamId}, and that the key is not limited to other topics.",
      ja: "バンドルIDがアプリのものか、チーム{teamId}のものか、キーが別のトピックに限定されていないかを確認してください。",
    },
  },
  "not-apple": {
    status: "warn",
    message: {
      en: "A made-up device token was accepted: whatever answers for {subject} is not Apple.",
      ja: "架空のデバイストークンが受理されました。{subject}として応答しているのはAppleではありません。",
    },
    remedy: {
      en: "Look at APNS_PRODUCTION_URL and APNS_SANDBOX_URL.",
      ja: "APNS_PRODUCTION_URLとAPNS_SANDBOX_URLを確認してください。",
    },
  },
  busy: {
    status: "warn",
    message: {
      en: "{subject} answered {status} {reason}, which says nothing about the key.",
      ja: "{subject}の応答は{status} {reason}で、キーの良し悪しは分かりません。",
    },
    remedy: { en: "Run the doctor again in a few minutes.", ja: "数分後にもう一度実行してください。" },
  },
  odd: {
    status: "warn",
    message: {
      en: "{subject} answered {status} {reason} to a made-up token; BadDeviceToken was expected.",
      ja: "架空のトークンに対する{subject}の応答は{status} {reason}でした(期待: BadDeviceToken)。",
    },
    remedy: lookUpKey,
  },
  "no-answer": {
    status: "fail",
    message: {
      en: "{subject} did not answer a push ({reason}).",
      ja: "{subject}がプッシュに応答しませんでした({reason})。",
    },
  },
  unreachable: {
    status: "skip",
    message: {
      en: "Not asked: {subject} cannot be reached.",
      ja: "{subject}に接続できないため、問い合わせていません。",
    },
  },
  "not-set-up": {
    status: "skip",
    message: { en: "Not asked: the set-up must be right first.", ja: "設定が正しくないため、問い合わせていません。" },
  },
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
  title: {
    en: "Apple takes the key: a push to a made-up token is answered with BadDeviceToken",
    ja: "Appleがキーを受け付ける(架空のトークン宛てのプッシュにBadDeviceTokenが返る)",
  },
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
