import type { Kind } from "./kind.ts";
import { apache } from "./kinds/apache.ts";
import { caddy } from "./kinds/caddy.ts";
import { go } from "./kinds/go.ts";
import { h2o } from "./kinds/h2o.ts";
import { haproxy } from "./kinds/haproxy.ts";
import { lighttpd } from "./kinds/lighttpd.ts";
import { nghttpd } from "./kinds/nghttpd.ts";
import { nginx } from "./kinds/nginx.ts";
import { pythonH2 } from "./kinds/python-h2.ts";

export const KINDS: readonly Kind[] = [nginx, apache, h2o, haproxy, caddy, lighttpd, nghttpd, go, pythonH2];
