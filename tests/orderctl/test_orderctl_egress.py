"""`doctor` names the address for a key's whitelist, and finds networks that lead nowhere."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

import boto3
import pytest
from moto import mock_aws

from orderctl.checks.egress import check_address
from orderctl.findings import Finding, Level
from orderctl.target import Stack


@dataclass
class Network:
    """A network in an account in memory, with a subnet for functions; what `Stack` shows of it to the check."""

    ec2: Any
    vpc: str
    subnet: str
    exchange: str = "https://api.binance.com"
    subnets: bool = True

    @property
    def parameters(self) -> dict[str, str]:
        return {}  # older than the parameter Venues

    def client(self, service: str) -> Any:
        return self.ec2 if service == "ec2" else self

    def parameter(self, key: str) -> str:
        return {"BinanceSpotUrl": self.exchange}[key]

    def output(self, key: str) -> str:
        return key

    def get_function_configuration(self, **_: object) -> Any:
        return {"VpcConfig": {"SubnetIds": [self.subnet], "VpcId": self.vpc} if self.subnets else {}}

    def lead_to(self, table: str, **target: str) -> None:
        self.ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", **target)

    def own_table(self) -> str:
        table: str = self.ec2.create_route_table(VpcId=self.vpc)["RouteTable"]["RouteTableId"]
        self.ec2.associate_route_table(RouteTableId=table, SubnetId=self.subnet)
        return table

    def main_table(self) -> str:
        filters = [{"Name": "vpc-id", "Values": [self.vpc]}, {"Name": "association.main", "Values": ["true"]}]
        (table,) = self.ec2.describe_route_tables(Filters=filters)["RouteTables"]
        return str(table["RouteTableId"])

    def nat_gateway(self) -> tuple[str, str]:
        """Its id and its public address."""
        elastic = self.ec2.allocate_address(Domain="vpc")
        made = self.ec2.create_nat_gateway(SubnetId=self.subnet, AllocationId=elastic["AllocationId"])
        return made["NatGateway"]["NatGatewayId"], elastic["PublicIp"]

    def internet_gateway(self) -> str:
        gateway: str = self.ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
        self.ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=self.vpc)
        return gateway

    def found(self) -> Finding:
        (finding,) = check_address(cast(Stack, self))
        return finding


@pytest.fixture
def network() -> Iterator[Network]:
    with mock_aws():
        ec2 = boto3.client("ec2", "eu-west-1")
        vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.1.0/24")["Subnet"]["SubnetId"]
        yield Network(ec2, str(vpc), str(subnet))


@pytest.mark.parametrize("table", [Network.own_table, Network.main_table])
def test_the_address_of_the_nat_gateway_is_told(network: Network, table: Any) -> None:
    gateway, public = network.nat_gateway()
    network.lead_to(table(network), NatGatewayId=gateway)

    finding = network.found()

    assert finding.level is Level.OK
    assert public in finding.text


def test_the_subnets_own_table_counts_not_the_networks(network: Network) -> None:
    network.lead_to(network.main_table(), NatGatewayId=network.nat_gateway()[0])
    network.own_table()

    assert network.found().level is Level.BAD


def test_a_subnet_without_a_way_out_is_bad(network: Network) -> None:
    finding = network.found()

    assert finding.level is Level.BAD
    assert "no route to the internet" in finding.text


def test_a_public_subnet_is_bad_for_functions_have_no_public_address(network: Network) -> None:
    network.lead_to(network.own_table(), GatewayId=network.internet_gateway())

    finding = network.found()

    assert finding.level is Level.BAD
    assert "is public" in finding.text


def test_another_way_out_is_not_judged(network: Network) -> None:
    peer = network.ec2.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
    peering = network.ec2.create_vpc_peering_connection(VpcId=network.vpc, PeerVpcId=peer)["VpcPeeringConnection"]
    network.lead_to(network.own_table(), VpcPeeringConnectionId=peering["VpcPeeringConnectionId"])

    assert network.found().level is Level.UNKNOWN


def test_a_gateway_that_is_gone_is_bad(network: Network) -> None:
    gateway, _ = network.nat_gateway()
    network.lead_to(network.own_table(), NatGatewayId=gateway)
    network.ec2.delete_nat_gateway(NatGatewayId=gateway)

    finding = network.found()

    assert finding.level is Level.BAD
    assert f"{gateway} is deleted" in finding.text


def test_a_function_without_a_network_has_no_address_to_whitelist(network: Network) -> None:
    network.subnets = False

    finding = network.found()

    assert finding.level is Level.WARNING
    assert "no key can be restricted" in finding.text
    assert "`make network`" in finding.to_do


def test_where_the_exchange_is_this_machine_nobody_is_told_of_a_whitelist(network: Network) -> None:
    network.subnets, network.exchange = False, "http://127.0.0.1:9000"

    assert network.found().level is Level.OK
