import type { Socket } from "socket.io";
import { type Body, bodies, type ClientEvent } from "./protocol.ts";

export type Handlers = { readonly [Event in ClientEvent]: (body: Body<Event>) => Promise<unknown> };

/**
 * Calls the handlers with bodies that have been checked, one after the other, as the phone has sent them; tells it what is wrong
 * with the others. What comes before `register` waits for it: a client sends what it could not send while it was not connected as
 * soon as it is, and only then says which phone it is. A phone that asks for an acknowledgement gets it when all is done: until
 * then it may say the same again, here or to another server.
 */
export function listen(socket: Socket, handlers: Handlers): void {
  let last = Promise.resolve();
  let held: (() => Promise<void>)[] | undefined = [];

  function inOrder(work: () => Promise<void>): void {
    last = last.then(work);
  }

  async function take(event: ClientEvent, given: unknown, acknowledge: unknown): Promise<void> {
    const read = bodies[event].safeParse(given);
    if (!read.success) {
      const issues = read.error.issues.map(({ path, message }) => ({ path, message }));
      socket.emit("bad-request", { event, issues });
      return;
    }
    try {
      const answer = await (handlers[event] as (body: unknown) => Promise<unknown>)(read.data);
      if (typeof acknowledge === "function") acknowledge(answer ?? {});
    } catch (error) {
      console.error(`${event}: ${error instanceof Error ? error.message : error}`);
    }
  }

  for (const event of Object.keys(bodies) as ClientEvent[]) {
    socket.on(event, (given: unknown, acknowledge?: unknown) => {
      const work = () => take(event, given, acknowledge);
      if (event !== "register" && held) return void held.push(work);
      inOrder(work);
      for (const before of held ?? []) inOrder(before);
      held = undefined;
    });
  }
}
