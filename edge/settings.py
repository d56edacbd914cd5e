"""Settings of the edge program and what makes them refused."""

from pathlib import Path
from typing import Annotated, Self

import shapely
from pydantic import Field, field_validator, model_validator
from pydantic_settings import SettingsConfigDict

from edge.core.interval import Bounds, check_bounds
from edge.core.zones import ImpossibleZone, Point, outline
from hall.bus import BusSettings
from hall.messages import ConfiguredId
from hall.settings import Mistake, Section, Settings, load

Fraction = Annotated[float, Field(gt=0, lt=1)]


class ZoneSettings(Section):
    """A part of the floor as the camera sees it."""

    id: ConfiguredId
    polygon: tuple[Point, ...] = Field(description="corners [x, y], fractions of the picture")
    area_m2: float = Field(gt=0, description="size of the floor inside")

    @field_validator("polygon")
    @classmethod
    def _can_be_drawn(cls, polygon: tuple[Point, ...]) -> tuple[Point, ...]:
        try:
            outline(polygon)
        except ImpossibleZone as error:
            raise ValueError(f"the zone {error}") from error
        return polygon

    @property
    def outline(self) -> shapely.Polygon:
        """The polygon to look into."""
        return outline(self.polygon)


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

    @field_validator("interval")
    @classmethod
    def _is_an_interval(cls, measured: tuple[Bounds, ...] | None) -> tuple[Bounds, ...] | None:
        return measured and check_bounds(measured)

    @model_validator(mode="after")
    def _zones_differ(self) -> Self:
        _each_once("zone", [zone.id for zone in self.zone])
        return self

    @property
    def file(self) -> Path | None:
        """The path of a file source."""
        return None if "://" in self.source or self.source.isdecimal() else Path(self.source)


class EdgeSettings(Settings):
    """All of `edge.toml`; environment variables such as HUITING_EDGE__MQTT__PORT win over it."""

    model_config = SettingsConfigDict(env_prefix="HUITING_EDGE__")

    hall: ConfiguredId
    node: ConfiguredId
    mqtt: BusSettings = BusSettings()
    model: Path | None = Field(default=None, description="ONNX file beside its manifest.toml")
    data: Path = Field(default=Path("var/edge"), description="folder of the edge's own files")
    threads: int = Field(default=1, ge=1, le=16, description="of one analysis")
    providers: tuple[str, ...] = Field(
        default=("CPUExecutionProvider",), min_length=1, description="onnxruntime's, best first"
    )
    camera: tuple[CameraSettings, ...]

    @model_validator(mode="after")
    def _cameras_differ(self) -> Self:
        if not self.camera:
            raise ValueError("no camera; add a [[camera]] table")
        _each_once("camera", [camera.id for camera in self.camera])
        return self


def read(path: Path, sources: dict[str, str] | None = None) -> EdgeSettings:
    """The settings at `path`; relative files in them lie relative to it.

    `sources` replaces the source of cameras by id; its relative files lie in the working folder.
    Raises Mistake.
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
    cameras = tuple(
        camera.model_copy(update={"source": replaced.get(camera.id) or _placed(camera, folder)})
        for camera in settings.camera
    )
    placed = {"model": settings.model and folder / settings.model, "data": folder / settings.data}
    return settings.model_copy(update={"camera": cameras, **placed})


def _placed(camera: CameraSettings, folder: Path) -> str:
    return str((folder / camera.file).resolve()) if camera.file else camera.source


def _each_once(kind: str, ids: list[str]) -> None:
    twice = sorted({each for each in ids if ids.count(each) > 1})
    if twice:
        raise ValueError(f"{kind} {', '.join(twice)} appears twice; give each {kind} its own id")
