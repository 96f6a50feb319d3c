import type * as english from "../../en/failures/strangers.js";
import type { Texts } from "../../texts.js";

const reported = "受け取ったまま伝え、ステータスだけで扱いを決めました。";

/** A reason that is in no table. */
export const unknownReason: Texts<typeof english.unknownReason> = {
  meaning: "このバージョンのapns-voipが知らない理由です。意味を推測することはしません。",
  causes: ["その後Appleが追加した理由か、Apple以外(プロキシやモック)が返したもの"],
  confirm: ["Appleのページ「Handling notification responses from APNs」と、新しいバージョンのapns-voipで探す"],
  remedy:
    "ステータスを手がかりにしてください。400はリクエスト、403は認証情報、410はデバイスの消滅、429は送りすぎ、5xxは後で再送です。Appleの理由であれば、issueでお知らせください。",
  whatWeDid: reported,
};

/** Reasons of Apple's broadcast endpoints, all alike to somebody who sends calls. */
export const broadcastReason: Texts<typeof english.broadcastReason> = {
  meaning:
    "Appleのブロードキャストチャンネル(ライブアクティビティ)用の理由です。デバイス宛てのプッシュに返ることはありません。",
  causes: ["ブロードキャスト用のパスへ送られた、または途中で書き換えられた"],
  confirm: ["`APNS_PRODUCTION_URL`・`APNS_SANDBOX_URL`とプロキシを見る"],
  remedy: "着信は、Appleのプッシュホストの`/3/device/<トークン>`へ送ってください。",
  whatWeDid: reported,
};
