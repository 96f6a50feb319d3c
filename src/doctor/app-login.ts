import { decodeJwt, errors, jwtVerify, SignJWT } from "jose";
import { setting } from "./env.js";
import type { Patient } from "./patient.js";

/** A login as the app sends it: given, or made with the API's own secret. */
export interface AppLogin {
  readonly token: string;
  readonly made: boolean;
}

/** How the app's login token looks from outside. */
export type LoginReading =
  | { readonly state: "sound" }
  | { readonly state: "no-jwt" }
  | { readonly state: "expired"; readonly at: string }
  | { readonly state: "other-secret" }
  | { readonly state: "other-user"; readonly user: string };

/** Seconds for which a login made here is good. */
const LIFETIME = 60;

/** The login to try. Where none is given, one is made of `JWT_SECRET` and the user; signing it changes nothing anywhere. */
export async function appLogin({ appToken, env, userId, world }: Patient): Promise<AppLogin | undefined> {
  if (appToken !== undefined) return { token: appToken, made: false };
  const secret = setting(env, "JWT_SECRET");
  if (secret === undefined || userId === undefined) return undefined;
  const now = Math.floor(world.clock.now() / 1000);
  const uid = /^(0|[1-9]\d{0,14})$/.test(userId) ? Number(userId) : userId;
  const token = await new SignJWT({ uid })
    .setProtectedHeader({ alg: "HS256", typ: "JWT" })
    .setSubject(userId)
    .setIssuedAt(now)
    .setExpirationTime(now + LIFETIME)
    .sign(new TextEncoder().encode(secret));
  return { token, made: true };
}

/** Why a server may refuse a login, as far as the login's own text shows it. */
export async function readLogin(token: string, { env, userId, world }: Patient): Promise<LoginReading> {
  let claims: ReturnType<typeof decodeJwt>;
  try {
    claims = decodeJwt(token);
  } catch {
    return { state: "no-jwt" };
  }
  const now = world.clock.now();
  if (claims.exp !== undefined && claims.exp * 1000 <= now)
    return { state: "expired", at: new Date(claims.exp * 1000).toISOString() };
  const secret = setting(env, "JWT_SECRET");
  if (secret !== undefined && !(await isSignedWith(token, secret, new Date(now)))) return { state: "other-secret" };
  const user = loginUser(claims);
  return userId !== undefined && user !== undefined && user !== userId
    ? { state: "other-user", user }
    : { state: "sound" };
}

/** Whom a login is for, by the claims that servers commonly use. */
export function loginUser(claims: Readonly<Record<string, unknown>>): string | undefined {
  const user = claims.uid ?? claims.sub ?? claims.userId ?? claims.id;
  return typeof user === "string" || typeof user === "number" ? String(user) : undefined;
}

async function isSignedWith(token: string, secret: string, currentDate: Date): Promise<boolean> {
  try {
    await jwtVerify(token, new TextEncoder().encode(secret), { algorithms: ["HS256"], currentDate });
    return true;
  } catch (error) {
    return !(error instanceof errors.JWSSignatureVerificationFailed);
  }
}
