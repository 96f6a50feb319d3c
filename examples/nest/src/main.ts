import "reflect-metadata";
import { NestFactory } from "@nestjs/core";
import { PushModule } from "./push.module";

async function main() {
  // Nest parses JSON bodies for all routes; ours take what it has parsed.
  const app = await NestFactory.create(PushModule);
  app.enableShutdownHooks();
  await app.listen(Number(process.env.PORT || 3000));
}

main();
