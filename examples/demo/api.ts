/** The API server of `examples/express-api`, with a look into its database for the demo. */
import { pool } from "../express-api/server.ts";
import { answerQuestions } from "./conversation.ts";

answerQuestions({ query: async (sql: string) => (await pool.query(sql)).rows });
