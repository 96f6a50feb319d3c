/** Questions that the demo asks the processes it has started. */
interface Question {
  readonly id: number;
  readonly name: string;
  readonly input: unknown;
}

export interface Answer {
  readonly id: number;
  readonly value?: unknown;
  readonly error?: string;
}

/** Called in the process that was started. It answers the demo's questions, and says that it is ready for them. */
export function answerQuestions(answers: Readonly<Record<string, (input: never) => unknown>>): void {
  process.on("message", async ({ id, name, input }: Question) => {
    try {
      const value = await (answers[name] as (input: unknown) => unknown)(input);
      process.send?.({ id, value } satisfies Answer);
    } catch (error) {
      process.send?.({ id, error: error instanceof Error ? error.message : String(error) } satisfies Answer);
    }
  });
  process.send?.({ id: 0 } satisfies Answer);
}
