"""A hall engineer calibrates the demo's camera in a real browser, and the running edge follows."""

import os
import queue
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread

import cv2
import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

from edge.core.drift import Reason
from edge.core.sight import head_points
from edge.detector import Detector
from edge.watch import Doubt, DoubtFile
from hall.bus import Bus
from hall.messages import Crowd
from hall.topics import CROWD
from tests.clips.faulty import CLIP
from tests.integration.brokers import ROOT, RunningBroker, embedded

DEADLINE_S = 60
LABELS = 8
CONFIG = """
hall = "demo"
node = "hall"
data = "own"

[mqtt]
port = {port}
username = "edge-hall"
password = "secret-of-edge-hall"

[calibration]
port = 0
every_min = 0.02

[[camera]]
id = "lobby"
source = "{source}"

[[camera.zone]]
id = "square"
polygon = [[0.3, 0.2], [0.9, 0.2], [0.9, 0.6], [0.3, 0.6]]
area_m2 = 300
"""


@dataclass(frozen=True)
class Command:
    """A running `calibrate`, and the lines that a person reads where it was typed."""

    process: subprocess.Popen[str]
    lines: "queue.Queue[str]"

    def says(self, pattern: str) -> str:
        """The next line that matches; its first group."""
        while True:
            found = re.match(pattern, self.lines.get(timeout=DEADLINE_S))
            if found:
                return found[1]


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningBroker]:
    running = embedded(tmp_path_factory.mktemp("broker"))
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory, broker: RunningBroker) -> Path:
    path = tmp_path_factory.mktemp("edge") / "edge.toml"
    path.write_text(CONFIG.format(port=broker.port, source=CLIP))
    return path


def started(config: Path, *command: str) -> subprocess.Popen[str]:
    with (config.parent / f"{'-'.join(('edge', *command))}.log").open("w") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "edge", "--config", str(config), *command],
            cwd=ROOT,
            env=os.environ | {"OMP_NUM_THREADS": "1"},
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )


def ended(process: subprocess.Popen[str]) -> int:
    process.terminate()
    process.communicate(timeout=DEADLINE_S)
    return process.returncode


@pytest.fixture(scope="module")
def crowds(config: Path, broker: RunningBroker) -> "Iterator[queue.Queue[Crowd]]":
    """What the running edge publishes."""
    heard: queue.Queue[Crowd] = queue.Queue()
    bus = Bus(
        broker.settings("hub"),
        hall="demo",
        program="hub",
        node="1",
        version="1",
        clock=lambda: datetime.now(UTC),  # noqa: TID251 a test is its own root
    )
    bus.subscribe(CROWD, lambda levels, crowd: heard.put(crowd))
    bus.start()
    edge = started(config)
    yield heard
    assert ended(edge) == 0
    bus.close()


@pytest.fixture(scope="module")
def command(config: Path) -> Iterator[Command]:
    process = started(config, "calibrate", "lobby")
    lines: queue.Queue[str] = queue.Queue()

    def listen() -> None:
        for line in process.stdout or ():
            lines.put(line)

    Thread(target=listen, daemon=True).start()
    yield Command(process, lines)
    assert ended(process) == 0


@pytest.fixture
def page(browser: Browser, command: Command) -> Iterator[Page]:
    context = browser.new_context(locale="zh-CN", viewport={"width": 1280, "height": 900})
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.goto(command.says(r"(http://\S+)"))
    opened.get_by_label("验证码").fill(command.says(r"code (.+)"))
    opened.get_by_role("button", name="进入").click()
    yield opened
    context.close()
    assert not complaints


def clicker(page: Page) -> Callable[[float, float], None]:
    box = page.get_by_role("application").bounding_box()
    assert box
    return lambda x, y: page.mouse.click(box["x"] + x * box["width"], box["y"] + y * box["height"])


def draw_zone(page: Page) -> None:
    page.get_by_role("button", name="+ 区域").click()
    click = clicker(page)
    for x, y in ((0.1, 0.7), (0.4, 0.95), (0.4, 0.7), (0.1, 0.95), (0.1, 0.7)):
        click(x, y)
    expect(page.get_by_text("边线自己交叉了")).to_be_visible()
    expect(page.get_by_role("button", name="存下图形")).to_be_disabled()
    page.get_by_role("button", name="删除 zone-1").click()
    page.get_by_role("button", name="+ 区域").click()
    for x, y in ((0.1, 0.3), (0.9, 0.3), (0.9, 0.95), (0.1, 0.95), (0.1, 0.3)):
        click(x, y)
    page.get_by_label("名称").fill("front")
    page.get_by_label("面积").fill("200")
    page.get_by_role("button", name="存下图形").click()
    expect(page.get_by_text("已存下")).to_be_visible()


def mark_heads(page: Page, detector: Detector) -> None:
    """Click where the detector sees heads in the snapshot that is shown."""
    shown = page.get_by_role("img", name=re.compile("的快照")).get_attribute("src")
    jpeg = page.request.get(page.url.partition("#")[0].rstrip("/") + str(shown)).body()
    picture = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    heads = head_points(detector.find(picture)).clip(0.01, 0.99)
    click = clicker(page)
    apart: list[tuple[float, float]] = []
    for x, y in heads.tolist():
        if all(abs(x - left) + abs(y - top) > 0.05 for left, top in apart):
            apart.append((x, y))
            click(x, y)
    if not apart:
        page.get_by_role("button", name="画面里没有人").click()
    expect(page.get_by_text(f"已点 {len(apart)} 人", exact=True)).to_be_visible()
    expect(page.get_by_text("已保存", exact=True)).to_be_visible()


def mark_by_keys(page: Page) -> None:
    """A mark set and removed without a mouse; nothing of it stays."""
    page.get_by_role("application").focus()
    for key in ("ArrowRight", "Shift+ArrowDown", "Enter"):
        page.keyboard.press(key)
    expect(page.get_by_text("已点 1 人", exact=True)).to_be_visible()
    page.keyboard.press("Delete")
    expect(page.get_by_text("已点 0 人", exact=True)).to_be_visible()
    page.get_by_role("button", name="清除这张的标注").click()
    expect(page.get_by_text("还没有标注", exact=True)).to_be_visible()


def refit_a_doubtful_one(page: Page, doubt: DoubtFile) -> None:
    """The edge marked the fit; the page asks for labels until a new fit is accepted."""
    now = datetime.now(UTC)  # noqa: TID251 a test is its own root
    doubt.write(Doubt(reason=Reason.APPEARANCE, since=now))
    page.reload()
    asked = page.get_by_text("这台摄像机的画面变了，请再标 5 张")
    expect(asked).to_be_visible()
    page.get_by_role("button", name="重新校准").click()
    page.get_by_role("button", name="采用新结果").click(timeout=1000 * DEADLINE_S)
    expect(page.get_by_text("已采用。")).to_be_visible()
    expect(asked).to_be_hidden()
    assert doubt.read() is None


def test_a_camera_is_calibrated_and_the_running_edge_follows(
    page: Page, config: Path, crowds: "queue.Queue[Crowd]"
) -> None:
    before = crowds.get(timeout=DEADLINE_S)
    assert [zone.zone for zone in before.zones] == ["square"]

    draw_zone(page)
    while [zone.zone for zone in crowds.get(timeout=DEADLINE_S).zones] != ["square", "front"]:
        pass

    page.get_by_role("link", name="取快照").click()
    page.get_by_role("button", name="取一张快照").click()
    pictures = page.get_by_role("button", name=re.compile(r"^标注 .+ 的快照$"))
    expect(pictures.nth(LABELS + 2)).to_be_visible(timeout=1000 * DEADLINE_S)
    expect(page.get_by_text("现有快照都来自不到一小时的一段时间")).to_be_visible()

    page.get_by_role("link", name="标人头").click()
    mark_by_keys(page)
    detector = Detector()
    for _ in range(LABELS):
        mark_heads(page, detector)
        page.get_by_role("button", name="标下一张").click()
    expect(page.get_by_role("link", name="标人头")).to_contain_text(f"{LABELS} / 20")

    page.get_by_role("link", name="校准").click()
    page.get_by_role("button", name="开始校准").click()
    table = page.get_by_role("table")
    expect(table).to_be_visible(timeout=1000 * DEADLINE_S)
    expect(table).to_contain_text("front")
    page.get_by_role("button", name="采用新结果").click()
    expect(page.get_by_text("已采用。")).to_be_visible()
    expect(page.get_by_role("link", name="校准")).to_contain_text("已启用")
    while crowds.get(timeout=DEADLINE_S).model == before.model:
        pass
    refit_a_doubtful_one(page, DoubtFile(config.parent / "own", "lobby"))
    stored = [path for path in (config.parent / "own").rglob("*") if path.is_file()]
    assert stored
    assert [path for path in stored if path.stat().st_mode & 0o077] == []
