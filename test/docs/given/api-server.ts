/* What a reader's API server has already. Tests that run a block put real ones in their place. */
import type { Express } from "express";
import type { Pool } from "pg";

export declare const app: Express;
export declare const pool: Pool;
