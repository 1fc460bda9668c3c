"""Talks to the test server as Python's clients do: clients.py BASE, where BASE is http://host:port.

Prints a line for each check; the first that fails ends it with a traceback.
"""
import http.client
import sys
import urllib.parse

import requests
from websockets.sync.client import connect

BASE = sys.argv[1]
HOST = urllib.parse.urlsplit(BASE).netloc


def http_client():
    connection = http.client.HTTPConnection(HOST, timeout=10)
    for _ in range(3):  # one connection
        connection.request("GET", "/hello")
        response = connection.getresponse()
        assert (response.status, response.read()) == (200, b"hello")
    connection.request("HEAD", "/hello")
    response = connection.getresponse()
    assert (response.status, response.read(), response.headers["Content-Length"]) == (200, b"", "5")
    body = bytes(range(256)) * 4096
    connection.request("POST", "/echo", body)
    assert connection.getresponse().read() == body
    connection.request("POST", "/echo", iter([b"a" * 1000, b"b" * 100000, b"c"]), encode_chunked=True)
    assert connection.getresponse().read() == b"a" * 1000 + b"b" * 100000 + b"c"
    connection.request("GET", "/missing")
    response = connection.getresponse()
    assert response.status == 404, response.status
    response.read()
    connection.close()


def requests_session():
    with requests.Session() as session:
        assert session.get(BASE + "/hello", timeout=10).text == "hello"
        assert session.post(BASE + "/echo", json={"a": 1}, timeout=10).json() == {"a": 1}
        assert session.post(BASE + "/echo", data=(b"x" * 10 for _ in range(5)), timeout=10).content == b"x" * 50
        lines = list(session.get(BASE + "/stream", stream=True, timeout=10).iter_lines())
        assert lines == [str(number).encode() for number in range(1000)], len(lines)
        assert session.get(BASE + "/none", timeout=10).status_code == 204
        assert session.get(BASE + "/hello", timeout=10).text == "hello"


def websockets():
    with connect("ws://" + HOST + "/socket", max_size=None, compression=None) as socket:
        for message in ["", "grüße", "x" * 100_000, b"", bytes(range(256)) * 1000]:
            socket.send(message)
            assert socket.recv(timeout=10) == message
        socket.send(["frag", "men", "ted"])
        assert socket.recv(timeout=10) == "fragmented"
        assert socket.ping(b"payload").wait(10)
    assert socket.protocol.close_code == 1000, socket.protocol.close_code


for check in [http_client, requests_session, websockets]:
    check()
    print("ok:", check.__name__)
