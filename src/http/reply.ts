import type { RouteAnswer } from "./answer.js";

/** An answer as Node's servers send it. */
export interface Reply {
  readonly status: number;
  readonly headers: Iterable<readonly [name: string, value: string]>;
  /** Null in an answer to HEAD. */
  readonly body: string | Uint8Array<ArrayBuffer> | null;
}

export function replyOf({ status, headers = {}, body }: RouteAnswer, method: string | undefined): Reply {
  const all = { "content-type": "application/json", ...headers };
  return { status, headers: Object.entries(all), body: method === "HEAD" ? null : JSON.stringify(body) };
}

export async function readReply(response: Response): Promise<Reply> {
  const { status, headers } = response;
  return { status, headers, body: new Uint8Array(await response.arrayBuffer()) };
}
