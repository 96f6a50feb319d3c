// Bundled into one file: all of the package's main door. Rings a user through the service, and closes the client.
import { apnsOptionsFromEnv, createApnsClient, createPushService, memoryDeviceStore } from "apns-voip";

async function main() {
  const apns = createApnsClient(apnsOptionsFromEnv());
  const push = createPushService({ apns, devices: memoryDeviceStore() });
  await push.registerDevice(10, {
    platform: "ios",
    bundleId: "com.example.app",
    voipDeviceToken: process.env.DEVICE_TOKEN,
  });
  const { status, devices } = await push.sendCall({ toUserId: 10, callId: "11-10", fromUserId: 11 });
  const [only] = devices;
  console.log(status, only !== undefined && "error" in only.result ? only.result.error.message : "");
  await apns.close();
}

main();
