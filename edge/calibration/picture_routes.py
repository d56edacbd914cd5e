"""Routes of the live picture, snapshots, labels and the drawing on the picture."""

from datetime import datetime

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel

from edge.calibration.context import Context, Page
from edge.calibration.drawing import Drawing
from edge.calibration.entry import inside
from edge.calibration.labels import Label
from edge.calibration.refusals import Refusal
from edge.calibration.snapshots import Kept, encoded, thumbnail
from edge.watch import Doubt
from hall.settings import Mistake

router = APIRouter(tags=["pictures"], dependencies=[Depends(inside)])


class Live(BaseModel):
    """What the camera shows now; `at` is null while it shows nothing, then `trouble` says why."""

    at: datetime | None
    seen: int | None
    trouble: str
    every_min: float


class SnapshotRow(BaseModel):
    """One snapshot; `seen` is the detector's count, `label` what a person saw."""

    id: str
    at: datetime
    seen: float
    by_hand: bool
    label: Label | None


class Album(BaseModel):
    """All snapshots, oldest first, and what to label next, most telling first.

    `doubt` tells why the fit in use no longer describes what the camera sees; then `left` of the
    snapshots since are still to be labelled before it is fitted anew.
    """

    snapshots: list[SnapshotRow]
    next: list[str]
    wanted: int
    short_stretch: bool
    alike: bool
    doubt: Doubt | None
    left: int


class Drawn(BaseModel):
    """What is drawn, and the floor of each zone: as stated there, else as the ground tells.

    `retired`: the fit is no longer used, since it was made before a privacy mask was drawn.
    """

    drawing: Drawing
    areas_m2: dict[str, float]
    retired: bool = False


@router.get("/live")
def live(page: Page) -> Live:
    """Whether the camera shows a picture."""
    sight = page.view.newest()
    return Live(
        at=sight.at if sight else None,
        seen=sight.seen if sight else None,
        trouble="" if sight else page.view.trouble,
        every_min=page.every_min,
    )


@router.get("/live/picture", response_class=Response)
def live_picture(page: Page) -> Response:
    """The newest picture, privacy masks burned in."""
    sight = page.view.newest()
    if sight is None:
        raise Refusal("no_picture")
    return _jpeg(encoded(sight.picture))


@router.get("/snapshots")
def snapshots(page: Page) -> Album:
    """All snapshots with their labels."""
    choice, labels = page.desk.choice(), page.desk.labels.all()
    return Album(
        snapshots=[_row(each, labels.get(each.id)) for each in page.desk.snapshots.all()],
        next=choice.next,
        wanted=choice.wanted,
        short_stretch=choice.spread.short_stretch,
        alike=choice.spread.alike,
        doubt=choice.doubt,
        left=choice.left,
    )


@router.post("/snapshots", status_code=201)
def take(page: Page) -> SnapshotRow:
    """Take a snapshot of what the camera shows now."""
    sight = page.view.newest()
    kept = page.desk.keep(sight, by_hand=True) if sight else None
    if kept is None:
        raise Refusal("no_picture")
    return _row(kept, None)


@router.delete("/snapshots", status_code=204)
def clear(page: Page) -> None:
    """Delete all snapshots and labels."""
    page.desk.clear()


@router.get("/snapshots/{snapshot}/picture", response_class=Response)
def picture(snapshot: str, page: Page, *, small: bool = False) -> Response:
    """The picture of a snapshot, or a small copy of it."""
    jpeg = page.desk.snapshots.jpeg(snapshot)
    if jpeg is None:
        raise Refusal("not_found")
    return _jpeg(thumbnail(jpeg) if small else jpeg)


@router.delete("/snapshots/{snapshot}", status_code=204)
def remove(snapshot: str, page: Page) -> None:
    """Delete a snapshot and its label."""
    if not page.desk.remove(snapshot):
        raise Refusal("not_found")


@router.put("/snapshots/{snapshot}/label", status_code=204)
def label(snapshot: str, given: Label, page: Page) -> None:
    """Say who is in a snapshot: where the heads are, or only how many."""
    _label(page, snapshot, given)


@router.delete("/snapshots/{snapshot}/label", status_code=204)
def unlabel(snapshot: str, page: Page) -> None:
    """Forget what was said of a snapshot."""
    _label(page, snapshot, None)


@router.get("/drawing", response_model_exclude_unset=True)
def drawing(page: Page) -> Drawn:
    """What is drawn on the picture."""
    return _drawn(page)


@router.put("/drawing", response_model_exclude_unset=True)
def draw(given: Drawing, page: Page) -> Drawn:
    """Draw anew; the running edge counts by it from the next seconds on."""
    used = page.desk.fit.status().in_use
    try:
        page.desk.draw(given)
    except Mistake as mistake:
        first = mistake.lines[0].partition(": ")[2]
        raise Refusal("drawing_refused", first) from mistake
    return _drawn(page, retired=used and not page.desk.fit.status().in_use)


def _drawn(page: Context, *, retired: bool = False) -> Drawn:
    file = page.desk.drawing
    areas = {zone.id: round(file.camera.area_m2(zone), 1) for zone in file.camera.zone}
    return Drawn(drawing=file.get(), areas_m2=areas, retired=retired)


def _label(page: Context, snapshot: str, given: Label | None) -> None:
    if not page.desk.label(snapshot, given):
        raise Refusal("not_found")


def _row(kept: Kept, given: Label | None) -> SnapshotRow:
    return SnapshotRow(id=kept.id, at=kept.at, seen=kept.seen, by_hand=kept.by_hand, label=given)


def _jpeg(content: bytes) -> Response:
    return Response(content, media_type="image/jpeg")
