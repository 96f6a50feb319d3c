import * as z from "zod/v4";
import { isBundleId } from "../../../apns/bundle-id.js";
import { type Environment, readEnvironment } from "../../../environment.js";
import { readDeviceToken } from "../../../internal/device-token.js";
import { field, text } from "../../../push/field.js";
import { readUserId } from "../../../user-id.js";
import type { Handset } from "../handset.js";
import { viewPhone, viewPhoneDetails } from "../phone-view.js";
import type { Scene } from "../scene.js";
import { exact, time, word } from "./fields.js";
import { type ControlRoute, conflict, notFound, readInput } from "./route.js";

/** Phones that a mock has at most: each is looked at whenever something changes. */
const MOST_PHONES = 1000;

const userId = z.unknown().transform((given, context): string => {
  const { userId: read, problem } = readUserId(given);
  if (problem === undefined) return read;
  context.addIssue({ code: "custom", message: `userId ${problem}` });
  return z.NEVER;
});

const newPhone = exact({
  userId: userId.optional(),
  pushType: word("pushType", ["voip", "alert"]).optional(),
  environment: field<Environment>(
    "environment",
    '"production", "sandbox" or "development"',
    given => readEnvironment(given) !== undefined,
  )
    .transform(given => readEnvironment(given))
    .optional(),
  bundleId: text("bundleId", "the app's bundle id without .voip, for example com.example.app", isBundleId).optional(),
  token: z
    .unknown()
    .optional()
    .transform((given, context): string | undefined => {
      if (given === undefined) return undefined;
      const { token, problem } = readDeviceToken(given);
      if (problem === undefined) return token;
      context.addIssue({ code: "custom", message: `token: ${problem}` });
      return z.NEVER;
    }),
});

const nothing = exact({});
const ofCall = exact({ callId: text("callId", "text", given => given !== "").optional() });
const since = exact({ at: time("at").optional() });

interface Action {
  readonly summary: string;
  /** Reads the body, and acts. */
  run(handset: Handset, body: unknown): void;
}

const action = <Input>(
  summary: string,
  input: z.ZodType<Input>,
  act: (handset: Handset, input: Input) => void,
): Action => ({ summary, run: (handset, body) => act(handset, readInput(input, body)) });

function must(done: boolean, what: string): void {
  if (!done) throw conflict("no_such_call", `this phone has no such call to ${what}`);
}

/** What can be done with a phone: `POST /control/devices/:token/<name>`. */
const ACTIONS: Readonly<Record<string, Action>> = {
  offline: action("Out of reach", nothing, ({ device }) => {
    device.offline = true;
  }),
  online: action("Back in reach; what Apple kept for it arrives", nothing, ({ device }) => {
    device.offline = false;
  }),
  silent: action("The app says nothing of calls any more: no receipts", nothing, ({ device }) => {
    device.silent = true;
  }),
  speak: action("The app reports calls again", nothing, ({ device }) => {
    device.silent = false;
  }),
  answer: action("Takes the call that rings, or { callId }", ofCall, (handset, { callId }) =>
    must(handset.answer(callId), "answer"),
  ),
  decline: action("Refuses the call that rings, or { callId }", ofCall, (handset, { callId }) =>
    must(handset.decline(callId), "decline"),
  ),
  end: action("Ends the call that was answered, or { callId }", ofCall, (handset, { callId }) =>
    must(handset.end(callId), "end"),
  ),
  uninstall: action("Removes the app: 410 Unregistered, since now or { at }", since, (handset, { at }) =>
    handset.uninstall(at),
  ),
  "expire-token": action(
    "The token is not valid any more: 410 ExpiredToken, since now or { at }",
    since,
    (handset, { at }) => handset.expireToken(at),
  ),
  reinstall: action("The app is there again, with the same token", nothing, handset => handset.reinstall()),
  login: action("Somebody else logs in: { userId }", exact({ userId }), ({ device }, input) => {
    device.userId = input.userId;
  }),
};

/** Routes about the phones. */
export function deviceRoutes(scene: Scene, bundleId: string): ControlRoute[] {
  const find = (token: string | undefined): Handset => {
    const handset = scene.handsets.get((token ?? "").toLowerCase());
    if (handset === undefined) throw notFound("no phone has this token; GET /control/devices lists them");
    return handset;
  };
  const acts = Object.entries(ACTIONS).map(
    ([name, { summary, run }]): ControlRoute => ({
      method: "POST",
      path: `/control/devices/:token/${name}`,
      summary,
      serve({ params, body }) {
        const handset = find(params.token);
        run(handset, body);
        return viewPhone(handset);
      },
    }),
  );

  return [
    {
      method: "GET",
      path: "/control/devices",
      summary: "All phones, or those of ?userId=",
      serve: ({ query }) =>
        [...scene.handsets.values()]
          .map(viewPhone)
          .filter(phone => (query.get("userId") ?? phone.userId) === phone.userId),
    },
    {
      method: "POST",
      path: "/control/devices",
      summary: "A new phone: { userId?, pushType?, environment?, bundleId?, token? }",
      status: 201,
      serve({ body }) {
        const phone = readInput(newPhone, body);
        if (scene.handsets.size >= MOST_PHONES) throw conflict("too_many", `there are ${MOST_PHONES} phones already`);
        if (scene.handsets.has(phone.token ?? "")) throw conflict("known_token", "there is a phone with this token");
        return viewPhone(scene.addPhone({ ...phone, bundleId: phone.bundleId ?? bundleId }));
      },
    },
    {
      method: "GET",
      path: "/control/devices/:token",
      summary: "One phone, with every call that rang and every push that reached it",
      serve: ({ params }) => viewPhoneDetails(find(params.token)),
    },
    ...acts,
  ];
}
