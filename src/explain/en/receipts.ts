/** What to look at when Apple accepted a call push, and the phone has said nothing. */
export const receiptTexts = {
  silent:
    "Accepted is not delivered. Look at the app: does it report each VoIP push to CallKit at once? After a few that it did not, iOS delivers none any more, until the app is reinstalled. Then at the phone: network, app still installed, token of this installation.",
};
