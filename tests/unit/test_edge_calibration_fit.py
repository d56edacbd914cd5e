"""The way from snapshots to a site: the real fit on made-up sights."""

from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from edge.calibration.adapting import SURVEYED, SiteFitter
from edge.calibration.fitting import CannotFit, Example, Stopped
from edge.calibration.labels import Head, Label
from edge.core.drift import Reason
from edge.core.sight import CHANNELS, COLUMNS, HEIGHT_PX, ROWS, WIDTH_PX, Sight
from edge.core.site import Site
from edge.detector import Picture
from edge.watch import Doubt, DoubtFile
from hall.settings import Mistake
from tests.unit.edge_calibration import CAMERA, NOON
from tests.unit.test_edge_pipeline import FACTS


class Looker:
    """Sees in each picture as many people as its first value says, in a row, all of them well."""

    facts = FACTS

    def __init__(self) -> None:
        self.looks = 0

    def look(self, picture: Picture) -> Sight:
        self.looks += 1
        if picture.max() == 255:
            raise Mistake("this model shows no features that can be fitted")
        chance = np.random.default_rng(int(picture[0, 0, 1]))
        boxes = np.array([box(x) for x, _ in heads(int(picture[0, 0, 0]))], np.float32)
        return Sight(
            features=chance.random((CHANNELS, ROWS, COLUMNS), np.float32),
            scores=chance.random((3, ROWS, COLUMNS), np.float32),
            grey=chance.integers(0, 255, (HEIGHT_PX, WIDTH_PX), np.uint8),
            boxes=boxes.reshape(-1, 5),
            extent_px=(picture.shape[1], HEIGHT_PX),
        )


class File:
    """Remembers the site that counts, while its path exists."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "lobby.site"
        self.site: Site | None = None

    def current(self) -> Site | None:
        return self.site if self.path.exists() else None

    def write(self, site: Site) -> None:
        self.path.touch()
        self.site = site


def heads(count: int) -> tuple[Head, ...]:
    return tuple((0.05 + 0.09 * number, 0.5) for number in range(count))


def box(x: float) -> tuple[float, ...]:
    return (x - 0.02, 0.48, x + 0.02, 0.68, 0.9)


def example(number: int, label: Label | None, *, width: int = WIDTH_PX, value: int = 0) -> Example:
    people = label.count if label else number % 9
    shown = np.full((8, width, 3), value, np.uint8)
    shown[0, 0] = people, number, value
    return Example(NOON + timedelta(minutes=20 * number), lambda: shown, label)


def counted(number: int) -> Example:
    return example(number, Label(heads=heads(number % 9)))


@pytest.fixture
def looker() -> Looker:
    return Looker()


@pytest.fixture
def file(tmp_path: Path) -> File:
    return File(tmp_path)


@pytest.fixture
def doubt(tmp_path: Path) -> DoubtFile:
    return DoubtFile(tmp_path, "lobby")


@pytest.fixture
def fitter(looker: Looker, file: File, doubt: DoubtFile) -> SiteFitter:
    return SiteFitter(looker, file, lambda: CAMERA, doubt)


def unheard(progress: float) -> None:
    pass


def test_a_fit_reports_each_zone_and_counts_nothing_until_accepted(
    fitter: SiteFitter, file: File
) -> None:
    snapshots = [counted(number) for number in range(8)] + [example(9, None)]
    fitted = fitter.fit(snapshots, unheard)
    assert (fitted.report.labels, fitted.report.with_heads) == (8, 8)
    assert set(fitted.report.zones) == {"left"}
    assert fitted.report.whole.adapted <= fitted.report.whole.constant
    assert fitted.report.cautions == ()
    assert not fitter.in_use()
    fitted.accept()
    assert fitter.in_use()
    assert file.site
    assert file.site.share == fitted.report.head_weight
    fitter.retire()
    assert not fitter.in_use()


def test_totals_alone_are_fitted_but_no_zone_is_judged_on_them(fitter: SiteFitter) -> None:
    snapshots = [counted(number) for number in range(7)]
    snapshots += [example(number, Label(total=number)) for number in (7, 8)]
    report = fitter.fit(snapshots, unheard).report
    assert (report.labels, report.with_heads) == (9, 7)
    assert report.zones == {}


def test_progress_only_grows_and_ends_at_one(fitter: SiteFitter) -> None:
    heard: list[float] = []
    fitter.fit([counted(number) for number in range(8)], heard.append)
    assert all(before <= after for before, after in pairwise(heard))
    assert heard[0] == 0
    assert heard[-1] == 1


def test_of_many_snapshots_only_so_many_are_looked_at(fitter: SiteFitter, looker: Looker) -> None:
    snapshots = [counted(number) for number in range(6)]
    snapshots += [example(number, None) for number in range(6, 120)]
    fitter.fit(snapshots, unheard)
    assert looker.looks == SURVEYED


def test_each_picture_is_looked_at_once(fitter: SiteFitter, looker: Looker) -> None:
    fitter.fit([counted(number) for number in range(9)], unheard)
    assert looker.looks == 9


def test_of_more_labels_than_are_surveyed_each_still_teaches(
    fitter: SiteFitter, looker: Looker
) -> None:
    labels = SURVEYED + 6
    fitted = fitter.fit([counted(number) for number in range(labels)], unheard)
    assert fitted.report.labels == looker.looks == labels


def test_a_new_fit_ends_the_doubt_about_the_old_one_once_it_is_accepted(
    fitter: SiteFitter, doubt: DoubtFile
) -> None:
    snapshots = [counted(number) for number in range(8)]
    in_doubt = Doubt(reason=Reason.APPEARANCE, since=NOON)
    doubt.write(in_doubt)
    assert fitter.doubt() is None  # about no fit
    fitter.fit(snapshots, unheard).accept()
    doubt.write(in_doubt)
    fitted = fitter.fit(snapshots, unheard)
    assert fitter.doubt() == in_doubt
    fitted.accept()
    assert fitter.doubt() is None
    doubt.write(in_doubt)
    fitter.retire()
    assert doubt.read() is None


def test_one_who_stops_is_heard_before_the_next_picture(fitter: SiteFitter, looker: Looker) -> None:
    def stop(progress: float) -> None:
        if looker.looks == 3:
            raise Stopped

    with pytest.raises(Stopped):
        fitter.fit([counted(number) for number in range(8)], stop)
    assert looker.looks == 3


@pytest.mark.parametrize(
    "snapshots",
    [
        [counted(number) for number in range(7)],
        [*(counted(number) for number in range(8)), example(9, None, width=320)],
        [*(counted(number) for number in range(8)), example(9, None, value=255)],
    ],
    ids=["too few", "of two shapes", "a model that cannot be fitted"],
)
def test_what_cannot_be_fitted_is_refused(fitter: SiteFitter, snapshots: list[Example]) -> None:
    with pytest.raises(CannotFit):
        fitter.fit(snapshots, unheard)
