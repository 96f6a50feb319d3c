/** What every client is asked to send: an incoming call, different each time, to one of a thousand devices. */

export const BUNDLE_ID = "com.example.app";
export const TOPIC = `${BUNDLE_ID}.voip`;
export const DEVICES = 1000;

/** A device token that the server answers with 200. */
export function deviceToken(index) {
  return (index % DEVICES).toString(16).padStart(64, "0");
}

/** A call whose JSON has exactly so many bytes; what the six fields leave over is an offer. */
export function callPayload(index, bytes) {
  const payload = {
    type: "call.incoming",
    callId: String(10_000_000 + index),
    fromUserId: 11,
    fromDisplayName: "Eleven",
    room: "p2p:11-10",
    hasVideo: true,
    offer: "",
  };
  payload.offer = filler(bytes);
  return payload;
}

const EMPTY = JSON.stringify({
  type: "call.incoming",
  callId: "10000000",
  fromUserId: 11,
  fromDisplayName: "Eleven",
  room: "p2p:11-10",
  hasVideo: true,
  offer: "",
}).length;
const fillers = new Map();

function filler(bytes) {
  let text = fillers.get(bytes);
  if (text === undefined) {
    text = "v=0 ".repeat(bytes).slice(0, bytes - EMPTY);
    fillers.set(bytes, text);
  }
  return text;
}
