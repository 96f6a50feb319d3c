import { noApi } from "./not-tried.js";

const missing = {
  message: "There is no PUT {path} at the API server (status {status}).",
  remedy:
    "Mount the routes (`app.use(toNodeHandler(routes))`) before the body parser and the 404 handler; see that API_URL has no path too many.",
} as const;

const trouble = {
  message: "PUT {path} answers {status}.",
  remedy: "Look at the API server's log for that moment.",
} as const;

export const registrationApiChecks = {
  "registration-route": {
    title: "PUT of a device is refused without a login",
    outcomes: {
      guarded: { message: "PUT {path} refuses a wrong login with 401." },
      open: {
        message:
          "PUT {path} takes a login that nobody issued (status {status}): anybody can register a phone for anybody.",
        remedy: "Check the login before anything else: `authenticate: bearerAuth({ secret })`.",
      },
      missing,
      elsewhere: {
        message: "PUT {path} is redirected to {location}; the app does not follow.",
        remedy: "Let the app use that address itself, mostly https instead of http.",
      },
      trouble,
      "no-answer": { message: "PUT {path} got no answer: {words}." },
      "no-api": noApi,
    },
  },

  login: {
    title: "The app's login is accepted",
    outcomes: {
      accepted: { message: "PUT {path} accepts the app's login." },
      expired: {
        message: "PUT {path} refuses the app's login with {status}: it expired at {at}.",
        remedy: "Let the app renew its login before it registers, and register again after every login.",
      },
      "other-secret": {
        message: "PUT {path} refuses the app's login with {status}: it was not signed with the JWT_SECRET given here.",
        remedy: "The server that issues logins and the API server must have the same JWT_SECRET.",
      },
      "no-jwt": {
        message: "PUT {path} refuses the app's login with {status}: it is no JWT.",
        remedy: "Send the access token alone after `Bearer `, without quotes.",
      },
      refused: {
        message: "PUT {path} refuses the app's login with {status} ({error}).",
        remedy:
          'See that the API server checks logins with the same secret and the same claim for the user (`userIdClaim: "uid"`) as they are issued with.',
      },
      missing,
      trouble,
      "no-answer": { message: "PUT {path} got no answer: {words}." },
      "no-login": {
        message: "Not tried: no login of the app was given.",
        remedy: "Set APP_TOKEN to the app's Bearer token, or give JWT_SECRET and --user to have one made.",
      },
      "no-api": noApi,
    },
  },

  "registration-saves": {
    title: "A registration is really saved (with --write)",
    outcomes: {
      saved: { message: "{subject} was registered again, and the store shows it." },
      "not-saved": {
        message: "PUT {path} answers {status}, but the registration of {subject} does not show in the store.",
        remedy:
          "The API server writes to another database or table than the one looked at here: compare DATABASE_URL on both sides.",
      },
      refused: {
        message: "PUT {path} refuses the registration of {subject} with {status} ({error}).",
        remedy: "The API server's log says what is wrong with it; `bundleIds` may not list this app.",
      },
      "no-answer": { message: "PUT {path} got no answer: {words}." },
      "other-user": {
        message:
          "Not tried: the login given is for user {user}; registering {subject} with it would take the phone away from its user.",
      },
      "not-asked": { message: "Not tried: with --write the user's newest token would be registered once more." },
      "nothing-to-try": {
        message: "Not tried: it takes API_URL, a login of the app, a device store and a user with a token.",
      },
    },
  },
} as const;
