/**
 * Does one job with one client in a process of its own, so that what it measures is that client's alone. Started by
 * `run-worker.ts`.
 */
const { client, job, ...work } = JSON.parse(process.argv[2]);
const { run } = await import(`./jobs/${job}.mjs`);
const importedAt = performance.now();
const { open } = await import(client);
const figures = await run(open, { ...work, importedAt });
process.send(figures, () => process.exit());
