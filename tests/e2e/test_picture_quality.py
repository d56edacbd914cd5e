"""A manager reads on the dashboard what is wrong with a camera's picture."""

import json
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import paho.mqtt.publish as mqtt
import pytest
from demo_process import Demo
from playwright.sync_api import Page, expect

from hall.messages import wire_time

ASK_EVERY_MS, ASKED_AT_MOST = 200, 200


def tell(demo: Demo, quality: str) -> None:
    """One reading of a second camera, as a node of any version may send it."""
    access: dict[str, Any] = demo.access["mqtt"]
    crowd = {
        "id": str(uuid4()),
        "seq": 1,
        "at": wire_time(datetime.now(UTC)),  # noqa: TID251 the demo's clock is this one
        "camera": "demo-test",
        "count": 6,
        "count_low": 2,
        "count_high": 11,
        "quality": quality,
        "latency_ms": 5,
        "model": "test",
        "zones": [],
    }
    mqtt.single(
        "huiting/v1/demo/edge/demo-test/crowd",
        json.dumps(crowd),
        qos=1,
        hostname=access["host"],
        port=access["port"],
        auth={"username": access["username"], "password": access["password"]},
    )


@pytest.mark.parametrize(
    ("quality", "words"),
    [("dark", "画面过暗"), ("blocked", "镜头被遮挡"), ("of-the-future", "画面异常")],
)
def test_a_bad_picture_is_told_in_words_beside_the_camera_and_the_total(
    demo: Demo, page: Page, quality: str, words: str
) -> None:
    page.request.post("/api/v1/session", data=demo.access["logins"]["manager"])
    page.goto("/")
    crowd = page.get_by_role("region", name="区域人流")
    total = crowd.get_by_text(f"摄像机 demo-test 未计入：{words}")
    for _ in range(ASKED_AT_MOST):
        tell(demo, quality)
        page.wait_for_timeout(ASK_EVERY_MS)
        if total.is_visible():
            break
    tell(demo, quality)
    expect(total).to_be_visible()
    devices = page.get_by_role("region", name="设备").get_by_role("listitem")
    expect(devices.filter(has_text="demo-test")).to_contain_text(words)
