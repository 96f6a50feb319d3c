export const BUNDLE_ID: string;
export const TOPIC: string;
export const DEVICES: number;
export function deviceToken(index: number): string;
export function callPayload(index: number, bytes: number): Record<string, unknown>;
