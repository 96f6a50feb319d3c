/** Milliseconds that a call rings where no option says otherwise, on the API server, the signal server and the phone. */
export const RING_TIMEOUT = 30_000;
