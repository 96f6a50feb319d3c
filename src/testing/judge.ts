import type { Connection } from "./connection.js";
import { judgeDevice, judgeRate } from "./device-rules.js";
import type { Strictness } from "./options.js";
import type { Phone } from "./phone.js";
import type { ProviderTokenCheck } from "./provider-token.js";
import { judgeProviderToken } from "./provider-token-rules.js";
import type { MockRequest, Refusal } from "./request.js";
import { judgePath, judgeRequest } from "./request-rules.js";

/** One request, and all that bears on it. */
export interface Case {
  readonly request: MockRequest;
  readonly connection: Connection;
  readonly check: ProviderTokenCheck;
  readonly phone: Phone | undefined;
  readonly now: number;
  readonly strictness: Strictness;
}

/** Apple's verdict. Its order of checks is not documented; this one goes from the outside in. */
export function judge({ request, connection, check, phone, now, strictness }: Case): Refusal | undefined {
  const refusal = judgePath(request) ?? judgeProviderToken(check, connection, now, strictness);
  if (refusal !== undefined) return refusal;
  // Whether a push that is refused for another reason also lifts the limit of one stream is not documented; here it does.
  connection.control.authenticated();
  return (
    judgeRequest(request, strictness) ??
    judgeDevice(request, phone, connection) ??
    (phone && judgeRate(phone, now, strictness))
  );
}
