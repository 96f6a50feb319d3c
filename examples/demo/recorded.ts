/** What two phones send, for a machine without WebRTC: a call with sound and picture. */
export const RECORDED_OFFER = sdp("actpass", "0");
export const RECORDED_ANSWER = sdp("active", "1");

export const recordedCandidates: readonly object[] = [
  { candidate: "candidate:1 1 udp 2122260223 192.0.2.10 50000 typ host generation 0", sdpMid: "0", sdpMLineIndex: 0 },
  {
    candidate: "candidate:2 1 udp 2122194687 198.51.100.10 50001 typ host generation 0",
    sdpMid: "0",
    sdpMLineIndex: 0,
  },
  { candidate: "candidate:3 1 tcp 1518280447 192.0.2.10 9 typ host tcptype active", sdpMid: "1", sdpMLineIndex: 1 },
];

function sdp(setup: string, session: string): string {
  const transport = [
    "c=IN IP4 0.0.0.0",
    "a=rtcp:9 IN IP4 0.0.0.0",
    `a=ice-ufrag:rec${session}`,
    "a=ice-pwd:recordedrecordedrecorded",
    `a=fingerprint:sha-256 ${Array.from({ length: 32 }, (_, index) => (index + 16).toString(16).toUpperCase()).join(":")}`,
    `a=setup:${setup}`,
    "a=rtcp-mux",
    "a=sendrecv",
  ];
  return [
    "v=0",
    `o=- 4611731400430051336 ${session} IN IP4 127.0.0.1`,
    "s=-",
    "t=0 0",
    "a=group:BUNDLE 0 1",
    "m=audio 9 UDP/TLS/RTP/SAVPF 111",
    ...transport,
    "a=mid:0",
    "a=rtpmap:111 opus/48000/2",
    "m=video 9 UDP/TLS/RTP/SAVPF 96",
    ...transport,
    "a=mid:1",
    "a=rtpmap:96 VP8/90000",
    "",
  ].join("\r\n");
}
