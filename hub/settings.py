"""Settings of the hub program, and the hall file that they name."""

from base64 import b64decode
from collections.abc import Iterator
from datetime import time
from pathlib import Path
from typing import Annotated, Final

from pydantic import AfterValidator, Field, HttpUrl, SecretStr, StringConstraints
from pydantic_settings import SettingsConfigDict

from hall.bus import BusSettings
from hall.settings import Mistake, Section, Settings, load
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


LOOPBACK: Final = {"localhost", "127.0.0.1", "[::1]", "::1"}
LEAST_SECRET: Final = 16


def _safe_to_call(url: HttpUrl) -> HttpUrl:
    if url.scheme != "https" and url.host not in LOOPBACK:
        raise ValueError("must begin with https:// unless it is on this machine")
    if url.username or url.password:
        raise ValueError("may hold no password; receivers check the signature instead")
    return url


class WebhookSettings(Section):
    """A system that is told of alerts, as rules name it: `webhook:NAME`."""

    url: Annotated[HttpUrl, AfterValidator(_safe_to_call)] = Field(description="called by POST")
    secret: SecretStr | None = Field(
        default=None, description="signs; give it as HUITING_HUB__WEBHOOKS__NAME__SECRET"
    )
    secret_file: Path | None = Field(
        default=None, description="or the file that holds it, as systemd's credentials do"
    )

    def key(self) -> str:
        """The secret. Raises ValueError where there is none, or one too short to be any."""
        if (self.secret is None) == (self.secret_file is None):
            raise ValueError("needs either secret or secret_file")
        try:
            given = self.secret_file.read_text(encoding="utf-8") if self.secret_file else ""
        except (OSError, UnicodeDecodeError) as error:
            raise ValueError(f"secret_file: {getattr(error, 'strerror', error)}") from error
        key = (self.secret.get_secret_value() if self.secret else given).strip()
        if len(key) < LEAST_SECRET:
            raise ValueError(f"the secret must be at least {LEAST_SECRET} characters long")
        if key.startswith("whsec_"):
            b64decode(key[6:], validate=True)
        return key


WebhookName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]{0,23}$")]


class HubSettings(Settings):
    """`config/hub.toml`, with HUITING_HUB__TABLE__KEY variables on top."""

    model_config = SettingsConfigDict(env_prefix="HUITING_HUB__")

    hall_file: Path = Field(description="the hall's services and windows, beside this file")
    data: Path = Field(description="folder of the database and keys; one hub at a time")
    http: HttpSettings = HttpSettings()
    mqtt: BusSettings = BusSettings()
    store: StoreSettings = StoreSettings()
    learning: LearningSettings = LearningSettings()
    webhooks: dict[WebhookName, WebhookSettings] = Field(
        default_factory=dict, description="systems that rules of the hall file tell of alerts"
    )


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
    if mistakes := [*_secrets_missing(settings, path), *_webhooks_missing(settings, plan)]:
        raise Mistake(*mistakes)
    return settings, plan


def _secrets_missing(settings: HubSettings, path: Path) -> Iterator[str]:
    for name, webhook in settings.webhooks.items():
        try:
            webhook.key()
        except ValueError as error:
            yield f"{path}: webhooks.{name}: {error}"


def _webhooks_missing(settings: HubSettings, plan: HallPlan) -> Iterator[str]:
    for rule in plan.rules:
        for name in sorted(rule.webhooks - settings.webhooks.keys()):
            yield f"{settings.hall_file}: rules: {rule.id} tells the unknown webhook {name}"
