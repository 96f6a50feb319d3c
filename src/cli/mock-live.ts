import { explainReason } from "../explain/explain-reason.js";
import type { Language } from "../explain/language.js";
import type { Live } from "../testing/program/live.js";
import type { PushView } from "../testing/program/push-view.js";
import type { Page } from "./terminal/page.js";

/** Prints a line for each push and each violation. */
export function printLive(live: Live, page: Page, lang: Language): void {
  live.listen(event => {
    if (event.name === "push") printPush(page, event.data, lang);
    if (event.name === "violation") {
      const { at, rule, message } = event.data;
      page.verbatim(`${clockTime(at)} ${page.paint.yellow("!")} ${inOneLine(`${rule}: ${message}`)}`);
    }
  });
}

function printPush(page: Page, push: PushView, lang: Language): void {
  const { at, status, reason, environment, headers, tokenPrefix, userId } = push;
  const isGood = status === 200;
  const mark = isGood ? page.paint.green("✓") : page.paint.red("✗");
  const verdict = isGood ? status : `${status} ${reason ?? ""}`;
  const to = userId === null ? tokenPrefix : `${userId} ${tokenPrefix}`;
  page.verbatim(
    `${clockTime(at)} ${mark} ${inOneLine(`${verdict} ${headers["apns-push-type"] ?? "?"} ${environment} ${to}`)}`,
  );
  if (!isGood && reason) {
    page.put(inOneLine(explainReason(reason, { lang, status }).meaning), {
      lead: " ".repeat(11),
      style: page.paint.dim,
    });
  }
}

const clockTime = (at: Date): string => at.toISOString().slice(11, 19);

/** What senders wrote must not move the cursor. */
const inOneLine = (text: string): string => text.replaceAll(/\p{Cc}/gu, "?");
