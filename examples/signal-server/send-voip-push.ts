import { callFromOffer, type Offer, type PushApiClient, type PushApiResult } from "apns-voip/signal";

/**
 * Asks the API server to ring the callee of an offer: what used to be an axios call. It never throws, says what became of
 * it in its result and in the log, repeats what may be repeated, and no repeat rings twice.
 */
export async function sendVoIPPush(api: PushApiClient, from: string | number, offer: Offer): Promise<PushApiResult> {
  const call = callFromOffer(from, offer);
  return call ? api.sendCall(call) : { status: "failed", message: "the offer does not say who is called" };
}
