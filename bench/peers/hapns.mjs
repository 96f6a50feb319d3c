import { TokenConnector } from "hapns/connectors/token";
import { AlertNotification } from "hapns/notifications/AlertNotification";
import { send } from "hapns/send";
import { Device } from "hapns/targets/device";

/** Alerts, because its VoIP pushes lose the call; Apple takes at most 4096 bytes of those, of which `aps` needs some. */
export async function open({ origin, teamId, keyId, key }) {
  const connector = TokenConnector({ key: new TextEncoder().encode(key), keyId, teamIdentifier: teamId });
  return {
    pushType: "alert",
    mostBytes: 4070,
    async send(deviceToken, payload) {
      const note = AlertNotification("com.example.app", { appData: payload, expiration: 0, priority: 10 });
      // It knows Apple's hosts only: the same path, another origin.
      const target = { ...Device(deviceToken), getBaseUrl: () => origin };
      try {
        await send(connector, note, target);
        return true;
      } catch {
        return false;
      }
    },
    close: async () => {},
  };
}
