"""Settings: a TOML file overlaid by environment variables, unknown keys refused."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict


class Section(BaseModel):
    """A table of settings: typos in keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Settings(BaseSettings):
    """All settings of one program. Subclasses name their `env_prefix`, e.g. `HUITING_HUB__`."""

    model_config = SettingsConfigDict(frozen=True, extra="forbid", env_nested_delimiter="__")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment wins over the file, which `load` passes in as arguments."""
        return env_settings, init_settings


class Mistake(Exception):
    """What is wrong in a settings file, one line per mistake: file, key, why."""

    def __init__(self, *lines: str) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


M = TypeVar("M", bound=BaseModel)


def read_toml(path: Path) -> dict[str, Any]:
    """The tables of a TOML file.

    Raises Mistake when the file is missing, unreadable or not TOML.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise Mistake(f"{path}: {error.strerror or error}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Mistake(f"{path}: not valid TOML: {error}") from error


def load(model: type[M], path: Path) -> M:
    """The file at `path` as `model`; for Settings, environment variables win over the file.

    Raises Mistake with one line per mistake.
    """
    return check(model, read_toml(path), path)


def check(model: type[M], tables: Mapping[str, Any], source: Path) -> M:
    """`tables`, read from `source`, as `model`. Raises Mistake as `load` does."""
    try:
        return model(**tables)
    except ValidationError as error:
        raise Mistake(
            *(
                f"{source}: {'.'.join(map(str, item['loc'])) or '(whole file)'}: {item['msg']}"
                for item in error.errors(include_url=False, include_input=False)
            )
        ) from error
