/** What a check says that did not come to its question. */
export const notTried = { message: "Not tried: the step before it failed." } as const;

export const noApi = { message: "Not tried: API_URL is not set, or does not answer." } as const;
