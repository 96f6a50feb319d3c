import { randomBytes } from "node:crypto";
import type { ApnsClient, ApnsResult } from "apns-voip";

/** A push and how it ended. Its device token is its own, so that its path is found in a log. */
export interface Sent {
  readonly token: string;
  readonly result: ApnsResult;
}

export async function sendOne(client: ApnsClient): Promise<Sent> {
  const token = randomBytes(32).toString("hex");
  return { token, result: await client.send({ deviceToken: token, pushType: "voip", payload: { callId: "1" } }) };
}

/** So many pushes, of which some are under way at any time; `onDone` hears how many have ended. */
export async function sendMany(
  client: ApnsClient,
  count: number,
  onDone: (ended: number) => void = () => {},
): Promise<Sent[]> {
  const sent: Sent[] = [];
  let started = 0;
  const one = async () => {
    while (started < count) {
      started++;
      sent.push(await sendOne(client));
      onDone(sent.length);
    }
  };
  await Promise.all(Array.from({ length: 100 }, one));
  return sent;
}
