import { type ApnsClient, type ApnsClientOptions, type ApnsResult, createApnsClient } from "apns-voip";

interface Scenario {
  readonly name: string;
  run(): Promise<void>;
}

/** A mock of Apple in the process that started this one. */
export interface Mock {
  readonly options: ApnsClientOptions;
  readonly tokens: readonly string[];
  ask<T = unknown>(call: string, ...args: readonly unknown[]): Promise<T>;
  /** Apns-ids of all pushes that it has judged. */
  pushed(): Promise<string[]>;
}

export interface Stage {
  readonly mock: Mock;
  readonly client: ApnsClient;
  /** One push to the first phone, or to the one with that number. */
  ring(phone?: number, options?: Parameters<ApnsClient["send"]>[1]): Promise<ApnsResult>;
  /** One push to each of so many phones, all at once. */
  ringAll(count: number): Promise<ApnsResult[]>;
}

export const scenarios: Scenario[] = [];

/** Something to be tried, with a client of its own, whose connection is open. */
export function scenario(
  name: string,
  run: (stage: Stage) => Promise<void>,
  options: (mock: Mock) => Partial<ApnsClientOptions> | Promise<Partial<ApnsClientOptions>> = () => ({}),
): void {
  scenarios.push({ name, run: async () => play(run, options) });
}

async function play(run: (stage: Stage) => Promise<void>, more: Parameters<typeof scenario>[2]): Promise<void> {
  const mock = await openMock();
  const client = createApnsClient({
    ...mock.options,
    bundleId: "com.example.app",
    ...(await more?.(mock)),
  } as ApnsClientOptions);
  const ring: Stage["ring"] = (phone = 0, options) =>
    client.send({ deviceToken: mock.tokens[phone] as string, pushType: "voip", payload: { callId: "1" } }, options);
  const ringAll = (count: number) => Promise.all(Array.from({ length: count }, (_, phone) => ring(phone)));
  try {
    await run({ mock, client, ring, ringAll });
  } finally {
    await mock.ask("faults.clear");
    await client.close();
    await mock.ask("close");
  }
}

async function openMock(): Promise<Mock> {
  const opened = (await ask({ call: "open", args: [] })) as {
    id: number;
    options: ApnsClientOptions;
    tokens: string[];
  };
  const mock: Mock = {
    ...opened,
    ask: async <T>(call: string, ...args: readonly unknown[]) => (await ask({ mock: opened.id, call, args })) as T,
    pushed: async () => (await mock.ask<{ apnsId: string }[]>("pushes")).map(({ apnsId }) => apnsId),
  };
  return mock;
}

async function ask(question: object): Promise<unknown> {
  const response = await fetch(process.env.MOCK_DESK as string, { method: "POST", body: JSON.stringify(question) });
  const text = await response.text();
  if (!response.ok) throw new Error(text);
  return JSON.parse(text);
}

/** Waits until it is so. */
export async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise(resolve => setTimeout(resolve, 5));
}

/** How many results had each outcome. */
export function tally(results: readonly ApnsResult[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { outcome } of results) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
}
