// Bundled into one file: the client alone. Sends one push, and then has nothing to do; nobody closes the client.
import { apnsOptionsFromEnv, createApnsClient } from "apns-voip/apns";

const client = createApnsClient(apnsOptionsFromEnv());
client
  .send({ deviceToken: process.env.DEVICE_TOKEN, pushType: "voip", payload: { callId: "1" } })
  .then(result => console.log(result.outcome, "error" in result ? result.error.message : ""));
