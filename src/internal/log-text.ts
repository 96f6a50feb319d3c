import { withoutTokens } from "./describe.js";

/** The words by which operators find each kind of push in a log. */
export const PUSH_WORDS = {
  call: { push: "VoIP Push", token: "VoIP token", field: "voipDeviceToken" },
  message: { push: "Push", token: "APNs token", field: "apnsDeviceToken" },
} as const;

/** The lines that a logger prints for each type of event; a type that is not there prints none. */
export type LinesOf<Event extends { readonly type: string }, Context = unknown> = {
  readonly [Type in Event["type"]]?: (event: Extract<Event, { type: Type }>, context: Context) => readonly string[];
};

/** Characters of an id that a line shows. */
const LONGEST_ID = 100;
/** Characters of a text from elsewhere that a line shows. */
const LONGEST_TEXT = 500;

/** An id, a path or a topic, fit for a line of a log. */
export function id(given: string): string {
  return visible(given, LONGEST_ID);
}

/** A text that others wrote, fit for a line of a log: no device token in it is whole. */
export function text(given: string): string {
  return withoutTokens(visible(given, LONGEST_TEXT));
}

/** What an error says, fit for a line of a log. */
export function messageOf(error: unknown): string {
  return text(error instanceof Error ? error.message : String(error));
}

/** Line ends, control characters and invisible ones (text that reads backwards) are shown, not obeyed. */
export function visible(given: unknown, longest: number): string {
  const shown = String(given).replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    character => `\\u{${character.codePointAt(0)!.toString(16)}}`,
  );
  return shown.length <= longest ? shown : `${shown.slice(0, longest)}...`;
}
