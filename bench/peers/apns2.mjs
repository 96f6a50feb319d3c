import { ApnsClient, Notification, Priority, PushType } from "apns2";
import { Pool } from "undici";

export async function open({ origin, teamId, keyId, key }) {
  const client = new ApnsClient({ team: teamId, keyId, signingKey: key });
  // It knows no other port than 443: the same pool, to another origin.
  await client.client.close();
  client.client = new Pool(origin, { connections: 32, pipelining: 1, allowH2: true, maxConcurrentStreams: 100 });
  return {
    async send(deviceToken, payload) {
      const note = new Notification(deviceToken, {
        type: PushType.voip,
        topic: "com.example.app.voip",
        priority: Priority.immediate,
        expiration: 0,
        data: payload,
      });
      try {
        await client.send(note);
        return true;
      } catch {
        return false;
      }
    },
    close: () => client.close(),
  };
}
