/** The handlers for msw, as a project gives them to its server. */
import { createMockApns } from "apns-voip/testing";
import { apnsHandlers, pushApiHandlers } from "apns-voip/testing/msw";
import { setupServer } from "msw/node";

const mock = createMockApns();
const calls = pushApiHandlers({ apiUrl: "http://api:3000", adminToken: "an-admin-token-for-this-program-alone", mock });
export const server = setupServer(...apnsHandlers(mock), ...calls);
