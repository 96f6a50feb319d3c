import { randomUUID } from "node:crypto";
import { connect } from "node:http2";
import { providerToken } from "./provider-token.mjs";
import { TOPIC } from "./push.mjs";

/** `node:http2` by hand: the same request as ours on one connection, and nothing that takes care of it. */
export async function open(target) {
  const authorization = `bearer ${providerToken(target)}`;
  const session = connect(target.origin);
  await new Promise((resolve, reject) => session.once("remoteSettings", resolve).once("error", reject));
  return {
    send: (deviceToken, payload) =>
      new Promise(resolve => {
        const stream = session.request({
          ":method": "POST",
          ":path": `/3/device/${deviceToken}`,
          authorization,
          "apns-topic": TOPIC,
          "apns-push-type": "voip",
          "apns-priority": "10",
          "apns-id": randomUUID(),
          "apns-expiration": "0",
        });
        let status = 0;
        stream.on("response", headers => {
          status = headers[":status"];
        });
        stream.on("end", () => resolve(status === 200));
        stream.on("error", () => resolve(false));
        stream.resume();
        stream.end(JSON.stringify(payload));
      }),
    close: () => new Promise(resolve => session.close(resolve)),
  };
}
