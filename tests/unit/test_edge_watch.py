"""The watch over a fit in the running edge: what is logged, marked on disk, and published."""

import stat
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import structlog

from edge.adapted import Adapted
from edge.core.drift import CALM_S, STEP_MOST_S, Reason
from edge.core.sight import COLUMNS, ROWS, Sight
from edge.core.site import Limits, Site, Strangeness
from edge.watch import SAMPLE_S, Doubt, DoubtFile, Watch
from tests.unit.site_scenes import people, sight
from tests.unit.test_edge_adapted import PICTURE, Look, Shelf
from tests.unit.test_edge_adapted import site as plain_site
from tests.unit.test_edge_pipeline import NOON, Clock

EVERYWHERE = np.ones((ROWS, COLUMNS), np.float32)
SEEN = sight(0, people(1, 4), visible=[True] * 4)


def known(most: float = 9, strangest: float = 1e9) -> Site:
    """A fit whose labels held from 2 to so many people."""
    bare = plain_site()
    scene = replace(bare.scene, strangest=Strangeness(strangest, strangest))
    return replace(bare, scene=scene, gaps=Limits(-1e9, 1e9), people=Limits(2, most))


USUAL, CROWDED = known(), known(most=2)


class Post:
    """A watch over a camera, and a clock of its own."""

    def __init__(self, folder: Path) -> None:
        self.file = DoubtFile(folder, "lobby")
        self.now = 0.0
        self.restart()

    def restart(self) -> None:
        self.watch = Watch("lobby", self.file, clock=Clock(), ticks=lambda: self.now)

    def see(self, site: Site, hours: float, seen: Sight = SEEN) -> bool:
        """Whether the fit is in doubt after so many hours, a sight a minute."""
        for _ in range(int(hours * 3600 / STEP_MOST_S)):
            self.now += STEP_MOST_S
            said = self.watch.see(site, seen, EVERYWHERE)
        return said


@pytest.fixture
def post(tmp_path: Path) -> Post:
    return Post(tmp_path)


@pytest.fixture
def logs() -> Any:  # noqa: ANN401 structlog's own
    with structlog.testing.capture_logs() as captured:
        yield captured


def test_a_fit_that_describes_what_is_seen_leaves_no_trace(
    post: Post, tmp_path: Path, logs: list[dict[str, object]]
) -> None:
    assert not post.see(USUAL, 2)
    assert post.file.read() is None
    assert list(tmp_path.iterdir()) == []
    assert logs == []


def test_drift_is_logged_once_and_marked_with_its_reason_and_time(
    post: Post, logs: list[dict[str, object]]
) -> None:
    assert post.see(CROWDED, 1.5)
    [log] = logs
    assert (log["event"], log["camera"], log["reason"]) == ("site_drifted", "lobby", "crowd")
    assert post.file.read() == Doubt(reason=Reason.CROWD, since=NOON - timedelta(hours=1))
    [path] = post.file._path.parent.iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_doubt_outlives_a_restart(post: Post, logs: list[dict[str, object]]) -> None:
    post.see(CROWDED, 1)
    post.restart()
    assert post.watch.see(CROWDED, SEEN, EVERYWHERE)
    assert len(logs) == 1


def test_a_new_fit_begins_without_doubt_and_takes_a_late_mark_away(post: Post) -> None:
    post.see(CROWDED, 1)
    assert not post.watch.see(USUAL, SEEN, EVERYWHERE)
    assert post.file.read() is None


def test_a_day_like_the_labels_takes_the_mark_away(
    post: Post, logs: list[dict[str, object]]
) -> None:
    few = sight(0, people(1, 2), visible=[True] * 2)
    post.see(CROWDED, 1)
    assert post.see(CROWDED, 2, few)
    post.now += CALM_S
    assert not post.watch.see(CROWDED, few, EVERYWHERE)
    assert post.file.read() is None
    assert [each["event"] for each in logs] == ["site_drifted", "site_steady"]


def test_a_fit_of_an_older_version_is_not_watched(post: Post) -> None:
    assert not post.see(plain_site(), 3)
    assert post.file.read() is None


def test_few_sights_a_minute_are_judged(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    judged = 0

    class Counting(Site):
        def counted(self, seen: Any) -> Any:  # noqa: ANN401
            nonlocal judged
            judged += 1
            return super().counted(seen)

    site = Counting(**vars(USUAL))
    for _ in range(120):
        post.now += 0.5
        post.watch.see(site, SEEN, EVERYWHERE)
    assert judged == pytest.approx(60 / SAMPLE_S, abs=1)


def in_the_way(post: Post, folder: Path) -> None:
    (folder / "sites").write_text("a file where the folder should be")


def damaged(post: Post, folder: Path) -> None:
    (folder / "sites").mkdir()
    post.file._path.write_text('{"reason": "boredom"}')


@pytest.mark.parametrize(
    ("spoil", "events"),
    [
        (in_the_way, ["site_drifted", "drift_not_marked"]),
        (damaged, ["site_drifted"]),
    ],
)
def test_a_spoilt_mark_stops_no_counting(
    post: Post,
    tmp_path: Path,
    logs: list[dict[str, object]],
    spoil: Callable[[Post, Path], None],
    events: list[str],
) -> None:
    spoil(post, tmp_path)
    assert post.file.read() is None
    assert post.see(CROWDED, 1)
    assert [each["event"] for each in logs] == events


def test_what_is_counted_says_that_the_fit_is_in_doubt_and_stays_the_same(post: Post) -> None:
    adapted = Adapted("lobby", Look(people(1, 4)), Shelf(CROWDED), zones={}, watch=post.watch)
    first = adapted(PICTURE)
    post.see(CROWDED, 1)
    later = adapted(PICTURE)
    assert first is not None
    assert later is not None
    assert (first.drift, later.drift) == (False, True)
    assert (first.total, first.model, first.bounds) == (later.total, later.model, later.bounds)


def test_the_watch_does_not_look_at_what_is_ignored(post: Post) -> None:
    nobody = replace(CROWDED, people=Limits(0, 0))
    for _ in range(120):
        post.now += STEP_MOST_S
        said = post.watch.see(nobody, SEEN, 0 * EVERYWHERE)
    assert not said
