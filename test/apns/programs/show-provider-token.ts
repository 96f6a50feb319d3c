import { type ApnsClientOptions, apnsOptionsFromEnv, createApnsClient } from "apns-voip";

// Prints the provider token that this process uses at the time it is told.
const now = Number(process.env.NOW);
const client = createApnsClient({
  ...apnsOptionsFromEnv(),
  clock: { now: () => now, monotonic: () => performance.now(), setTimeout: () => () => {} },
  fetch: async (_url, { headers }) => {
    console.log(headers.authorization);
    return new Response();
  },
} as ApnsClientOptions);
await client.send({ deviceToken: "ab".repeat(32), pushType: "voip", payload: { callId: "1" } });
