/**
 * The routes for Fastify 5.
 *
 * @module
 */
import type { IncomingMessage } from "node:http";
import type { Http2ServerRequest } from "node:http2";
import { Readable } from "node:stream";
import { fromNode, toRequest } from "./node-request.js";
import { readReply, replyOf } from "./reply.js";
import type { PushRoutes } from "./routes.js";

/** The part of a Fastify instance that is used. Typed here, so that this package does not depend on Fastify. */
export interface FastifyScope {
  register(plugin: (scope: FastifyScope) => Promise<void>): unknown;
  removeAllContentTypeParsers(): void;
  addContentTypeParser(type: string, parser: FastifyParser): unknown;
  all(path: string, handler: (request: FastifyRequestLike, reply: FastifyReplyLike) => Promise<unknown>): unknown;
}

export type FastifyParser = (
  request: unknown,
  payload: Readable,
  done: (error: Error | null, body?: unknown) => void,
) => void;

export interface FastifyRequestLike {
  readonly raw: IncomingMessage | Http2ServerRequest;
  readonly body: unknown;
}

export interface FastifyReplyLike {
  code(status: number): unknown;
  header(name: string, value: string): unknown;
  send(body: Uint8Array): unknown;
}

/**
 * Makes the routes into a Fastify plugin. Hooks of the app run before them, and `authenticate` gets Fastify's request as
 * its second argument. The body is left to the routes, so that all answers are theirs; the app's own parsers stay as they
 * are for its other routes.
 *
 * @example
 * ```ts
 * app.register(toFastifyPlugin(routes));
 * ```
 */
export function toFastifyPlugin(routes: Pick<PushRoutes, "fetch" | "paths">): (app: FastifyScope) => Promise<void> {
  // A scope of the plugin's own: parsers belong to a scope, and the app's own parsers must stay.
  return async app => {
    await app.register(async scope => {
      scope.removeAllContentTypeParsers();
      scope.addContentTypeParser("*", (_request, payload, done) => done(null, payload));
      for (const path of Object.values(routes.paths)) {
        // The routes get the path they know, without the prefix that the app may have given the plugin.
        scope.all(path, async (request, reply) => answer(routes, path, request, reply));
      }
    });
  };
}

async function answer(
  { fetch }: Pick<PushRoutes, "fetch">,
  path: string,
  native: FastifyRequestLike,
  reply: FastifyReplyLike,
): Promise<unknown> {
  const { raw, body: parsed } = native;
  const source = parsed instanceof Readable ? { stream: parsed } : parsed == null ? { stream: raw } : { parsed };
  const { serve } = fetch;
  try {
    const { status, headers, body } =
      serve === undefined
        ? await readReply(await fetch(toRequest(raw, path, source), native))
        : replyOf(await serve(fromNode(raw, path, source), native), raw.method);
    reply.code(status);
    for (const [name, value] of headers) reply.header(name, value);
    return reply.send(Buffer.from(body ?? ""));
  } finally {
    // The rest of a body that was not read would stand in front of the connection's next request.
    raw.resume();
  }
}
