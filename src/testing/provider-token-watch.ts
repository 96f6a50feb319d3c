import { TOKEN_UPDATE_INTERVAL, TOKEN_UPDATE_TOLERANCE } from "./provider-token-rules.js";

const HOUR = 60 * 60_000;

interface Use {
  readonly text: string;
  readonly first: number;
  last: number;
  reported: boolean;
}

/**
 * Watches the provider tokens of a team at one of Apple's hosts, over all connections: a fleet that shares its token has
 * two in use while it changes from one to the next, never three.
 */
export class ProviderTokenWatch {
  #uses: Use[] = [];

  /** A valid token was used. Returns what is wrong with that, if anything. */
  see(text: string, now: number): string | undefined {
    this.#uses = this.#uses.filter(({ last }) => last > now - HOUR);
    const known = this.#uses.find(use => use.text === text);
    if (known === undefined) {
      this.#uses.push({ text, first: now, last: now, reported: false });
      const recent = this.#uses.filter(({ first }) => first > now - TOKEN_UPDATE_INTERVAL + TOKEN_UPDATE_TOLERANCE);
      return recent.length > 2 ? `${recent.length} different provider tokens within 20 minutes` : undefined;
    }
    known.last = now;
    const most = this.#uses.map(({ first }) => this.#inUseAt(first)).reduce((a, b) => (b.length > a.length ? b : a));
    if (known.reported || most.length <= 2) return undefined;
    for (const use of most) use.reported = true;
    return `${most.length} provider tokens in use at the same time`;
  }

  #inUseAt(time: number): readonly Use[] {
    return this.#uses.filter(({ first, last }) => first <= time && time <= last);
  }
}
