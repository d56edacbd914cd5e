"""People of the demo clip followed with the demo's own settings."""

from itertools import islice

from edge.core.flow import Flow, ZoneFlow
from edge.core.tracks import DOUBTFUL_SHARE, Tracker
from edge.detector import Detector
from edge.settings import read
from tests.clips.faulty import frames
from tests.integration.brokers import ROOT

FIRST, LAST, STEP = 100, 400, 5  # the clip has ten frames a second, two are analysed
IN_AND_OUT = (2, 4)  # who passes the entrance's line in these frames by the clip's public labels


def test_who_comes_and_goes_at_the_demos_entrance_is_counted() -> None:
    [camera] = read(ROOT / "config/demo/edge.toml").camera
    entrance = next(zone for zone in camera.zone if zone.line)
    flow = ZoneFlow(entrance.outline, line=entrance.line, ground=camera.survey)
    detector, tracker = Detector(), Tracker()
    sure = detector.facts.threshold
    told = Flow()
    for number, picture in enumerate(islice(frames(), FIRST, LAST, STEP)):
        boxes = detector.find(picture, DOUBTFUL_SHARE * sure)
        now_s, aspect = number / 2, picture.shape[1] / picture.shape[0]
        tracks = tracker.update(boxes, now_s, sure=sure, aspect=aspect)
        told = flow.update(tracks, now_s, aspect)
    assert (told.entered, told.left) == IN_AND_OUT
