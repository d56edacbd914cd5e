"""How often those who need no log-in may do what takes something from others: one table."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Final, Literal

from fastapi import Request

from hub.core.pacing import Limit
from hub.web.problems import Refusal

Deed = Literal["book", "move"]
Whose = Literal["client", "hall"]

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# A mobile network or the hall's own Wi-Fi puts many people behind one address; a slot taken by a
# script is one that a person cannot have. docs/adr/0013-public-booking.md weighs the two.
LIMITS: Final[Mapping[Deed, tuple[tuple[Whose, Limit], ...]]] = {
    "book": (("client", Limit(12, HOUR)), ("client", Limit(40, DAY)), ("hall", Limit(240, HOUR))),
    "move": (("client", Limit(12, HOUR)), ("hall", Limit(240, HOUR))),
}
REMEMBERED: Final = 20_000
HALL: Final = "the hall"

Bucket = tuple[Deed, int, str]


class Doorkeeper:
    """Counts in memory only: who asked is not written down, and forgotten with the process.

    Used on the event loop's thread.
    """

    def __init__(self, limits: Mapping[Deed, tuple[tuple[Whose, Limit], ...]] = LIMITS) -> None:
        self._limits = limits
        self._due: dict[Bucket, datetime] = {}

    def let(self, deed: Deed, client: str, now: datetime) -> None:
        """Count one more. Raises Refusal, and counts nothing, if any limit is reached."""
        counted: dict[Bucket, datetime] = {}
        for place, (whose, limit) in enumerate(self._limits[deed]):
            bucket = deed, place, client if whose == "client" else HALL
            due = limit.after(self._due.get(bucket, now), now)
            if due is None:
                raise Refusal("booking_too_often")
            counted[bucket] = due
        self._due.update(counted)
        self._make_room(now)

    def _make_room(self, now: datetime) -> None:
        """Forget clients' empty buckets, and under attack also those that are nearly empty."""
        if len(self._due) <= REMEMBERED:
            return
        fullest = sorted(self._due.items(), key=lambda each: each[1], reverse=True)
        kept = {bucket: due for bucket, due in fullest[: REMEMBERED // 2] if due > now}
        halls = {bucket: due for bucket, due in fullest if bucket[2] == HALL}
        self._due = {**kept, **halls}


def client_of(request: Request) -> str:
    """Who asks, as far as a network tells: an IPv4 address, or the /64 that one IPv6 client has.

    Behind a proxy the server takes it from the proxy's X-Forwarded-For, if it trusts the proxy.
    """
    host = request.client.host if request.client else ""
    try:
        address: IPv4Address | IPv6Address = ip_address(host)
    except ValueError:
        return host
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is None:
            return address.exploded[:19]
        address = address.ipv4_mapped
    return str(address)
