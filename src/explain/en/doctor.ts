/** What the doctor says besides its checks. */
export const doctorTexts = {
  /** What people call the steps of the diagnosis guide. */
  steps: {
    "set-up": "Set-up of this server",
    reach: "Reaching Apple",
    credentials: "Credentials",
    registration: "Step 1: is the token registered?",
    sending: "Step 2: is the push sent?",
    phone: "Step 3: does the phone get it?",
  },
  /** The finding of a check that threw. */
  stumbled: "This check could not be carried out: {words}",
} as const;
