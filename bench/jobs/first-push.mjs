import { callPayload, deviceToken } from "../clients/push.mjs";

/** The first push of a process that has just been started: from its start to Apple's answer, in milliseconds. */
export async function run(open, { target, importedAt }) {
  const client = await open(target);
  const accepted = await client.send(deviceToken(0), callPayload(0, 150));
  const answeredAt = performance.now();
  return { accepted, sinceStart: answeredAt, sinceImport: answeredAt - importedAt };
}
