import type { IncomingMessage, ServerResponse } from "node:http";
import type { Access } from "./access.js";

/**
 * Makes a token that came in the page's address a cookie, and takes it out of the address. True when it was right, and the
 * request is answered.
 */
export function signIn(
  access: Access,
  request: IncomingMessage,
  response: ServerResponse,
  token: string | null,
): boolean {
  const cookie = token === null ? undefined : access.cookieFor(request, token);
  if (cookie === undefined) return false;
  response.writeHead(303, { location: "/", "set-cookie": cookie });
  response.end();
  return true;
}

/** The page for somebody without a token. It has no script and no style, because those need the token. */
export function signInPage(wasWrong: boolean): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>apns-voip mock</title>
<h1>apns-voip mock</h1>
<p>${wasWrong ? "That is not the token." : "This page needs the token that the program printed at its start."}</p>
<form action="/" method="get">
<label>Token <input name="token" type="password" autocomplete="off" required autofocus></label>
<button>Open</button>
</form>
</html>
`;
}
