import { createRequire } from "node:module";
import { Ajv2020 } from "ajv/dist/2020.js";
import type { PushRoutes } from "apns-voip";
import { expect } from "vitest";
import type { RouteAnswer } from "../../src/http/answer.js";
import { DEFAULT_PATHS } from "../../src/internal/route-paths.js";

/* Every answer that a test of the routes sees is held against docs/openapi.json, the description that is shipped. */

interface Operation {
  readonly responses: Readonly<Record<string, { readonly content: Record<string, { readonly schema: object }> }>>;
}

const description = createRequire(import.meta.url)("../../docs/openapi.json") as {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
};

const ajv = new Ajv2020({ strict: false, allErrors: true });
// A client may ignore a key that it does not know; a test may not.
ajv.addSchema(closed(description) as object, "openapi");

function closed(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(closed);
  const all = Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, closed(inner)]));
  return "properties" in all && !("additionalProperties" in all) ? { ...all, additionalProperties: false } : all;
}

/** Which answer it must be; where there is no such route, the route's own word for that. */
function schemaFor(operation: Operation | undefined, status: number): string {
  if (operation === undefined) return status === 405 ? "MethodNotAllowed" : "NotFound";
  const schema = operation.responses[status]?.content["application/json"]?.schema as { $ref: string } | undefined;
  if (schema === undefined) throw new Error(`docs/openapi/document.ts knows no answer with status ${status} here`);
  return schema.$ref.replace("#/components/schemas/", "");
}

function check(operation: Operation | undefined, { status, body }: Pick<RouteAnswer, "status" | "body">): void {
  const name = schemaFor(operation, status);
  const validate = ajv.getSchema(`openapi#/components/schemas/${name}`);
  if (validate === undefined) throw new Error(`there is no schema ${name}`);
  const fits = validate(JSON.parse(JSON.stringify(body)));
  expect(fits, `${JSON.stringify(body)} is no ${name}: ${ajv.errorsText(validate.errors)}`).toBe(true);
}

/** The same routes, whose answers are held against the description. */
export function described(routes: PushRoutes): PushRoutes {
  const served = Object.entries(routes.paths) as [keyof typeof DEFAULT_PATHS, string][];
  const operationFor = (method: string, pathname: string) => {
    const [name] = served.find(([, path]) => path === pathname.replace(/(?<=.)\/+$/, "")) ?? [];
    const methods = name === undefined ? undefined : description.paths[DEFAULT_PATHS[name]];
    return methods && Object.hasOwn(methods, method.toLowerCase()) ? methods[method.toLowerCase()] : undefined;
  };
  const { serve } = routes.fetch;
  const fetch: PushRoutes["fetch"] = async (request, native) => {
    const response = await routes.fetch(request, native);
    const { status } = response;
    if (request.method === "HEAD") return response;
    const body = (await response.clone().json()) as RouteAnswer["body"];
    check(operationFor(request.method, new URL(request.url).pathname), { status, body });
    return response;
  };
  if (serve === undefined) return { ...routes, fetch };
  const checkedServe: typeof serve = async (request, native) => {
    const answer = await serve(request, native);
    check(operationFor(request.method, request.path), answer);
    return answer;
  };
  return { ...routes, fetch: Object.assign(fetch, { serve: checkedServe }) };
}
