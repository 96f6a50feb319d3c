import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { connect } from "node:tls";
import { openHttp2 } from "../../src/http2/connection.ts";
import { providerToken } from "./provider-token.mjs";
import { TOPIC } from "./push.mjs";

/** Our connection alone, without pool, queue and decisions: what the room `http2/` costs. Needs `test/examples/from-source.ts`. */
export async function open(target) {
  const { host, hostname, port } = new URL(target.origin);
  const socket = connect({ host: hostname, port: Number(port || 443), ALPNProtocols: ["h2"] }).setNoDelay();
  await once(socket, "secureConnect");
  const authorization = `bearer ${providerToken(target)}`;
  const shared = [
    ["apns-topic", TOPIC],
    ["apns-push-type", "voip"],
    ["apns-priority", "10"],
    ["apns-expiration", "0"],
  ];
  const waiting = [];
  const connection = await openHttp2(socket, {
    authority: host,
    signal: new AbortController().signal,
    listener: {
      roomAgain: () => {
        while (waiting.length > 0 && connection.hasRoom) start(waiting.shift());
      },
      heard() {},
      goodbye() {},
      closed() {},
    },
  });
  const start = push => connection.open(push, push);
  return {
    send: (deviceToken, payload) =>
      new Promise(resolve => {
        const push = new Push(deviceToken, payload, { authorization, shared, resolve });
        if (connection.hasRoom) start(push);
        else waiting.push(push);
      }),
    close: () => connection.leave(),
  };
}

class Push {
  constructor(deviceToken, payload, { authorization, shared, resolve }) {
    this.path = `/3/device/${deviceToken}`;
    this.authorization = authorization;
    this.shared = shared;
    this.own = [["apns-id", randomUUID()]];
    this.body = JSON.stringify(payload);
    this.resolve = resolve;
  }

  left() {}

  ended(end) {
    this.resolve(end.kind === "answered" && end.status === 200);
  }
}
