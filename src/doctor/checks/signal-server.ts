import { askApi } from "../api.js";
import { defineCheck } from "../check.js";
import { setting } from "../env.js";
import type { Patient } from "../patient.js";
import { timeLimit } from "../time-limit.js";
import { because } from "./of-both.js";

export const signalServer = defineCheck({
  id: "signal",
  step: "sending",
  title: { en: "The signal server answers at SOCKETIO_PATH", ja: "シグナルサーバがSOCKETIO_PATHで応答する" },
  outcomes: {
    answers: { status: "pass", message: { en: "Socket.IO answers at {url}.", ja: "{url}でSocket.IOが応答しました。" } },
    "no-socketio": {
      status: "fail",
      message: {
        en: "{url} answers {status}, but not as Socket.IO does.",
        ja: "{url}の応答は{status}で、Socket.IOのものではありません。",
      },
      remedy: {
        en: "SOCKETIO_PATH of the server, path of the reverse proxy and path in the app must be the same.",
        ja: "サーバのSOCKETIO_PATH、リバースプロキシのパス、アプリのパスを一致させてください。",
      },
      commands: ["curl -i '{url}?EIO=4&transport=polling'"],
    },
    silent: {
      status: "fail",
      message: {
        en: "{url} takes the connection but does not answer: nothing serves this path there.",
        ja: "{url}は接続を受け付けますが応答しません。このパスを処理するものがありません。",
      },
      remedy: {
        en: "SOCKETIO_PATH of the server, path of the reverse proxy and path in the app must be the same.",
        ja: "サーバのSOCKETIO_PATH、リバースプロキシのパス、アプリのパスを一致させてください。",
      },
      commands: ["curl -v '{url}?EIO=4&transport=polling'"],
    },
    down: {
      status: "fail",
      message: { en: "{url} cannot be reached: {words}.", ja: "{url}に接続できません: {words}" },
      remedy: {
        en: "Start the signal server, or correct --signal-url.",
        ja: "シグナルサーバを起動するか、--signal-urlを直してください。",
      },
      commands: ["curl -v '{url}?EIO=4&transport=polling'"],
    },
    unset: {
      status: "skip",
      message: {
        en: "Not tried: give --signal-url to try it.",
        ja: "--signal-urlが指定されていないため、試していません。",
      },
    },
  },
  async run(patient) {
    if (patient.signalUrl === undefined) return { outcome: "unset" };
    const path = setting(patient.env, "SOCKETIO_PATH") ?? "/signal/socket.io/";
    const url = `${patient.signalUrl.replace(/\/+$/, "")}${path}`;
    const answer = await askApi(patient, { url: `${url}?EIO=4&transport=polling`, method: "GET" });
    if (!answer.ok) {
      // Node's own server leaves a path that nobody serves unanswered.
      if (answer.reason === "ETIMEDOUT" && (await takesConnections(patient, url)))
        return { outcome: "silent", values: { url } };
      return { outcome: "down", values: { url, words: answer.words }, ...because(answer.reason) };
    }
    return {
      outcome: answer.status === 200 && answer.text.startsWith('0{"sid"') ? "answers" : "no-socketio",
      values: { url, status: answer.status },
    };
  },
});

async function takesConnections({ world, timeout }: Patient, url: string): Promise<boolean> {
  const { hostname, port, protocol } = new URL(url);
  const limit = timeLimit(world.clock, timeout);
  try {
    const socket = await world.connect(hostname, Number(port || (protocol === "https:" ? 443 : 80)), limit.signal);
    socket.destroy();
    return true;
  } catch {
    return false;
  } finally {
    limit.clear();
  }
}
