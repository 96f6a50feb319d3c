/** For `node --import`: ends the process when the demo that started it is gone, however it went, and removes its folder. */
import { rmSync } from "node:fs";

process.once("disconnect", () => {
  if (process.env.DEMO_FOLDER) rmSync(process.env.DEMO_FOLDER, { recursive: true, force: true });
  process.exit(1);
});
