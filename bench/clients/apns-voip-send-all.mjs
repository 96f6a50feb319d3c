import { createApnsClient } from "apns-voip";
import { BUNDLE_ID } from "./push.mjs";

/** Our `sendAll`, which decides by itself how many are on their way. */
export async function open({ origin, teamId, keyId, key }) {
  const apns = createApnsClient({ teamId, keyId, key, bundleId: BUNDLE_ID, endpoints: { production: origin } });
  return {
    async *sendAll(pushes) {
      for await (const { result } of apns.sendAll(pushes)) yield result.outcome === "accepted";
    },
    close: () => apns.close(),
  };
}
