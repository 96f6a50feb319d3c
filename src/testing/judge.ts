import type { Connection } from "./connection.js";
import { judgeDevice, judgeRate } from "./device-rules.js";
import type { Strictness } from "./options.js";
import type { VirtualPhone } from "./phone.js";
import type { ProviderTokenCheck } from "./provider-token.js";
import { judgeProviderToken } from "./provider-token-rules.js";
import type { MockRequest, PushRefusal } from "./request.js";
import { judgePath, judgeRequest } from "./request-rules.js";

/** One request, and everything that its judgement depends on. */
export interface JudgedRequest {
  readonly request: MockRequest;
  readonly connection: Connection;
  readonly check: ProviderTokenCheck;
  readonly phone: VirtualPhone | undefined;
  readonly now: number;
  readonly strictness: Strictness;
}

/** Judges as Apple does. The order of Apple's checks is not documented; this one goes from the outside in. */
export function judge({ request, connection, check, phone, now, strictness }: JudgedRequest): PushRefusal | undefined {
  const refusal = judgePath(request) ?? judgeProviderToken(check, connection, now, strictness);
  if (refusal !== undefined) return refusal;
  // Apple does not say whether a push that is refused for another reason lifts the limit of one stream. Here it does.
  connection.control.authenticated();
  return (
    judgeRequest(request, strictness) ??
    judgeDevice(request, phone, connection) ??
    (phone && judgeRate(phone, now, strictness))
  );
}
