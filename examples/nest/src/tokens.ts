/** Names by which Nest knows providers that are no classes. */
export const APNS = Symbol("the client of Apple's push service");
export const PUSH = Symbol("the push service");
export const ROUTES = Symbol("the drop-in routes");
