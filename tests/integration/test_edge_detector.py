import hashlib
import shutil
from pathlib import Path

import cv2
import onnx
import pytest
from onnx import TensorProto, helper

from edge.core.adaptation import Labelled, fit, survey
from edge.detector import Detector
from edge.manifest import CHECKOUT, DEFAULT_MODEL
from hall.settings import Mistake
from tests.clips.faulty import black, picture

# People whom a person counted in these frames of the demo clip.
COUNTED = {0: 3, 150: 8, 200: 7, 330: 6, 400: 3, 500: 4, 600: 6, 720: 8}


@pytest.fixture(scope="module")
def detector() -> Detector:
    return Detector()


@pytest.fixture
def models(tmp_path: Path) -> Path:
    """A folder of models that a test may spoil."""
    for name in (DEFAULT_MODEL, "manifest.toml"):
        shutil.copy(CHECKOUT / name, tmp_path / name)
    return tmp_path


def listed(folder: Path, model: onnx.ModelProto) -> Path:
    """Another model under the listed name, its checksum in order."""
    path = folder / DEFAULT_MODEL
    old = path.read_bytes()
    onnx.save(model, path)
    relist(folder, old)
    return path


def relist(folder: Path, old: bytes) -> None:
    manifest = folder / "manifest.toml"
    was, now = (
        hashlib.sha256(content).hexdigest()
        for content in (old, (folder / DEFAULT_MODEL).read_bytes())
    )
    manifest.write_text(manifest.read_text().replace(was, now))


@pytest.mark.parametrize(("number", "people"), COUNTED.items())
def test_people_of_the_clip_are_seen(detector: Detector, number: int, people: int) -> None:
    assert len(detector.find(picture(number))) == pytest.approx(people, abs=1)


def test_nobody_is_seen_in_the_dark(detector: Detector) -> None:
    assert len(detector.find(black())) == 0


@pytest.mark.parametrize("size", [(1920, 1440), (640, 480), (1280, 480), (480, 960)])
def test_boxes_do_not_depend_on_resolution_or_shape(
    detector: Detector, size: tuple[int, int]
) -> None:
    original = picture(330)
    scale = min(size[0] / 768, size[1] / 576)
    small = cv2.resize(original, None, fx=scale, fy=scale)
    bottom, right = size[1] - small.shape[0], size[0] - small.shape[1]
    framed = cv2.copyMakeBorder(small, 0, bottom, 0, right, cv2.BORDER_CONSTANT)
    assert len(detector.find(framed)) == pytest.approx(6, abs=2)


def test_boxes_lie_inside_the_picture_around_people(detector: Detector) -> None:
    boxes = detector.find(picture(720))
    assert ((boxes[:, :4] >= 0) & (boxes[:, :4] <= 1)).all()
    assert (boxes[:, 2:4] > boxes[:, :2]).all()
    assert (boxes[:, 4] >= detector.facts.threshold).all()


def test_a_higher_threshold_sees_no_more_people(detector: Detector) -> None:
    frame = picture(150)
    counts = [len(detector.find(frame, threshold)) for threshold in (0.3, 0.5, 0.7, 0.9)]
    assert counts == sorted(counts, reverse=True)


def test_a_missing_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(Mistake, match=r"none\.onnx: the model cannot be read: No such file"):
        Detector(tmp_path / "none.onnx")


def test_a_model_without_manifest_is_refused(models: Path) -> None:
    (models / "manifest.toml").unlink()
    with pytest.raises(Mistake, match=r"manifest\.toml: No such file"):
        Detector(models / DEFAULT_MODEL)


def test_a_model_that_the_manifest_does_not_list_is_refused(models: Path) -> None:
    other = (models / DEFAULT_MODEL).rename(models / "other.onnx")
    with pytest.raises(Mistake, match=r"does not list other\.onnx"):
        Detector(other)


def test_a_damaged_model_is_refused(models: Path) -> None:
    path = models / DEFAULT_MODEL
    path.write_bytes(path.read_bytes()[:100_000])
    with pytest.raises(Mistake, match="sha256 differs"):
        Detector(path)


def test_a_file_that_is_no_model_is_refused(models: Path) -> None:
    path = models / DEFAULT_MODEL
    old = path.read_bytes()
    path.write_bytes(b"not a model")
    relist(models, old)
    with pytest.raises(Mistake, match="cannot read this model"):
        Detector(path)


def test_a_model_of_another_shape_is_refused(models: Path) -> None:
    same = helper.make_node("Identity", ["images"], ["score8"])
    images, score = (
        helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, 3, 32, 32])
        for name in ("images", "score8")
    )
    graph = helper.make_graph([same], "tiny", [images], [score])
    opset = [helper.make_opsetid("", 17)]
    path = listed(models, helper.make_model(graph, opset_imports=opset, ir_version=9))
    with pytest.raises(Mistake, match=r"images is \[1, 3, 32, 32\] where a person detector has"):
        Detector(path)


def test_a_look_shows_the_same_people_as_a_find(detector: Detector) -> None:
    frame = picture(720)
    sight = detector.look(frame)
    sure = sight.boxes[sight.boxes[:, 4] >= detector.facts.threshold]
    assert len(sure) == pytest.approx(len(detector.find(frame)), abs=1)
    assert (sight.features.shape, sight.scores.shape) == ((320, 30, 40), (3, 30, 40))
    assert sight.extent_px == detector.extent_px(frame) == (640, 480)


def test_a_wide_picture_leaves_the_rest_of_the_canvas_empty(detector: Detector) -> None:
    wide = cv2.resize(picture(720), (1280, 720))
    sight = detector.look(wide)
    assert sight.extent_px == (640, 360)
    assert sight.grey[:360].any()
    assert not sight.grey[360:].any()


def test_a_model_without_features_finds_people_but_cannot_be_fitted(models: Path) -> None:
    model = onnx.load(models / DEFAULT_MODEL)
    [features] = [each for each in model.graph.output if each.name == "features"]
    model.graph.output.remove(features)
    plain = Detector(listed(models, model))
    assert len(plain.find(picture(720))) == pytest.approx(8, abs=1)
    with pytest.raises(Mistake, match="no features that can be fitted"):
        plain.look(picture(720))


def test_fitted_to_its_place_the_clip_is_counted_as_well_as_before(detector: Detector) -> None:
    scene = survey(detector.look(picture(number)) for number in range(0, 795, 50))
    labelled = (
        Labelled(float(number), detector.look(picture(number)), float(people))
        for number, people in COUNTED.items()
    )
    fitted = fit(scene, labelled, threshold=detector.facts.threshold)
    for number, people in COUNTED.items():
        density = fitted.site.density(detector.look(picture(number)))
        assert float(density.sum()) == pytest.approx(people, abs=1.5)
    assert fitted.report.total.adapted <= fitted.report.total.constant
