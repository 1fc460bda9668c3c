"""An HTTP server that behaves as the path of a request says. It prints its port, and ends with its parent.

    server.py [--tls CERTIFICATE_AND_KEY [--old]]
"""

import argparse
import http.server
import os
import socket
import socketserver
import ssl
import struct
import threading
import time


class Shared:
    """What requests on several connections have in common."""

    connections = 0
    next_piece = threading.Semaphore(0)
    closed_by_client = threading.Semaphore(0)
    blocked = threading.Semaphore(0)
    sent = 0


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def setup(self):
        Shared.connections += 1
        self.number = Shared.connections
        super().setup()

    def log_message(self, *_):
        pass

    def answer(self, status=200, body=b"", **fields):
        self.send_response(status)
        for name, value in fields.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def begin_chunks(self):
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()

    def chunk(self, data):
        self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))

    def hold(self):
        """Says nothing more until the client has closed the connection."""
        try:
            self.connection.recv(1)
        except OSError:
            pass
        Shared.closed_by_client.release()
        self.close_connection = True

    def reset(self):
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        # Whatever else refers to the socket, too.
        os.close(self.connection.detach())

    def large(self, size):
        """Notes where it was blocked for a second, then goes on."""
        self.send_response(200)
        self.send_header("Content-Length", str(size))
        self.end_headers()
        data = memoryview(bytes(size))
        self.connection.settimeout(1)
        was_blocked = False
        while Shared.sent < size:
            try:
                Shared.sent += self.connection.send(data[Shared.sent : Shared.sent + 65536])
            except TimeoutError:
                if not was_blocked:
                    was_blocked = True
                    Shared.blocked.release()

    def do_GET(self):
        path, _, query = self.path.partition("?")
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if path.startswith("http://"):
            self.answer(body=b"by proxy")
        elif path == "/hello":
            self.answer(body=b"hello", X_Empty="", X_Field=" a value ")
        elif path == "/connection":
            self.answer(body=b"%d" % self.number)
        elif path == "/echo":
            fields = sorted(f"{name.lower()}: {value}" for name, value in self.headers.items())
            self.answer(body="\n".join([f"{self.command} {self.path}", *fields, ""]).encode() + body)
        elif path == "/interim":
            self.wfile.write(b"HTTP/1.1 103 Early Hints\r\nX-Field: interim\r\n\r\n")
            self.answer(body=b"final")
        elif path == "/pieces":
            self.begin_chunks()
            for number in range(3):
                self.chunk(b"piece %d" % number)
                Shared.next_piece.acquire()
            self.wfile.write(b"0\r\nX-Trailer: yes\r\n\r\n")
        elif path == "/next":
            Shared.next_piece.release()
            self.answer()
        elif path == "/held":
            self.hold()
        elif path == "/silent":
            self.begin_chunks()
            self.chunk(b"first")
            self.hold()
        elif path == "/endless":
            self.begin_chunks()
            try:
                while True:
                    self.chunk(b".")
                    time.sleep(0.02)
            except OSError:
                Shared.closed_by_client.release()
                self.close_connection = True
        elif path == "/closed":
            Shared.closed_by_client.acquire()
            self.answer()
        elif path == "/large":
            self.large(int(query))
        elif path == "/blocked":
            Shared.blocked.acquire()
            self.answer(body=b"%d" % Shared.sent)
        elif path == "/reset":
            self.begin_chunks()
            self.chunk(b"half")
            Shared.next_piece.acquire()
            self.reset()
        elif path == "/short":
            self.send_response(200)
            self.send_header("Content-Length", "100")
            self.end_headers()
            self.wfile.write(b"half")
            self.close_connection = True
        elif path == "/nothing":
            self.close_connection = True
        elif path == "/goodbye":
            # Closes a connection that the client believes to be open.
            self.answer(body=b"bye")
            self.close_connection = True
        elif path == "/head":
            self.answer(body=b"fine", X_Long="x" * int(query))
        elif path == "/old":
            self.wfile.write(b"no head at all\n")
            self.close_connection = True
        elif path == "/redirect":
            status, _, target = query.partition(",")
            self.answer(int(status), b"elsewhere", Location=target)
        elif path == "/loop":
            self.answer(302, Location="/loop")
        else:
            self.answer(404, b"not found")

    def do_CONNECT(self):
        self.answer(403, b"no tunnels")

    do_POST = do_HEAD = do_PUT = do_GET


class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, *_):
        pass


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--tls")
    parser.add_argument("--old", action="store_true", help="nothing newer than TLS 1.1")
    options = parser.parse_args()
    server = Server(("127.0.0.1", 0), Handler)
    if options.tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(options.tls)
        if options.old:
            context.set_ciphers("ALL:@SECLEVEL=0")
            context.minimum_version = ssl.TLSVersion.TLSv1
            context.maximum_version = ssl.TLSVersion.TLSv1_1
        # The handshake is left to the connection's own thread.
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    print(server.server_port, flush=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    parent = os.getppid()
    while os.getppid() == parent:
        time.sleep(1)


main()
