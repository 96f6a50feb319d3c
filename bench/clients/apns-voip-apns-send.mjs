import { createApnsClient } from "apns-voip/apns";
import { sender } from "./sender.mjs";

/** Our `send`, from the entry that has the client alone, as the other libraries do. */
export const open = sender(createApnsClient);
