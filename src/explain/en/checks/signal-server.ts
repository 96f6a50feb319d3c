export const signalServerChecks = {
  signal: {
    title: "The signal server answers at SOCKETIO_PATH",
    outcomes: {
      answers: { message: "Socket.IO answers at {url}." },
      "no-socketio": {
        message: "{url} answers {status}, but not as Socket.IO does.",
        remedy: "SOCKETIO_PATH of the server, path of the reverse proxy and path in the app must be the same.",
      },
      silent: {
        message: "{url} takes the connection but does not answer: nothing serves this path there.",
        remedy: "SOCKETIO_PATH of the server, path of the reverse proxy and path in the app must be the same.",
      },
      down: {
        message: "{url} cannot be reached: {words}.",
        remedy: "Start the signal server, or correct --signal-url.",
      },
      unset: { message: "Not tried: give --signal-url to try it." },
    },
  },
} as const;
