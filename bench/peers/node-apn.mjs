import apn from "@parse/node-apn";

/** `Provider` of @parse/node-apn. */
export async function open(target) {
  return speak(new apn.Provider(options(target)));
}

export function options({ origin, teamId, keyId, key }) {
  const { hostname, port } = new URL(origin);
  return { token: { key, keyId, teamId }, address: hostname, port: Number(port) };
}

export function speak(provider) {
  return {
    async send(deviceToken, payload) {
      const note = new apn.Notification();
      note.topic = "com.example.app.voip";
      note.pushType = "voip";
      note.priority = 10;
      note.expiry = 0;
      note.rawPayload = payload;
      const { sent } = await provider.send(note, deviceToken);
      return sent.length === 1;
    },
    close: () => provider.shutdown(),
  };
}
