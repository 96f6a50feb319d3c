/** Options that every command has. */
export const commonOptions = {
  lang: "Language. Default: that of the terminal",
  json: "Print JSON for programs",
  "no-color": "No colours (also NO_COLOR=1)",
  help: "Show this help",
} as const;

/** Where devices are kept. */
export const storeOptions = {
  database: "PostgreSQL. Default: DATABASE_URL",
  table: "Table of devices. Default: push_devices",
  "users-table": "Tokens are columns of this table instead",
  "id-column": "... its id. Default: id",
  "token-column": "... its VoIP token. Default: voip_device_token",
  "alert-token-column": "... its notification token",
  redis: "Redis, where devices are kept there",
  store: "A module whose default export is a DeviceStore",
} as const;
