import { doctorCommand } from "./doctor.js";
import { logsCommand } from "./logs.js";
import { mockCommand } from "./mock.js";
import { sendCommand } from "./send.js";

/** What the command line says. */
export const commandTexts = {
  usage: `Usage: apns-voip <command> [options]

Makes the phone ring, or says exactly which step failed and what to do.

{commands}

apns-voip <command> --help tells more. --version prints the version.`,
  nodeTooOld: "Node.js {version} is too old: apns-voip needs {oldest} or newer",
  mayBeRepeated: " (may be repeated)",
  headings: { causes: "Likely causes", confirm: "To find out which", remedy: "What to do", commands: "Try" },
  doctor: doctorCommand,
  send: sendCommand,
  logs: logsCommand,
  mock: mockCommand,
} as const;
