import type { ApnsVoipIssue } from "../errors.js";
import type { PushStatus } from "../push/report.js";

/** What a route answers, before it becomes a `Response`. `detail` and `push` go to the log and not to the client. */
export interface RouteAnswer {
  readonly status: number;
  readonly body: { readonly error?: string; readonly [key: string]: unknown };
  readonly headers?: Readonly<Record<string, string>>;
  readonly detail?: string;
  readonly push?: PushStatus;
}

/** Thrown anywhere in a route to end the request with this answer. */
export class Refused extends Error {
  readonly answer: RouteAnswer;

  constructor(answer: RouteAnswer) {
    super(answer.body.error);
    this.answer = answer;
  }
}

export const success: RouteAnswer = { status: 200, body: { success: true } };

export function refuse(status: number, error: string, more: Omit<RouteAnswer, "status" | "body"> = {}): Refused {
  return new Refused({ status, body: { error }, ...more });
}

/** 400 with every field that is wrong: where, what came and what is wanted. */
export function invalidRequest(issues: readonly ApnsVoipIssue[]): RouteAnswer {
  const detail = issues.map(({ message }) => message).join("; ");
  return { status: 400, body: { error: "invalid_request", issues }, detail };
}

export function refuseRequest(path: string, message: string): Refused {
  return new Refused(invalidRequest([{ path, message }]));
}
