"""Settings of the edge program and what makes them refused."""

from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self

import shapely
from pydantic import Field, field_validator, model_validator
from pydantic_settings import SettingsConfigDict

from edge.core.interval import Bounds, check_bounds
from edge.core.zones import ImpossibleZone, Point, outline
from hall.bus import BusSettings
from hall.messages import ConfiguredId
from hall.settings import Mistake, Section, Settings, check, load, read_toml

Fraction = Annotated[float, Field(gt=0, lt=1)]
PRIVATE_MOST: Final = 0.9  # of the picture; the rest must be enough to count in
DRAWN: Final = ("zone", "mask")  # tables of a camera that the calibration page draws


class ZoneSettings(Section):
    """A part of the floor as the camera sees it."""

    id: ConfiguredId
    polygon: tuple[Point, ...] = Field(description="corners [x, y], fractions of the picture")
    area_m2: float = Field(gt=0, description="size of the floor inside")

    @field_validator("polygon")
    @classmethod
    def _can_be_drawn(cls, polygon: tuple[Point, ...]) -> tuple[Point, ...]:
        return _drawable("zone", polygon)

    @property
    def outline(self) -> shapely.Polygon:
        """The polygon to look into."""
        return outline(self.polygon)


class MaskSettings(Section):
    """A part of the picture that nobody may see ("privacy") or where nobody counts ("ignore")."""

    kind: Literal["privacy", "ignore"]
    polygon: tuple[Point, ...] = Field(description="corners [x, y], fractions of the picture")

    @field_validator("polygon")
    @classmethod
    def _can_be_drawn(cls, polygon: tuple[Point, ...]) -> tuple[Point, ...]:
        return _drawable("mask", polygon)


class CameraSettings(Section):
    """One camera and how it is read."""

    id: ConfiguredId
    source: str = Field(min_length=1, description="file, URL, or number of a local device")
    loop: bool = Field(default=True, description="a file starts again at its end")
    rate_hz: float = Field(default=2.0, gt=0, le=10, description="analyses a second")
    smooth: int = Field(default=3, ge=1, le=15, description="median of so many analyses")
    threshold: Fraction | None = Field(default=None, description="the model's own unless given")
    interval: tuple[Bounds, ...] | None = Field(
        default=None, description="[published, low, high] as measured here, else the model's"
    )
    zone: tuple[ZoneSettings, ...] = ()
    mask: tuple[MaskSettings, ...] = ()

    @field_validator("interval")
    @classmethod
    def _is_an_interval(cls, measured: tuple[Bounds, ...] | None) -> tuple[Bounds, ...] | None:
        return measured and check_bounds(measured)

    @model_validator(mode="after")
    def _zones_differ(self) -> Self:
        _each_once("zone", [zone.id for zone in self.zone])
        return self

    @field_validator("mask")
    @classmethod
    def _leaves_something(cls, masks: tuple[MaskSettings, ...]) -> tuple[MaskSettings, ...]:
        private = [outline(mask.polygon) for mask in masks if mask.kind == "privacy"]
        if shapely.union_all(private).area > PRIVATE_MOST:
            raise ValueError(f"privacy masks cover more than {PRIVATE_MOST:.0%} of the picture")
        return masks

    def masks(self, kind: Literal["privacy", "ignore"]) -> tuple[shapely.Polygon, ...]:
        """The polygons of one kind of mask."""
        return tuple(outline(mask.polygon) for mask in self.mask if mask.kind == kind)

    @property
    def file(self) -> Path | None:
        """The path of a file source."""
        return None if "://" in self.source or self.source.isdecimal() else Path(self.source)


class CalibrationSettings(Section):
    """The page of `huiting-edge calibrate`."""

    bind: str = Field(default="127.0.0.1", min_length=1, description="address to listen on")
    port: int = Field(default=8010, ge=0, le=65535, description="0 takes a free one")
    every_min: float = Field(default=10, gt=0, le=240, description="minutes between snapshots")


class EdgeSettings(Settings):
    """All of `edge.toml`; environment variables such as HUITING_EDGE__MQTT__PORT win over it."""

    model_config = SettingsConfigDict(env_prefix="HUITING_EDGE__")

    hall: ConfiguredId
    node: ConfiguredId
    mqtt: BusSettings = BusSettings()
    model: Path | None = Field(default=None, description="ONNX file beside its manifest.toml")
    threads: int = Field(default=1, ge=1, le=16, description="of one analysis")
    data: Path = Field(default=Path("var/edge"), description="folder of the edge's own files")
    calibration: CalibrationSettings = CalibrationSettings()
    camera: tuple[CameraSettings, ...]

    @model_validator(mode="after")
    def _cameras_differ(self) -> Self:
        if not self.camera:
            raise ValueError("no camera; add a [[camera]] table")
        _each_once("camera", [camera.id for camera in self.camera])
        return self


def read(path: Path, sources: dict[str, str] | None = None) -> EdgeSettings:
    """The settings at `path`, with what was drawn for each camera; relative files lie beside it.

    `sources` replaces the source of cameras by id; its relative files and the default data folder
    lie in the working folder. Raises Mistake.
    """
    settings = load(EdgeSettings, path)
    replaced = sources or {}
    known = {camera.id for camera in settings.camera}
    unknown = [name for name in replaced if name not in known]
    if unknown:
        raise Mistake(
            *(
                f"--source {name}: {path} has no camera of this id; it has: {', '.join(known)}"
                for name in unknown
            )
        )
    folder = path.parent.resolve()
    given = "data" in settings.model_fields_set
    data = folder / settings.data if given else settings.data.resolve()
    cameras = tuple(
        with_drawing(camera, drawing_of(data, camera.id)).model_copy(
            update={"source": replaced.get(camera.id) or _placed(camera, folder)}
        )
        for camera in settings.camera
    )
    model = settings.model and folder / settings.model
    return settings.model_copy(update={"camera": cameras, "model": model, "data": data})


def drawing_of(data: Path, camera: str) -> Path:
    """Where what was drawn for a camera is kept; most cameras have no such file."""
    return data / "cameras" / f"{camera}.toml"


def with_drawing(camera: CameraSettings, drawing: Path) -> CameraSettings:
    """The camera with the tables of `drawing`, if that file exists, in place of its own.

    Raises Mistake with the drawing's path.
    """
    return redrawn(camera, read_toml(drawing), drawing) if drawing.exists() else camera


def redrawn(camera: CameraSettings, tables: dict[str, Any], source: Path) -> CameraSettings:
    """The camera with `tables`, read from `source`, in place of its own. Raises Mistake."""
    strange = [key for key in tables if key not in DRAWN]
    if strange:
        raise Mistake(
            *(f"{source}: {key}: is not drawn; it belongs into edge.toml" for key in strange)
        )
    return check(CameraSettings, camera.model_dump(exclude_unset=True) | tables, source)


def _placed(camera: CameraSettings, folder: Path) -> str:
    return str((folder / camera.file).resolve()) if camera.file else camera.source


def _drawable(what: str, polygon: tuple[Point, ...]) -> tuple[Point, ...]:
    try:
        outline(polygon)
    except ImpossibleZone as error:
        raise ValueError(f"the {what} {error}") from error
    return polygon


def _each_once(kind: str, ids: list[str]) -> None:
    twice = sorted({each for each in ids if ids.count(each) > 1})
    if twice:
        raise ValueError(f"{kind} {', '.join(twice)} appears twice; give each {kind} its own id")
