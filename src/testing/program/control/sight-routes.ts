import { explainReason } from "../../../explain/explain-reason.js";
import { LANGUAGES, type Language } from "../../../explain/language.js";
import { refuseRequest } from "../../../http/answer.js";
import { describe } from "../../../internal/describe.js";
import type { Scene } from "../scene.js";
import { exact, whole } from "./fields.js";
import { type ControlRoute, readInput } from "./route.js";

/** Pushes or violations of one answer at most. */
const MOST_LISTED = 10_000;
/** Milliseconds that time may be advanced by at most: a leap year. */
const LONGEST_ADVANCE = 366 * 24 * 60 * 60 * 1000;

const advance = exact({ advance: whole("advance", 0, LONGEST_ADVANCE) });

/** Routes that show pushes, violations and connections, and routes about time. */
export function sightRoutes(scene: Scene): ControlRoute[] {
  return [
    {
      method: "GET",
      path: "/control/state",
      summary: "Everything at once: phones, the last 200 pushes and violations, connections, commands, clock",
      serve: () => scene.view(),
    },
    {
      method: "GET",
      path: "/control/pushes",
      summary: "Pushes that Apple has judged, oldest first: ?since=<id>&limit=&device=<token>&userId=",
      serve({ query }) {
        const [device, userId] = [query.get("device")?.toLowerCase(), query.get("userId")];
        const limit = readNumber(query, "limit", MOST_LISTED);
        const pushes = scene
          .pushes(readNumber(query, "since", 0), MOST_LISTED)
          .filter(push => (device ?? push.device) === push.device && (userId ?? push.userId) === push.userId);
        return pushes.slice(Math.max(0, pushes.length - limit));
      },
    },
    {
      method: "GET",
      path: "/control/violations",
      summary: "What a well-behaved sender would not have done, oldest first: ?since=<id>",
      serve: ({ query }) => scene.violations(readNumber(query, "since", 0), MOST_LISTED),
    },
    {
      method: "GET",
      path: "/control/connections",
      summary: "The connections that are open now",
      serve: () => scene.mock.connections,
    },
    {
      method: "GET",
      path: "/control/commands",
      summary: "The last faults and scripts",
      serve: () => scene.commands.list,
    },
    {
      method: "GET",
      path: "/control/reasons/:reason",
      summary: "What a reason means and what to do: ?lang=en|ja&status=",
      serve: ({ params, query }) =>
        explainReason(params.reason ?? "", {
          lang: readLang(query),
          status: query.has("status") ? readNumber(query, "status", 0) : undefined,
        }),
    },
    {
      method: "GET",
      path: "/control/clock",
      summary: "The mock's time",
      serve: () => scene.clock(),
    },
    {
      method: "POST",
      path: "/control/clock",
      summary: "Moves the mock's time forward: { advance: milliseconds }",
      async serve({ body }) {
        await scene.mock.clock.advance(readInput(advance, body).advance);
        return scene.clock();
      },
    },
    {
      method: "POST",
      path: "/control/reset",
      summary: "Ends scripts and faults, forgets pushes, violations and calls; phones are online and installed again",
      serve() {
        scene.reset();
        return scene.view();
      },
    },
  ];
}

function readNumber(query: URLSearchParams, name: string, otherwise: number): number {
  const given = query.get(name);
  if (given === null) return otherwise;
  if (/^\d{1,15}$/.test(given)) return Number(given);
  throw refuseRequest(name, `${name} must be a whole number, not ${describe(given)}`);
}

function readLang(query: URLSearchParams): Language {
  const given = query.get("lang") ?? "en";
  const lang = LANGUAGES.find(known => known === given);
  if (lang !== undefined) return lang;
  throw refuseRequest("lang", `lang must be ${LANGUAGES.join(" or ")}, not ${describe(given)}`);
}
