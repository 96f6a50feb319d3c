/** Characters that take two columns: those of East Asian scripts, full-width forms, emoji. */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u;
/** Characters that must not begin a line in Japanese. */
const NEVER_FIRST = /^[、。，．・：；？！」』）】〕〉》”’ー々ぁぃぅぇぉっゃゅょァィゥェォッャュョ…]/;
/** Characters that must not end a line in Japanese. */
const NEVER_LAST = /[「『（【〔〈《“‘]$/;

/** Columns that a text takes in a terminal. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const character of text) width += WIDE.test(character) ? 2 : 1;
  return width;
}

/** Breaks a text into lines of at most `columns`: at blanks, and between the characters of scripts that have none. */
export function wrap(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const piece of piecesOf(text)) {
    const joined = line + piece;
    if (line === "" || displayWidth(joined.trimEnd()) <= columns) {
      line = joined;
      continue;
    }
    lines.push(line.trimEnd());
    line = piece.trimStart();
  }
  if (line.trim() !== "" || lines.length === 0) lines.push(line.trimEnd());
  return lines;
}

/** The pieces between which a line may be broken. */
function piecesOf(text: string): string[] {
  const pieces: string[] = [];
  for (const part of text.match(/\s+|[^\s]+/g) ?? []) {
    for (const piece of /\s/.test(part) ? [part] : splitWide(part)) {
      const last = pieces.at(-1);
      if (last !== undefined && (NEVER_FIRST.test(piece) || NEVER_LAST.test(last)))
        pieces[pieces.length - 1] = last + piece;
      else pieces.push(piece);
    }
  }
  return pieces;
}

function splitWide(word: string): string[] {
  const pieces: string[] = [];
  let narrow = "";
  for (const character of word) {
    if (!WIDE.test(character)) {
      narrow += character;
      continue;
    }
    if (narrow !== "") pieces.push(narrow);
    narrow = "";
    pieces.push(character);
  }
  return narrow === "" ? pieces : [...pieces, narrow];
}
