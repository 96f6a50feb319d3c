import type { Answer } from "./answer.js";

/** What leaves, in the form in which Node's servers send it. */
export interface Reply {
  readonly status: number;
  readonly headers: Iterable<readonly [name: string, value: string]>;
  readonly body: string | Uint8Array;
}

export function replyOf({ status, headers = {}, body }: Answer): Reply {
  const all = { "content-type": "application/json", ...headers };
  return { status, headers: Object.entries(all), body: JSON.stringify(body) };
}

export async function readReply(response: Response): Promise<Reply> {
  const { status, headers } = response;
  return { status, headers, body: new Uint8Array(await response.arrayBuffer()) };
}
