import { rolldown } from "rolldown";

/** @type {import("../chains.ts").Build} */
export async function build(entry, file, format) {
  const bundle = await rolldown({ input: entry, platform: "node", onLog: () => {} });
  await bundle.write({ file, format, codeSplitting: false });
  await bundle.close();
}
