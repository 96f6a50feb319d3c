import { decodeJwt } from "jose";
import { tokenPrefix } from "../../internal/device-token.js";
import { askApi } from "../api.js";
import { appLogin, loginUser, readLogin } from "../app-login.js";
import { defineCheck, type Outcome } from "../check.js";
import { setting } from "../env.js";
import type { Patient } from "../patient.js";
import { because } from "./of-both.js";

/** A registration with no token in it: nothing can come of it, whoever answers. */
const withoutToken = (patient: Patient) => ({
  platform: "ios",
  bundleId: setting(patient.env, "APNS_BUNDLE_ID") ?? "com.example.app",
});

const tryRoute =
  'curl -i -X PUT "$API_URL{path}" -H "Authorization: Bearer $APP_TOKEN" -H "Content-Type: application/json" -d \'{"platform":"ios"}\'';

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
    en: "There is no PUT {path} at the API server (status {status}).",
    ja: "APIサーバにPUT {path}がありません(ステータス{status})。",
  },
  remedy: {
    en: "Mount the routes (`app.use(toNodeHandler(routes))`) before the body parser and the 404 handler; see that API_URL has no path too many.",
    ja: "ルート(`app.use(toNodeHandler(routes))`)を、ボディパーサと404ハンドラより前に組み込んでください。API_URLに余計なパスがないかも確認してください。",
  },
  commands: [tryRoute],
};

const trouble: Outcome = {
  status: "fail",
  message: { en: "PUT {path} answers {status}.", ja: "PUT {path}の応答が{status}です。" },
  remedy: { en: "Look at the API server's log for that moment.", ja: "その時刻のAPIサーバのログを見てください。" },
  commands: ["tail -50 api.log", tryRoute],
};

export const registrationRoute = defineCheck({
  id: "registration-route",
  step: "registration",
  title: { en: "PUT of a device is refused without a login", ja: "ログインなしの登録が拒否される" },
  outcomes: {
    guarded: {
      status: "pass",
      message: {
        en: "PUT {path} refuses a wrong login with 401.",
        ja: "PUT {path}は、誤ったログインを401で拒否しました。",
      },
    },
    open: {
      status: "fail",
      message: {
        en: "PUT {path} takes a login that nobody issued (status {status}): anybody can register a phone for anybody.",
        ja: "PUT {path}が、誰も発行していないログインを受け付けました(ステータス{status})。誰でも他人の端末を登録できる状態です。",
      },
      remedy: {
        en: "Check the login before anything else: `authenticate: bearerAuth({ secret })`.",
        ja: "最初にログインを確認してください: `authenticate: bearerAuth({ secret })`",
      },
      commands: [tryRoute],
    },
    missing,
    elsewhere: {
      status: "fail",
      message: {
        en: "PUT {path} is redirected to {location}; the app does not follow.",
        ja: "PUT {path}が{location}へリダイレクトされています。アプリは追従しません。",
      },
      remedy: {
        en: "Let the app use that address itself, mostly https instead of http.",
        ja: "アプリがそのアドレスを直接使うようにしてください(多くはhttpをhttpsに)。",
      },
    },
    trouble,
    "no-answer": {
      status: "fail",
      message: { en: "PUT {path} got no answer: {words}.", ja: "PUT {path}に応答がありません: {words}" },
      commands: [tryRoute],
    },
    "no-api": noApi,
  },
  async run(patient) {
    const url = await patient.api();
    if (url === undefined) return { outcome: "no-api" };
    const path = patient.paths.devices;
    const answer = await askApi(patient, {
      url: url + path,
      method: "PUT",
      headers: { authorization: "Bearer made-up-by-the-doctor" },
      body: withoutToken(patient),
    });
    if (!answer.ok) return { outcome: "no-answer", values: { path, words: answer.words }, ...because(answer.reason) };
    const { status, location } = answer;
    return { outcome: routeOutcome(status), values: { path, status, location } };
  },
});

function routeOutcome(status: number) {
  if (status === 401 || status === 403) return "guarded";
  if (status === 404 || status === 405) return "missing";
  if (status >= 300 && status < 400) return "elsewhere";
  return status >= 500 ? "trouble" : "open";
}

export const login = defineCheck({
  id: "login",
  step: "registration",
  title: { en: "The app's login is accepted", ja: "アプリのログインが受け付けられる" },
  outcomes: {
    accepted: {
      status: "pass",
      message: { en: "PUT {path} accepts the app's login.", ja: "PUT {path}が、アプリのログインを受け付けました。" },
    },
    expired: {
      status: "fail",
      message: {
        en: "PUT {path} refuses the app's login with {status}: it expired at {at}.",
        ja: "PUT {path}が、アプリのログインを{status}で拒否しました。{at}に期限が切れています。",
      },
      remedy: {
        en: "Let the app renew its login before it registers, and register again after every login.",
        ja: "アプリは登録の前にログインを更新し、ログインするたびに登録し直すようにしてください。",
      },
      commands: ["grep 'PUT {path} - 401' api.log | tail"],
    },
    "other-secret": {
      status: "fail",
      message: {
        en: "PUT {path} refuses the app's login with {status}: it was not signed with the JWT_SECRET given here.",
        ja: "PUT {path}が、アプリのログインを{status}で拒否しました。ここで指定されたJWT_SECRETによる署名ではありません。",
      },
      remedy: {
        en: "The server that issues logins and the API server must have the same JWT_SECRET.",
        ja: "ログインを発行するサーバとAPIサーバのJWT_SECRETを同じにしてください。",
      },
      commands: ["grep 'PUT {path} - 401' api.log | tail"],
    },
    "no-jwt": {
      status: "fail",
      message: {
        en: "PUT {path} refuses the app's login with {status}: it is no JWT.",
        ja: "PUT {path}が、アプリのログインを{status}で拒否しました。JWTではありません。",
      },
      remedy: {
        en: "Send the access token alone after `Bearer `, without quotes.",
        ja: "`Bearer `の後に、アクセストークンだけを引用符なしで送ってください。",
      },
    },
    refused: {
      status: "fail",
      message: {
        en: "PUT {path} refuses the app's login with {status} ({error}).",
        ja: "PUT {path}が、アプリのログインを{status}で拒否しました({error})。",
      },
      remedy: {
        en: 'See that the API server checks logins with the same secret and the same claim for the user (`userIdClaim: "uid"`) as they are issued with.',
        ja: 'APIサーバが、発行時と同じ秘密鍵と、同じユーザーIDのクレーム(`userIdClaim: "uid"`)で検証しているか確認してください。',
      },
      commands: ["grep 'PUT {path} - 401' api.log | tail", tryRoute],
    },
    missing,
    trouble,
    "no-answer": {
      status: "fail",
      message: { en: "PUT {path} got no answer: {words}.", ja: "PUT {path}に応答がありません: {words}" },
    },
    "no-login": {
      status: "skip",
      message: {
        en: "Not tried: no login of the app was given.",
        ja: "アプリのログインが指定されていないため、試していません。",
      },
      remedy: {
        en: "Set APP_TOKEN to the app's Bearer token, or give JWT_SECRET and --user to have one made.",
        ja: "APP_TOKENにアプリのBearerトークンを設定するか、JWT_SECRETと--userを指定してください(その場で作ります)。",
      },
    },
    "no-api": noApi,
  },
  async run(patient) {
    const url = await patient.api();
    if (url === undefined) return { outcome: "no-api" };
    const app = await appLogin(patient);
    if (app === undefined) return { outcome: "no-login" };
    const path = patient.paths.devices;
    const answer = await askApi(patient, {
      url: url + path,
      method: "PUT",
      headers: { authorization: `Bearer ${app.token}` },
      body: withoutToken(patient),
    });
    if (!answer.ok) return { outcome: "no-answer", values: { path, words: answer.words }, ...because(answer.reason) };
    const { status, json } = answer;
    const values = { path, status, error: String(json?.error ?? "") };
    if (status === 404 || status === 405) return { outcome: "missing", values };
    if (status >= 500) return { outcome: "trouble", values };
    // Without a token in it, a registration that is let in is then found wanting: 400 is the good answer here.
    if (status !== 401 && status !== 403) return { outcome: "accepted", values };
    if (app.made) return { outcome: "other-secret", values };
    const reading = await readLogin(app.token, patient);
    if (reading.state === "expired") return { outcome: "expired", values: { ...values, at: reading.at } };
    return {
      outcome: reading.state === "no-jwt" || reading.state === "other-secret" ? reading.state : "refused",
      values,
    };
  },
});

export const registrationSaves = defineCheck({
  id: "registration-saves",
  step: "registration",
  title: { en: "A registration is really saved (with --write)", ja: "登録が実際に保存される(--write指定時)" },
  outcomes: {
    saved: {
      status: "pass",
      message: {
        en: "{subject} was registered again, and the store shows it.",
        ja: "{subject}を登録し直し、保存先でも確認できました。",
      },
    },
    "not-saved": {
      status: "fail",
      message: {
        en: "PUT {path} answers {status}, but the registration of {subject} does not show in the store.",
        ja: "PUT {path}の応答は{status}ですが、保存先に{subject}の登録が現れません。",
      },
      remedy: {
        en: "The API server writes to another database or table than the one looked at here: compare DATABASE_URL on both sides.",
        ja: "APIサーバが、ここで見ているものとは別のデータベースやテーブルに書き込んでいます。双方のDATABASE_URLを比べてください。",
      },
      commands: ["{showDevices}"],
    },
    refused: {
      status: "fail",
      message: {
        en: "PUT {path} refuses the registration of {subject} with {status} ({error}).",
        ja: "PUT {path}が、{subject}の登録を{status}で拒否しました({error})。",
      },
      remedy: {
        en: "The API server's log says what is wrong with it; `bundleIds` may not list this app.",
        ja: "APIサーバのログに理由があります。`bundleIds`にこのアプリがない可能性もあります。",
      },
      commands: ["grep 'PUT {path}' api.log | tail"],
    },
    "no-answer": {
      status: "fail",
      message: { en: "PUT {path} got no answer: {words}.", ja: "PUT {path}に応答がありません: {words}" },
    },
    "other-user": {
      status: "skip",
      message: {
        en: "Not tried: the login given is for user {user}; registering {subject} with it would take the phone away from its user.",
        ja: "指定されたログインはユーザー{user}のものです。これで{subject}を登録すると端末の持ち主が変わるため、試していません。",
      },
    },
    "not-asked": {
      status: "skip",
      message: {
        en: "Not tried: with --write the user's newest token would be registered once more.",
        ja: "試していません(--writeを付けると、ユーザーの最新のトークンをもう一度登録します)。",
      },
    },
    "nothing-to-try": {
      status: "skip",
      message: {
        en: "Not tried: it takes API_URL, a login of the app, a device store and a user with a token.",
        ja: "試していません(API_URL、アプリのログイン、デバイスの保存先、トークンを持つユーザーが必要です)。",
      },
    },
  },
  async run(patient) {
    if (!patient.write) return { outcome: "not-asked" };
    const [url, app, before] = [await patient.api(), await appLogin(patient), await patient.registered()];
    const device = before.state === "answered" ? before.voip[0] : undefined;
    if (url === undefined || app === undefined || device === undefined || patient.devices === undefined)
      return { outcome: "nothing-to-try" };
    const subject = tokenPrefix(device.token);
    const user = loginOwner(app.token);
    if (user !== device.userId) return { outcome: "other-user", subject, values: { user: user ?? "?" } };

    const path = patient.paths.devices;
    const { token, bundleId, deviceId, environment } = device;
    const answer = await askApi(patient, {
      url: url + path,
      method: "PUT",
      headers: { authorization: `Bearer ${app.token}` },
      body: {
        ...withoutToken(patient),
        ...(bundleId && { bundleId }),
        ...(deviceId && { deviceId }),
        ...(environment && { environment }),
        voipDeviceToken: token,
      },
    });
    const values = { path, showDevices: patient.showDevices ?? "" };
    if (!answer.ok)
      return { outcome: "no-answer", subject, values: { ...values, words: answer.words }, ...because(answer.reason) };
    const { status, json } = answer;
    if (status !== 200)
      return { outcome: "refused", subject, values: { ...values, status, error: String(json?.error ?? "") } };
    const after = await patient.devices.list(device.userId, "voip");
    const saved = after.some(row => row.token === token && row.registeredAt > device.registeredAt);
    return { outcome: saved ? "saved" : "not-saved", subject, values: { ...values, status } };
  },
});

function loginOwner(token: string): string | undefined {
  try {
    return loginUser(decodeJwt(token));
  } catch {
    return undefined;
  }
}
