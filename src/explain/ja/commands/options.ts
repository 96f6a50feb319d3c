import type * as english from "../../en/commands/options.js";
import type { Texts } from "../../texts.js";

export const commonOptions: Texts<typeof english.commonOptions> = {
  lang: "表示する言語。既定は端末の言語",
  json: "プログラム向けにJSONで出力",
  "no-color": "色を付けない(NO_COLOR=1でも可)",
  help: "このヘルプを表示",
};

export const storeOptions: Texts<typeof english.storeOptions> = {
  database: "PostgreSQL。既定はDATABASE_URL",
  table: "デバイスのテーブル。既定はpush_devices",
  "users-table": "トークンをこのテーブルの列に保存している場合",
  "id-column": "… そのIDの列。既定はid",
  "token-column": "… VoIPトークンの列。既定はvoip_device_token",
  "alert-token-column": "… 通知用トークンの列",
  redis: "デバイスをRedisに保存している場合",
  store: "DeviceStoreをdefault exportするモジュール",
};
