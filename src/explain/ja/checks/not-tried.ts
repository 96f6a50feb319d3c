import type * as english from "../../en/checks/not-tried.js";
import type { Texts } from "../../texts.js";

export const notTried: Texts<typeof english.notTried> = { message: "前の段階で失敗したため、試していません。" };

export const noApi: Texts<typeof english.noApi> = {
  message: "API_URLが設定されていないか応答しないため、試していません。",
};
