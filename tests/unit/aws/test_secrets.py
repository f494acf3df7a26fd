"""The accounts' keys: where they are kept, how long a copy serves, and the sentences for what is wrong with one."""

import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import cast

import pytest
from aws_lambda_powertools.utilities.parameters import SecretsProvider
from aws_lambda_powertools.utilities.parameters.exceptions import GetParameterError
from botocore.exceptions import ClientError, EndpointConnectionError
from hypothesis import given
from hypothesis import strategies as st

from orderexec.aws.private_keys import read_private_key
from orderexec.aws.secret_text import find_stray, read_secret
from orderexec.aws.secrets import SecretsManager
from orderexec.ports import Credentials, NoCredentials, PrivateKey
from tests.doubles.key_pairs import PASSPHRASE, pair, private_pem, public_pem

RIGHT = json.dumps({"api_key": "the-key", "api_secret": "the-secret"})


class SecretStore:
    """As much of Secrets Manager as reading takes; an exception as value is raised."""

    def __init__(self, **secrets: str | bytes | Exception) -> None:
        self.secrets = {f"orderexec/{account}": value for account, value in secrets.items()}
        self.previous: dict[str, str | bytes | Exception] = {}

    def get_secret_value(self, *, SecretId: str, VersionStage: str = "AWSCURRENT") -> dict[str, object]:  # noqa: N803
        stages = {"AWSCURRENT": self.secrets, "AWSPREVIOUS": self.previous}
        value = stages[VersionStage].get(SecretId, make_fault("ResourceNotFoundException"))
        if isinstance(value, Exception):
            raise value
        return {"SecretString" if isinstance(value, str) else "SecretBinary": value}


def make_fault(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "told by AWS"}}, "GetSecretValue")


def make_manager(store: SecretStore) -> SecretsManager:
    from mypy_boto3_secretsmanager import SecretsManagerClient

    return SecretsManager(SecretsProvider(boto3_client=cast(SecretsManagerClient, store)), "orderexec/")


def read_refusal(value: str | bytes | Exception) -> str:
    answer = make_manager(SecretStore(main=value)).get_credentials("main")
    assert isinstance(answer, NoCredentials), answer
    return answer.detail


def test_the_key_of_an_account_is_the_secret_of_its_name() -> None:
    other = json.dumps({"api_key": "other", "api_secret": "other-secret", "note": "for the desk"})
    secrets = make_manager(SecretStore(main=RIGHT, desk_2=other))

    assert secrets.get_credentials("main") == Credentials("the-key", "the-secret")
    assert secrets.get_credentials("desk_2") == Credentials("other", "other-secret")


def test_a_copy_serves_until_it_is_fetched_again() -> None:
    store = SecretStore(main=RIGHT)
    secrets = make_manager(store)
    secrets.get_credentials("main")
    store.secrets["orderexec/main"] = json.dumps({"api_key": "new", "api_secret": "new-secret"})

    assert secrets.get_credentials("main") == Credentials("the-key", "the-secret")
    assert secrets.get_credentials("main", refetch=True) == Credentials("new", "new-secret")
    assert secrets.get_credentials("main") == Credentials("new", "new-secret")


def test_the_key_before_the_present_one_is_read_beside_it() -> None:
    store = SecretStore(main=RIGHT)
    secrets = make_manager(store)
    assert isinstance(secrets.get_previous("main"), NoCredentials)
    store.previous["orderexec/main"] = json.dumps({"api_key": "old", "api_secret": "old-secret"})

    assert secrets.get_credentials("main") == Credentials("the-key", "the-secret")
    assert secrets.get_previous("main") == Credentials("old", "old-secret")
    assert secrets.get_credentials("main") == Credentials("the-key", "the-secret")


def test_a_fingerprint_tells_keys_apart_and_says_nothing_of_the_secret() -> None:
    one, same, other = Credentials("k", "s"), Credentials("k", "another"), Credentials("k2", "s")

    assert one.fingerprint == same.fingerprint != other.fingerprint
    assert len(one.fingerprint) == 16


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (
            "ResourceNotFoundException",
            "there is no such secret; store the key with `orderctl accounts add main`",
        ),
        (
            "AccessDeniedException",
            "reading it is denied; check the role of who reads it here, and the secret's policy",
        ),
        ("DecryptionFailure", "it cannot be decrypted; check the policy of its KMS key"),
        (
            "InvalidRequestException",
            "it cannot be read, because it is scheduled for deletion; take that back with "
            "`aws secretsmanager restore-secret --secret-id orderexec/main`",
        ),
    ],
)
def test_what_a_person_has_to_put_right_is_a_sentence_that_names_the_secret(code: str, words: str) -> None:
    assert read_refusal(make_fault(code)) == f"the secret orderexec/main: {words}"


def test_an_account_nobody_stored_is_such_a_case() -> None:
    answer = make_manager(SecretStore()).get_credentials("nobody")

    assert answer == NoCredentials(
        "the secret orderexec/nobody: there is no such secret; store the key with `orderctl accounts add nobody`"
    )


@pytest.mark.parametrize(
    "passing",
    [
        make_fault("InternalServiceError"),
        make_fault("ThrottlingException"),
        EndpointConnectionError(endpoint_url="https://aws"),
    ],
)
def test_a_fault_that_may_pass_raises(passing: Exception) -> None:
    with pytest.raises(GetParameterError):
        make_manager(SecretStore(main=passing)).get_credentials("main")


FORM = 'it must be JSON like {"api_key": "...", "api_secret": "..."}, or with "private_key" instead of "api_secret"'


@pytest.mark.parametrize("value", ["hunter2", "", "[]", '"hunter2"', '{"api_key": "hunter2"', b"\xff\xfehunter2"])
def test_a_secret_of_another_form_is_told_the_form_and_nothing_of_itself(value: str | bytes) -> None:
    detail = read_refusal(value)

    assert detail == f"the secret orderexec/main: {FORM}"
    assert "hunter2" not in detail


@pytest.mark.parametrize(
    ("document", "missing"),
    [
        ({}, "api_key and api_secret"),
        ({"api_key": "hunter2"}, "api_secret"),
        ({"api_key": "", "api_secret": "hunter2"}, "api_key"),
        ({"api_key": "hun\nter2", "api_secret": "hunter2"}, "api_key"),
        ({"api_key": "hunter2", "api_secret": "hun ter2"}, "api_secret"),
        ({"api_key": " \n", "api_secret": "hunter2"}, "api_key"),
        ({"api_key": "hünter2", "api_secret": "hunter2"}, "api_key"),
        ({"api_key": 5, "api_secret": ["hunter2"]}, "api_key and api_secret"),
    ],
)
def test_a_secret_with_an_unusable_part_is_told_which_and_nothing_of_itself(
    document: dict[str, object], missing: str
) -> None:
    detail = read_refusal(json.dumps(document))

    verb = "are" if " and " in missing else "is"
    assert detail == f"the secret orderexec/main: {missing} {verb} missing or not plain text; {FORM}"


def test_a_binary_secret_is_read_as_well() -> None:
    secrets = make_manager(SecretStore(main=RIGHT.encode()))

    assert secrets.get_credentials("main") == Credentials("the-key", "the-secret")


MARK = "\ufeff"


@pytest.mark.parametrize(
    ("stored", "left_out"),
    [
        (RIGHT, []),
        (f"{MARK}{RIGHT}", ["a byte order mark at the start"]),
        ((MARK + RIGHT).encode(), ["a byte order mark at the start"]),
        (f"\n  {RIGHT} \r\n", []),
        (RIGHT.encode("utf-16"), ["a byte order mark at the start"]),
        ('{"api_key": " the-key\\n", "api_secret": "the-secret"}', ["blanks around api_key"]),
        ('{"api_key": "the-key", "api_secret": "\\tthe-secret\n"}', ["blanks around api_secret"]),
        (
            f'{{"api_key": "{MARK}the-key\u00a0", "api_secret": "the-secret\u200b"}}',
            ["blanks around api_key", "blanks around api_secret"],
        ),
    ],
)
def test_marks_and_blanks_around_a_key_do_no_harm_and_are_told(stored: str | bytes, left_out: list[str]) -> None:
    assert make_manager(SecretStore(main=stored)).get_credentials("main") == Credentials("the-key", "the-secret")
    assert find_stray(stored) == left_out


@given(st.text(" \t\r\n\ufeff\u00a0\u200b"), st.text(" \t\r\n\ufeff\u00a0\u200b"))
def test_whatever_blanks_are_around_a_key_it_is_the_same_key(before: str, after: str) -> None:
    document = {"api_key": f"{before}the-key{after}", "api_secret": f"{after}the-secret{before}"}

    assert read_secret(json.dumps(document)) == Credentials("the-key", "the-secret")
    assert read_secret(f"{before}{RIGHT}") == Credentials("the-key", "the-secret")


def test_a_private_key_with_a_mark_and_blanks_around_is_read() -> None:
    pem = private_pem(pair("ed25519"))

    assert parse(make_secret(private_key=f"{MARK}\r\n {pem}\r\n\r\n")) == parse(make_secret(private_key=pem))


def make_secret(**fields: object) -> str:
    return json.dumps({"api_key": "the-key"} | fields)


def parse(value: str) -> Credentials:
    answer = make_manager(SecretStore(main=value)).get_credentials("main")
    assert isinstance(answer, Credentials), answer
    return answer


@pytest.mark.parametrize("kind", ["rsa", "ed25519"])
def test_a_private_key_is_told_from_the_key_itself_encrypted_or_not(kind: str) -> None:
    plain = parse(make_secret(private_key=private_pem(pair(kind))))
    locked = parse(make_secret(private_key=private_pem(pair(kind), PASSPHRASE), passphrase=PASSPHRASE))

    assert plain == locked
    assert isinstance(plain.api_secret, PrivateKey)
    assert plain != parse(make_secret(private_key=private_pem(pair("rsa" if kind == "ed25519" else "ed25519"))))


def test_a_file_pasted_with_its_line_breaks_is_read_though_it_is_no_strict_json() -> None:
    pem = private_pem(pair("ed25519"))

    assert parse(f'{{"api_key": "the-key", "private_key": "{pem}"}}') == parse(make_secret(private_key=pem))


def test_fields_of_other_venues_and_empty_ones_do_no_harm() -> None:
    others = {"api_passphrase": "of another venue", "passphrase": "of no key", "private_key": ""}

    assert parse(make_secret(api_secret="the-secret", **others)) == Credentials("the-key", "the-secret")
    pem = private_pem(pair("ed25519"))
    assert parse(make_secret(private_key=pem, api_secret=None, api_passphrase="x")) == parse(
        make_secret(private_key=pem)
    )


PEM = private_pem(pair("ed25519"))
LOCKED_PEM = private_pem(pair("ed25519"), "hunter2")


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"api_secret": "hunter2", "private_key": PEM}, "api_secret and private_key contradict each other; keep"),
        ({"api_secret": PEM}, "api_secret holds a key in PEM; store it as private_key instead"),
        ({"private_key": "hunter2"}, "the secret of an HMAC key belongs in api_secret"),
        ({"private_key": ["hunter2"]}, "private_key is no private key in PEM; store the whole file"),
        ({"private_key": public_pem(pair("rsa"))}, "private_key holds a public key; store the private key of the pair"),
        ({"private_key": private_pem(pair("ec"))}, "private_key is neither an RSA nor an Ed25519 key; make a new pair"),
        ({"private_key": LOCKED_PEM}, 'private_key is encrypted; add its "passphrase" as text'),
        ({"private_key": LOCKED_PEM, "passphrase": 5}, 'private_key is encrypted; add its "passphrase" as text'),
        ({"private_key": LOCKED_PEM, "passphrase": "hunter3"}, "passphrase does not open private_key"),
        ({"private_key": PEM.replace("M", "?")}, "private_key is damaged; store the whole file anew"),
        ({"private_key": PEM, "api_key": "hun\nter2"}, "api_key is missing or not plain text"),
    ],
)
def test_a_private_key_that_cannot_sign_is_a_sentence_on_what_to_do(fields: dict[str, object], words: str) -> None:
    detail = read_refusal(make_secret(**fields))

    assert detail.startswith("the secret orderexec/main: ")
    assert words in detail
    assert "hunter" not in detail
    assert not [line for line in PEM.split("\n")[1:-2] + LOCKED_PEM.split("\n")[1:-2] if line in detail]


def test_a_private_key_is_opened_once_a_value_however_many_threads_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []

    def read_slowly(pem: str, passphrase: str | None) -> PrivateKey | str:
        opened.append(pem)
        time.sleep(0.05)  # so that another thread would come in between
        return read_private_key(pem, passphrase)

    monkeypatch.setattr("orderexec.aws.private_keys.read_private_key", read_slowly)
    store = SecretStore(main=make_secret(private_key=PEM))
    secrets = make_manager(store)
    with ThreadPoolExecutor(8) as threads:
        same = set(threads.map(lambda _: secrets.get_credentials("main"), range(8)))
    secrets.get_credentials("main", refetch=True)
    assert (len(same), len(opened)) == (1, 1)

    rsa = private_pem(pair("rsa"))
    store.secrets["orderexec/main"] = make_secret(private_key=rsa)
    assert secrets.get_credentials("main", refetch=True) not in same
    assert opened == [PEM, rsa]


class SlowStore(SecretStore):
    """Answers a request when the test lets it, and counts the requests."""

    def __init__(self, **secrets: str | bytes | Exception) -> None:
        super().__init__(**secrets)
        self.asked = threading.Semaphore(0)
        self.answers = threading.Event()
        self.count = 0

    def get_secret_value(self, **arguments: str) -> dict[str, object]:
        self.count += 1
        self.asked.release()
        assert self.answers.wait(5)
        return super().get_secret_value(**arguments)


def ask_side_by_side(store: SlowStore, secrets: SecretsManager) -> list[object]:
    """What ten threads get that ask while the first request is under way."""

    def ask(_: int) -> object:
        try:
            return secrets.get_credentials("main")
        except GetParameterError as fault:
            return fault

    with ThreadPoolExecutor(10) as threads:
        answers = threads.map(ask, range(10))
        assert store.asked.acquire(timeout=5)
        time.sleep(0.1)  # for the others to ask as well
        store.answers.set()
        return list(answers)


def test_threads_that_want_a_key_at_the_same_moment_make_one_request() -> None:
    store = SlowStore(main=RIGHT)

    answers = ask_side_by_side(store, make_manager(store))

    assert answers == [Credentials("the-key", "the-secret")] * 10
    assert store.count == 1


@pytest.mark.parametrize(
    ("problem", "kind"),
    [(make_fault("ResourceNotFoundException"), NoCredentials), (make_fault("ThrottlingException"), GetParameterError)],
)
def test_they_share_what_is_wrong_with_it_too_and_nobody_else_does(problem: Exception, kind: type) -> None:
    store = SlowStore(main=problem)
    secrets = make_manager(store)

    answers = ask_side_by_side(store, secrets)
    store.secrets["orderexec/main"] = RIGHT

    assert {type(answer) for answer in answers} == {kind}
    assert store.count == 1
    assert secrets.get_credentials("main") == Credentials("the-key", "the-secret")
    assert store.count == 2


def test_a_key_that_is_asked_for_anew_is_not_what_an_older_request_brings() -> None:
    store = SlowStore(main=RIGHT)
    secrets = make_manager(store)
    with ThreadPoolExecutor(2) as threads:
        older = threads.submit(secrets.get_credentials, "main")
        assert store.asked.acquire(timeout=5)
        newer = threads.submit(secrets.get_credentials, "main", refetch=True)
        assert store.asked.acquire(timeout=5)
        store.answers.set()
        assert older.result() == newer.result()

    assert store.count == 2


def test_credentials_do_not_show() -> None:
    assert repr(Credentials("the-key", "the-secret")) == "Credentials()"
    assert repr(parse(make_secret(private_key=PEM))) == "Credentials()"
    secrets = make_manager(SecretStore(main=RIGHT))
    secrets.get_credentials("main")
    assert "the-" not in repr(secrets).replace(repr(secrets.provider), "")
