"""A small hall, a clock set by hand and a store that fails on demand, for tests of the hub."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from threading import Event
from typing import Any
from uuid import UUID

from hall.messages import Crowd
from hub.core.events import Record
from hub.core.plan import WEEKDAYS, HallPlan
from hub.store import ANSWERS_KEPT, Answer, StoreFailed

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)  # 12:00 in Shanghai
SERVED = {"w1": ("cards", "papers"), "w2": ("taxes",), "w3": ("cards", "papers", "taxes")}
DEADLINE_S = 30


def named(name: str) -> dict[str, str]:
    return {"zh": f"{name}(中文)", "en": name}


def hall_tables() -> dict[str, Any]:
    """The hall file of a hall with three services, three windows, two zones and one rule."""
    always = {day: ["00:00-24:00"] for day in WEEKDAYS}
    return {
        "id": "test",
        "name": named("Test hall"),
        "hours": always,
        "groups": [
            {"id": "people", "name": named("People"), "prefix": "A"},
            {"id": "money", "name": named("Money"), "prefix": "B"},
        ],
        "services": [
            {"id": "cards", "name": named("Cards"), "group": "people", "minutes": 5},
            {"id": "papers", "name": named("Papers"), "group": "people", "minutes": 10},
            {"id": "taxes", "name": named("Taxes"), "group": "money", "minutes": 8},
        ],
        "windows": [
            {"id": window, "name": named(window), "services": list(services)}
            for window, services in SERVED.items()
        ],
        "zones": [
            {"id": "waiting", "name": named("Waiting area")},
            {"id": "door", "name": named("Door")},
        ],
        "rules": [
            {
                "id": "crowded",
                "zone": "waiting",
                "raise_above": 4,
                "raise_for_s": 5,
                "clear_below": 3,
                "clear_for_s": 5,
            }
        ],
        "announcements": [named("Cameras only count")],
    }


def hall_plan(**changes: object) -> HallPlan:
    return HallPlan.model_validate({**hall_tables(), **changes})


def busy_plan(**changes: object) -> HallPlan:
    """The same hall with all that a hall may have: bookings, kiosks, experts, cash, helping out."""
    tables = hall_tables()
    for service in tables["services"]:
        service |= {"appointments": 1, "kiosk": True, "expert": True}
    tables["windows"][1] |= {"secondary": ["cards"], "cash": True}
    tables["windows"][2] |= {"cash": True}
    tables |= {
        "staffing": {"cash_windows": 1},
        "diversion": {"kiosks": 2, "experts": 1},
        "appointments": {"misses_allowed": 1},
    }
    return HallPlan.model_validate({**tables, **changes})


def every_kind_of_rule(**changes: object) -> list[dict[str, Any]]:
    """A rule of each kind that raises and clears at once."""
    levels: dict[str, tuple[object, object]] = {
        "zone": (4, 3),
        "level": ("D", "C"),
        "unticketed": (15, 10),
        "wait": (10, 5),
        "load": (90, 70),
        "device": (0.5, 0.5),
        "duress": (0.5, 0.5),
    }
    return [
        {
            "id": kind,
            "kind": kind,
            "raise_above": above,
            "clear_below": below,
            "raise_for_s": 0,
            "clear_for_s": 0,
            "cooldown_s": 0,
            **({"zone": "waiting"} if kind in {"zone", "level"} else {}),
            **changes,
        }
        for kind, (above, below) in levels.items()
    ]


@dataclass
class Clock:
    """Time that passes when told to."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now

    def forward(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


def fresh_ids() -> Iterator[UUID]:
    return (UUID(int=number) for number in count(1))


def crowd_seen(
    people: float,
    at: datetime,
    *,
    camera: str = "cam",
    zone: str = "waiting",
    quality: str = "ok",
    seq: int = 1,
) -> Crowd:
    """A camera's reading of one zone."""
    reading = {"zone": zone, "count": people, "density_per_m2": people / 10, "level": "B"}
    return Crowd.model_validate(
        {
            "id": UUID(int=seq),
            "seq": seq,
            "at": at,
            "camera": camera,
            "count": people,
            "count_low": people,
            "count_high": people,
            "quality": quality,
            "latency_ms": 1,
            "model": "test",
            "zones": [reading],
        }
    )


@dataclass
class FakeStore:
    """A store in memory. While `failing` nothing is kept; while `gate` is clear commits wait."""

    kept: list[Record] = field(default_factory=list)
    first: dict[tuple[str, str], Answer] = field(default_factory=dict)
    commits: list[int] = field(default_factory=list)
    failing: bool = False
    gate: Event = field(default_factory=Event)
    reached: Event = field(default_factory=Event)

    def __post_init__(self) -> None:
        self.gate.set()

    @property
    def journal(self) -> "FakeStore":
        return self

    @property
    def answers(self) -> "FakeStore":
        return self

    @property
    def last(self) -> int:
        return len(self.kept)

    def forget(self, now: datetime) -> None:
        if self.failing:
            raise StoreFailed("disk full")
        self.first = {k: v for k, v in self.first.items() if now - v.at < ANSWERS_KEPT}

    def holds(self, seq: int, record: str) -> bool:
        return 0 < seq <= len(self.kept) and str(self.kept[seq - 1].id) == record

    def records(self, after: int = 0) -> list[Record]:
        return self.kept[after:]

    def commit(self, records: Sequence[Record], answers: Sequence[Answer]) -> None:
        self.reached.set()
        assert self.gate.wait(DEADLINE_S)
        if self.failing:
            raise StoreFailed("disk full")
        self.commits.append(len(records))
        self.kept += records
        self.first.update({(each.actor, each.key): each for each in answers})

    def given(self, keys: Collection[tuple[str, str]]) -> dict[tuple[str, str], Answer]:
        if self.failing:
            raise StoreFailed("disk full")
        return {key: self.first[key] for key in keys if key in self.first}
