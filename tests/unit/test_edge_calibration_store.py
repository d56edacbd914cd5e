"""What the calibration page keeps on disk: through crashes, damage, time and too many pictures."""

import stat
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from edge.calibration.labels import Label, Labels
from edge.calibration.snapshots import (
    KEPT_FOR,
    Kept,
    Snapshots,
    Unreadable,
    forget_old,
    is_masked,
    masked,
)
from edge.core.zones import outline
from edge.keeping import UNFINISHED, write
from hall.settings import Mistake
from tests.unit.edge_calibration import NOON, Studio, picture

ROOT = Path(__file__).resolve().parents[2]
# The process ends between writing and renaming, as in a power cut.
KILLED = """
import os, pathlib, sys
from edge.keeping import write
os.fsync = lambda handle: os._exit(9)
write(pathlib.Path(sys.argv[1]), b"new")
"""
MINUTE = timedelta(minutes=1)
LEFT = outline([(0, 0), (0.5, 0), (0.5, 1), (0, 1)])


def taken(store: Snapshots, minute: int, seen: float, *, by_hand: bool = False) -> Kept | None:
    return store.add(picture(), NOON + minute * MINUTE, seen=seen, by_hand=by_hand)


class TestWriting:
    def test_a_file_is_its_owner_s_alone(self, tmp_path: Path) -> None:
        write(tmp_path / "a", b"new")
        assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o600

    def test_a_crash_in_mid_write_leaves_the_old_content_and_no_litter_after_a_start(
        self, tmp_path: Path
    ) -> None:
        file = tmp_path / "a"
        write(file, b"old")
        killed = subprocess.run([sys.executable, "-c", KILLED, file], cwd=ROOT, check=False)
        assert killed.returncode == 9
        assert file.read_bytes() == b"old"
        assert [each.suffix for each in tmp_path.iterdir() if each != file] == [UNFINISHED]
        Snapshots(tmp_path)
        assert list(tmp_path.iterdir()) == [file]


class TestSnapshots:
    def test_all_is_there_after_a_restart(self, tmp_path: Path) -> None:
        kept = [taken(Snapshots(tmp_path), minute, 1.5 * minute) for minute in range(3)]
        assert Snapshots(tmp_path).all() == kept
        assert [each.seen for each in Snapshots(tmp_path).all()] == [0, 1.5, 3]

    def test_two_of_one_millisecond_are_one(self, tmp_path: Path) -> None:
        store = Snapshots(tmp_path)
        taken(store, 0, 1)
        taken(store, 0, 1)
        assert len(store.all()) == 1

    def test_files_of_others_are_left_alone(self, tmp_path: Path) -> None:
        (tmp_path / "holiday.jpg").write_bytes(b"x")
        store = Snapshots(tmp_path)
        assert store.all() == []
        assert store.jpeg("holiday") is None
        assert not store.remove("holiday")
        store.forget(NOON + 100 * KEPT_FOR)
        assert (tmp_path / "holiday.jpg").exists()

    def test_too_many_make_the_one_go_that_is_most_like_another(self, tmp_path: Path) -> None:
        store = Snapshots(tmp_path, at_most=3)
        for minute, seen in enumerate((0, 10, 5, 5)):
            taken(store, minute, seen)
        assert sorted(each.seen for each in store.all()) == [0, 5, 10]

    def test_what_a_person_took_or_labelled_stays(self, tmp_path: Path) -> None:
        store = Snapshots(tmp_path, at_most=2)
        by_hand = taken(store, 0, 5, by_hand=True)
        labelled = taken(store, 1, 5)
        assert labelled
        newest = store.add(
            picture(),
            NOON + 2 * MINUTE,
            seen=5,
            by_hand=False,
            labelled=lambda: frozenset({labelled.id}),
        )
        assert newest is None
        assert store.all() == [by_hand, labelled]

    def test_after_thirty_days_they_are_gone_with_their_labels(self, tmp_path: Path) -> None:
        studio = Studio(tmp_path)
        studio.look()
        sight = studio.view.newest()
        assert sight
        old = studio.desk.keep(sight, by_hand=True)
        assert old
        studio.desk.label(old.id, Label(total=3))
        studio.clock.at += KEPT_FOR
        studio.desk.tidy()
        assert studio.desk.snapshots.all() == [old]
        studio.clock.at += MINUTE
        studio.desk.tidy()
        assert studio.desk.snapshots.all() == []
        assert Studio(tmp_path).desk.labels.all() == {}

    def test_a_running_edge_deletes_old_ones_of_all_cameras_and_nothing_else(
        self, tmp_path: Path
    ) -> None:
        for camera in ("lobby", "gone"):
            store = Snapshots(tmp_path / camera)
            taken(store, 0, 1)
            taken(store, 5, 1)
            (tmp_path / camera / "labels.json").write_text("{}")
        assert forget_old(tmp_path, NOON + KEPT_FOR) == 0
        assert forget_old(tmp_path, NOON + KEPT_FOR + MINUTE) == 2
        assert len(Snapshots(tmp_path / "lobby").all()) == 1
        assert len(list(tmp_path.glob("*/labels.json"))) == 2
        assert forget_old(tmp_path / "nowhere", NOON) == 0

    def test_a_damaged_picture_is_told_from_a_missing_one(self, tmp_path: Path) -> None:
        store = Snapshots(tmp_path)
        kept = taken(store, 0, 1)
        assert kept
        for content in (b"", b"no picture"):
            (tmp_path / f"{kept.id}.jpg").write_bytes(content)
            with pytest.raises(Unreadable):
                store.picture(kept.id)
        store.remove(kept.id)
        assert store.picture(kept.id) is None

    def test_a_mask_is_burned_in_once_and_again_only_when_it_is_new(self, tmp_path: Path) -> None:
        store = Snapshots(tmp_path)
        kept = taken(store, 0, 1)
        assert kept
        file = tmp_path / f"{kept.id}.jpg"
        store.mask([LEFT], anew=False).join()
        once = file.read_bytes()
        burned = store.picture(kept.id)
        assert burned is not None
        assert is_masked(burned, [LEFT])
        stamp = file.stat().st_ino
        store.mask([LEFT], anew=False).join()
        assert (file.read_bytes(), file.stat().st_ino) == (once, stamp)
        store.mask([LEFT], anew=True).join()
        assert file.stat().st_ino != stamp

    def test_what_cannot_be_masked_may_not_stay(self, tmp_path: Path) -> None:
        store = Snapshots(tmp_path)
        kept = taken(store, 0, 1)
        assert kept
        (tmp_path / f"{kept.id}.jpg").write_bytes(b"no picture")
        store.mask([LEFT], anew=True).join()
        assert store.all() == []

    def test_masking_leaves_the_camera_s_own_picture_alone(self) -> None:
        frame = picture()
        assert masked(frame, [LEFT])[0, 0].max() == 0
        assert frame.min() == 200


class TestLabels:
    def test_labels_are_there_after_a_restart(self, tmp_path: Path) -> None:
        file = tmp_path / "labels.json"
        labels = Labels(file)
        labels.put("a", Label(heads=((0.1, 0.2),)))
        labels.put("b", Label(total=4))
        labels.drop({"a", "unknown"})
        assert Labels(file).all() == {"b": Label(total=4)}
        assert stat.S_IMODE(file.stat().st_mode) == 0o600

    @pytest.mark.parametrize("content", [b"", b"{", b'{"a": {}}', b"[]", b"\xff"])
    def test_a_damaged_file_is_refused_in_one_line_and_kept(
        self, tmp_path: Path, content: bytes
    ) -> None:
        file = tmp_path / "labels.json"
        file.write_bytes(content)
        with pytest.raises(Mistake) as refused:
            Labels(file)
        assert str(refused.value).startswith(f"{file}: not a file of labels")
        assert file.read_bytes() == content
