"""Settings of the hub program, and the hall file that they name."""

from datetime import time
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field, HttpUrl, SecretStr
from pydantic_settings import SettingsConfigDict

from hall.bus import BusSettings
from hall.settings import Section, Settings, load
from hub.core.dates import Dates
from hub.core.plan import HallPlan


class HttpSettings(Section):
    """Where pages and API are served."""

    host: str = Field(default="127.0.0.1", description="0.0.0.0 serves the whole network")
    port: int = Field(default=8000, ge=0, le=65535, description="0 takes a free one")
    public_url: HttpUrl | None = Field(
        default=None, description="what phones open, e.g. https://hall.example; default: this host"
    )


def _postgresql(url: SecretStr) -> SecretStr:
    if not url.get_secret_value().startswith("postgresql://"):
        raise ValueError("must begin with postgresql://; leave it out for SQLite")
    return url


class StoreSettings(Section):
    """Where tickets and everything else are kept."""

    url: Annotated[SecretStr, AfterValidator(_postgresql)] | None = Field(
        default=None, description="postgresql://user:password@host/database; default: SQLite"
    )


class LearningSettings(Section):
    """When the hub learns from its own journal, as a process of its own that yields to all else."""

    enabled: bool = True
    at: time = Field(default=time(2, 30), description="by the hall's clock, when nobody is served")


class HubSettings(Settings):
    """`config/hub.toml`, with HUITING_HUB__TABLE__KEY variables on top."""

    model_config = SettingsConfigDict(env_prefix="HUITING_HUB__")

    hall_file: Path = Field(description="the hall's services and windows, beside this file")
    data: Path = Field(description="folder of the database and keys; one hub at a time")
    http: HttpSettings = HttpSettings()
    mqtt: BusSettings = BusSettings()
    store: StoreSettings = StoreSettings()
    learning: LearningSettings = LearningSettings()


def read(path: Path) -> tuple[HubSettings, HallPlan]:
    """Settings and hall file with its calendar. Paths are taken from the naming file's own folder.

    Raises hall.settings.Mistake with one line per mistake in a file.
    """
    settings = load(HubSettings, path)
    folder = path.resolve().parent
    settings = settings.model_copy(
        update={"data": folder / settings.data, "hall_file": folder / settings.hall_file}
    )
    plan = load(HallPlan, settings.hall_file)
    if plan.calendar is not None:
        plan = plan.told_of(load(Dates, settings.hall_file.parent / plan.calendar))
    return settings, plan
