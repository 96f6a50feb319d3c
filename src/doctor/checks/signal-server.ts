import { askApi } from "../api.js";
import { defineCheck } from "../check.js";
import { setting } from "../env.js";
import type { Patient } from "../patient.js";
import { timeLimit } from "../time-limit.js";
import { because } from "./of-both.js";

export const signalServer = defineCheck({
  id: "signal",
  step: "sending",
  outcomes: {
    answers: { status: "pass" },
    "no-socketio": { status: "fail", commands: ["curl -i '{url}?EIO=4&transport=polling'"] },
    silent: { status: "fail", commands: ["curl -v '{url}?EIO=4&transport=polling'"] },
    down: { status: "fail", commands: ["curl -v '{url}?EIO=4&transport=polling'"] },
    unset: { status: "skip" },
  },
  async run(patient) {
    if (patient.signalUrl === undefined) return { outcome: "unset" };
    const path = setting(patient.env, "SOCKETIO_PATH") ?? "/signal/socket.io/";
    const url = `${patient.signalUrl.replace(/\/+$/, "")}${path}`;
    const answer = await askApi(patient, { url: `${url}?EIO=4&transport=polling`, method: "GET" });
    if (!answer.ok) {
      // A plain `node:http` server never answers a path that no handler serves.
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
