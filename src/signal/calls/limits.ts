/** Characters of JSON kept per call. */
export const MAX_SIZE = 131_072;
/** Candidates kept per call and phone. */
export const MAX_CANDIDATES = 200;
/** Ringing calls per caller. */
export const MAX_RINGING = 50;
/** Calls per caller that are over and still owed to phones. */
export const MAX_OVER = 50;
/** Bytes of memory for calls in all: their texts, and what each takes besides. */
export const MAX_TOTAL_SIZE = 67_108_864;
/** Bytes of memory that a call takes besides its value and texts, in the store and here. `npm run bench:calls` measures it. */
export const CALL_BYTES = 1_100;
/** Bytes that a text takes besides its characters. */
export const TEXT_BYTES = 64;
/** Bytes of memory that a push takes while it is under way, with what waits for its end. */
export const PUSH_BYTES = 8_000;
/** Milliseconds that an answered call is known at most. */
export const DAY = 86_400_000;
/** Milliseconds within which a phone whose server was killed is back; one that comes later has another reason. */
export const BACK_WITHIN = 5_000;
/** Phones of a user that a call keeps apart. */
export const MAX_PHONES = 200;
