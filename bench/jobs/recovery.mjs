import { get } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import { callPayload, DEVICES, deviceToken } from "../clients/push.mjs";

/** Milliseconds between two pushes. */
const PACE = 10;
/** A push that is not accepted within so many milliseconds is of no use to a caller. */
const IN_TIME = 2000;

/**
 * A steady trickle of pushes, and then a fault on every open connection. Recovered is a client from when on all its pushes
 * are accepted in time again; `undefined` when that has not come `watch` milliseconds later.
 */
export async function run(open, { target, control, fault, watch }) {
  const client = await open(target);
  const sent = [];
  const timer = setInterval(() => sent.push(send(client, sent.length)), PACE);
  await wait(1000);
  await ask(`${control}/delay`);
  await wait(200);
  const struckAt = performance.now();
  await ask(`${control}/${fault}`);
  await wait(watch);
  clearInterval(timer);
  await wait(IN_TIME);
  const touched = sent.filter(({ endedAt }) => endedAt >= struckAt);
  const bad = touched.filter(({ accepted, leftAt, endedAt }) => !accepted || endedAt - leftAt > IN_TIME);
  const lastBad = Math.max(struckAt, ...bad.map(({ leftAt }) => leftAt));
  const recovered = lastBad - struckAt;
  return {
    recovered: recovered > watch - IN_TIME ? undefined : recovered,
    pushes: touched.length,
    late: bad.length,
    longest: Math.max(...touched.filter(({ accepted }) => accepted).map(({ leftAt, endedAt }) => endedAt - leftAt)),
  };
}

function send(client, index) {
  const half = DEVICES / 2;
  const device = (index % half) + (client.pushType === "alert" ? half : 0);
  const push = { leftAt: performance.now(), endedAt: Number.POSITIVE_INFINITY, accepted: false };
  client.send(deviceToken(device), callPayload(index, 150)).then(accepted => {
    push.accepted = accepted;
    push.endedAt = performance.now();
  });
  return push;
}

function ask(url) {
  return new Promise((resolve, reject) => {
    get(url, response => response.resume().on("end", resolve)).on("error", reject);
  });
}
