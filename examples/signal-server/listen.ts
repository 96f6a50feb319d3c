import type { Socket } from "socket.io";
import { type Body, bodies, type ClientEvent } from "./protocol.ts";

export type Handlers = { readonly [Event in ClientEvent]: (body: Body<Event>) => Promise<unknown> | unknown };

/**
 * Calls the handlers with bodies that have been checked; tells the phone what is wrong with the others. A phone that asks for
 * an acknowledgement gets it when all is done: until then it may say the same again, here or to another server.
 */
export function listen(socket: Socket, handlers: Handlers): void {
  for (const event of Object.keys(bodies) as ClientEvent[]) {
    const handle = handlers[event] as (body: unknown) => unknown;
    socket.on(event, async (given: unknown, acknowledge?: unknown) => {
      const read = bodies[event].safeParse(given);
      if (!read.success) {
        const issues = read.error.issues.map(({ path, message }) => ({ path, message }));
        return void socket.emit("bad-request", { event, issues });
      }
      try {
        const answer = await handle(read.data);
        if (typeof acknowledge === "function") acknowledge(answer ?? {});
      } catch (error) {
        console.error(`${event}: ${error instanceof Error ? error.message : error}`);
      }
    });
  }
}
