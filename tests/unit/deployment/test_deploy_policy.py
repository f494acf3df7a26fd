"""Who deploys with docs/samples/deploy-policy.json may make everything that the templates have, and orderexec's only.

What AWS itself makes of the policy was not tried: this test knows the names of the calls, not AWS.
"""

import json
from fnmatch import fnmatchcase
from typing import Any

import pytest

from tests.integration.test_staged_deployment import transformed
from tests.unit.deployment.deployed import ROOT, load

POLICY = ROOT / "docs" / "samples" / "deploy-policy.json"
STATEMENTS: list[dict[str, Any]] = json.loads(POLICY.read_text())["Statement"]
LARGEST_POLICY = 6144  # characters without blanks, of a managed policy

# The call that makes a resource of a type, as its CloudFormation handler names it, and a name that AWS would give it.
MADE_BY = {
    "AWS::CloudWatch::Alarm": ("cloudwatch:PutMetricAlarm", "arn:aws:cloudwatch:eu-west-1:1:alarm:orderexec-A"),
    "AWS::CloudWatch::Dashboard": ("cloudwatch:PutDashboard", "arn:aws:cloudwatch::1:dashboard/Dashboard-A"),
    "AWS::CodeDeploy::Application": (
        "codedeploy:CreateApplication",
        "arn:aws:codedeploy:eu-west-1:1:application:orderexec-A",
    ),
    "AWS::CodeDeploy::DeploymentGroup": (
        "codedeploy:CreateDeploymentGroup",
        "arn:aws:codedeploy:eu-west-1:1:deploymentgroup:orderexec-A/orderexec-B",
    ),
    "AWS::DynamoDB::Table": ("dynamodb:CreateTable", "arn:aws:dynamodb:eu-west-1:1:table/orderexec-Ledger-A"),
    "AWS::Events::Rule": ("events:PutRule", "arn:aws:events:eu-west-1:1:rule/orderexec-A"),
    "AWS::IAM::Policy": ("iam:PutRolePolicy", "arn:aws:iam::1:role/orderexec-A"),
    "AWS::IAM::Role": ("iam:CreateRole", "arn:aws:iam::1:role/orderexec-A"),
    "AWS::Lambda::Alias": ("lambda:CreateAlias", "arn:aws:lambda:eu-west-1:1:function:orderexec-A"),
    "AWS::Lambda::EventSourceMapping": (
        "lambda:CreateEventSourceMapping",
        "arn:aws:lambda:eu-west-1:1:event-source-mapping:1-2",
    ),
    "AWS::Lambda::Function": ("lambda:CreateFunction", "arn:aws:lambda:eu-west-1:1:function:orderexec-A"),
    "AWS::Lambda::LayerVersion": ("lambda:PublishLayerVersion", "arn:aws:lambda:eu-west-1:1:layer:{LayerName}"),
    "AWS::Lambda::Permission": ("lambda:AddPermission", "arn:aws:lambda:eu-west-1:1:function:orderexec-A"),
    "AWS::Lambda::Version": ("lambda:PublishVersion", "arn:aws:lambda:eu-west-1:1:function:orderexec-A"),
    "AWS::Logs::LogGroup": ("logs:CreateLogGroup", "arn:aws:logs:eu-west-1:1:log-group:orderexec-A"),
    "AWS::Logs::QueryDefinition": ("logs:PutQueryDefinition", "*"),
    "AWS::SNS::Subscription": ("sns:Subscribe", "arn:aws:sns:eu-west-1:1:orderexec-A"),
    "AWS::SNS::Topic": ("sns:CreateTopic", "arn:aws:sns:eu-west-1:1:orderexec-A"),
    "AWS::SQS::Queue": ("sqs:CreateQueue", "arn:aws:sqs:eu-west-1:1:orderexec-A"),
    "AWS::EC2::EIP": ("ec2:AllocateAddress", "*"),
    "AWS::EC2::InternetGateway": ("ec2:CreateInternetGateway", "*"),
    "AWS::EC2::NatGateway": ("ec2:CreateNatGateway", "*"),
    "AWS::EC2::Route": ("ec2:CreateRoute", "*"),
    "AWS::EC2::RouteTable": ("ec2:CreateRouteTable", "*"),
    "AWS::EC2::SecurityGroup": ("ec2:CreateSecurityGroup", "*"),
    "AWS::EC2::Subnet": ("ec2:CreateSubnet", "*"),
    "AWS::EC2::SubnetRouteTableAssociation": ("ec2:AssociateRouteTable", "*"),
    "AWS::EC2::VPC": ("ec2:CreateVpc", "*"),
    "AWS::EC2::VPCEndpoint": ("ec2:CreateVpcEndpoint", "*"),
    "AWS::EC2::VPCGatewayAttachment": ("ec2:AttachInternetGateway", "*"),
}


@pytest.fixture(scope="module")
def resources() -> list[dict[str, Any]]:
    """Everything that is deployed, with what SAM and CodeDeploy add."""
    deployed = transformed(StagedDeployment="true").values()
    return [*deployed, *load("network.yaml")["Resources"].values()]


def test_everything_in_the_templates_may_be_made(resources: list[dict[str, Any]]) -> None:
    refused = []
    for each in resources:
        action, arn = MADE_BY[each["Type"]]
        if not is_allowed(action, arn.format(**each.get("Properties", {})) if "{" in arn else arn):
            refused.append((each["Type"], action, arn))

    assert refused == []


@pytest.mark.parametrize(
    ("action", "arn"),
    [
        ("dynamodb:DeleteTable", "arn:aws:dynamodb:eu-west-1:1:table/customers"),
        ("lambda:UpdateFunctionCode", "arn:aws:lambda:eu-west-1:1:function:payroll"),
        ("secretsmanager:GetSecretValue", "arn:aws:secretsmanager:eu-west-1:1:secret:database-1"),
        ("iam:CreateRole", "arn:aws:iam::1:role/admin"),
        ("iam:PassRole", "arn:aws:iam::1:role/admin"),
        ("iam:CreateUser", "arn:aws:iam::1:user/somebody"),
        ("ec2:RunInstances", "*"),
    ],
)
def test_what_is_not_orderexecs_is_out_of_reach(action: str, arn: str) -> None:
    assert not is_allowed(action, arn)


def test_only_the_policies_of_aws_that_the_templates_name_may_be_attached(resources: list[dict[str, Any]]) -> None:
    (statement,) = (each for each in STATEMENTS if "iam:AttachRolePolicy" in each["Action"])
    allowed = {arn.rpartition("/")[2] for arn in statement["Condition"]["ArnEquals"]["iam:PolicyARN"]}
    written = json.dumps(
        [each["Properties"].get("ManagedPolicyArns", []) for each in resources if "Properties" in each]
    )

    assert {name for name in allowed if name in written} == allowed
    assert written.count("arn:") == sum(written.count(f"/{name}") for name in allowed)


def test_it_is_small_enough_to_be_stored() -> None:
    assert len("".join(POLICY.read_text().split())) <= LARGEST_POLICY


def is_allowed(action: str, arn: str) -> bool:
    """Whether a statement without a condition allows the call."""
    return any(
        "Condition" not in each
        and any(fnmatchcase(action, pattern) for pattern in as_list(each["Action"]))
        and any(fnmatchcase(arn, pattern) for pattern in as_list(each["Resource"]))
        for each in STATEMENTS
    )


def as_list(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value
