import { createApnsClient } from "apns-voip";
import { sender } from "./sender.mjs";

/** Our `send`. */
export const open = sender(createApnsClient);
