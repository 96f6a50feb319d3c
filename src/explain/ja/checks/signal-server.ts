import type { signalServerChecks as english } from "../../en/checks/signal-server.js";
import type { Texts } from "../../texts.js";

export const signalServerChecks: Texts<typeof english> = {
  signal: {
    title: "シグナルサーバがSOCKETIO_PATHで応答する",
    outcomes: {
      answers: { message: "{url}でSocket.IOが応答しました。" },
      "no-socketio": {
        message: "{url}の応答は{status}で、Socket.IOのものではありません。",
        remedy: "サーバのSOCKETIO_PATH、リバースプロキシのパス、アプリのパスを一致させてください。",
      },
      silent: {
        message: "{url}は接続を受け付けますが応答しません。このパスを処理するものがありません。",
        remedy: "サーバのSOCKETIO_PATH、リバースプロキシのパス、アプリのパスを一致させてください。",
      },
      down: {
        message: "{url}に接続できません: {words}",
        remedy: "シグナルサーバを起動するか、--signal-urlを直してください。",
      },
      unset: { message: "--signal-urlが指定されていないため、試していません。" },
    },
  },
};
