/** One block of a PEM text, in the form in which OpenSSL reads it. */
export interface PemBlock {
  /** `PUBLIC KEY`, `CERTIFICATE`. */
  readonly label: string;
  readonly pem: string;
}

/**
 * Turns the text of a variable back into the text of the key's file. Variables hold it with `\n` written out (perhaps
 * twice), in quotes, behind a byte order mark, or as the base64 of the file.
 */
export function pemText(given: string): string {
  const text = given
    .replace(/^\uFEFF/, "")
    .trim()
    .replace(/^(["'])([\s\S]*)\1$/, "$2")
    .replace(/\\+r/g, "")
    .replace(/\\+n/g, "\n")
    .trim();
  if (text.includes("-----BEGIN") || !/^[A-Za-z0-9+/=\s]{40,}$/.test(text)) return text;
  const decoded = Buffer.from(text, "base64").toString("latin1");
  return decoded.startsWith("-----BEGIN") ? decoded.trim() : text;
}

/** The blocks of a PEM text. Line ends that were lost or became blanks are put back. */
export function pemBlocks(text: string): PemBlock[] {
  const block = /-----\s*BEGIN ([A-Z0-9 ]+?)\s*-----([\s\S]*?)-----\s*END \1\s*-----/g;
  return Array.from(text.matchAll(block), ([, label = "", body = ""]) => {
    const lines = body.replace(/\s+/g, "").replace(/(.{64})(?=.)/g, "$1\n");
    return { label, pem: `-----BEGIN ${label}-----\n${lines}\n-----END ${label}-----\n` };
  });
}
