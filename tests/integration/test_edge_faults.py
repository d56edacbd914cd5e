"""Faults of real streams, from the picture to the reading, with the real detector."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from threading import Event
from typing import Final

import cv2
import numpy as np
import pytest
from cv2.typing import MatLike

from edge.camera import Camera, Frame
from edge.core.quality import Quality
from edge.core.view import COLUMNS, MARGIN_PX, ROWS
from edge.core.zones import pixels
from edge.detector import Detector
from edge.picture import small_grey, small_view
from edge.pipeline import Pipeline
from edge.settings import CameraSettings
from hall.messages import Crowd
from tests.clips.faulty import covered, half_seconds, lit, picture, turned, unfocused, written

DEADLINE_S: Final = 30
NOON = datetime(2026, 3, 16, 4, tzinfo=UTC)
WHOLE = {"id": "whole", "polygon": [[0, 0], [1, 0], [1, 1], [0, 1]], "area_m2": 400}
SETTINGS = CameraSettings.model_validate({"id": "lobby", "source": "0", "zone": [WHOLE]})
GOOD_S, BAD_S = 12.0, 14.0


@pytest.fixture(scope="module")
def detector() -> Detector:
    return Detector()


class Watched:
    """A pipeline that is given pictures, two a second."""

    def __init__(self, detector: Detector, settings: CameraSettings = SETTINGS) -> None:
        self.crowds: list[Crowd] = []
        self._beats = (index * 0.5 for index in count())
        private = settings.masks("privacy")
        self._pipeline = Pipeline(
            settings,
            frames=Camera(settings, clock=lambda: NOON),
            finder=detector,
            judge=Quality(hidden=pixels(private, ROWS, COLUMNS, MARGIN_PX)),
            publish=self.crowds.append,
            clock=lambda: NOON,
            stopping=Event(),
        )

    def see(self, pictures: list[MatLike]) -> list[Crowd]:
        before = len(self.crowds)
        for each in pictures:
            at_s = next(self._beats)
            self._pipeline.take(Frame(each, NOON + timedelta(seconds=at_s)), at_s)
        return self.crowds[before:]


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [
        (lambda picture: lit(picture, 0.05), "dark"),
        (np.zeros_like, "dark"),
        (lambda picture: lit(picture, 6), "overexposed"),
        (lambda picture: unfocused(picture, 0.008), "blurred"),
        (lambda picture: covered(picture, 0.9), "blocked"),
        (lambda picture: turned(picture, right=0.15), "moved"),
    ],
    ids=["dark", "black", "overexposed", "blurred", "covered", "shifted"],
)
def test_the_hall_is_told_what_is_wrong_and_the_last_good_count(
    detector: Detector, spoil: Callable[[MatLike], MatLike], fault: str
) -> None:
    watched = Watched(detector)
    good = watched.see(half_seconds(GOOD_S))
    assert {crowd.quality for crowd in good} == {"ok"}
    assert good[-1].count >= 3
    bad = watched.see([spoil(each) for each in half_seconds(BAD_S, after_s=GOOD_S)])
    assert len(bad) == BAD_S
    said = [crowd for crowd in bad if crowd.quality != "ok"]
    assert {crowd.quality for crowd in said} == {fault}
    assert len(said) >= BAD_S - 8
    assert len({(crowd.count, crowd.zones) for crowd in said}) == 1
    assert all(each.count_low <= each.count < each.count_high for each in said)
    assert good[-1].count_high < said[0].count_high < said[-1].count_high
    assert said[-1].count >= 3
    after = watched.see(half_seconds(GOOD_S, after_s=GOOD_S + BAD_S))
    assert after[-1].quality == "ok"


def test_a_frozen_picture_is_said_to_be(detector: Detector) -> None:
    watched = Watched(detector)
    pictures = half_seconds(4)
    crowds = watched.see([*pictures, *[pictures[-1]] * 46])
    assert [crowd.quality for crowd in crowds][-4:] == ["frozen"] * 4
    assert [crowd.quality for crowd in crowds][:12] == ["ok"] * 12


def test_counting_goes_on_when_the_resolution_changes_in_mid_stream(detector: Detector) -> None:
    watched = Watched(detector)
    whole = watched.see(half_seconds(6))
    small = watched.see([cv2.resize(each, (640, 480)) for each in half_seconds(6, after_s=6)])
    assert {crowd.quality for crowd in whole + small} == {"ok"}
    assert small[-1].count == pytest.approx(whole[-1].count, abs=3)


def test_a_privacy_mask_is_neither_a_fault_nor_seen_through(
    detector: Detector, tmp_path: Path
) -> None:
    clip = written(tmp_path / "clip.avi", half_seconds(8))
    half = {"kind": "privacy", "polygon": [[0, 0], [0.5, 0], [0.5, 1], [0, 1]]}
    masked = SETTINGS.model_dump() | {"source": str(clip), "mask": [half]}
    settings = CameraSettings.model_validate(masked)
    camera = Camera(settings, clock=lambda: NOON)
    camera.start()
    frames = [camera.next(DEADLINE_S) for _ in range(12)]
    camera.stop()
    pictures = [frame.picture for frame in frames if frame]
    assert len(pictures) == len(frames)
    assert not any(each[:, : each.shape[1] // 2].any() for each in pictures)
    assert {crowd.quality for crowd in Watched(detector, settings).see(pictures)} == {"ok"}
    for each in pictures:
        assert (detector.find(each)[:, 2] > 0.5).all()


def test_what_a_fit_remembers_of_the_view_is_what_the_judge_sees(detector: Detector) -> None:
    shown = picture(330)
    sight = detector.look(shown)
    remembered = small_view(sight.grey, sight.extent_px).astype(int)
    assert np.abs(remembered - small_grey(shown)).mean() < 1
