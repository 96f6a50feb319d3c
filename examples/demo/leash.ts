/** For `node --import`: ends the process when the demo that started it is gone, however it went. */
process.once("disconnect", () => process.exit(1));
