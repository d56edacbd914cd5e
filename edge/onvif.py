"""ONVIF messages: what is asked of cameras and what their answers say.

WS-Discovery 1.0 finds them; the ONVIF Core and Media specifications (ver10) tell their streams;
requests are signed as WS-Security UsernameToken Profile 1.0 says.
"""

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from urllib.parse import unquote
from xml.etree.ElementTree import Element, ParseError
from xml.sax.saxutils import escape, quoteattr

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

SCOPE: Final = "onvif://www.onvif.org/"
DIGEST_TYPE: Final = (
    "http://docs.oasis-open.org/wss/2004/01/"
    "oasis-200401-wss-username-token-profile-1.0#PasswordDigest"
)
NAMESPACES: Final = {
    "s": "http://www.w3.org/2003/05/soap-envelope",
    "a": "http://schemas.xmlsoap.org/ws/2004/08/addressing",
    "d": "http://schemas.xmlsoap.org/ws/2005/04/discovery",
    "dn": "http://www.onvif.org/ver10/network/wsdl",
    "tds": "http://www.onvif.org/ver10/device/wsdl",
    "trt": "http://www.onvif.org/ver10/media/wsdl",
    "tt": "http://www.onvif.org/ver10/schema",
    "wsse": "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd",
    "wsu": "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd",
}


TIME_PATHS: Final = (
    *("tt:Date/tt:Year", "tt:Date/tt:Month", "tt:Date/tt:Day"),
    *("tt:Time/tt:Hour", "tt:Time/tt:Minute", "tt:Time/tt:Second"),
)


class NoAnswer(ValueError):
    """What came back is not the answer to what was asked; its text says what it is."""


@dataclass(frozen=True)
class Device:
    """A camera that answered a probe."""

    id: str
    name: str
    model: str
    services: tuple[str, ...]  # URLs of its device service


@dataclass(frozen=True)
class Profile:
    """One of a camera's streams."""

    token: str
    name: str
    encoding: str
    size_px: tuple[int, int]


def probe(message_id: str) -> str:
    """Ask all that hear it whether they are network video transmitters."""
    to, action = "urn:schemas-xmlsoap-org:ws:2005:04:discovery", NAMESPACES["d"] + "/Probe"
    header = (
        f"<a:MessageID>{escape(message_id)}</a:MessageID><a:To>{to}</a:To>"
        f"<a:Action>{action}</a:Action>"
    )
    return envelope("<d:Probe><d:Types>dn:NetworkVideoTransmitter</d:Types></d:Probe>", header)


def envelope(body: str, header: str = "") -> str:
    """A SOAP 1.2 message."""
    names = " ".join(f'xmlns:{short}="{name}"' for short, name in NAMESPACES.items())
    return (
        '<?xml version="1.0" encoding="utf-8"?>'
        f"<s:Envelope {names}><s:Header>{header}</s:Header><s:Body>{body}</s:Body></s:Envelope>"
    )


def signature(user: str, password: str, *, nonce: bytes, at: datetime) -> str:
    """The header that shows that we know the password without telling it; `at` in UTC."""
    created = at.strftime("%Y-%m-%dT%H:%M:%SZ")
    digest = hashlib.sha1(nonce + created.encode() + password.encode(), usedforsecurity=False)
    return (
        '<wsse:Security s:mustUnderstand="1"><wsse:UsernameToken>'
        f"<wsse:Username>{escape(user)}</wsse:Username>"
        f"<wsse:Password Type={quoteattr(DIGEST_TYPE)}>"
        f"{base64.b64encode(digest.digest()).decode()}</wsse:Password>"
        f"<wsse:Nonce>{base64.b64encode(nonce).decode()}</wsse:Nonce>"
        f"<wsu:Created>{created}</wsu:Created>"
        "</wsse:UsernameToken></wsse:Security>"
    )


GET_TIME: Final = "<tds:GetSystemDateAndTime/>"
GET_MEDIA: Final = "<tds:GetCapabilities><tds:Category>Media</tds:Category></tds:GetCapabilities>"
GET_PROFILES: Final = "<trt:GetProfiles/>"


def get_stream(profile: str) -> str:
    """Ask for the address of a profile's stream."""
    return (
        "<trt:GetStreamUri><trt:StreamSetup><tt:Stream>RTP-Unicast</tt:Stream>"
        "<tt:Transport><tt:Protocol>RTSP</tt:Protocol></tt:Transport></trt:StreamSetup>"
        f"<trt:ProfileToken>{escape(profile)}</trt:ProfileToken></trt:GetStreamUri>"
    )


def read_matches(answer: bytes) -> list[Device]:
    """The cameras of one answer to a probe. Raises NoAnswer."""
    return [
        Device(
            id=_text(match, "a:EndpointReference/a:Address"),
            name=_scope(match, "name") or _scope(match, "hardware") or "camera",
            model=_scope(match, "hardware"),
            services=tuple(_text(match, "d:XAddrs").split()),
        )
        for match in _parse(answer).iterfind(".//d:ProbeMatch", NAMESPACES)
    ]


def read_time(answer: bytes) -> datetime:
    """What time the camera believes it is, in UTC. Raises NoAnswer."""
    told = _parse(answer).find(".//tt:UTCDateTime", NAMESPACES)
    if told is None:
        raise NoAnswer("tells no time")
    try:
        year, month, day, hour, minute, second = (int(_text(told, path)) for path in TIME_PATHS)
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError as error:
        raise NoAnswer("tells no time") from error


def read_media(answer: bytes) -> str:
    """The URL of the camera's media service. Raises NoAnswer."""
    return _needed(_parse(answer), ".//tt:Media/tt:XAddr", "has no media service")


def read_profiles(answer: bytes) -> list[Profile]:
    """The camera's streams that carry video. Raises NoAnswer."""
    return list(_profiles(_parse(answer)))


def read_stream(answer: bytes) -> str:
    """The address of a stream. Raises NoAnswer."""
    return _needed(_parse(answer), ".//tt:Uri", "tells no address of its stream")


def _profiles(root: Element) -> Iterator[Profile]:
    for profile in root.iterfind(".//trt:Profiles", NAMESPACES):
        encoder = profile.find("tt:VideoEncoderConfiguration", NAMESPACES)
        if encoder is None:
            continue
        try:
            width = int(_text(encoder, "tt:Resolution/tt:Width"))
            height = int(_text(encoder, "tt:Resolution/tt:Height"))
        except ValueError as error:
            raise NoAnswer("tells no size of its pictures") from error
        yield Profile(
            token=profile.get("token", ""),
            name=_text(profile, "tt:Name"),
            encoding=_text(encoder, "tt:Encoding"),
            size_px=(width, height),
        )


def _parse(answer: bytes) -> Element:
    try:
        root: Element = fromstring(answer)
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise NoAnswer("answers with what is no XML message") from error
    reason = root.findtext(".//s:Fault/s:Reason/s:Text", None, NAMESPACES)
    if reason is not None:
        raise NoAnswer(f"refuses: {reason.strip()}")
    return root


def _needed(root: Element, path: str, why: str) -> str:
    found = _text(root, path)
    if not found:
        raise NoAnswer(why)
    return found


def _text(element: Element, path: str) -> str:
    return (element.findtext(path, None, NAMESPACES) or "").strip()


def _scope(match: Element, kind: str) -> str:
    for scope in _text(match, "d:Scopes").split():
        if scope.startswith(f"{SCOPE}{kind}/"):
            return unquote(scope.removeprefix(f"{SCOPE}{kind}/"))
    return ""
