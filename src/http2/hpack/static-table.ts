import type { Fields } from "../port.js";

/** One name and its value. */
export type Field = Fields[number];

/** RFC 7541 appendix A, in order: the first entry has index 1. A value follows its name after a blank. */
const APPENDIX_A = `\
:authority
:method GET
:method POST
:path /
:path /index.html
:scheme http
:scheme https
:status 200
:status 204
:status 206
:status 304
:status 400
:status 404
:status 500
accept-charset
accept-encoding gzip, deflate
accept-language
accept-ranges
accept
access-control-allow-origin
age
allow
authorization
cache-control
content-disposition
content-encoding
content-language
content-length
content-location
content-range
content-type
cookie
date
etag
expect
expires
from
host
if-match
if-modified-since
if-none-match
if-range
if-unmodified-since
last-modified
link
location
max-forwards
proxy-authenticate
proxy-authorization
range
referer
refresh
retry-after
server
set-cookie
strict-transport-security
transfer-encoding
user-agent
vary
via
www-authenticate`;

/** The entries of the static table. The one with index 1 is at place 0. */
export const STATIC_TABLE: readonly Field[] = APPENDIX_A.split("\n").map(line => {
  const [name = "", ...value] = line.split(" ");
  return [name, value.join(" ")];
});

/** The dynamic table's indexes follow the static one's (RFC 7541 §2.3.3). */
export const FIRST_DYNAMIC_INDEX = STATIC_TABLE.length + 1;

/** The lowest index of each name. */
export const STATIC_NAMES: ReadonlyMap<string, number> = new Map(
  STATIC_TABLE.map(([name], place): [string, number] => [name, place + 1]).reverse(),
);
