"""Settings of the edge program and what makes them refused."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self
from urllib.parse import urlsplit

import shapely
from pydantic import Field, field_validator, model_validator
from pydantic_settings import SettingsConfigDict

from edge.core.ground import Ground, ImpossibleGround
from edge.core.interval import Bounds, check_bounds
from edge.core.survey import from_distances, from_heights, from_points
from edge.core.zones import ImpossibleZone, Point, check_line, outline
from hall.bus import BusSettings
from hall.messages import ConfiguredId
from hall.settings import Mistake, Section, Settings, check, load, read_toml

SCHEMES: Final = ("rtsp", "rtsps", "http", "https")

Fraction = Annotated[float, Field(gt=0, lt=1)]
Transport = Literal["tcp", "udp"]
Within = Annotated[float, Field(ge=0, le=1)]
Metres = Annotated[float, Field(allow_inf_nan=False)]

QUEUE_WIDTH_M: Final = 1.5
PRIVATE_MOST: Final = 0.9  # of the picture; the rest must be enough to count in
DRAWN: Final = ("ground", "zone", "mask")  # tables of a camera that the calibration page draws


class GroundSettings(Section):
    """The level floor as the camera sees it, by one of three surveys."""

    points: tuple[tuple[Within, Within, Metres, Metres], ...] = Field(
        default=(), description="[x, y] in fractions of the picture, and [x, y] on the floor"
    )
    corners: tuple[tuple[Within, Within], ...] = Field(
        default=(), description="four points of the floor in order around, fractions"
    )
    distances_m: tuple[Annotated[float, Field(gt=0, le=1000)], ...] = Field(
        default=(), description="two sides of a rectangle; or four sides and a diagonal"
    )
    people: tuple[tuple[Within, Within], ...] = Field(
        default=(), description="rows [head, feet] of upright people, fractions"
    )
    person_m: float = Field(default=1.7, ge=0.5, le=2.5, description="height of those people")
    focal: float = Field(default=0.7, ge=0.2, le=20, description="focal length in picture widths")
    aspect: float = Field(default=16 / 9, ge=0.3, le=4, description="picture's width over height")

    @model_validator(mode="after")
    def _can_be_surveyed(self) -> Self:
        if (bool(self.points), bool(self.corners), bool(self.people)).count(True) != 1:
            raise ValueError("give either points, or corners and distances_m, or people")
        try:
            _ = self.survey
        except ImpossibleGround as error:
            raise ValueError(f"the ground {error}") from error
        return self

    @property
    def survey(self) -> Ground:
        """The way from the picture to the floor."""
        if self.points:
            return from_points([each[:2] for each in self.points], [p[2:] for p in self.points])
        if self.corners:
            return from_distances(self.corners, self.distances_m)
        return from_heights(
            self.people, person_m=self.person_m, focal=self.focal, aspect=self.aspect
        )


class ZoneSettings(Section):
    """A part of the floor as the camera sees it."""

    id: ConfiguredId
    polygon: tuple[Point, ...] = Field(description="corners [x, y], fractions of the picture")
    area_m2: float | None = Field(
        default=None, gt=0, description="size of the floor inside, else as the ground tells"
    )
    line: tuple[Point, ...] = Field(
        default=(), description="who passes it from its left hand to its right has come in"
    )
    queue_line: tuple[Point, ...] = Field(
        default=(), description="where people queue, from the head on"
    )
    queue_width_m: float = Field(default=QUEUE_WIDTH_M, gt=0, le=20)

    @field_validator("polygon")
    @classmethod
    def _can_be_drawn(cls, polygon: tuple[Point, ...]) -> tuple[Point, ...]:
        return _drawable("zone", polygon)

    @model_validator(mode="after")
    def _lines_can_be_drawn(self) -> Self:
        lines = (("line", self.line, None), ("queue_line", self.queue_line, self.outline))
        for key, drawn, zone in lines:
            try:
                if drawn:
                    check_line(drawn, zone)
            except ImpossibleZone as error:
                raise ValueError(f"{key} {error}") from error
        return self

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
    source: str = Field(
        min_length=1, description="URL, local device, video file or folder of pictures"
    )
    loop: bool = Field(default=True, description="a file starts again at its end")
    fps: float | None = Field(
        default=None, ge=0.5, le=120, description="of a file or folder, instead of what it says"
    )
    hardware_decode: bool = Field(default=False, description="where OpenCV's FFmpeg offers it")
    rate_hz: float = Field(default=2.0, gt=0, le=10, description="analyses a second")
    smooth: int = Field(default=3, ge=1, le=15, description="median of so many analyses")
    threshold: Fraction | None = Field(default=None, description="the model's own unless given")
    interval: tuple[Bounds, ...] | None = Field(
        default=None, description="[published, low, high] as measured here, else the model's"
    )
    ground: GroundSettings | None = Field(default=None, description="for areas and queues")
    thumbnail: bool = Field(
        default=False, description="in 32 x 24 blocks, to a manager who asks; audited"
    )
    zone: tuple[ZoneSettings, ...] = ()
    mask: tuple[MaskSettings, ...] = ()

    @field_validator("source")
    @classmethod
    def _can_be_asked(cls, source: str) -> str:
        if "://" in source:
            _check_url(source)
        return source

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
    def device(self) -> int | str | None:
        """A local device, by number or by path."""
        if self.source.isdecimal():
            return int(self.source)
        return self.source if self.source.startswith("/dev/") else None

    @model_validator(mode="after")
    def _zones_lie_on_the_floor(self) -> Self:
        for zone in self.zone:
            try:
                self.area_m2(zone)
                if self.survey and zone.queue_line:
                    self.survey.trace(zone.queue_line)
            except ImpossibleGround as error:
                raise ValueError(f"zone {zone.id} {error}") from error
            if zone.queue_line and not self.ground:
                raise ValueError(f"zone {zone.id} has a queue_line, which needs [camera.ground]")
        return self

    @property
    def survey(self) -> Ground | None:
        """The way from the picture to the floor, if it is known."""
        return self.ground.survey if self.ground else None

    def area_m2(self, zone: ZoneSettings) -> float:
        """The zone's floor: as stated, else by the ground. Raises ImpossibleGround."""
        if zone.area_m2 is not None:
            return zone.area_m2
        if self.survey is None:
            raise ImpossibleGround("has neither area_m2 nor a [camera.ground] to find it")
        return self.survey.area_m2(zone.polygon)

    @property
    def file(self) -> Path | None:
        """The path of a file or folder."""
        return None if "://" in self.source or self.device is not None else Path(self.source)

    @property
    def shown_source(self) -> str:
        """The source for people to read: without passwords and the values of a query."""
        return masked(self.source)


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
    data: Path = Field(default=Path("var/edge"), description="folder of the edge's own files")
    rtsp_transport: Transport = Field(default="tcp", description="of every RTSP camera here")
    threads: int = Field(default=1, ge=1, le=16, description="of one analysis")
    providers: tuple[str, ...] = Field(
        default=("CPUExecutionProvider",), min_length=1, description="onnxruntime's, best first"
    )
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
    if mistakes := list(_replacement_mistakes(replaced, settings, path)):
        raise Mistake(*mistakes)
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
    """The camera as drawn in `drawing`, if that file exists: none of its own shapes is left.

    Raises Mistake with the drawing's path.
    """
    return redrawn(camera, read_toml(drawing), drawing) if drawing.exists() else camera


def redrawn(camera: CameraSettings, tables: dict[str, Any], source: Path) -> CameraSettings:
    """The camera with `tables`, read from `source`, for all that is drawn. Raises Mistake."""
    strange = [key for key in tables if key not in DRAWN]
    if strange:
        raise Mistake(
            *(f"{source}: {key}: is not drawn; it belongs into edge.toml" for key in strange)
        )
    kept = camera.model_dump(exclude_unset=True, exclude=set(DRAWN))
    return check(CameraSettings, kept | tables, source)


def _replacement_mistakes(
    replaced: dict[str, str], settings: EdgeSettings, path: Path
) -> Iterator[str]:
    known = [camera.id for camera in settings.camera]
    for name, source in replaced.items():
        if name not in known:
            yield f"--source {name}: {path} has no camera of this id; it has: {', '.join(known)}"
        elif "://" in source:
            try:
                _check_url(source)
            except ValueError as error:
                yield f"--source {name}: {error}"


def masked(source: str) -> str:
    """A source without passwords, also one mistyped or given as CAMERA=URL."""
    user, at, place = source.rpartition("@")
    user = re.sub(r":(?!//).*", ":***", user, count=1)
    place, query, values = place.partition("?")
    return user + at + place + query + re.sub(r"=[^&]*", "=***", values)


def _check_url(source: str) -> None:
    """Raise ValueError, without the URL's password, for what no camera can be reached by."""
    try:
        url = urlsplit(source)
        reachable = bool(url.hostname) and url.port != 0
    except ValueError:
        reachable = False
    if not reachable:
        raise ValueError("not an address: write rtsp://user:password@host:port/path")
    if url.scheme not in SCHEMES:
        raise ValueError(f"cannot read {url.scheme}://; choose from {', '.join(SCHEMES)}")


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
