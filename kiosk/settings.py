"""Settings of one kiosk: which hall and hub it belongs to, and what its screen is like."""

from pathlib import Path
from typing import Annotated

from pydantic import AnyHttpUrl, Field, SecretStr, field_validator
from pydantic_settings import SettingsConfigDict

from hall.bus import BusSettings
from hall.messages import ConfiguredId
from hall.settings import Section, Settings

Side = Annotated[int, Field(ge=320, le=7680)]


class ScreenSettings(Section):
    """The kiosk's screen; the taller side decides between the portrait and landscape layouts."""

    fullscreen: bool = True
    width: Side = Field(default=1920, description="of the window, when not full screen")
    height: Side = Field(default=1080, description="of the window, when not full screen")
    idle_s: float = Field(
        default=40, ge=10, le=600, description="a screen without a touch for so long ends by itself"
    )


class KioskSettings(Settings):
    """Everything that `config/kiosk.toml` and HUITING_KIOSK__… may say."""

    model_config = SettingsConfigDict(env_prefix="HUITING_KIOSK__")

    hall: ConfiguredId
    id: ConfiguredId
    hub_url: AnyHttpUrl = Field(description="root of the hub, without /api/v1")
    hub_ca_file: Path | None = Field(
        default=None, description="PEM of the hall's authority that vouches for the hub's HTTPS"
    )
    token: SecretStr = Field(default=SecretStr(""), validate_default=True)
    poll_s: float = Field(
        default=3, ge=0.5, le=60, description="how often the queues are asked for"
    )
    mqtt: BusSettings = BusSettings()
    screen: ScreenSettings = ScreenSettings()

    @field_validator("token")
    @classmethod
    def _token_is_given(cls, token: SecretStr) -> SecretStr:
        if not token.get_secret_value():
            raise ValueError(
                "missing: put the kiosk's device token into the environment as HUITING_KIOSK__TOKEN"
            )
        return token
