#!/usr/bin/env node
import { complainOfNode } from "./node-version.js";

const complaint = complainOfNode(process.versions.node, process.env);
if (complaint === undefined) {
  // Imported only now: an old Node.js would fail while it links the rest, in words that do not name the cause.
  const { start } = await import("./start.js");
  start();
} else {
  process.stderr.write(`${complaint}\n`);
  process.exitCode = 2;
}
