import { Inject, Module, type OnApplicationShutdown } from "@nestjs/common";
import {
  type ApnsClient,
  apnsOptionsFromEnv,
  consoleLogger,
  createApnsClient,
  createPushRoutes,
  createPushService,
  memoryDeviceStore,
  type PushService,
} from "apns-voip";
import { toNodeHandler } from "apns-voip/node";
import { userOf } from "./login.guard";
import { PushController } from "./push.controller";
import { APNS, PUSH, ROUTES } from "./tokens";

/** One client, one service and one set of routes for the whole application. */
@Module({
  controllers: [PushController],
  providers: [
    { provide: APNS, useFactory: () => createApnsClient({ ...apnsOptionsFromEnv(), onEvent: consoleLogger() }) },
    {
      provide: PUSH,
      inject: [APNS],
      // In production: postgresDeviceStore(pool), or another store that lasts.
      useFactory: (apns: ApnsClient) => createPushService({ apns, devices: memoryDeviceStore() }),
    },
    {
      provide: ROUTES,
      inject: [PUSH],
      useFactory: (push: PushService) =>
        toNodeHandler(
          createPushRoutes({
            push,
            // The guard has run before, and has noted the user.
            authenticate: async (_request, native) => userOf(native),
            adminToken: process.env.ADMIN_PUSH_TOKEN,
          }),
        ),
    },
  ],
  exports: [PUSH],
})
export class PushModule implements OnApplicationShutdown {
  constructor(@Inject(APNS) private readonly apns: ApnsClient) {}

  /** Finishes the pushes that are under way. `app.enableShutdownHooks()` makes SIGTERM call it. */
  async onApplicationShutdown(): Promise<void> {
    await this.apns.close();
  }
}
