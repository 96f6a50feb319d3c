import { callPayload, deviceToken } from "../clients/push.mjs";

/** Of so many pushes one is timed: to look at the clock twice and to keep what it says costs a tenth of a cheap push. */
const TIMED = 10;

/**
 * Keeps so many pushes in flight until told to stop: as soon as one is answered, the next one leaves. Each answer goes to
 * `answered`, with the milliseconds it took where it was timed (never for a client that sends in bulk and decides itself).
 */
export function keepInFlight(client, { inFlight, bytes }, answered) {
  const size = Math.min(bytes, client.mostBytes ?? bytes);
  let next = 0;
  let stopped = false;

  async function lane() {
    while (!stopped) {
      const index = next++;
      const leftAt = index % TIMED === 0 ? performance.now() : undefined;
      const accepted = await client.send(deviceToken(index), callPayload(index, size));
      answered(accepted, leftAt && performance.now() - leftAt);
    }
  }

  function* pushes() {
    while (!stopped) {
      const index = next++;
      yield { deviceToken: deviceToken(index), pushType: "voip", payload: callPayload(index, size) };
    }
  }

  async function bulk() {
    for await (const accepted of client.sendAll(pushes())) answered(accepted, undefined);
  }

  const lanes = client.sendAll ? [bulk()] : Array.from({ length: inFlight }, lane);
  return {
    /** Sends no more, and waits for what is on its way. */
    stop() {
      stopped = true;
      return Promise.all(lanes);
    },
  };
}
