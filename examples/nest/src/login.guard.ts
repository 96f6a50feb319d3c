import { type CanActivate, type ExecutionContext, Injectable, UnauthorizedException } from "@nestjs/common";
import { bearerAuth } from "apns-voip";
import type { Request as ExpressRequest } from "express";

interface User {
  readonly userId: string | number;
}

/** Lets in requests with a login, and notes on the request whose it is, as Passport does. Yours may be Passport. */
@Injectable()
export class LoginGuard implements CanActivate {
  private readonly authenticate = bearerAuth({ secret: process.env.JWT_SECRET, userIdClaim: "uid" });

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<ExpressRequest & { user?: User }>();
    const { authorization = "" } = request.headers;
    const user = await this.authenticate(new Request("http://login/", { headers: { authorization } }));
    if (!user || !("userId" in user)) throw new UnauthorizedException({ error: "bad_token" });
    request.user = user;
    return true;
  }
}

export function userOf(request: unknown): User {
  return (request as { readonly user: User }).user;
}
