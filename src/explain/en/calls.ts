/** What to look at when Apple accepted a call push, and no phone has registered at the signal server. */
export const callTexts = {
  nobodyWoken:
    "Accepted is not delivered. If the phone rang, its app has not connected and registered here: look at its network and at the address that it connects to. If it did not ring, look at the phone's network and at the app, which must report each VoIP push to CallKit at once, or iOS delivers none any more.",
};
