"""Windows of time, and the part of an address that one sender holds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network


def prefix(address: str) -> str:
    """The network one sender may hold whole: /24 of IPv4, /64 of IPv6 (IPv4-mapped counts as IPv4); "unknown" else."""
    try:
        found = ip_address(address.split("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(found, IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    return str(ip_network((found, 24 if found.version == 4 else 64), strict=False))


def window(now: datetime, seconds: int) -> tuple[datetime, datetime]:
    """The fixed window `now` lies in: its start and its end. Windows of a length start on whole multiples of it."""
    start = datetime.fromtimestamp(now.timestamp() // seconds * seconds, UTC)
    return start, start + timedelta(seconds=seconds)
