"""Values for QML to bind to, each of which tells only of its own changes."""

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Property, QObject, Signal


class Values(QObject):
    """Base of the classes that `values` makes."""

    def __init__(self, first: Mapping[str, Any], parent: QObject) -> None:
        super().__init__(parent)
        self._now = dict(first)

    def fill(self, newer: Mapping[str, Any]) -> None:
        """Take over what changed: QML rebuilds whatever binds to a value that is told again."""
        for key, value in newer.items():
            if self._now[key] != value:
                self._now[key] = value
                getattr(self, f"{key}_changed").emit()


def values(first: Mapping[str, Any], parent: QObject) -> Values:
    """An object with a property for each key of `first`; later ones must have the same keys."""
    members: dict[str, Any] = {}
    for key in first:
        changed = members[f"{key}_changed"] = Signal()
        members[key] = _property(key, changed)
    made: Values = type("MadeValues", (Values,), members)(first, parent)
    return made


def _property(key: str, changed: Signal) -> Property:
    def read(self: Values) -> Any:  # noqa: ANN401 whatever QML can show
        return self._now[key]

    # Qt names its any-type by a string, which the stubs do not know.
    return Property("QVariant", read, notify=changed)  # type: ignore[arg-type]
