import { afterAll, describe } from "vitest";
import { codeOf } from "./blocks.js";

const page = codeOf("docs/testing.md");
afterAll(() => page.remove());

// The blocks are tests themselves: here they run as tests of this file.
describe.each([
  "A unit test",
  "The whole chain in one process",
  "Scripts",
  "Faults",
  "Time",
  "With an undici MockAgent",
])("docs/testing.md, %s", async heading => {
  for (const block of page.under(heading)) await import(block);
});
