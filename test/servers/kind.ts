/** What a run asks of a server beyond HTTP/2 over TLS. */
export interface Wanted {
  /** The most streams at once on a connection. */
  readonly streams?: number;
  /** Requests on a connection after which it says goodbye (GOAWAY). */
  readonly requests?: number;
  readonly tls12?: boolean;
  readonly ipv6?: boolean;
}

/** Where a server is to run. */
export interface Place {
  /** Its own, for what it writes. */
  readonly folder: string;
  readonly host: "127.0.0.1" | "::1";
  readonly port: number;
  readonly certPath: string;
  readonly keyPath: string;
  /** The port of the server behind it, on 127.0.0.1, which speaks HTTP/1.1. */
  readonly backendPort: number;
}

/** How to run it there. */
export interface Launch {
  /** The command that starts it in the foreground. */
  readonly command: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** What makes it read its settings anew without a lost request: a signal, or a command. */
  readonly reload?: NodeJS.Signals | readonly string[];
  /** The signal on which it finishes what is open, and ends. */
  readonly leave: NodeJS.Signals;
  /** Where it writes down each request; without it, in what it prints. */
  readonly logPath?: string;
}

export type Ability = keyof Wanted | "reload" | "restart";

/** A server that nobody here wrote, or that speaks HTTP/2 through a library that nobody here wrote. */
export interface Kind {
  readonly name: string;
  /** Debian's packages. */
  readonly packages: readonly string[];
  /** The program that must be there. */
  readonly program: string;
  /** A command that succeeds only if its library is there, too. */
  readonly ready?: readonly string[];
  /** True when it passes requests on, so that the server behind it is the witness of what it processed. */
  readonly passesOn: boolean;
  /**
   * True when it reloads and restarts less gracefully than it says: after its GOAWAY it closes with streams at or below the last id
   * unanswered. Node's own HTTP/2 client sees the same. What became of those pushes is then unknown, and we have to say so.
   */
  readonly leavesUnanswered: boolean;
  /** What it has no setting for, and why that is so. */
  readonly cannot: Partial<Record<Ability, string>>;
  launch(place: Place, wanted: Wanted): Launch | Promise<Launch>;
}

/** An address as it stands in front of a port. */
export const bracketed = (host: Place["host"]): string => (host === "::1" ? "[::1]" : host);
