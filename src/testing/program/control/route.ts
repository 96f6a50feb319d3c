import type * as z from "zod/v4";
import { invalidRequest, Refused, refuseRequest } from "../../../http/answer.js";
import { issuesOf } from "../../../payload/issues.js";

/** A request as a route gets it. */
export interface ControlRequest {
  /** The parts of the path that have a name. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** The JSON object that came; empty when there was no body. */
  readonly body: Readonly<Record<string, unknown>>;
}

/** One method of one path. */
export interface ControlRoute {
  readonly method: "GET" | "POST" | "DELETE";
  /** `/control/devices/:token`: what follows a colon is a name. */
  readonly path: string;
  /** One line for `GET /control`. */
  readonly summary: string;
  /** Status when all is well. Default 200. */
  readonly status?: number;
  /** What it returns is the JSON of the answer. Throws `Refused`, or an `ApnsVoipError` for a bad option. */
  serve(request: ControlRequest): unknown;
}

/** What was found for a method and a path. */
export type Match =
  | { readonly route: ControlRoute; readonly params: Readonly<Record<string, string>> }
  | { readonly allow: readonly string[] };

/** Finds the route; without one for the method, `allow` names those that there are. */
export function findRoute(routes: readonly ControlRoute[], method: string, pathname: string): Match {
  const path = pathname.length > 1 ? pathname.replace(/\/$/, "") : pathname;
  const found = routes.flatMap(route => {
    const params = matchPath(route.path, path);
    return params === undefined ? [] : [{ route, params }];
  });
  return found.find(({ route }) => route.method === method) ?? { allow: found.map(({ route }) => route.method) };
}

function matchPath(pattern: string, path: string): Record<string, string> | undefined {
  const [wanted, given] = [pattern.split("/"), path.split("/")];
  if (wanted.length !== given.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const text = given[index]!;
    if (part.startsWith(":")) params[part.slice(1)] = decodePart(text);
    else if (part !== text) return undefined;
  }
  return params;
}

function decodePart(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw refuseRequest("", "the path is not UTF-8, percent-encoded");
  }
}

/** Reads an input by its schema. @throws `Refused`: 400 with every field that is wrong. */
export function readInput<Output>(schema: z.ZodType<Output>, input: unknown): Output {
  const read = schema.safeParse(input);
  if (read.success) return read.data;
  throw new Refused(invalidRequest(issuesOf(read.error)));
}

/** The refusal of a request that does not fit the mock's state: 409. */
export const conflict = (error: string, message: string): Refused =>
  new Refused({ status: 409, body: { error, message } });

export const notFound = (message: string): Refused =>
  new Refused({ status: 404, body: { error: "not_found", message } });
