import { afterAll, describe } from "vitest";
import { codeOf } from "./blocks.js";

const page = codeOf("docs/testing.md");
afterAll(() => page.remove());

// In a file of its own, because no HTTP/2 works where msw listens.
describe.each(["With msw", "A signal server"])("docs/testing.md, %s", async heading => {
  for (const block of page.under(heading)) await import(block);
});
