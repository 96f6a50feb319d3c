import { randomUUID } from "node:crypto";
import { type ClientHttp2Session, connect, type OutgoingHttpHeaders } from "node:http2";
import type { createMockApns } from "apns-voip/testing";
import { importPKCS8, SignJWT } from "jose";

type Mock = ReturnType<typeof createMockApns>;
export type Key = Mock["key"];

/** What any client gets back. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly reason: string | undefined;
  readonly body: string;
}

/** A provider token as any sender would make it. */
export async function providerToken(
  { teamId, keyId, key }: Key,
  { issuedAt = Date.now(), alg = "ES256", kid = keyId, iss = teamId } = {},
): Promise<string> {
  return new SignJWT()
    .setProtectedHeader({ alg, kid })
    .setIssuer(iss)
    .setIssuedAt(Math.floor(issuedAt / 1000))
    .sign(await importPKCS8(key, "ES256"));
}

export const CALL = {
  type: "call.incoming",
  callId: "11-10",
  fromUserId: 11,
  fromDisplayName: "Eleven",
  hasVideo: true,
};

/** Headers of a VoIP push without fault; `undefined` takes one away. */
export function voipHeaders(
  token: string,
  more: Readonly<Record<string, string | string[] | undefined>> = {},
): OutgoingHttpHeaders {
  const headers: OutgoingHttpHeaders = {
    authorization: `bearer ${token}`,
    "apns-topic": "com.example.app.voip",
    "apns-push-type": "voip",
    "apns-priority": "10",
    "apns-expiration": "0",
    "apns-id": randomUUID(),
    ...more,
  };
  return Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined));
}

/** One request over a raw HTTP/2 session. Rejects with the stream's error; `rstCode` is on it. */
export function request(
  session: ClientHttp2Session,
  path: string,
  headers: OutgoingHttpHeaders,
  body: string | Buffer = JSON.stringify(CALL),
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const stream = session.request({ ":method": "POST", ":path": path, ...headers }, { endStream: false });
    let response: Record<string, string> | undefined;
    let text = "";
    stream.setEncoding("utf8");
    stream.on("response", received => {
      response = Object.fromEntries(Object.entries(received).map(([name, value]) => [name, String(value)]));
    });
    stream.on("data", (chunk: string) => {
      text += chunk;
    });
    stream.on("error", error => reject(Object.assign(error, { rstCode: stream.rstCode })));
    stream.on("close", () => {
      if (response === undefined || stream.rstCode !== 0) {
        reject(Object.assign(new Error("closed without an answer"), { rstCode: stream.rstCode }));
      } else {
        resolve({ status: Number(response[":status"]), headers: response, reason: reasonOf(text), body: text });
      }
    });
    stream.end(body);
  });
}

function reasonOf(body: string): string | undefined {
  try {
    return (JSON.parse(body) as { reason?: string }).reason;
  } catch {
    return undefined;
  }
}

/** A raw HTTP/2 session to the mock. */
export function open(origin: string, ca: string): ClientHttp2Session {
  const session = connect(origin, { ca });
  session.on("error", () => {});
  return session;
}
