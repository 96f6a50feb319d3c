import { createInterface } from "node:readline";
import { apnsOptionsFromEnv, createApnsClient } from "apns-voip";

// Connects, and sends a push for each line that it reads. Says what became of it, and why connections closed before.
const closed: string[] = [];
const client = createApnsClient({
  ...apnsOptionsFromEnv(),
  pingInterval: 200,
  onEvent: event => event.type === "apns.connection-closed" && closed.push(event.why),
});
await client.warmUp();
console.log("ready");
for await (const _line of createInterface(process.stdin)) {
  const { outcome, attempts } = await client.send(
    { deviceToken: process.env.DEVICE_TOKEN as string, pushType: "voip", payload: { callId: "1" } },
    // Less than the time-out of an attempt, 5 s: a push that waited for one would not be accepted.
    { deadline: Date.now() + 4500 },
  );
  console.log(JSON.stringify({ outcome, attempts, closed: closed.length }));
}
await client.close();
