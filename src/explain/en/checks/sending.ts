import { noApi } from "./not-tried.js";

const missing = {
  message: "There is no POST {path} at the API server (status {status}).",
  remedy: "Mount the push routes at the API server, and see that API_URL points at it, with no path too many.",
} as const;

export const sendingChecks = {
  "api-url": {
    title: "The signal server knows where the API server is (API_URL)",
    outcomes: {
      set: { message: "API_URL is {url}." },
      unset: {
        message: "API_URL is not set here: the signal server's view is not looked at.",
        remedy: "Run the doctor with the signal server's variables, or give --api-url.",
      },
      "with-login": {
        message: "API_URL holds a user name or a password, which no request is sent with.",
        remedy: "Write it without, as http://api:3000; the API server is asked with ADMIN_PUSH_TOKEN.",
      },
      malformed: { message: "API_URL is not an http or https URL.", remedy: "Write it as http://api:3000." },
    },
  },

  "admin-token": {
    title: "The two servers have an admin token in common (ADMIN_PUSH_TOKEN)",
    outcomes: {
      set: { message: "ADMIN_PUSH_TOKEN is set." },
      empty: {
        message:
          "ADMIN_PUSH_TOKEN is there, but empty: the API server refuses to start with it, and the signal server has nothing to ask with.",
        remedy: "Make one, give it to both servers, and start both.",
      },
      quoted: {
        message: "There are quotes or blanks around the value of ADMIN_PUSH_TOKEN: the other server has it without.",
        remedy: "Remove them. `docker run --env-file` passes quotes on as part of the value.",
      },
      unset: { message: "ADMIN_PUSH_TOKEN is not set here, so it is not known whether the servers have one." },
    },
  },

  api: {
    title: "The API server answers",
    outcomes: {
      answers: { message: "The API server at {url} answers." },
      down: {
        message: "The API server at {url} cannot be reached: {words}.",
        remedy:
          "Start the API server, or correct API_URL; between containers it is the service's name (http://api:3000), never localhost.",
      },
      "behind-proxy": {
        message: "{url} answers {status}: a reverse proxy is there, the API server behind it is not.",
        remedy: "Start the API server, or correct the proxy's upstream.",
      },
      "no-url": { message: "There is no API_URL to try." },
    },
  },

  "admin-door": {
    title: "A wrong admin token is refused",
    outcomes: {
      guarded: { message: "POST {path} refuses a wrong admin token with {status}." },
      open: {
        message: "POST {path} takes any admin token (status {status}): anybody who reaches it can ring any phone.",
        remedy:
          "Set ADMIN_PUSH_TOKEN at the API server and give it to `createPushRoutes({ adminToken })`, which refuses an empty one.",
      },
      missing,
      "no-answer": { message: "POST {path} got no answer: {words}." },
      trouble: {
        message: "POST {path} answers a wrong admin token with {status} instead of 401.",
        remedy: "Look at the API server's log for that moment.",
      },
      "no-api": noApi,
    },
  },

  "push-route": {
    title: "The admin token is accepted and the push route answers",
    outcomes: {
      answers: { message: "POST {path} accepts the admin token." },
      refused: {
        message: "POST {path} refuses ADMIN_PUSH_TOKEN with {status}: the two servers have different ones.",
        remedy:
          "Give both servers the same ADMIN_PUSH_TOKEN, and restart both; its checksum must be the same on both. Look for quotes and line ends in the value.",
      },
      missing,
      elsewhere: { message: "POST {path} is redirected to {location}.", remedy: "Set API_URL to that address itself." },
      trouble: {
        message: "POST {path} answers {status} {error}.",
        remedy: "Look at the API server's log for that moment.",
      },
      "no-answer": { message: "POST {path} got no answer: {words}." },
      "no-token": {
        message: "ADMIN_PUSH_TOKEN is not set, so the signal server cannot ask the API server to ring.",
        remedy: "Set it to the same value on both servers.",
      },
      "no-api": noApi,
    },
  },
} as const;
