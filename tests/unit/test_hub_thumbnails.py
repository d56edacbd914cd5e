"""Looking through a camera from the dashboard: who may, what is written down, what comes back."""

import asyncio
import struct
import zlib
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from hall.messages import Role
from hall.thumbnails import ASPECT_MAX, ASPECT_MIN, Thumbnail, ThumbnailRequest
from hub.core.commands import Actor, OpenWindow
from hub.core.events import ThumbnailRequested
from hub.core.mosaic import png
from hub.engine import Engine
from hub.thumbnails import Thumbnails
from tests.unit.hub_fakes import NOON, crowd_seen, hall_plan
from tests.unit.hub_web import Web, problem_of, running_web

PATH = "/cameras/cam/thumbnail"
BLOCKS = bytes(range(256)) * 9
Respond = Callable[[ThumbnailRequest], Thumbnail | None]


class Node:
    """An edge box that answers at once as `respond` says, or not at all."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, ThumbnailRequest]] = []
        self.respond: Respond = shown
        self.speaks_as = "box"
        self.thumbnails = Thumbnails(self._receive, within_s=0.05)

    def _receive(self, node: str, request: ThumbnailRequest) -> None:
        self.asked.append((node, request))
        if answer := self.respond(request):
            self.thumbnails.take(self.speaks_as, answer)


def shown(request: ThumbnailRequest) -> Thumbnail:
    return Thumbnail(id=request.id, at=request.at, camera=request.camera, blocks=BLOCKS, aspect=1.6)


def silent(request: ThumbnailRequest) -> None:
    return None


@pytest.fixture
def node() -> Node:
    return Node()


@pytest.fixture
def web(tmp_path: Path, node: Node) -> Iterator[Web]:
    with running_web(tmp_path, thumbnails=node.thumbnails) as running:
        see(running)
        yield running


def see(web: Web, *, thumbnail: str | None = "box", seq: int = 1) -> None:
    """A reading of the camera now, taken in by the hub."""
    crowd = crowd_seen(1, web.clock.now, seq=seq).model_copy(update={"thumbnail": thumbnail})
    web.engine.observe(crowd)
    web.do(OpenWindow("w9"), Actor("x", Role.MANAGER))  # answered after the reading is taken in


def audit(web: Web) -> list[tuple[str, str]]:
    """Who asked to see which camera, as the journal has it."""
    return [
        (record.actor, record.event.camera)
        for record in web.context.store.journal.records()
        if isinstance(record.event, ThumbnailRequested)
    ]


def test_a_manager_gets_the_blocks_as_a_picture_that_nobody_keeps(web: Web, node: Node) -> None:
    answer = web.ask("POST", PATH, Role.MANAGER)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["cache-control"] == "no-store"
    assert decoded(answer.content)[:2] == (640, 400)
    [(asked, request)] = node.asked
    assert (asked, request.camera, request.at) == ("box", "cam", NOON)
    assert audit(web) == [("manager", "cam")]


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.MANAGER])
def test_nobody_else_may_look_and_no_camera_is_asked(web: Web, node: Node, role: Role) -> None:
    assert problem_of(web.ask("POST", PATH, role)) == (403, "forbidden")
    assert (node.asked, audit(web)) == ([], [])


def test_each_look_is_written_down_before_the_camera_is_asked(web: Web, node: Node) -> None:
    known: list[list[tuple[str, str]]] = []

    def respond(request: ThumbnailRequest) -> Thumbnail:
        known.append(audit(web))
        return shown(request)

    node.respond = respond
    same = {"Idempotency-Key": "twice"}
    for _ in range(2):
        assert web.ask("POST", PATH, Role.MANAGER, headers=same).status_code == 200
    assert [len(each) for each in known] == [1, 2]
    assert node.asked[0][1].id != node.asked[1][1].id


def test_a_look_that_gets_no_answer_is_written_down_all_the_same(web: Web, node: Node) -> None:
    node.respond = silent
    refused = web.ask("POST", PATH, Role.MANAGER)
    assert problem_of(refused) == (504, "thumbnail_unanswered")
    assert audit(web) == [("manager", "cam")]


@pytest.mark.parametrize(
    ("why", "status", "code"),
    [("off", 409, "thumbnail_off"), ("too_often", 429, "thumbnail_too_often")],
)
def test_the_box_s_refusal_is_told_in_words(
    web: Web, node: Node, why: str, status: int, code: str
) -> None:
    node.respond = lambda request: Thumbnail.model_validate(
        {"id": request.id, "at": request.at, "camera": request.camera, "refused": why}
    )
    assert problem_of(web.ask("POST", PATH, Role.MANAGER)) == (status, code)


@pytest.mark.parametrize(
    "forge",
    [
        lambda answer: answer.model_copy(update={"id": UUID(int=7)}),
        lambda answer: answer.model_copy(update={"camera": "other"}),
        lambda answer: answer.model_copy(update={"blocks": None}),
    ],
    ids=["another request's", "another camera's", "an empty one"],
)
def test_an_answer_that_was_not_asked_for_shows_nothing(
    web: Web, node: Node, forge: Callable[[Thumbnail], Thumbnail]
) -> None:
    node.respond = lambda request: forge(shown(request))
    assert problem_of(web.ask("POST", PATH, Role.MANAGER)) == (504, "thumbnail_unanswered")


def test_another_box_cannot_answer(web: Web, node: Node) -> None:
    node.speaks_as = "other"
    assert problem_of(web.ask("POST", PATH, Role.MANAGER)) == (504, "thumbnail_unanswered")


def test_a_camera_that_is_not_shown_is_not_asked(web: Web, node: Node) -> None:
    web.clock.forward(1)
    see(web, thumbnail=None, seq=2)
    assert problem_of(web.ask("POST", PATH, Role.MANAGER)) == (409, "thumbnail_off")
    assert node.asked == []
    assert audit(web) == [("manager", "cam")]


def test_a_camera_that_is_away_is_not_asked(web: Web, node: Node) -> None:
    web.clock.forward(6)
    assert problem_of(web.ask("POST", PATH, Role.MANAGER)) == (409, "camera_away")
    assert node.asked == []


@pytest.mark.parametrize("camera", ["none", "CAM", "%F0%9F%92%A9", "A" * 500])
def test_a_camera_never_heard_of_is_not_found(web: Web, camera: str) -> None:
    refused = web.ask("POST", f"/cameras/{camera}/thumbnail", Role.MANAGER)
    assert problem_of(refused) == (404, "unknown_camera")
    assert audit(web) == []


def test_what_cannot_be_written_down_is_not_shown(web: Web, node: Node) -> None:
    with web.context.store._database.engine.begin() as connection:
        connection.execute(text("ALTER TABLE journal RENAME TO lost"))
    assert problem_of(web.ask("POST", PATH, Role.MANAGER)) == (503, "unavailable")
    assert node.asked == []


def test_the_log_says_who_looked_and_holds_no_picture(web: Web) -> None:
    with structlog.testing.capture_logs() as logged:
        web.ask("POST", PATH, Role.MANAGER)
    [line] = [line for line in logged if line["event"] == "thumbnail_requested"]
    assert line == {
        "event": "thumbnail_requested",
        "log_level": "info",
        "actor": "manager",
        "camera": "cam",
    }


def test_the_journal_is_replayed_over_looks(web: Web) -> None:
    web.ask("POST", PATH, Role.MANAGER)
    hub = web.context
    anew = Engine(hall_plan(), hub.store, clock=hub.clock, new_id=hub.new_id)
    assert anew.state == web.engine.state


def test_an_answer_that_comes_too_late_finds_nobody() -> None:
    asked: list[ThumbnailRequest] = []
    thumbnails = Thumbnails(lambda node, request: asked.append(request), within_s=0)
    request = ThumbnailRequest(id=UUID(int=1), at=NOON, camera="cam")
    assert asyncio.run(thumbnails.ask("box", request)) is None
    thumbnails.take("box", shown(asked[0]))
    assert asyncio.run(thumbnails.ask("box", request)) is None


@given(
    st.binary(min_size=2304, max_size=2304),
    st.floats(ASPECT_MIN, ASPECT_MAX, allow_subnormal=False),
)
def test_the_picture_is_a_png_of_the_blocks_and_their_aspect(blocks: bytes, aspect: float) -> None:
    width, height, pixels = decoded(png(blocks, aspect))
    assert (width, height) == (640, round(640 / aspect))
    assert len(pixels) == height * (1 + width * 3)
    for row in range(24):
        y = (2 * row + 1) * height // 48
        line = pixels[y * (1 + width * 3) :][: 1 + width * 3]
        assert line[0] == 0
        shown = b"".join(line[1 + 3 * (20 * column + 10) :][:3] for column in range(32))
        assert shown == blocks[row * 96 : (row + 1) * 96]


def decoded(picture: bytes) -> tuple[int, int, bytes]:
    """Width, height and filtered lines of a PNG, its checksums held."""
    assert picture[:8] == b"\x89PNG\r\n\x1a\n"
    chunks, at = {}, 8
    while at < len(picture):
        (length,) = struct.unpack_from(">I", picture, at)
        kind, data = picture[at + 4 : at + 8], picture[at + 8 : at + 8 + length]
        assert struct.unpack_from(">I", picture, at + 8 + length)[0] == zlib.crc32(kind + data)
        chunks[kind], at = data, at + 12 + length
    width, height = struct.unpack_from(">II", chunks[b"IHDR"])
    assert chunks[b"IHDR"][8:] == bytes((8, 2, 0, 0, 0))
    return width, height, zlib.decompress(chunks[b"IDAT"])


def test_a_clock_a_little_behind_still_shows(web: Web) -> None:
    web.clock.now -= timedelta(seconds=2)
    assert web.ask("POST", PATH, Role.MANAGER).status_code == 200
