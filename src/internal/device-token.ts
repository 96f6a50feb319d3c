/** What logs, events, errors and responses show of a device token: never more than its first 12 characters. */
export function tokenPrefix(token: string): string {
  return `${token.slice(0, 12)}...`;
}
