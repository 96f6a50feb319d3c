import { BlockList, isIP } from "node:net";
import { type Env, setting } from "./env-variables.js";

/** What is wrong with a proxy's address, in words that do not repeat it: it may hold a password. */
export function whatIsWrongWithProxy(given: unknown): string | undefined {
  const url = typeof given === "string" && URL.canParse(given) ? new URL(given) : undefined;
  if (url === undefined) return "something else than a URL";
  if (url.protocol !== "http:" && url.protocol !== "https:") return `a URL with ${url.protocol}`;
  return canDecode(url.username + url.password) ? undefined : "a URL with credentials that are not percent-encoded";
}

function canDecode(text: string): boolean {
  try {
    return decodeURIComponent(text) !== undefined;
  } catch {
    return false;
  }
}

/** The proxy of all programs: `HTTPS_PROXY`, also in small letters. Some write host and port only. */
export function httpsProxy(env: Env): string | undefined {
  const given = setting(env, "https_proxy") ?? setting(env, "HTTPS_PROXY");
  return given === undefined || given.includes("://") ? given : `http://${given}`;
}

/** The proxy for an origin: `NO_PROXY` names those that are reached without. */
export function proxyFromEnv(origin: string, env: Env): URL | undefined {
  const given = httpsProxy(env);
  const except = setting(env, "no_proxy") ?? setting(env, "NO_PROXY") ?? "";
  return given === undefined || isExcepted(new URL(origin), except) ? undefined : new URL(given);
}

/**
 * Whether a list such as `NO_PROXY` names a host, as curl and others read it: `*` is everything; a name is that host and those below
 * it; with a port only that port; an address may have the length of its network (`10.0.0.0/8`).
 */
function isExcepted({ hostname, port }: URL, list: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, "");
  return list.split(/[\s,]+/).some(item => {
    if (item === "*" || isInNetwork(host, item)) return true;
    const [, name = "", itsPort] = /^\[?(.*?)\]?(?::(\d+))?$/.exec(ipv6(item)) ?? [];
    if (itsPort !== undefined && itsPort !== (port || "443")) return false;
    const suffix = name
      .toLowerCase()
      .replace(/^\*?\./, "")
      .replace(/\.$/, "");
    return suffix !== "" && (host === suffix || host.endsWith(`.${suffix}`));
  });
}

/** True for the host's own address and for a network that holds it, however they are written (`::1`, `0:0:0:0:0:0:0:1`). */
function isInNetwork(host: string, item: string): boolean {
  const [, address = "", length] = /^(.*?)(?:\/(\d{1,3}))?$/.exec(item) ?? [];
  const family = isIP(address);
  const longest = family === 4 ? 32 : 128;
  const bits = Number(length ?? longest);
  if (family === 0 || isIP(host) !== family || bits > longest) return false;
  const network = new BlockList();
  network.addSubnet(address, bits, `ipv${family as 4 | 6}`);
  return network.check(host, `ipv${family as 4 | 6}`);
}

/** Puts an IPv6 address into brackets, so that none of its colons is taken for that of a port. */
function ipv6(item: string): string {
  return /^[0-9a-f:]*:[0-9a-f:]*:[0-9a-f:.]*$/i.test(item) ? `[${item}]` : item;
}
