import type { Command } from "./command.js";

/** Every command, in the order of the help. A new one needs a line here, a module with `run`, and its texts in the catalogues. */
export const COMMANDS: readonly Command[] = [
  {
    name: "doctor",
    load: () => import("./doctor.js"),
  },
  {
    name: "send",
    load: () => import("./send.js"),
  },
  {
    name: "logs",
    load: () => import("./logs.js"),
  },
  {
    name: "mock",
    load: () => import("./mock.js"),
  },
];
