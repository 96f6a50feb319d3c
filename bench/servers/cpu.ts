import { readFile } from "node:fs/promises";

/** Clock ticks per second that Linux counts a process's time in. */
const TICKS = 100;

/** Seconds of CPU that another process has used; `undefined` where the system does not say. */
export async function cpuSeconds(pid: number | undefined): Promise<number | undefined> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, "utf8");
    // The second field is the program's name, in brackets, and may hold anything.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return (Number(fields[11]) + Number(fields[12])) / TICKS;
  } catch {
    return undefined;
  }
}
