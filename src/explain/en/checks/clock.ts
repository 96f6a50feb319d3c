const keepSet = "Keep it set with NTP: with more than ten minutes Apple begins to refuse pushes.";

const setIt = "Set the clock, and keep it set with NTP (chrony, systemd-timesyncd).";

export const clockChecks = {
  clock: {
    title: "This server's clock is right",
    outcomes: {
      right: { message: "The clock differs from Apple's by less than a minute." },
      ahead: { message: "The clock is {seconds} s ahead of Apple's.", remedy: keepSet },
      behind: { message: "The clock is {seconds} s behind Apple's.", remedy: keepSet },
      "far-ahead": {
        message: "The clock is {seconds} s ahead of Apple's: provider tokens made here are from the future.",
        remedy: setIt,
      },
      "far-behind": {
        message: "The clock is {seconds} s behind Apple's: provider tokens made here count as expired.",
        remedy: setIt,
      },
      unknown: {
        message: "No answer of Apple's carried a date to compare with.",
        remedy: "Compare with a time server yourself.",
      },
    },
  },
} as const;
