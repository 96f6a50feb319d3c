import type { ExplanationEntry } from "./entry.js";

const reported = {
  en: "Passed it on as it came, and judged it by its status alone.",
  ja: "受け取ったまま伝え、ステータスだけで扱いを決めました。",
};

/** A reason that is in no table. */
export const unknownReason: ExplanationEntry = {
  meaning: {
    en: "This version of apns-voip does not know this reason, and will not guess what it means.",
    ja: "このバージョンのapns-voipが知らない理由です。意味を推測することはしません。",
  },
  causes: [
    {
      en: "Apple has introduced it since, or it comes from something else than Apple (a proxy, a mock).",
      ja: "その後Appleが追加した理由か、Apple以外(プロキシやモック)が返したもの",
    },
  ],
  confirm: [
    {
      en: 'Look for it on Apple\'s page "Handling notification responses from APNs", and in newer versions of apns-voip.',
      ja: "Appleのページ「Handling notification responses from APNs」と、新しいバージョンのapns-voipで探す",
    },
  ],
  remedy: {
    en: "Go by the status: 400 the request, 403 the credentials, 410 the device is gone, 429 too many, 5xx later again. If it is Apple's, please open an issue.",
    ja: "ステータスを手がかりにしてください。400はリクエスト、403は認証情報、410はデバイスの消滅、429は送りすぎ、5xxは後で再送です。Appleの理由であれば、issueでお知らせください。",
  },
  whatWeDid: reported,
  sureness: "undocumented",
};

/** Reasons of Apple's broadcast endpoints, all alike to somebody who sends calls. */
export const broadcastReason: ExplanationEntry = {
  meaning: {
    en: "A reason of Apple's broadcast channels (Live Activities). A push to a device is never answered with it.",
    ja: "Appleのブロードキャストチャンネル(ライブアクティビティ)用の理由です。デバイス宛てのプッシュに返ることはありません。",
  },
  causes: [
    {
      en: "The request went to a broadcast path, or something in between rewrote it.",
      ja: "ブロードキャスト用のパスへ送られた、または途中で書き換えられた",
    },
  ],
  confirm: [
    {
      en: "Look at `APNS_PRODUCTION_URL`, `APNS_SANDBOX_URL` and at proxies.",
      ja: "`APNS_PRODUCTION_URL`・`APNS_SANDBOX_URL`とプロキシを見る",
    },
  ],
  remedy: {
    en: "Send calls to `/3/device/<token>` at Apple's push hosts.",
    ja: "着信は、Appleのプッシュホストの`/3/device/<トークン>`へ送ってください。",
  },
  whatWeDid: reported,
  sureness: "inferred",
};
