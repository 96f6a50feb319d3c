import { type Check, type CheckId, defineCheck } from "../check.js";

/**
 * A question that only the phone can answer. Its texts say where to look, which line to look for, and what to do when
 * it is there.
 */
interface PhoneQuestion {
  readonly id: Extract<CheckId, `phone-${string}`>;
  readonly commands?: readonly string[];
}

/** The likely ones first: the order in which to go through them when Apple accepts and nothing rings. */
export const PHONE_QUESTIONS: readonly PhoneQuestion[] = [
  { id: "phone-token", commands: ["grep 'Retrieved voipDeviceToken' api.log | tail -1"] },
  { id: "phone-online" },
  { id: "phone-blocked" },
  { id: "phone-payload", commands: ["npx apns-voip send --token <token> --from 11 --name Alice --dry-run"] },
  { id: "phone-focus" },
  { id: "phone-callkit" },
  {
    id: "phone-capabilities",
    commands: [
      "plutil -p App.app/Info.plist | grep -A5 UIBackgroundModes",
      "codesign -d --entitlements - App.app | grep -A1 aps-environment",
    ],
  },
  { id: "phone-debugger" },
  { id: "phone-network" },
  { id: "phone-idle" },
  { id: "phone-apple" },
];

/** These checks measure nothing: each tells the reader where to look on the phone. */
export const phoneChecks: readonly Check[] = PHONE_QUESTIONS.map(({ id, commands }) =>
  defineCheck({
    id,
    step: "phone",
    outcomes: { look: { status: "skip", ...(commands && { commands }) } },
    run: () => ({ outcome: "look" as const }),
  }),
);
