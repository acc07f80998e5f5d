"""Which IP addresses the product may call: public unicast ones, and what the operator allows.

Pure: judges an address that somebody else resolved. `ipaddress.is_global` is not used: it calls NAT64, multicast and
some metadata services global; the table is IANA's special-purpose registries and the metadata services
(https://www.iana.org/assignments/iana-ipv4-special-registry, https://www.iana.org/assignments/iana-ipv6-special-registry).
"""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network
from typing import TypeAlias

Address: TypeAlias = IPv4Address | IPv6Address
Network: TypeAlias = IPv4Network | IPv6Network

# An IPv6 address that carries an IPv4 address is refused whatever it carries: public hosts are reachable without.
_REFUSED: tuple[tuple[Network, str], ...] = tuple(
    (ip_network(text), reason)
    for text, reason in (
        ("0.0.0.0/8", "this host"),
        ("10.0.0.0/8", "private"),
        ("100.100.100.200/32", "metadata service"),
        ("100.64.0.0/10", "shared by a carrier"),
        ("127.0.0.0/8", "loopback"),
        ("168.63.129.16/32", "metadata service"),
        ("169.254.0.0/16", "link-local"),
        ("172.16.0.0/12", "private"),
        ("192.0.0.0/24", "reserved for protocols"),
        ("192.0.2.0/24", "documentation"),
        ("192.88.99.0/24", "6to4 relay"),
        ("192.168.0.0/16", "private"),
        ("198.18.0.0/15", "benchmarking"),
        ("198.51.100.0/24", "documentation"),
        ("203.0.113.0/24", "documentation"),
        ("224.0.0.0/4", "multicast"),
        ("240.0.0.0/4", "reserved"),
        ("::/128", "this host"),
        ("::1/128", "loopback"),
        ("::/96", "IPv4 inside IPv6"),
        ("::ffff:0:0/96", "IPv4 inside IPv6"),
        ("::ffff:0:0:0/96", "IPv4 inside IPv6"),
        ("64:ff9b::/96", "IPv4 inside IPv6"),
        ("64:ff9b:1::/48", "IPv4 inside IPv6"),
        ("2001::/32", "IPv4 inside IPv6"),
        ("2001::/23", "reserved for protocols"),
        ("2001:db8::/32", "documentation"),
        ("2002::/16", "IPv4 inside IPv6"),
        ("3ffe::/16", "reserved"),
        ("3fff::/20", "documentation"),
        ("fc00::/7", "private"),
        ("fe80::/10", "link-local"),
        ("ff00::/8", "multicast"),
        # IANA has given out global unicast addresses in 2000::/3 only; these three are all the rest.
        ("::/3", "reserved"),
        ("4000::/2", "reserved"),
        ("8000::/1", "reserved"),
    )
)


def refusal(address: Address, allowed_networks: Sequence[Network] = ()) -> str | None:
    """Why `address` must not be called, in a word or two fit for a client ('loopback', 'private'), or None if it may.

    A network in `allowed_networks` lifts the refusal of exactly the addresses in it: `127.0.0.0/8` does not allow
    `::ffff:127.0.0.1`.
    """
    if any(address in network for network in allowed_networks):
        return None
    return next((reason for network, reason in _REFUSED if address in network), None)
