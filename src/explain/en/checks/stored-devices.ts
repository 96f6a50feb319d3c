const NAME_A_STORE = "Give --database (or DATABASE_URL), --redis or --store.";

export const storedDevicesChecks = {
  store: {
    title: "The device store answers",
    outcomes: {
      answers: { message: "The device store answers." },
      "no-store": { message: "Not looked at: no device store was given.", remedy: NAME_A_STORE },
      "no-table": {
        message: "The table of devices is not there: {words}.",
        remedy:
          "Call `await devices.migrate()` once at the start of the API server, or name the right table (--table, --users-table).",
      },
      "no-column": {
        message: "A column is not there: {words}.",
        remedy: "Name the columns as they are (--token-column, --id-column), or add the column.",
      },
      "no-right": {
        message: "The database user may not read the table: {words}.",
        remedy: "Grant SELECT, INSERT, UPDATE and DELETE on it.",
      },
      "wrong-login": {
        message: "The database refuses the login: {words}.",
        remedy: "Correct user and password in DATABASE_URL.",
      },
      "no-database": {
        message: "There is no such database: {words}.",
        remedy: "Correct the name in DATABASE_URL, or create the database.",
      },
      failed: {
        message: "The device store does not answer: {words}.",
        remedy:
          "See that the database runs and is not stuck, and that host, port and name in its URL are right, as seen from here.",
      },
    },
  },

  devices: {
    title: "The user has a VoIP token",
    outcomes: {
      found: { message: "User {user} has {count} VoIP token(s)." },
      none: {
        message: "User {user} has no device: the phone has never registered here, or its token was removed.",
        remedy:
          "Open the app on the phone, log in as this user, and watch the API server for a PUT to {path}. Nothing there: the app does not upload. 401: its login is not accepted.",
      },
      "alert-only": {
        message: "User {user} has a notification token, but no VoIP token.",
        remedy:
          "The app must make a PKPushRegistry at each launch, set desiredPushTypes to [.voip], have `voip` in UIBackgroundModes, and upload the token as voipDeviceToken when didUpdate pushCredentials is called.",
      },
      "no-user": {
        message: "Not looked at: say whose devices.",
        remedy: "Give the id of the user who should ring: --user 10.",
      },
      "no-store": { message: "User {user} could not be looked up: no device store was given.", remedy: NAME_A_STORE },
      "not-looked-at": { message: "Not looked at: see the device store." },
    },
  },
} as const;
