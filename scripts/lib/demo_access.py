"""Log-ins, tokens and broker passwords of the demo: made once per data folder, kept private."""

import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self

from hall.messages import Role
from hub import accounts, broker
from hub.store import Store

STAFF: Final = {"manager": Role.MANAGER, "clerk": Role.CLERK, "expert": Role.EXPERT}
KIOSK: Final = "kiosk-1"
HUB_IDENTITY, EDGE_IDENTITY, KIOSK_IDENTITY = "hub", "edge-edge-1", "kiosk-kiosk-1"
TEST_IDENTITY: Final = "demo-test"
_WORD_BYTES: Final = 9
_SECRET_BYTES: Final = 24


@dataclass(frozen=True, slots=True)
class Access:
    """All secrets of one demo hall."""

    staff: dict[str, str]
    mqtt: dict[str, str]
    kiosk_token: str

    @classmethod
    def of(cls, data: Path) -> Self:
        """The secrets of a data folder, made now if it has none."""
        path = data / "keys" / "demo.json"
        if path.exists():
            return cls(**json.loads(path.read_text()))
        path.parent.mkdir(mode=0o700, exist_ok=True)
        identities = (HUB_IDENTITY, EDGE_IDENTITY, KIOSK_IDENTITY, TEST_IDENTITY)
        made = cls(
            staff={name: secrets.token_urlsafe(_WORD_BYTES) for name in STAFF},
            mqtt={name: secrets.token_urlsafe(_SECRET_BYTES) for name in identities},
            kiosk_token=secrets.token_urlsafe(_SECRET_BYTES),
        )
        write_private(
            path,
            {"staff": made.staff, "mqtt": made.mqtt, "kiosk_token": made.kiosk_token},
        )
        return made

    def grant(self, hub_data: Path, broker_accounts: Path) -> None:
        """Let hub and broker know these log-ins; before either is started.

        Raises StoreInUse and StoreFailed as the hub's store does.
        """
        broker.write_accounts(broker_accounts, self.mqtt)
        store = Store.open(hub_data)
        try:
            for name, role in STAFF.items():
                accounts.add_staff(store, name, self.staff[name], role)
            accounts.add_device(store, KIOSK, self.kiosk_token)
        finally:
            store.close()

    def as_demo(self, url: str, mqtt_port: int) -> dict[str, Any]:
        """What demo.json tells programs that try the demo."""
        return {
            "url": url,
            "mqtt": {
                "host": "127.0.0.1",
                "port": mqtt_port,
                "username": TEST_IDENTITY,
                "password": self.mqtt[TEST_IDENTITY],
            },
            "logins": {
                name: {"username": name, "password": word} for name, word in self.staff.items()
            },
            "kiosk_token": self.kiosk_token,
        }


def write_private(path: Path, content: dict[str, Any]) -> None:
    """Write JSON that only its owner may read, whole or not at all."""
    part = path.with_suffix(".part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as sink:
        json.dump(content, sink, indent=2)
    part.replace(path)
