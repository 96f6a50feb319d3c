"""Python's h2: prints the path of each request when it is complete, takes a few milliseconds, and answers 200."""

import asyncio
import signal
import ssl
import sys

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.errors import ErrorCodes
from h2.events import DataReceived, RequestReceived, StreamEnded, StreamReset
from h2.exceptions import ProtocolError
from h2.settings import SettingCodes, Settings

host, port, cert_path, key_path, version, streams, requests = sys.argv[1:]
open_connections = set()


class Connection(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport = transport
        self.paths = {}
        self.seen = 0
        self.last = 0
        self.leaving = False
        self.h2 = H2Connection(H2Configuration(client_side=False, header_encoding="utf-8"))
        self.h2.local_settings = Settings(
            client=False, initial_values={SettingCodes.MAX_CONCURRENT_STREAMS: int(streams)}
        )
        self.h2.initiate_connection()
        self.flush()
        open_connections.add(self)

    def connection_lost(self, error):
        open_connections.discard(self)

    def data_received(self, data):
        try:
            for event in self.h2.receive_data(data):
                self.handle(event)
        except ProtocolError:
            self.flush()
            self.transport.close()
            return
        self.flush()

    def handle(self, event):
        if isinstance(event, RequestReceived):
            self.paths[event.stream_id] = dict(event.headers)[":path"]
        elif isinstance(event, DataReceived):
            self.h2.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
        elif isinstance(event, StreamReset):
            self.paths.pop(event.stream_id, None)
        elif isinstance(event, StreamEnded):
            # What comes after the goodbye is above its last id: nobody looks at it.
            if self.leaving:
                return
            print(self.paths[event.stream_id], flush=True)
            self.seen += 1
            self.last = event.stream_id
            asyncio.get_running_loop().call_later(0.01, self.answer, event.stream_id)
            if self.seen >= int(requests):
                self.leave()

    def answer(self, stream_id):
        if self.paths.pop(stream_id, None) is None or self.transport.is_closing():
            return
        self.h2.send_headers(stream_id, [(":status", "200")], end_stream=True)
        self.flush()
        self.close_when_done()

    def leave(self):
        if self.leaving:
            return
        self.leaving = True
        # h2 takes no more frames once it has said goodbye itself, so the frame is written by hand.
        payload = self.last.to_bytes(4, "big") + int(ErrorCodes.NO_ERROR).to_bytes(4, "big")
        self.flush()
        self.transport.write(len(payload).to_bytes(3, "big") + bytes([7, 0, 0, 0, 0, 0]) + payload)
        self.close_when_done()

    def close_when_done(self):
        if self.leaving and not any(stream_id <= self.last for stream_id in self.paths):
            # The client closes first. Closed at once, with frames of its unread, a socket takes back what was sent.
            asyncio.get_running_loop().call_later(1, self.transport.close)

    def flush(self):
        self.transport.write(self.h2.data_to_send())


async def main():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert_path, key_path)
    context.set_alpn_protocols(["h2"])
    if version == "1.2":
        context.maximum_version = ssl.TLSVersion.TLSv1_2
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Connection, host, int(port), ssl=context)
    leaving = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, leaving.set)
    await leaving.wait()
    server.close()
    for connection in list(open_connections):
        connection.leave()
    while open_connections:
        await asyncio.sleep(0.02)


asyncio.run(main())
