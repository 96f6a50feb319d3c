import { All, Controller, Delete, Inject, Post, Put, Req, Res, UseGuards } from "@nestjs/common";
import type { PushService } from "apns-voip";
import type { toNodeHandler } from "apns-voip/node";
import type { Request, Response } from "express";
import { LoginGuard, userOf } from "./login.guard";
import { PUSH, ROUTES } from "./tokens";

/** The drop-in routes behind the application's own guard, and a route of its own that rings. */
@Controller()
export class PushController {
  constructor(
    @Inject(ROUTES) private readonly routes: ReturnType<typeof toNodeHandler>,
    @Inject(PUSH) private readonly push: PushService,
  ) {}

  @Put("api/v1/me/devices")
  @UseGuards(LoginGuard)
  async register(@Req() request: Request, @Res() response: Response) {
    await this.routes(request, response);
  }

  @Delete("api/v1/me/devices")
  @UseGuards(LoginGuard)
  async unregister(@Req() request: Request, @Res() response: Response) {
    await this.routes(request, response);
  }

  /** For the signal server: these ask for the admin token themselves. */
  @All("api/internal/push/*path")
  async internal(@Req() request: Request, @Res() response: Response) {
    await this.routes(request, response);
  }

  /** For a logged-in user who calls another. */
  @Post("calls/:toUserId")
  @UseGuards(LoginGuard)
  async call(@Req() request: Request<{ toUserId: string }>) {
    const fromUserId = userOf(request).userId;
    const { toUserId } = request.params;
    const { status } = await this.push.sendCall({ toUserId, callId: `${fromUserId}-${toUserId}`, fromUserId });
    return { status };
  }
}
