/** The likely ones first: the order in which to go through them when Apple accepts and nothing rings. */
export const phoneChecks = {
  "phone-token": {
    title: "The right app, the right token",
    outcomes: {
      look: {
        message:
          "Print the token in `pushRegistry(_:didUpdate:for:)`: its first 12 characters must be those the server logs in `Retrieved voipDeviceToken for user ...`.",
        remedy: "Another token or another build is stored: start this app once, logged in, so that it registers.",
      },
    },
  },
  "phone-online": {
    title: "The phone is online",
    outcomes: {
      look: {
        message:
          "A call is tried once and not stored (expiration 0): a phone that is out of reach at that moment gets nothing. In Console.app, process `apsd`, see whether the connection to Apple is up.",
        remedy: "Try again with the phone unlocked on a good network; give calls a few seconds with `callExpiration`.",
      },
    },
  },
  "phone-blocked": {
    title: "iOS has not blocked the app",
    outcomes: {
      look: {
        message:
          "Look in Console.app for `callservicesd` saying that it kills the app, and in the crash reports for `_terminateAppIfThereAreUnhandledVoIPPushes` or `0xBAADCA11`. After a few VoIP pushes that were not reported to CallKit iOS stops delivering them; Apple goes on answering 200, and neither app nor server can see it.",
        remedy:
          "Report every VoIP push to CallKit in the same run loop, also one that cannot be read; then delete the app and install it again.",
      },
    },
  },
  "phone-payload": {
    title: "The app can read the payload",
    outcomes: {
      look: {
        message:
          "Log the dictionary in `pushRegistry(_:didReceiveIncomingPushWith:...)` and compare its keys with the parser. An unknown caller on the screen means that parsing failed; an id that is no UUID, or a missing handle, silently breaks common plug-ins.",
        remedy:
          "Send the keys the app reads: `npx apns-voip send --dry-run` prints the payload; `presets` fits common plug-ins.",
      },
    },
  },
  "phone-focus": {
    title: "No Focus, no blocked caller",
    outcomes: {
      look: {
        message:
          "`reportNewIncomingCall` ends with `CXErrorCodeIncomingCallError` 3 (Do Not Disturb, a Focus) or 4 (blocked caller).",
        remedy: "Turn the Focus off, or allow the app or the caller in it.",
      },
    },
  },
  "phone-callkit": {
    title: "CallKit is not turned off",
    outcomes: {
      look: {
        message:
          "Builds for the China storefront, and apps with a region check, turn CallKit off; then PushKit must not be used either.",
        remedy: "Use LiveCommunicationKit there, or send `alert` pushes.",
      },
    },
  },
  "phone-capabilities": {
    title: "The app may receive VoIP pushes",
    outcomes: {
      look: {
        message:
          "Info.plist must list `voip` in UIBackgroundModes, the entitlements must have `aps-environment`, and a PKPushRegistry must be made at every launch and kept.",
        remedy:
          "Add the Push Notifications and Background Modes (Voice over IP) capabilities in Xcode; make the registry in `didFinishLaunchingWithOptions`, not on a screen.",
      },
    },
  },
  "phone-debugger": {
    title: "It was not killed by the debugger",
    outcomes: {
      look: {
        message: "An app stopped in Xcode is not the same as an app that is not running.",
        remedy: 'Test without the debugger, or with "Wait for the executable to be launched" in the scheme.',
      },
    },
  },
  "phone-network": {
    title: "The phone's network lets Apple through",
    outcomes: {
      look: {
        message: "Some Wi-Fi blocks TCP 5223, and 443 as the way around it, to Apple.",
        remedy: "Try over the mobile network. If it rings there, open these ports in the Wi-Fi.",
      },
    },
  },
  "phone-idle": {
    title: "It is not the platform",
    outcomes: {
      look: {
        message: "There are reports of idle, locked phones that miss VoIP pushes of several apps at once.",
        remedy: "Compare with another calling app on the same phone; update iOS.",
      },
    },
  },
  "phone-apple": {
    title: "What Apple knows",
    outcomes: {
      look: {
        message:
          "Sandbox: look up the apns-unique-id in the Delivery Log of the Push Notifications Console. Production: only totals are shown there; with apns-id and time Apple's developer support can look.",
        remedy: "Let the app tell your own server that a push arrived: no answer of Apple's ever does.",
      },
    },
  },
} as const;
