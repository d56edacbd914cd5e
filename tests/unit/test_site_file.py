import stat
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import structlog
from cryptography.fernet import Fernet

from edge.core.interval import Bounds
from edge.core.sight import Standing
from edge.core.site import TERMS, Calibration, Limits, Scene, Site, Strangeness
from edge.site import FORM, UNWATCHED_FORM, SiteFile
from hall.settings import Mistake

MODEL = "5" * 64


def made_up(share: float = 0.8) -> Site:
    rng = np.random.default_rng(1)
    scene = Scene(
        usual=rng.normal(size=(320, 1200)).astype(np.float16),
        background=rng.integers(0, 255, (480, 640), np.uint8),
        mean=rng.normal(size=329).astype(np.float32),
        deviation=np.ones(329, np.float32),
        standing=Standing(0.25, 0.1),
        extent_px=(640, 360),
    )
    bounds = (Bounds(0, 0, 2), Bounds(10, 7, 13))
    weights = rng.normal(size=TERMS).astype(np.float32)
    return Site(scene, weights, Calibration(0.325, 1.7), share, bounds)


@pytest.fixture
def file(tmp_path: Path) -> SiteFile:
    return SiteFile(tmp_path, "lobby", MODEL)


@pytest.fixture
def written(file: SiteFile) -> SiteFile:
    file.write(made_up())
    return file


def test_a_site_is_read_as_it_was_written(written: SiteFile) -> None:
    read, site = written.read(), made_up()
    for name in ("usual", "background", "mean", "deviation"):
        assert np.array_equal(getattr(read.scene, name), getattr(site.scene, name))
    assert np.array_equal(read.weights, site.weights)
    assert (read.scene.standing, read.scene.extent_px) == (Standing(0.25, 0.1), (640, 360))
    assert (read.calibration, read.share, read.bounds) == (
        site.calibration,
        site.share,
        site.bounds,
    )


def test_what_its_pictures_were_like_is_read_as_it_was_written(file: SiteFile) -> None:
    site = made_up()
    known = replace(
        site,
        scene=replace(site.scene, strangest=Strangeness(0.25, 0.125)),
        gaps=Limits(-1.5, 1.25),
        people=Limits(3, 41),
    )
    file.write(known)
    read = file.read()
    assert read.watchable
    assert read.scene.strangest == known.scene.strangest
    assert (read.gaps, read.people) == (known.gaps, known.people)


def test_a_file_of_the_form_before_counts_but_is_not_watched(
    file: SiteFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("edge.site.FORM", UNWATCHED_FORM)
    file.write(made_up())
    monkeypatch.undo()
    with structlog.testing.capture_logs() as logs:
        site = file.current()
    assert site is not None
    assert not site.watchable
    assert [each["watched"] for each in logs] == [False]


def test_a_file_of_a_form_to_come_is_refused(
    file: SiteFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("edge.site.FORM", FORM + 1)
    file.write(made_up())
    monkeypatch.undo()
    with pytest.raises(Mistake, match="written by another version; fit the camera again"):
        file.read()


def test_the_file_and_its_key_are_only_their_owners(written: SiteFile, tmp_path: Path) -> None:
    for path in (written.path, tmp_path / "keys" / "site.key"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_the_background_picture_cannot_be_read_without_the_key(
    written: SiteFile, tmp_path: Path
) -> None:
    assert b"background" not in written.path.read_bytes()
    (tmp_path / "keys" / "site.key").write_bytes(Fernet.generate_key())
    with pytest.raises(Mistake, match="not encrypted with this box's key"):
        written.read()


def test_the_key_may_be_a_credential_of_systemd(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    credentials = tmp_path / "credentials"
    credentials.mkdir()
    (credentials / "site-key").write_bytes(Fernet.generate_key())
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(credentials))
    file = SiteFile(tmp_path, "lobby", MODEL)
    file.write(made_up())
    assert file.read().share == 0.8
    assert not (tmp_path / "keys").exists()


def cut(file: SiteFile) -> None:
    file.path.write_bytes(file.path.read_bytes()[:5000])


def flip(file: SiteFile) -> None:
    content = bytearray(file.path.read_bytes())
    content[3000] ^= 1
    file.path.write_bytes(content)


def empty(file: SiteFile) -> None:
    file.path.write_bytes(b"")


def other_shape(file: SiteFile) -> None:
    file.write(replace(made_up(), weights=np.ones(3, np.float32)))


def endless(file: SiteFile) -> None:
    file.write(replace(made_up(), weights=np.full(TERMS, np.nan, np.float32)))


def too_much(file: SiteFile) -> None:
    file.write(made_up(share=7))


def unknowable(file: SiteFile) -> None:
    site = made_up()
    scene = replace(site.scene, strangest=Strangeness(0.5, 0.5))
    file.write(replace(site, scene=scene, gaps=Limits(float("nan"), 1)))


@pytest.mark.parametrize("spoil", [cut, flip, empty, other_shape, endless, too_much, unknowable])
def test_a_damaged_file_is_refused_in_one_line(
    written: SiteFile, spoil: Callable[[SiteFile], None]
) -> None:
    spoil(written)
    with pytest.raises(Mistake, match=r"lobby\.site: damaged") as refusal:
        written.read()
    assert len(refusal.value.lines) == 1


def test_another_cameras_file_is_refused(written: SiteFile, tmp_path: Path) -> None:
    other = SiteFile(tmp_path, "entrance", MODEL)
    other.path.write_bytes(written.path.read_bytes())
    with pytest.raises(Mistake, match="the fit of camera lobby, not entrance"):
        other.read()


def test_a_file_of_another_model_is_refused(written: SiteFile, tmp_path: Path) -> None:
    with pytest.raises(Mistake, match="fitted with another model; fit the camera again"):
        SiteFile(tmp_path, "lobby", "6" * 64).read()


def test_a_spoilt_key_is_named(written: SiteFile, tmp_path: Path) -> None:
    (tmp_path / "keys" / "site.key").write_text("no key")
    with pytest.raises(Mistake, match=r"site\.key: not a key"):
        written.read()


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "sites").write_text("in the way")
    with pytest.raises(Mistake, match=r"lobby\.site: cannot be written"):
        SiteFile(tmp_path, "lobby", MODEL).write(made_up())


def test_no_fit_is_no_trouble(file: SiteFile) -> None:
    with structlog.testing.capture_logs() as logs:
        assert file.current() is None
    assert logs == []


def test_a_changed_file_is_taken_up_and_logged_once(file: SiteFile) -> None:
    with structlog.testing.capture_logs() as logs:
        file.write(made_up())
        first = file.current()
        assert file.current() is first
        file.write(made_up(share=0.4))
        second = file.current()
        file.path.unlink()
        assert file.current() is None
    assert first is not None
    assert second is not None
    assert (first.share, second.share) == (0.8, 0.4)
    assert [each["event"] for each in logs] == ["site_in_use", "site_in_use"]


def test_a_refused_file_is_logged_once_and_leaves_the_detector(written: SiteFile) -> None:
    cut(written)
    with structlog.testing.capture_logs() as logs:
        assert written.current() is None
        assert written.current() is None
    [refusal] = logs
    assert (refusal["event"], refusal["camera"]) == ("site_refused", "lobby")
    assert "damaged" in refusal["reason"]


def test_a_write_that_fails_keeps_the_old_file(
    written: SiteFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_space(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", no_space)
    with pytest.raises(Mistake, match="No space left on device"):
        written.write(made_up(share=0.4))
    monkeypatch.undo()
    assert written.read().share == 0.8
    assert [path.name for path in written.path.parent.iterdir()] == ["lobby.site"]
