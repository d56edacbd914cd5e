"""A simulated ONVIF camera on the loopback: answers probes, and signed questions about streams."""

import base64
import hashlib
import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

USER, PASSWORD = "viewer", "open-sesame"
LOOPBACK = "127.0.0.1"
GROUP, PORT = "239.255.255.250", 3702
SKEW = timedelta(hours=-7)  # its clock was never set
TOLERANCE = timedelta(minutes=1)
DEADLINE_S = 30

HEAD = """<?xml version="1.0"?><SOAP-ENV:Envelope
 xmlns:SOAP-ENV="http://www.w3.org/2003/05/soap-envelope"
 xmlns:wsa="http://schemas.xmlsoap.org/ws/2004/08/addressing"
 xmlns:wsd="http://schemas.xmlsoap.org/ws/2005/04/discovery"
 xmlns:dev="http://www.onvif.org/ver10/device/wsdl"
 xmlns:med="http://www.onvif.org/ver10/media/wsdl"
 xmlns:ons="http://www.onvif.org/ver10/schema"><SOAP-ENV:Body>"""
FOOT = "</SOAP-ENV:Body></SOAP-ENV:Envelope>"
MATCH = """<wsd:ProbeMatches><wsd:ProbeMatch>
<wsa:EndpointReference><wsa:Address>urn:uuid:{id}</wsa:Address></wsa:EndpointReference>
<wsd:Types>dn:NetworkVideoTransmitter</wsd:Types>
<wsd:Scopes>onvif://www.onvif.org/type/video_encoder onvif://www.onvif.org/name/{name}
 onvif://www.onvif.org/hardware/SIM-1</wsd:Scopes>
<wsd:XAddrs>{services}</wsd:XAddrs></wsd:ProbeMatch></wsd:ProbeMatches>"""
TIME = """<dev:GetSystemDateAndTimeResponse><dev:SystemDateAndTime><ons:UTCDateTime>
<ons:Time><ons:Hour>{at.hour}</ons:Hour><ons:Minute>{at.minute}</ons:Minute>
<ons:Second>{at.second}</ons:Second></ons:Time><ons:Date><ons:Year>{at.year}</ons:Year>
<ons:Month>{at.month}</ons:Month><ons:Day>{at.day}</ons:Day></ons:Date></ons:UTCDateTime>
</dev:SystemDateAndTime></dev:GetSystemDateAndTimeResponse>"""
MEDIA = """<dev:GetCapabilitiesResponse><dev:Capabilities><ons:Media>
<ons:XAddr>{media}</ons:XAddr></ons:Media></dev:Capabilities></dev:GetCapabilitiesResponse>"""
PROFILE = """<med:Profiles token="{token}"><ons:Name>{name}</ons:Name>
<ons:VideoEncoderConfiguration token="e"><ons:Encoding>{encoding}</ons:Encoding>
<ons:Resolution><ons:Width>{width}</ons:Width><ons:Height>{height}</ons:Height></ons:Resolution>
</ons:VideoEncoderConfiguration></med:Profiles>"""
PROFILES = (
    "<med:GetProfilesResponse>"
    + PROFILE.format(token="p&1", name="main", encoding="H265", width=2560, height=1440)
    + PROFILE.format(token="p2", name="sub", encoding="H264", width=640, height=480)
    + '<med:Profiles token="sound"><ons:Name>sound</ons:Name></med:Profiles>'
    + "</med:GetProfilesResponse>"
).replace("p&1", "p&amp;1")
STREAM = """<med:GetStreamUriResponse><med:MediaUri><ons:Uri>rtsp://127.0.0.1/{token}</ons:Uri>
</med:MediaUri></med:GetStreamUriResponse>"""
FAULT = """<SOAP-ENV:Fault><SOAP-ENV:Reason><SOAP-ENV:Text xml:lang="en">{why}</SOAP-ENV:Text>
</SOAP-ENV:Reason></SOAP-ENV:Fault>"""


class OnvifCamera(ThreadingHTTPServer):
    """Its web services; `name`, `services` and `media` are what it says about itself."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__((LOOPBACK, 0), _Services)
        self.url = f"http://{LOOPBACK}:{self.server_port}/onvif"
        self.name = "Lobby%20east"
        self.services = f"http://[fe80::1]/onvif {self.url}/device"
        self.media = f"{self.url}/media"
        self.requests: list[str] = []
        self.said: str | None = None

    def matches(self) -> bytes:
        """The answer to a probe."""
        match = MATCH.format(id="0-1-2", name=self.name, services=self.services)
        return (HEAD + match + FOOT).encode()

    def answer(self, request: str) -> tuple[int, str]:
        """HTTP status and body of the answer to a message."""
        self.requests.append(request)
        if self.said is not None:
            return 200, self.said
        at = datetime.now(UTC) + SKEW  # noqa: TID251 - a camera has a clock of its own
        if "GetSystemDateAndTime" in request:
            return 200, TIME.format(at=at)
        if not signed(request, at):
            return 400, FAULT.format(why="Sender not authorized")
        if "GetCapabilities" in request:
            return 200, MEDIA.format(media=self.media)
        if "GetProfiles" in request:
            return 200, PROFILES
        token = re.search(r"ProfileToken>(.*?)<", request)
        return 200, STREAM.format(token=token and token[1])


class _Services(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        """Answer a message."""
        server = self.server
        assert isinstance(server, OnvifCamera)
        request = self.rfile.read(int(self.headers["Content-Length"])).decode()
        status, body = server.answer(request)
        content = (HEAD + body + FOOT).encode() if body.startswith("<") else body.encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *arguments: object) -> None:
        """Keep the tests' output clean."""


def signed(request: str, at: datetime) -> bool:
    """Whether a message is signed with the right password, and just now by the camera's clock."""
    told = {
        name: found[1]
        for name in ("Username", "Password", "Nonce", "Created")
        if (found := re.search(rf":{name}\b[^>]*>(.*?)<", request))
    }
    if len(told) < 4 or told["Username"] != USER:
        return False
    created = datetime.fromisoformat(told["Created"])
    nonce = base64.b64decode(told["Nonce"])
    digest = hashlib.sha1(
        nonce + told["Created"].encode() + PASSWORD.encode(), usedforsecurity=False
    )
    return abs(created - at) < TOLERANCE and base64.b64decode(told["Password"]) == digest.digest()


@contextmanager
def onvif_camera() -> Iterator[OnvifCamera]:
    """A running camera that hears multicast on the loopback."""
    camera = OnvifCamera()
    ended = threading.Event()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as ear:
        ear.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        ear.bind((GROUP, PORT))
        member = socket.inet_aton(GROUP) + socket.inet_aton(LOOPBACK)
        ear.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, member)
        ear.settimeout(0.05)

        def hear() -> None:
            while not ended.is_set():
                try:
                    heard, asker = ear.recvfrom(65536)
                except TimeoutError:
                    continue
                if b"NetworkVideoTransmitter" in heard:
                    ear.sendto(b"rubbish", asker)
                    ear.sendto(camera.matches(), asker)
                    ear.sendto(camera.matches(), asker)

        threads = [threading.Thread(target=hear), threading.Thread(target=camera.serve_forever)]
        for thread in threads:
            thread.start()
        yield camera
        ended.set()
        camera.shutdown()
        camera.server_close()
        for thread in threads:
            thread.join(DEADLINE_S)
