/** Text out of a URL or a form that nobody has decoded: `%3C` is `<`. Only what stands for a character of ASCII is read. */
export function withoutPercentSigns(text: string): string {
  return text.replaceAll(/%([0-7][0-9a-f])/gi, (_, code) => String.fromCharCode(Number.parseInt(code, 16)));
}
