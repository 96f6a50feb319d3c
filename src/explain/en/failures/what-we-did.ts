/** What the library did about a failure, where several share one answer. */
export const notRetried =
  "Reported at once. Not retried, because the same push would be refused again; the device stays stored.";

export const credentialsReported =
  "Reported at once as `fix-credentials`. Not retried, and no device was removed: the tokens are not at fault.";

export const retriedElsewhere =
  "Tried again on another connection within the deadline, with growing pauses and at most 3 attempts in all. This is the last answer.";

export const refusedBeforeSending = "Refused before anything left for Apple.";

export const keptConnecting =
  "Towards Apple: kept trying to connect until the deadline, with pauses growing from 0.1 s to 10 s and shared by all pushes. The push is `unsent`: it is safe to send it again. From the signal server to the API: tried again with the same idempotency key, within the ring timeout.";

export const brokenUnderway =
  'Gave the connection up and opened a new one. A push that had not left was sent again at once; one that may have reached Apple is `unknown`, or is sent once more with `onUnknown: "resend"`.';

export const neverTrusted =
  "Did not send: a connection whose other end cannot be proved to be Apple gets neither the provider token nor the push.";
