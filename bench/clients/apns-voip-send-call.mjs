import { callPayloadSchemaWith, createApnsClient, createPushService, memoryDeviceStore } from "apns-voip";
import { z } from "zod";
import { BUNDLE_ID, DEVICES, deviceToken } from "./push.mjs";

/** Our `sendCall`: finds the user's devices in the memory store, checks the call, rings. A user is named by the first. */
export async function open({ origin, teamId, keyId, key }, { devicesPerUser = 1 } = {}) {
  const apns = createApnsClient({ teamId, keyId, key, endpoints: { production: origin } });
  const devices = memoryDeviceStore();
  for (let index = 0; index < DEVICES; index++) {
    await devices.save({
      userId: deviceToken(index - (index % devicesPerUser)),
      token: deviceToken(index),
      pushType: "voip",
      bundleId: BUNDLE_ID,
      platform: "ios",
      environment: "production",
      registeredAt: new Date(),
    });
  }
  const push = createPushService({ apns, devices, payload: callPayloadSchemaWith({ offer: z.string().optional() }) });
  return {
    send: (token, payload) => push.sendCall({ toUserId: token, ...payload }).then(isAccepted),
    close: () => apns.close(),
  };
}

function isAccepted({ status }) {
  return status === "accepted";
}
