import { randomBytes } from "node:crypto";
import { askApi } from "../api.js";
import { defineCheck, type Outcome } from "../check.js";
import { apiUrlOf, setting } from "../env.js";
import { because } from "./of-both.js";

const tryRoute =
  'curl -i -X POST "$API_URL{path}" -H "X-Admin-Token: $ADMIN_PUSH_TOKEN" -H "Content-Type: application/json" -d \'{}\'';

const noApi: Outcome = {
  status: "skip",
  message: {
    en: "Not tried: API_URL is not set, or does not answer.",
    ja: "API_URLが設定されていないか応答しないため、試していません。",
  },
};

const missing: Outcome = {
  status: "fail",
  message: {
    en: "There is no POST {path} at the API server (status {status}).",
    ja: "APIサーバにPOST {path}がありません(ステータス{status})。",
  },
  remedy: {
    en: "Mount the push routes at the API server, and see that API_URL points at it, with no path too many.",
    ja: "APIサーバにプッシュ用のルートを組み込み、API_URLがそのサーバを(余計なパスなしで)指しているか確認してください。",
  },
  commands: [tryRoute],
};

export const apiUrl = defineCheck({
  id: "api-url",
  step: "sending",
  title: {
    en: "The signal server knows where the API server is (API_URL)",
    ja: "シグナルサーバがAPIサーバの場所を知っている(API_URL)",
  },
  outcomes: {
    set: { status: "pass", message: { en: "API_URL is {url}.", ja: "API_URLは{url}です。" } },
    unset: {
      status: "skip",
      message: {
        en: "API_URL is not set here: the signal server's view is not looked at.",
        ja: "API_URLが設定されていないため、シグナルサーバ側からの確認はしません。",
      },
      remedy: {
        en: "Run the doctor with the signal server's variables, or give --api-url.",
        ja: "シグナルサーバの環境変数で実行するか、--api-urlを指定してください。",
      },
    },
    "with-login": {
      status: "fail",
      message: {
        en: "API_URL holds a user name or a password, which no request is sent with.",
        ja: "API_URLにユーザー名またはパスワードが含まれています。この形ではリクエストを送れません。",
      },
      remedy: {
        en: "Write it without, as http://api:3000; the API server is asked with ADMIN_PUSH_TOKEN.",
        ja: "http://api:3000のように、含めずに書いてください。APIサーバへの依頼にはADMIN_PUSH_TOKENを使います。",
      },
    },
    malformed: {
      status: "fail",
      message: { en: "API_URL is not an http or https URL.", ja: "API_URLがhttpまたはhttpsのURLではありません。" },
      remedy: { en: "Write it as http://api:3000.", ja: "http://api:3000のように書いてください。" },
    },
  },
  run({ env }) {
    const given = setting(env, "API_URL");
    if (given === undefined) return { outcome: "unset" };
    const url = apiUrlOf(env);
    if (url !== undefined) return { outcome: "set", values: { url } };
    return { outcome: /^https?:\/\/[^/]*@/i.test(given) ? "with-login" : "malformed" };
  },
});

export const apiAnswers = defineCheck({
  id: "api",
  step: "sending",
  title: { en: "The API server answers", ja: "APIサーバが応答する" },
  outcomes: {
    answers: {
      status: "pass",
      message: { en: "The API server at {url} answers.", ja: "{url}のAPIサーバが応答しました。" },
    },
    down: {
      status: "fail",
      message: {
        en: "The API server at {url} cannot be reached: {words}.",
        ja: "{url}のAPIサーバに接続できません: {words}",
      },
      remedy: {
        en: "Start the API server, or correct API_URL; between containers it is the service's name (http://api:3000), never localhost.",
        ja: "APIサーバを起動するか、API_URLを直してください。コンテナ間ではlocalhostではなくサービス名を使います(http://api:3000)。",
      },
      commands: ["curl -v {url}/"],
    },
    "behind-proxy": {
      status: "fail",
      message: {
        en: "{url} answers {status}: a reverse proxy is there, the API server behind it is not.",
        ja: "{url}の応答が{status}です。リバースプロキシは動いていますが、その先のAPIサーバが応答していません。",
      },
      remedy: {
        en: "Start the API server, or correct the proxy's upstream.",
        ja: "APIサーバを起動するか、プロキシの転送先を直してください。",
      },
      commands: ["curl -v {url}/"],
    },
    "no-url": { status: "skip", message: { en: "There is no API_URL to try.", ja: "試すべきAPI_URLがありません。" } },
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
  title: { en: "A wrong admin token is refused", ja: "誤った管理トークンが拒否される" },
  outcomes: {
    guarded: {
      status: "pass",
      message: {
        en: "POST {path} refuses a wrong admin token with {status}.",
        ja: "POST {path}は、誤った管理トークンを{status}で拒否しました。",
      },
    },
    open: {
      status: "fail",
      message: {
        en: "POST {path} takes any admin token (status {status}): anybody who reaches it can ring any phone.",
        ja: "POST {path}がどんな管理トークンでも受け付けます(ステータス{status})。到達できる人なら誰でも、どの端末でも鳴らせます。",
      },
      remedy: {
        en: "Set ADMIN_PUSH_TOKEN at the API server and give it to `createPushRoutes({ adminToken })`, which refuses an empty one.",
        ja: "APIサーバにADMIN_PUSH_TOKENを設定し、`createPushRoutes({ adminToken })`に渡してください(空の値は拒否されます)。",
      },
      commands: [
        'curl -i -X POST "$API_URL{path}" -H "X-Admin-Token: wrong" -H "Content-Type: application/json" -d \'{}\'',
      ],
    },
    missing,
    "no-answer": {
      status: "fail",
      message: { en: "POST {path} got no answer: {words}.", ja: "POST {path}に応答がありません: {words}" },
      commands: [tryRoute],
    },
    trouble: {
      status: "warn",
      message: {
        en: "POST {path} answers a wrong admin token with {status} instead of 401.",
        ja: "POST {path}が、誤った管理トークンに401ではなく{status}を返しました。",
      },
      remedy: { en: "Look at the API server's log for that moment.", ja: "その時刻のAPIサーバのログを見てください。" },
      commands: ["tail -50 api.log"],
    },
    "no-api": noApi,
  },
  async run(patient) {
    const url = await patient.api();
    if (url === undefined) return { outcome: "no-api" };
    const path = patient.paths.pushCall;
    const token = `wrong-${randomBytes(8).toString("hex")}`;
    const answer = await askApi(patient, {
      url: url + path,
      method: "POST",
      headers: { "x-admin-token": token },
      body: {},
    });
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
  title: {
    en: "The admin token is accepted and the push route answers",
    ja: "管理トークンが受け付けられ、プッシュのルートが応答する",
  },
  outcomes: {
    answers: {
      status: "pass",
      message: { en: "POST {path} accepts the admin token.", ja: "POST {path}が管理トークンを受け付けました。" },
    },
    refused: {
      status: "fail",
      message: {
        en: "POST {path} refuses ADMIN_PUSH_TOKEN with {status}: the two servers have different ones.",
        ja: "POST {path}がADMIN_PUSH_TOKENを{status}で拒否しました。2つのサーバで値が違います。",
      },
      remedy: {
        en: "Give both servers the same ADMIN_PUSH_TOKEN, and restart both; its checksum must be the same on both. Look for quotes and line ends in the value.",
        ja: "両方のサーバに同じADMIN_PUSH_TOKENを設定し、両方を再起動してください。チェックサムが両方で一致するはずです。値に引用符や改行が混ざっていないかも見てください。",
      },
      commands: ['printf %s "$ADMIN_PUSH_TOKEN" | sha256sum', tryRoute],
    },
    missing,
    elsewhere: {
      status: "fail",
      message: {
        en: "POST {path} is redirected to {location}.",
        ja: "POST {path}が{location}へリダイレクトされています。",
      },
      remedy: { en: "Set API_URL to that address itself.", ja: "API_URLをそのアドレスにしてください。" },
    },
    trouble: {
      status: "fail",
      message: { en: "POST {path} answers {status} {error}.", ja: "POST {path}の応答が{status} {error}です。" },
      remedy: { en: "Look at the API server's log for that moment.", ja: "その時刻のAPIサーバのログを見てください。" },
      commands: ["tail -50 api.log", tryRoute],
    },
    "no-answer": {
      status: "fail",
      message: { en: "POST {path} got no answer: {words}.", ja: "POST {path}に応答がありません: {words}" },
      commands: [tryRoute],
    },
    "no-token": {
      status: "fail",
      message: {
        en: "ADMIN_PUSH_TOKEN is not set, so the signal server cannot ask the API server to ring.",
        ja: "ADMIN_PUSH_TOKENが設定されていないため、シグナルサーバはAPIサーバに呼び出しを依頼できません。",
      },
      remedy: { en: "Set it to the same value on both servers.", ja: "両方のサーバに同じ値を設定してください。" },
    },
    "no-api": noApi,
  },
  async run(patient) {
    const url = await patient.api();
    if (url === undefined) return { outcome: "no-api" };
    const token = setting(patient.env, "ADMIN_PUSH_TOKEN");
    if (token === undefined) return { outcome: "no-token" };
    const path = patient.paths.pushCall;
    // An empty body names nobody: the route must let it in and then find it wanting.
    const answer = await askApi(patient, {
      url: url + path,
      method: "POST",
      headers: { "x-admin-token": token },
      body: {},
    });
    if (!answer.ok) return { outcome: "no-answer", values: { path, words: answer.words }, ...because(answer.reason) };
    const { status, json, location } = answer;
    const values = { path, status, location, error: String(json?.error ?? "") };
    if (status === 401 || status === 403) return { outcome: "refused", values };
    if (isNoRoute(status, json)) return { outcome: "missing", values };
    if (status >= 300 && status < 400) return { outcome: "elsewhere", values };
    return { outcome: status >= 500 ? "trouble" : "answers", values };
  },
});

/** A framework's own 404, not "this user has no token". */
function isNoRoute(status: number, json: Readonly<Record<string, unknown>> | undefined): boolean {
  return status === 405 || (status === 404 && !/token/i.test(String(json?.error ?? "")));
}
