// Sends the pushes of the test with apns2, and prints what it makes of the answers.
import { ApnsClient, Notification, Priority, PushType } from "apns2";
import { Pool } from "undici";

const { origin, key, keyId, teamId, pushes } = JSON.parse(process.env.PEER_INPUT);
const client = new ApnsClient({ team: teamId, keyId, signingKey: key });
// It knows no other port than 443: same pool, other origin.
await client.client.close();
client.client = new Pool(origin, { connections: 32, pipelining: 1, allowH2: true, maxConcurrentStreams: 100 });

const results = [];
for (const { token, topic, payload } of pushes) {
  const note = new Notification(token, {
    type: PushType.voip,
    topic,
    priority: Priority.immediate,
    expiration: 0,
    data: payload,
  });
  results.push(
    await client.send(note).then(
      () => "sent",
      error => error.reason ?? String(error),
    ),
  );
}
console.log(JSON.stringify(results));
await client.close();
