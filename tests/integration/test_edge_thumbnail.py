"""Looks through a camera on real brokers: the programs, shown and not; and who may hear what."""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest

from hall.bus import Bus
from hall.thumbnails import Thumbnail, ThumbnailRequest
from hall.topics import CALL, THUMBNAIL, THUMBNAIL_REQUEST
from tests.clips.faulty import CLIP
from tests.integration.brokers import ROOT, RunningBroker, until
from tests.integration.hub_process import RunningHub
from tests.integration.test_broker import Peer

DEADLINE_S = 30
PATH = "/cameras/lobby/thumbnail"
CONFIG = """
hall = "demo"
node = "hall"

[[camera]]
id = "lobby"
source = "{clip}"
{thumbnail}
"""
HALL = "demo"
ASKED, ANSWERED = THUMBNAIL_REQUEST.name(HALL, id="hall"), THUMBNAIL.name(HALL, id="hall")
OTHERS_ASKED, OTHERS_ANSWERED = (
    topic.name(HALL, id="other") for topic in (THUMBNAIL_REQUEST, THUMBNAIL)
)
Start = Callable[[str], RunningHub]
Connect = Callable[[str], Peer]


def now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 the programs' clock is this one


@pytest.fixture
def start(tmp_path: Path, broker: RunningBroker) -> Iterator[Start]:
    """Starts an edge box whose camera is shown or not, and a hub that has heard of it."""
    hub = RunningHub(tmp_path / "data", broker)
    boxes: list[subprocess.Popen[str]] = []

    def begin(thumbnail: str) -> RunningHub:
        config = tmp_path / "edge.toml"
        config.write_text(CONFIG.format(clip=CLIP, thumbnail=thumbnail))
        settings = broker.settings("edge-hall")
        environment = os.environ | {
            "HUITING_EDGE__MQTT__PORT": str(settings.port),
            "HUITING_EDGE__MQTT__USERNAME": settings.username,
            "HUITING_EDGE__MQTT__PASSWORD": settings.password.get_secret_value(),
        }
        command = [sys.executable, "-m", "edge", "--config", str(config)]
        boxes.append(
            subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True)
        )
        hub.start()
        token = hub.sign_in()
        bearer = f"Bearer {token}"
        until(
            lambda: "lobby" in hub.get("/hall", Authorization=bearer).json().get("crowd", {}),
            what="a reading of the camera",
        )
        return hub

    yield begin
    for box in boxes:
        box.terminate()
        _, logged = box.communicate(timeout=DEADLINE_S)
        assert "Traceback" not in logged
    hub.close()


def test_a_manager_sees_the_camera_in_blocks_once_in_ten_seconds(start: Start) -> None:
    hub = start("thumbnail = true")
    token = hub.sign_in()
    answer = hub.post(PATH, token)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "image/png"
    assert answer.content.startswith(b"\x89PNG")
    again = hub.post(PATH, token)
    assert (again.status_code, again.json()["code"]) == (429, "thumbnail_too_often")
    looks = re.findall(r".*thumbnail_requested.*", hub.printed.read_text())
    assert len(looks) == 2
    assert all("boss" in look and "lobby" in look for look in looks)


def test_a_camera_is_not_shown_unless_its_box_allows_it(start: Start) -> None:
    hub = start("")
    answer = hub.post(PATH, hub.sign_in())
    assert (answer.status_code, answer.json()["code"]) == (409, "thumbnail_off")


def test_a_box_that_is_asked_all_the_same_shows_nothing(
    start: Start, broker: RunningBroker
) -> None:
    start("")
    answers: list[Thumbnail] = []
    asker = Bus(
        broker.settings("hub"), hall=HALL, program="hub", node="asker", version="1", clock=now
    )
    asker.subscribe(THUMBNAIL, lambda levels, answer: answers.append(answer))
    asker.start()
    until(lambda: asker.connected, what="the asker")
    request = ThumbnailRequest(id=uuid4(), at=now(), camera="lobby")
    asker.publish(THUMBNAIL_REQUEST, request, id="hall")
    until(lambda: answers, what="the box's answer")
    asker.close()
    assert [(each.id, each.refused, each.blocks) for each in answers] == [(request.id, "off", None)]


@pytest.fixture
def connect(broker: RunningBroker) -> Iterator[Connect]:
    """Connects an identity that subscribes to all topics, and by name to those it may read."""
    peers: list[Peer] = []

    def begin(identity: str) -> Peer:
        peer = Peer(broker, identity, None, None)
        peers.append(peer)
        until(peer.client.is_connected, what=f"{identity} to connect")
        for topic in ("#", CALL.name(HALL), ASKED, ANSWERED, OTHERS_ASKED, OTHERS_ANSWERED):
            peer.subscribe(topic)
        return peer

    yield begin
    for peer in peers:
        peer.close()


def heard(peer: Peer) -> set[tuple[str, bytes]]:
    """What has reached a peer; a topic that two of its subscriptions match may come twice."""
    return {(topic, payload) for topic, payload, _ in peer.heard}


def test_a_node_s_answer_reaches_the_hub_and_nobody_else(connect: Connect) -> None:
    hub, edge, kiosk, tester = map(connect, ("hub", "edge-hall", "kiosk-1", "demo-test"))
    edge.publish(OTHERS_ANSWERED, b"forged")
    tester.publish(ANSWERED, b"forged")
    kiosk.publish(ANSWERED, b"forged")
    edge.publish(ANSWERED, b"blocks")
    until(lambda: (ANSWERED, b"blocks") in heard(hub), what="the answer")
    hub.publish(CALL.name(HALL), b"A001")
    call = (CALL.name(HALL), b"A001")
    until(lambda: call in heard(kiosk) & heard(tester), what="a call")
    assert heard(kiosk) == heard(tester) == {call}
    assert heard(hub) - {call} == {(ANSWERED, b"blocks")}
    assert heard(edge) == set()


def test_only_the_hub_may_ask_and_only_the_node_in_question_is_asked(connect: Connect) -> None:
    hub, edge, kiosk, tester = map(connect, ("hub", "edge-hall", "kiosk-1", "demo-test"))
    for peer in (kiosk, tester, edge):
        peer.publish(ASKED, b"forged")
    hub.publish(OTHERS_ASKED, b"for another")
    hub.publish(ASKED, b"for this one")
    until(lambda: (ASKED, b"for this one") in heard(edge), what="the request")
    assert heard(edge) == {(ASKED, b"for this one")}
    assert heard(kiosk) == set()
