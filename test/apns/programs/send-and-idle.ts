import { apnsOptionsFromEnv, createApnsClient } from "apns-voip";

// Sends one push and then has nothing to do; nobody closes the client.
const client = createApnsClient(apnsOptionsFromEnv());
const deadline = Date.now() + Number(process.env.DEADLINE ?? 10_000);
const result = await client.send(
  { deviceToken: process.env.DEVICE_TOKEN as string, pushType: "voip", payload: { callId: "1" } },
  { deadline },
);
console.log(result.outcome, "error" in result ? result.error.code : "");
