import type { Command } from "./command.js";

/** Every command, in the order of the help. A new one needs a line here and a module with `run`. */
export const COMMANDS: readonly Command[] = [
  {
    name: "doctor",
    summary: {
      en: "Say which step a call does not get past, why, and what to do",
      ja: "着信がどこで、なぜ止まるのか、どうすればよいかを示す",
    },
    load: () => import("./doctor.js"),
  },
];
