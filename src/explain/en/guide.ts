import type { Sureness } from "../sureness.js";

/** Headings of the tables that are generated into the diagnosis guide. */
export const guideTexts = {
  words: {
    check: "Looked at",
    expected: "Expected",
    otherwise: "What else you may see",
    remedy: "What to do",
    byReason: "See [the reason](reasons.md).",
    answer: "Answer",
    meaning: "What it means",
    causes: "Likely causes, the likely one first",
    stopped: "The call stopped here",
    status: "Status",
    disposition: "Disposition",
    confirm: "How to confirm",
    whatWeDid: "What apns-voip did",
    howSure: "How sure the causes are",
    alsoNamed: "Also",
  },
  /** How sure the causes are. */ sureness: {
    documented: "documented",
    reported: "reported by Apple's staff or by several developers",
    inferred: "inferred; nobody has confirmed them",
    contested: "contested",
    undocumented: "nobody says what causes it",
  } satisfies Readonly<Record<Sureness, string>>,
} as const;
