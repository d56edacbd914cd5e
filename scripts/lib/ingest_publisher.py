"""Publishes made-up readings of many cameras at a rate, over plain sockets: MQTT 3.1.1, QoS 1.

A process of its own, so that what it costs is nobody else's. Prints what was sent as JSON.
"""

import argparse
import json
import socket
import struct
import time
from datetime import UTC, datetime
from threading import Thread
from typing import Final
from uuid import uuid4

ZONES: Final = ("entrance", "waiting", "self-service")
BURST_S: Final = 0.005
PATIENCE_S: Final = 30


class Node:
    """One edge box: a connection that reads acknowledgements and writes readings."""

    def __init__(self, port: int, name: str, password: str) -> None:
        self.acknowledged = 0
        self._socket = socket.create_connection(("127.0.0.1", port), PATIENCE_S)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        user = _text("edge-bench"), _text(password)
        body = _text("MQTT") + b"\x04\xc2" + struct.pack(">H", 0) + _text(name) + b"".join(user)
        self._socket.sendall(b"\x10" + _length(len(body)) + body)
        if self._socket.recv(4)[3:] != b"\0":
            raise RuntimeError(f"the broker refused {name}")
        Thread(target=self._read, daemon=True).start()

    def send(self, packets: bytes) -> None:
        """Write packets."""
        self._socket.sendall(packets)

    def _read(self) -> None:
        rest = 0
        while chunk := self._socket.recv(65536):
            whole, rest = divmod(rest + len(chunk), 4)  # nothing but PUBACKs, of four bytes each
            self.acknowledged += whole


def _text(word: str) -> bytes:
    return struct.pack(">H", len(word)) + word.encode()


def _length(number: int) -> bytes:
    digits = bytearray()
    while True:
        number, digit = divmod(number, 128)
        digits.append(digit | (128 if number else 0))
        if not number:
            return bytes(digits)


def _packet(camera: int, seq: int, at: str) -> bytes:
    """A reading of three zones, about 600 bytes."""
    people = (camera + seq) % 9
    crowd = {
        "id": str(uuid4()),
        "seq": seq,
        "at": at,
        "camera": f"c{camera}",
        "count": 3 * people,
        "count_low": max(0, 3 * people - 2),
        "count_high": 3 * people + 2,
        "quality": "ok",
        "latency_ms": 42.0,
        "model": "nanodet-person-480x640-int8",
        "zones": [
            {
                "zone": zone,
                "count": people,
                "density_per_m2": people / 100,
                "level": "A",
                "in": seq,
                "out": seq,
                "dwell_s": 12.5,
            }
            for zone in ZONES
        ],
    }
    topic = _text(f"huiting/v1/demo/edge/c{camera}/crowd")
    body = topic + struct.pack(">H", seq % 65535 + 1) + json.dumps(crowd).encode()
    return b"\x32" + _length(len(body)) + body


def main() -> None:
    """Publish for some seconds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--password", required=True)
    parser.add_argument("--rate", type=int, required=True, help="readings a second in all")
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--cameras", type=int, default=500)
    parser.add_argument("--nodes", type=int, default=10, help="connections")
    asked = parser.parse_args()
    nodes = [Node(asked.port, f"node-{number}", asked.password) for number in range(asked.nodes)]
    total, sent, late_s = int(asked.rate * asked.seconds), 0, 0.0
    started = time.monotonic()
    while sent < total:
        due = min(total, int((time.monotonic() - started) * asked.rate) + 1)
        at = datetime.now(UTC).isoformat(timespec="milliseconds")  # noqa: TID251 a clock is read
        packets = [bytearray() for _ in nodes]
        for number in range(sent, due):
            camera = number % asked.cameras
            packets[camera % len(nodes)] += _packet(camera, number // asked.cameras + 1, at)
        for node, some in zip(nodes, packets, strict=True):
            node.send(bytes(some))
        sent = due
        late_s = max(late_s, time.monotonic() - started - sent / asked.rate)
        time.sleep(BURST_S)
    took_s = time.monotonic() - started
    patience = time.monotonic() + PATIENCE_S
    while sum(node.acknowledged for node in nodes) < sent and time.monotonic() < patience:
        time.sleep(BURST_S)
    acknowledged = sum(node.acknowledged for node in nodes)
    told = {"sent": sent, "acknowledged": acknowledged, "took_s": took_s, "late_s": late_s}
    print(json.dumps(told))


if __name__ == "__main__":
    main()
