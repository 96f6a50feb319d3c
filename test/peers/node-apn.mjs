// Sends the pushes of the test with @parse/node-apn, and prints what it makes of the answers.
import apn from "@parse/node-apn";

const { origin, ca, key, keyId, teamId, pushes } = JSON.parse(process.env.PEER_INPUT);
const { hostname, port } = new URL(origin);
const provider = new apn.Provider({ token: { key, keyId, teamId }, address: hostname, port: Number(port), ca });

const results = [];
for (const { token, topic, payload } of pushes) {
  const note = new apn.Notification();
  Object.assign(note, { topic, pushType: "voip", priority: 10, expiry: 0, rawPayload: payload });
  const { sent, failed } = await provider.send(note, token);
  results.push(sent.length > 0 ? "sent" : (failed[0].response?.reason ?? String(failed[0].error)));
}
console.log(JSON.stringify(results));
await provider.shutdown();
