import type { ServerResponse } from "node:http";
import type { Live, LiveEvent } from "../live.js";

/** Milliseconds between two signs of life: less than proxies and browsers wait for a silent connection. */
const HEARTBEAT = 15_000;
/**
 * Bytes that wait for a page at most. A page that reads too slowly is cut off, and gets the whole state when it comes
 * back.
 */
const MOST_WAITING = 4 * 1024 * 1024;

/**
 * Sends what happens as server-sent events: first `state`, then what changes. The response stays open until the page goes.
 *
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html
 */
export function streamEvents(live: Live, response: ServerResponse): void {
  response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8", "x-accel-buffering": "no" });
  const write = (text: string) => {
    if (response.writableLength > MOST_WAITING) response.destroy();
    else response.write(text);
  };
  write("retry: 1000\n\n");
  const stop = live.listen(event => write(encode(event)));
  const heart = setInterval(() => write(": still here\n\n"), HEARTBEAT);
  response.on("close", () => {
    clearInterval(heart);
    stop();
  });
}

// JSON has no line breaks, so it fits the one line of `data`.
const encode = ({ name, data }: LiveEvent): string => `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
