"""From which address the functions reach the exchange; the whitelist of a key must contain it."""

from collections.abc import Iterator
from typing import Any

from orderctl.findings import Finding, bad, ok, unknown, warning
from orderctl.sources.exchange import list_addresses
from orderctl.sources.logs import EXECUTING, read_configuration
from orderctl.target import Stack

_EVERYWHERE = "0.0.0.0/0"
_THIS_MACHINE = "http://"  # the template takes an address without TLS only of this machine
_NETWORK = "network.yaml makes a network with a fixed address (`make network`)"


def check_address(of: Stack) -> Iterator[Finding]:
    """The public addresses of the NAT gateways that the functions' subnets lead to."""
    if all(address.startswith(_THIS_MACHINE) for address in list_addresses(of).values()):
        yield ok("address", "the exchange runs on this machine, so no key needs a whitelist of addresses")
        return
    network = read_configuration(of, EXECUTING).get("VpcConfig", {})
    if not network.get("SubnetIds"):
        yield warning(
            "address",
            "the function has no fixed IP address, so no key can be restricted to one",
            "docs/deploy.md says how it gets one: `make network`, then SubnetIds and SecurityGroupIds. The address of "
            "this machine does not help: the function does not run here",
        )
        return
    client = of.client("ec2")
    ways = {subnet: _find_way_out(client, network["VpcId"], subnet) for subnet in network["SubnetIds"]}
    for subnet, way in ways.items():
        if "NatGatewayId" not in way:
            yield _judge_other_way(subnet, way)
    gateways = sorted({way["NatGatewayId"] for way in ways.values() if "NatGatewayId" in way})
    if gateways:
        yield _judge_gateways(client.describe_nat_gateways(NatGatewayIds=gateways)["NatGateways"])


def _find_way_out(client: Any, vpc: str, subnet: str) -> dict[str, str]:
    """Return the default route of the subnet, empty if it has none; without a table of its own it has the network's."""
    own = [{"Name": "association.subnet-id", "Values": [subnet]}]
    main = [{"Name": "vpc-id", "Values": [vpc]}, {"Name": "association.main", "Values": ["true"]}]
    tables = client.describe_route_tables(Filters=own)["RouteTables"]
    tables = tables or client.describe_route_tables(Filters=main)["RouteTables"]
    routes: list[dict[str, str]] = [route for table in tables for route in table["Routes"]]
    return next((route for route in routes if route.get("DestinationCidrBlock") == _EVERYWHERE), {})


def _judge_other_way(subnet: str, way: dict[str, str]) -> Finding:
    gateway = way.get("GatewayId", "")
    if not way:
        return bad(
            "address", f"{subnet} has no route to the internet: functions in it cannot reach an exchange", _NETWORK
        )
    if gateway.startswith("igw-"):
        return bad(
            "address",
            f"{subnet} is public, but functions have no public address: in it they cannot reach an exchange",
            f"set SubnetIds to private subnets that lead to a NAT gateway; {_NETWORK}",
        )
    return unknown(
        "address", f"{subnet} does not lead to a NAT gateway; the address of its functions is not known here"
    )


def _judge_gateways(gateways: list[dict[str, Any]]) -> Finding:
    violation = [f"{each['NatGatewayId']} is {each['State']}" for each in gateways if each["State"] != "available"]
    if violation:
        return bad("address", f"{', '.join(violation)}: functions behind it cannot reach an exchange", _NETWORK)
    addresses = [each["PublicIp"] for gateway in gateways for each in gateway["NatGatewayAddresses"]]
    return ok(
        "address", f"the function's address is {', '.join(sorted(addresses))}: the whitelist of a key must contain it"
    )
