"""The calibration page's routes: snapshots, labels, drawing and fit, as a browser uses them."""

import errno
import stat
import tomllib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from threading import Event
from typing import Any

import cv2
import httpx
import numpy as np
import pytest

from edge.core.drift import Reason
from edge.detector import Picture
from edge.watch import Doubt
from tests.unit.edge_calibration import MASK, Studio, problem_of

NOT_IDS = [
    "..%2f..%2fetc%2fpasswd",
    "%2e%2e",
    "labels.json",
    "20260316T040000000Z-0000-a%00",
    "20260316T040000000Z-0000-a%2f..",
    "20261316T040000000Z-0000-a",
    "２０２６0316T040000000Z-0000-a",
    "x" * 5000,
]


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    with Studio(tmp_path).open() as opened:
        yield opened


def shown(answer: httpx.Response) -> Picture:
    assert answer.headers["content-type"] == "image/jpeg"
    picture = cv2.imdecode(np.frombuffer(answer.content, np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    return picture


class TestPictures:
    def test_the_live_picture_is_the_newest(self, studio: Studio) -> None:
        studio.look(50)
        studio.look(120)
        assert abs(int(shown(studio.ask("GET", "/live/picture"))[0, 0, 0]) - 120) <= 2
        assert studio.ask("GET", "/live").json()["seen"] == 12

    def test_a_lost_camera_is_said_to_be(self, studio: Studio) -> None:
        answer = studio.ask("GET", "/live").json()
        assert answer["at"] is None
        assert answer["trouble"] == "cannot be opened"
        assert problem_of(studio.ask("GET", "/live/picture")) == (409, "no_picture")
        assert problem_of(studio.ask("POST", "/snapshots")) == (409, "no_picture")

    def test_a_snapshot_is_private_on_disk_and_comes_back_as_it_was(self, studio: Studio) -> None:
        name = studio.take(70)
        [file] = studio.folder.glob("*.jpg")
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert stat.S_IMODE(studio.folder.stat().st_mode) == 0o700
        picture = shown(studio.ask("GET", f"/snapshots/{name}/picture"))
        assert picture.shape == (64, 96, 3)
        assert abs(int(picture[0, 0, 0]) - 70) <= 2

    def test_a_small_copy_is_wide_enough_for_a_list(self, studio: Studio) -> None:
        name = studio.take()
        small = shown(studio.ask("GET", f"/snapshots/{name}/picture?small=true"))
        assert small.shape[1] == 320

    def test_snapshots_come_by_themselves_but_not_with_every_picture(self, studio: Studio) -> None:
        for second in range(60):
            studio.look(now=20.0 * second)
        assert len(studio.ask("GET", "/snapshots").json()["snapshots"]) == 1

    @pytest.mark.parametrize("name", NOT_IDS)
    def test_what_is_no_snapshot_is_not_found(self, studio: Studio, name: str) -> None:
        studio.take()
        for method, path in (
            ("GET", f"/snapshots/{name}/picture"),
            ("DELETE", f"/snapshots/{name}"),
            ("DELETE", f"/snapshots/{name}/label"),
        ):
            assert studio.ask(method, path).status_code in {404, 405}
        assert studio.label(name, total=1).status_code == 404
        assert len(list(studio.folder.glob("*.jpg"))) == 1

    def test_deleting_takes_the_label_along(self, studio: Studio) -> None:
        name = studio.take()
        studio.label(name, total=3)
        assert studio.ask("DELETE", f"/snapshots/{name}").status_code == 204
        assert studio.desk.labels.all() == {}
        assert problem_of(studio.ask("DELETE", f"/snapshots/{name}")) == (404, "not_found")

    def test_all_can_be_deleted(self, studio: Studio) -> None:
        for _ in range(3):
            studio.label(studio.take(), total=1)
        assert studio.ask("DELETE", "/snapshots").status_code == 204
        assert list(studio.folder.glob("*.jpg")) == []
        assert studio.ask("GET", "/snapshots").json()["snapshots"] == []

    def test_a_full_disk_is_said_and_nothing_half_stays(
        self, studio: Studio, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        name = studio.take()
        studio.label(name, total=3)

        def full(handle: int) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr("os.fsync", full)
        assert problem_of(studio.ask("POST", "/snapshots")) == (507, "not_written")
        assert problem_of(studio.label(name, total=4)) == (507, "not_written")
        assert problem_of(studio.ask("PUT", "/drawing", json={})) == (507, "not_written")
        monkeypatch.undo()
        assert {each.name for each in studio.folder.iterdir()} == {f"{name}.jpg", "labels.json"}
        [row] = studio.ask("GET", "/snapshots").json()["snapshots"]
        assert row["label"]["total"] == 3


class TestLabels:
    def test_heads_nobody_and_totals_are_kept(self, studio: Studio) -> None:
        names = [studio.take() for _ in range(3)]
        labels: list[dict[str, object]] = [
            {"heads": [[0.1, 0.2], [1, 0]]},
            {"heads": []},
            {"total": 7},
        ]
        for name, label in zip(names, labels, strict=True):
            assert studio.label(name, **label).status_code == 204
        rows = studio.ask("GET", "/snapshots").json()["snapshots"]
        assert [row["label"] for row in rows] == [
            {"heads": [[0.1, 0.2], [1, 0]], "total": None},
            {"heads": [], "total": None},
            {"heads": None, "total": 7},
        ]
        assert studio.ask("DELETE", f"/snapshots/{names[0]}/label").status_code == 204
        assert studio.ask("GET", "/snapshots").json()["snapshots"][0]["label"] is None

    @pytest.mark.parametrize(
        "label",
        [
            b"{}",
            b'{"heads": [], "total": 0}',
            b'{"heads": [[0.5, 1.5]]}',
            b'{"heads": [[NaN, 0.5]]}',
            b'{"heads": [[0.5]]}',
            b'{"total": -1}',
            b'{"total": 1000000}',
            b'{"total": 1.5}',
            b'{"heads": "' + b"x" * 1000 + b'"}',
            b"[" * 20000,
            b"\xff\xfe",
        ],
    )
    def test_nonsense_is_refused_and_changes_nothing(self, studio: Studio, label: bytes) -> None:
        name = studio.take()
        studio.label(name, total=3)
        answer = studio.ask(
            "PUT",
            f"/snapshots/{name}/label",
            content=label,
            headers={"Content-Type": "application/json"},
        )
        assert problem_of(answer) == (422, "invalid_request")
        assert studio.desk.labels.all()[name].total == 3

    def test_the_page_proposes_what_differs_and_warns_of_one_short_stretch(
        self, studio: Studio
    ) -> None:
        quiet, busy = studio.take(10), studio.take(200)
        studio.desk.proposals.look(Event())
        album = studio.ask("GET", "/snapshots").json()
        assert album["next"] == [busy, quiet]
        assert album["short_stretch"] is True
        assert album["alike"] is False
        studio.label(busy, total=20)
        assert studio.ask("GET", "/snapshots").json()["next"] == [quiet]


class TestDrawing:
    def test_what_is_drawn_is_kept_as_the_camera_s_own_settings(self, studio: Studio) -> None:
        zone = {"id": "door", "polygon": [[0, 0], [1, 0], [1, 1]], "area_m2": 4}
        answer = studio.ask("PUT", "/drawing", json={"zone": [zone], "mask": [MASK]})
        assert answer.status_code == 200, answer.text
        assert answer.json()["areas_m2"] == {"door": 4}
        file = studio.data / "cameras" / "lobby.toml"
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert tomllib.loads(file.read_text()) == {"zone": [zone], "mask": [MASK]}

    @pytest.mark.parametrize(
        ("drawing", "why"),
        [
            ({"zone": [{"id": "a", "polygon": [[0, 0], [1, 1], [1, 0], [0, 1]]}]}, "crosses"),
            ({"zone": [{"id": "a", "polygon": [[0, 0], [2, 1], [1, 0]]}]}, "outside"),
            ({"zone": [{"id": "../a", "polygon": [[0, 0], [1, 0], [1, 1]]}]}, "match"),
            ({"zone": [{"id": "a", "polygon": [[0, 0], [1, 0], [1, 1]]}]}, "area_m2"),
            ({"mask": [{"kind": "privacy", "polygon": [[0, 0], [1, 0], [1, 1], [0, 1]]}]}, "90%"),
            ({"source": "rtsp://evil.test"}, "source"),
            ({"ground": {"people": [[0.5, 0.1], [0.6, 0.2]]}}, "ground"),
        ],
    )
    def test_an_impossible_drawing_is_refused_with_the_reason(
        self, studio: Studio, drawing: dict[str, object], why: str
    ) -> None:
        answer = studio.ask("PUT", "/drawing", json=drawing)
        assert answer.status_code == 422
        assert why in answer.json()["detail"]
        assert not (studio.data / "cameras").exists()
        assert studio.ask("GET", "/drawing").json()["areas_m2"] == {"left": 2}

    def test_a_hostile_name_cannot_leave_its_string(self, studio: Studio) -> None:
        zone = {"id": 'a"\n[mqtt]', "polygon": [[0, 0], [1, 0], [1, 1]], "area_m2": 1}
        assert studio.ask("PUT", "/drawing", json={"zone": [zone]}).status_code == 422

    def test_a_new_privacy_mask_hides_live_stored_and_coming_pictures(self, studio: Studio) -> None:
        stored = studio.take()
        studio.ask("PUT", "/drawing", json={"mask": [MASK]})
        studio.look()
        for path in (
            "/live/picture",
            f"/snapshots/{stored}/picture",
            f"/snapshots/{studio.take()}/picture",
        ):
            picture = shown(studio.ask("GET", path))
            assert picture[:, :32].max() < 30, path
            assert picture[:, 64:].min() > 170, path

    def test_a_new_privacy_mask_ends_the_use_of_a_fit_and_other_shapes_do_not(
        self, studio: Studio
    ) -> None:
        studio.fitter.used.append("site")
        zone = {"id": "door", "polygon": [[0, 0], [1, 0], [1, 1]], "area_m2": 4}
        other = {"kind": "ignore", "polygon": [[0, 0], [0.5, 0], [0.5, 1]]}
        answer = studio.ask("PUT", "/drawing", json={"zone": [zone], "mask": [other]})
        assert (answer.json()["retired"], studio.fitter.used) == (False, ["site"])
        answer = studio.ask("PUT", "/drawing", json={"mask": [MASK]})
        assert (answer.json()["retired"], studio.fitter.used) == (True, [])
        answer = studio.ask("PUT", "/drawing", json={"mask": [MASK]})
        assert answer.json()["retired"] is False


class TestFit:
    def labelled(self, studio: Studio, counts: tuple[int, ...] = (1, 2, 3, 4, 5, 6)) -> None:
        for count in counts:
            studio.label(studio.take(10 * count), total=count)
        for _ in range(2):
            studio.take()

    @pytest.mark.parametrize("counts", [(), (1, 2, 3, 4, 5), (2, 2, 2, 2, 2, 2)])
    def test_too_few_or_all_alike_labels_give_no_fit(
        self, studio: Studio, counts: tuple[int, ...]
    ) -> None:
        self.labelled(studio, counts)
        assert problem_of(studio.ask("POST", "/fit")) == (409, "too_few_labels")

    def test_a_fit_is_used_only_when_accepted_and_can_be_given_up(self, studio: Studio) -> None:
        self.labelled(studio)
        assert problem_of(studio.ask("POST", "/fit/accept")) == (409, "nothing_fitted")
        assert studio.ask("POST", "/fit").status_code == 202
        studio.desk.fit.wait()
        status = studio.ask("GET", "/fit").json()
        assert status["stage"] == "done"
        assert status["report"]["labels"] == 6
        assert status["in_use"] is False
        assert studio.fitter.unlabelled == 2
        accepted = studio.ask("POST", "/fit/accept").json()
        assert (accepted["accepted"], accepted["in_use"]) == (True, True)
        assert studio.ask("POST", "/fit/retire").json()["in_use"] is False

    def test_a_fit_that_cannot_be_written_is_said_and_can_be_accepted_later(
        self, studio: Studio
    ) -> None:
        self.labelled(studio)
        studio.ask("POST", "/fit")
        studio.desk.fit.wait()
        studio.fitter.used.append("full")
        assert problem_of(studio.ask("POST", "/fit/accept")) == (507, "not_written")
        studio.fitter.used.clear()
        assert studio.ask("POST", "/fit/accept").json()["in_use"] is True

    def test_a_second_fit_waits_for_the_first_and_a_running_one_can_be_stopped(
        self, studio: Studio
    ) -> None:
        self.labelled(studio)
        studio.fitter.go_on.clear()
        studio.ask("POST", "/fit")
        studio.fitter.started.wait()
        assert problem_of(studio.ask("POST", "/fit")) == (409, "fit_running")
        assert studio.ask("GET", "/snapshots").status_code == 200
        status = studio.ask("DELETE", "/fit").json()
        assert (status["stage"], status["report"]) == ("idle", None)

    def test_labels_that_cannot_be_fitted_are_refused_in_words(self, studio: Studio) -> None:
        self.labelled(studio)
        studio.fitter.refusal = "all_the_same"
        studio.ask("POST", "/fit")
        studio.desk.fit.wait()
        status = studio.ask("GET", "/fit").json()
        assert (status["stage"], status["why"]) == ("failed", "all_the_same")

    def test_a_damaged_snapshot_fails_the_fit_and_not_the_page(self, studio: Studio) -> None:
        self.labelled(studio)
        next(studio.folder.glob("*.jpg")).write_bytes(b"no picture")
        studio.ask("POST", "/fit")
        studio.desk.fit.wait()
        status = studio.ask("GET", "/fit").json()
        assert (status["stage"], status["why"]) == ("failed", "damaged")


class TestDoubt:
    """The fit in use no longer describes what the camera sees."""

    def doubtful(self, studio: Studio) -> None:
        """An hour ago the picture changed; what was labelled before does not show it."""
        for value in (50, 90, 130):
            studio.label(studio.take(value), total=value // 10)
        studio.clock.at += timedelta(hours=2)
        since = studio.clock.at
        studio.fitter.in_doubt = Doubt(reason=Reason.APPEARANCE, since=since)

    def album(self, studio: Studio) -> dict[str, Any]:
        studio.desk.proposals.look(Event())
        album: dict[str, Any] = studio.ask("GET", "/snapshots").json()
        return album

    def test_nothing_is_asked_while_the_fit_is_sound(self, studio: Studio) -> None:
        studio.take()
        album = self.album(studio)
        assert (album["doubt"], album["left"], album["wanted"]) == (None, 0, 20)

    def test_five_more_are_asked_for_with_the_reason(self, studio: Studio) -> None:
        self.doubtful(studio)
        album = self.album(studio)
        assert album["doubt"]["reason"] == "appearance"
        assert (album["left"], album["wanted"]) == (5, 3 + 5)

    def test_only_what_was_taken_since_is_proposed(self, studio: Studio) -> None:
        studio.take(70)
        self.doubtful(studio)
        assert self.album(studio)["next"] == []
        new = {studio.take(value) for value in (60, 100, 140, 180, 200, 220, 250)}
        proposed = self.album(studio)["next"]
        assert len(proposed) == 5
        assert set(proposed) < new

    def test_labels_count_until_five_are_there(self, studio: Studio) -> None:
        self.doubtful(studio)
        lefts = []
        for value in (60, 100, 140, 180, 200, 220):
            lefts.append(self.album(studio)["left"])
            studio.label(studio.take(value), total=value // 10)
        assert lefts == [5, 4, 3, 2, 1, 0]
        album = self.album(studio)
        assert (album["left"], album["next"], album["wanted"]) == (0, [], 9)
        assert album["doubt"]
