"""Finds ONVIF cameras on the local network and lists them with their streams."""

import os
import socket
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.client import HTTPException
from typing import Final
from urllib.parse import urlsplit

from edge.onvif import (
    GET_MEDIA,
    GET_PROFILES,
    GET_TIME,
    Device,
    NoAnswer,
    Profile,
    envelope,
    get_stream,
    probe,
    read_matches,
    read_media,
    read_profiles,
    read_stream,
    read_time,
    signature,
)

GROUP: Final = ("239.255.255.250", 3702)
DATAGRAM_BYTES: Final = 65_536
ANSWER_BYTES: Final = 1_000_000
ANSWER_S: Final = 5.0
NONCE_BYTES: Final = 16


@dataclass(frozen=True)
class Found:
    """A camera and the address from which it answered."""

    device: Device
    host: str

    @property
    def service(self) -> str:
        """Its device service; one on another host is not asked: it would be sent our signature.

        Raises NoAnswer.
        """
        for url in self.device.services:
            if _is_at(url, self.host):
                return url
        raise NoAnswer(f"names no service at its own address {self.host}")


@dataclass
class Credentials:
    """Who asks; `clock` tells the time of day."""

    user: str
    password: str = field(repr=False)
    clock: Callable[[], datetime]


def find(*, wait_s: float, interface: str | None = None) -> list[Found]:
    """The cameras that answer a multicast probe within `wait_s`, in the order of their addresses.

    `interface` is the own address to ask from where the machine has several. Raises OSError.
    """
    found: dict[str, Found] = {}
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asker:
        if interface:
            own = socket.inet_aton(interface)
            asker.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, own)
            asker.bind((interface, 0))
        asker.sendto(probe(f"uuid:{uuid.uuid4()}").encode(), GROUP)
        ends_at = time.monotonic() + wait_s
        while (left_s := ends_at - time.monotonic()) > 0:
            asker.settimeout(left_s)
            try:
                answer, (host, _) = asker.recvfrom(DATAGRAM_BYTES)
                devices = read_matches(answer)
            except (TimeoutError, NoAnswer):
                continue
            for device in devices:
                found.setdefault(device.id or host, Found(device, host))
    return sorted(found.values(), key=lambda each: socket.inet_aton(each.host))


def streams(found: Found, credentials: Credentials) -> Iterator[tuple[Profile, str]]:
    """The camera's streams and their addresses. Raises NoAnswer."""
    device = _Service(found.service, credentials)
    device.learn_time()
    media_url = read_media(device.ask(GET_MEDIA))
    if not _is_at(media_url, found.host):
        raise NoAnswer(f"names a media service that is not at its own address {found.host}")
    media = _Service(media_url, credentials, device.ahead)
    for profile in read_profiles(media.ask(GET_PROFILES)):
        yield profile, read_stream(media.ask(get_stream(profile.token)))


class _Service:
    """One web service of a camera. The camera's clock, not ours, decides about a signature."""

    def __init__(self, url: str, credentials: Credentials, ahead: timedelta = timedelta(0)) -> None:
        self._url, self._credentials, self.ahead = url, credentials, ahead
        passwords = urllib.request.HTTPPasswordMgrWithDefaultRealm()
        passwords.add_password(None, url, credentials.user, credentials.password)
        # Where a camera wants HTTP's digest rather than a signature in the message.
        digest = urllib.request.HTTPDigestAuthHandler(passwords)
        self._http = urllib.request.build_opener(urllib.request.ProxyHandler({}), digest)

    def learn_time(self) -> None:
        """Take over the camera's clock; unsigned, since a camera with a wrong one refuses all."""
        self.ahead = read_time(self._send(envelope(GET_TIME))) - self._credentials.clock()

    def ask(self, body: str) -> bytes:
        """The answer to a signed request."""
        header = signature(
            self._credentials.user,
            self._credentials.password,
            nonce=os.urandom(NONCE_BYTES),
            at=self._credentials.clock() + self.ahead,
        )
        return self._send(envelope(body, header))

    def _send(self, message: str) -> bytes:
        request = urllib.request.Request(  # noqa: S310 - its scheme was checked
            self._url,
            message.encode(),
            {"Content-Type": "application/soap+xml; charset=utf-8"},
        )
        try:
            with self._http.open(request, timeout=ANSWER_S) as answer:
                content: bytes = answer.read(ANSWER_BYTES)
                return content
        except urllib.error.HTTPError as error:
            with error:
                return _refusal(error.code, error.read(ANSWER_BYTES))
        except (OSError, HTTPException, ValueError) as error:
            raise NoAnswer(f"does not answer at {self._url}") from error


def _refusal(status: int, content: bytes) -> bytes:
    """A fault's message comes with an HTTP error; without one the error is the answer."""
    if b"Fault" not in content:
        raise NoAnswer(f"refuses with HTTP status {status}; check user and password")
    return content


def _is_at(url: str, host: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and parts.hostname == host


def listing(cameras: list[Found], credentials: Credentials | None) -> Iterator[str]:
    """Lines for people: each camera, then, with credentials, its streams or why there are none."""
    for found in cameras:
        device = found.device
        model = f" ({device.model})" if device.model not in {"", device.name} else ""
        yield _printable(f"{found.host}  {device.name}{model}")
        if credentials is None:
            continue
        try:
            for profile, url in streams(found, credentials):
                width, height = profile.size_px
                stream = f"{profile.name}  {width}x{height} {profile.encoding}  {url}"
                yield _printable(f"  {stream}")
        except NoAnswer as error:
            yield _printable(f"  {error}")


def _printable(line: str) -> str:
    """What a stranger on the network calls itself must not command a terminal."""
    return "".join(each if each.isprintable() else "?" for each in line)
