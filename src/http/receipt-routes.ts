import type { ReceiptReport } from "../push/receipts/receipt-desk.js";
import { type RouteAnswer, refuse, success } from "./answer.js";
import { readJsonObject } from "./json-body.js";
import type { RouteRequest, Serve } from "./route.js";
import type { RoutedPushService } from "./routes.js";

/** The answer to a phone, by what the service says of its receipt. */
const ANSWERS: Readonly<Record<"taken" | "invalid" | "expired", RouteAnswer>> = {
  taken: success,
  invalid: { status: 400, body: { error: "invalid_receipt" } },
  expired: { status: 410, body: { error: "receipt_expired" } },
};

/** The phones' receipts: one route for the phones, which need no login, and one, with the admin token, that reads them. */
export function receiptRoutes(
  push: RoutedPushService,
  isAdmin: (request: RouteRequest) => boolean,
  answering: (answer: Serve) => Serve,
): { readonly takeReceipt: Serve; readonly readReceipts: Serve } {
  const requireReceipts = () => {
    if (push.receipts === undefined) throw refuse(404, "not_found", { detail: "the push service has no receipts" });
  };

  return {
    takeReceipt: answering(async request => {
      requireReceipts();
      const body = await readJsonObject(request);
      // The service judges the body.
      return ANSWERS[await push.takeReceipt(body as unknown as ReceiptReport)];
    }),

    readReceipts: answering(async request => {
      if (!isAdmin(request)) throw refuse(401, "unauthorized");
      requireReceipts();
      const query = new URLSearchParams(request.query);
      const receipts = await push.readReceipts(query.get("toUserId") as never, query.get("callId") as never);
      return { status: 200, body: { receipts } };
    }),
  };
}
