/** One way in which people build and run programs that use the package. */
export interface Chain {
  readonly tool: string;
  readonly version: string;
  /** What is special: the kind of modules, the way they are found. */
  readonly how: string;
  /** Says what was found; rejects where it does not work. */
  check(): Promise<string>;
}

/** Called when the package is installed in that folder. */
export type ListChains = (folder: string) => readonly Chain[];
