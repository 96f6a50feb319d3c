// Sends the pushes of the test with hapns, and prints what it makes of the answers.
import { TokenConnector } from "hapns/connectors/token";
import { VoipNotification } from "hapns/notifications/VoipNotification";
import { send } from "hapns/send";
import { Device } from "hapns/targets/device";

const { origin, key, keyId, teamId, pushes } = JSON.parse(process.env.PEER_INPUT);
const connector = TokenConnector({ key: new TextEncoder().encode(key), keyId, teamIdentifier: teamId });

const results = [];
for (const { token, topic, payload } of pushes) {
  const note = VoipNotification(topic, { appData: payload, expiration: 0, priority: 10 });
  // It knows Apple's hosts only: same path, other origin.
  const target = { ...Device(token), getBaseUrl: () => origin };
  results.push(
    await send(connector, note, target).then(
      () => "sent",
      error => `${error.name} ${error.message}`,
    ),
  );
}
console.log(JSON.stringify(results));
process.exit();
