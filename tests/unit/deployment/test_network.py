"""The network with a fixed address, created in an account in memory: the way out of the functions' subnets."""

import boto3
import pytest

from tests.unit.deployment.deployed import ROOT, load


@pytest.fixture
def outputs(aws_account: None) -> dict[str, str]:
    stacks = boto3.client("cloudformation")
    stacks.create_stack(StackName="network", TemplateBody=(ROOT / "network.yaml").read_text())
    (stack,) = stacks.describe_stacks(StackName="network")["Stacks"]
    assert stack["StackStatus"] == "CREATE_COMPLETE"
    return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}


def test_the_functions_leave_by_the_address_that_is_to_be_whitelisted(outputs: dict[str, str]) -> None:
    ec2 = boto3.client("ec2")
    (gateway,) = ec2.describe_nat_gateways()["NatGateways"]
    tables = ec2.describe_route_tables()["RouteTables"]
    (private,) = (each for each in tables if any(route.get("NatGatewayId") for route in each["Routes"]))
    routes = {route.get("DestinationCidrBlock"): route for route in private["Routes"]}

    assert gateway["NatGatewayAddresses"][0]["PublicIp"] == outputs["Address"]
    assert routes["0.0.0.0/0"]["NatGatewayId"] == gateway["NatGatewayId"]
    # and the gateway stands outside of their subnets, where the way to the internet is
    assert gateway["SubnetId"] not in outputs["SubnetIds"].split(",")


def test_traffic_of_the_ledger_does_not_go_through_the_gateway(outputs: dict[str, str]) -> None:
    endpoints = boto3.client("ec2").describe_vpc_endpoints()["VpcEndpoints"]

    assert {(each["ServiceName"].rpartition(".")[2], each["VpcEndpointType"]) for each in endpoints} == {
        ("dynamodb", "Gateway"),
        ("s3", "Gateway"),
    }


def test_nothing_gets_in_and_only_https_gets_out() -> None:
    group = load("network.yaml")["Resources"]["FunctionSecurityGroup"]["Properties"]

    assert "SecurityGroupIngress" not in group
    assert [(rule["FromPort"], rule["ToPort"]) for rule in group["SecurityGroupEgress"]] == [(443, 443)]


def test_its_outputs_are_named_as_the_parameters_that_take_them(outputs: dict[str, str]) -> None:
    assert outputs.keys() - {"Address"} <= load()["Parameters"].keys()
    assert len(outputs["SubnetIds"].split(",")) == 2
