import process from "node:process";
import { app } from "./app.ts";

Deno.serve({ port: Number(process.env.PORT || 3000) }, app.fetch);
