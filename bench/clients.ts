/** Everything that is measured, and the module that makes it speak. Peers are installed beside their modules. */
const MODULES = {
  "apns-voip send": "clients/apns-voip-send.mjs",
  "apns-voip/apns send": "clients/apns-voip-apns-send.mjs",
  "apns-voip sendCall": "clients/apns-voip-send-call.mjs",
  "apns-voip sendAll": "clients/apns-voip-send-all.mjs",
  "undici 8 dispatch": "clients/undici.mjs",
  "node:http2": "clients/node-http2.mjs",
  "own framing (prototype)": "clients/own-framing.mjs",
  "node-apn Provider": "peers/node-apn.mjs",
  "node-apn MultiProvider": "peers/node-apn-multi.mjs",
  apns2: "peers/apns2.mjs",
  hapns: "peers/hapns.mjs",
} as const;

export type ClientName = keyof typeof MODULES;

/** All but the entry with the client alone: that one is the same once it has started. */
export const CLIENTS = (Object.keys(MODULES) as ClientName[]).filter(client => client !== "apns-voip/apns send");

/** Shows what the frames of a push cost. It sends a steady stream and nothing else. */
export const PROTOTYPE = "own framing (prototype)" satisfies ClientName;

/** Those that send one push when asked to; `sendAll` decides by itself how many are on their way. */
export const SENDERS = CLIENTS.filter(client => client !== "apns-voip sendAll" && client !== PROTOTYPE);

/** Those that take care of their connections. */
export const LIBRARIES = SENDERS.filter(client => client !== "undici 8 dispatch" && client !== "node:http2");

export function modulePath(client: ClientName): string {
  return new URL(MODULES[client], import.meta.url).href;
}
