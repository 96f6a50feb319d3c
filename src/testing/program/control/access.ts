import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { isIP } from "node:net";
import type { RouteAnswer } from "../../../http/answer.js";

export interface AccessOptions {
  /** Address that the server is bound to. */
  readonly host: string;
  /** More names by which it may be called. */
  readonly hostNames: readonly string[];
  /** What to ask for; absent: nothing. */
  readonly token: string | undefined;
}

/** Who may come in. */
export interface Access {
  /** The refusal of a request that only a page from elsewhere can have sent. Undefined: it may pass. */
  refuseStranger(request: IncomingMessage): RouteAnswer | undefined;
  /** True for a request with the token, as a bearer or in the page's cookie. */
  isKnown(request: IncomingMessage): boolean;
  /** The cookie to set for a token that is right. */
  cookieFor(request: IncomingMessage, token: string): string | undefined;
}

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|::1)$/;

/** True for addresses that only this machine can reach. */
export const isLoopback = (host: string): boolean => LOOPBACK.test(host);

/**
 * On loopback a server is safe from other machines, but not from what the browser of this one has open. A page elsewhere
 * that lets its own name resolve to 127.0.0.1 is recognised by the name it asks for; one that just sends a form or a script's
 * request, by the `Origin` and `Sec-Fetch-Site` that browsers add.
 */
export function createAccess({ host, hostNames, token }: AccessOptions): Access {
  const names = new Set([host, ...hostNames].map(name => name.toLowerCase()));
  const isTokenRight = token === undefined ? () => true : equals(token);

  const isOurName = (given: string | undefined) => {
    const name = nameOf(given);
    // Beyond loopback the token keeps strangers out, whatever name they use.
    return name !== undefined && (!isLoopback(host) || isLoopback(name) || names.has(name));
  };

  return {
    refuseStranger(request) {
      const { host: given, origin } = request.headers;
      if (!isOurName(given)) {
        return forbidden("forbidden_host", "ask for localhost, or start the program with --host-name for another name");
      }
      const site = request.headers["sec-fetch-site"] ?? "none";
      const isVisit = request.headers["sec-fetch-mode"] === "navigate" && request.method === "GET";
      const isForeign = site !== "none" && site !== "same-origin" && !isVisit;
      if (!isForeign && (origin === undefined || hostOf(origin) === given?.toLowerCase())) return undefined;
      return forbidden("forbidden_origin", "pages of other origins may not use the control API");
    },
    isKnown(request) {
      if (token === undefined) return true;
      const [scheme, bearer] = (request.headers.authorization ?? "").split(" ", 2);
      const given = scheme?.toLowerCase() === "bearer" ? bearer : readCookie(request, cookieName(request));
      return isTokenRight(given ?? "");
    },
    cookieFor(request, given) {
      if (token === undefined || !isTokenRight(given)) return undefined;
      return `${cookieName(request)}=${encodeURIComponent(token)}; Path=/; HttpOnly; SameSite=Strict`;
    },
  };
}

const forbidden = (error: string, message: string): RouteAnswer => ({ status: 403, body: { error, message } });

/** Compares in constant time: digests have one length. */
function equals(token: string): (given: string) => boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  const expected = digest(token);
  return given => timingSafeEqual(expected, digest(given));
}

/** Cookies are not kept apart by port, so two mocks on one machine need two names. */
const cookieName = (request: IncomingMessage): string => `apns_voip_mock_${request.socket.localPort ?? 0}`;

function readCookie(request: IncomingMessage, name: string): string | undefined {
  const pairs = (request.headers.cookie ?? "").split(";").map(pair => pair.trim().split("=", 2));
  const value = pairs.find(([key]) => key === name)?.[1];
  try {
    return value && decodeURIComponent(value);
  } catch {
    return undefined;
  }
}

/** The name in a `Host` header, without its port. */
function nameOf(host: string | undefined): string | undefined {
  if (host === undefined || !URL.canParse(`http://${host}`)) return undefined;
  const { hostname, username, pathname } = new URL(`http://${host}`);
  if (username !== "" || pathname !== "/") return undefined;
  const name = hostname.replace(/^\[|\]$/g, "");
  return isIP(name) === 0 ? name.replace(/\.$/, "") : name;
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}
