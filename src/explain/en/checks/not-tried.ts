/** The text of a check that could not be made, because an earlier step failed. */
export const notTried = { message: "Not tried: the step before it failed." } as const;

export const noApi = { message: "Not tried: API_URL is not set, or does not answer." } as const;
