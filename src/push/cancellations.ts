import type { PushReport } from "./report.js";

/** Calls under way in this process, by their idempotency keys, so that they can be cancelled. */
export interface Cancellations {
  /** Does the work; the signal is aborted when the key is cancelled meanwhile. */
  during(key: string, work: (cancel: AbortSignal) => Promise<PushReport>): Promise<PushReport>;
  /**
   * Cancels the calls with this key, and says whether one ends as `cancelled` in time. Undefined when none is under way
   * here. Never rejects.
   */
  cancel(key: string): Promise<boolean> | undefined;
}

interface UnderWay {
  readonly controller: AbortController;
  readonly reports: Set<Promise<PushReport>>;
}

export function createCancellations(): Cancellations {
  const underWay = new Map<string, UnderWay>();

  return {
    during(key, work) {
      let calls = underWay.get(key);
      if (calls === undefined) {
        calls = { controller: new AbortController(), reports: new Set() };
        underWay.set(key, calls);
      }
      const { controller, reports } = calls;
      // Work may throw at once: this makes a rejection of it.
      const report = new Promise<PushReport>(resolve => resolve(work(controller.signal)));
      reports.add(report);
      const ended = () => {
        reports.delete(report);
        if (reports.size === 0) underWay.delete(key);
      };
      report.then(ended, ended);
      return report;
    },

    cancel(key) {
      const calls = underWay.get(key);
      if (calls === undefined) return undefined;
      const ends = [...calls.reports].map(report => report.then(isCancelled, () => false));
      calls.controller.abort();
      return Promise.all(ends).then(cancelled => cancelled.includes(true));
    },
  };
}

function isCancelled({ status }: PushReport): boolean {
  return status === "cancelled";
}
