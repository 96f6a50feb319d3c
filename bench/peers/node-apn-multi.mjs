import apn from "@parse/node-apn";
import { options, speak } from "./node-apn.mjs";

/** `MultiProvider` of @parse/node-apn, with its own number of connections (2). */
export async function open(target) {
  return speak(new apn.MultiProvider(options(target)));
}
