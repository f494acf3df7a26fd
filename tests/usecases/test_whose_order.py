"""The account behind a secret changes while a signal is in doubt: no other account can deny its order."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orderexec.domain.lifecycle import Reason, State
from orderexec.domain.row import Row
from orderexec.domain.verdicts import Done, Later, Verdict
from orderexec.ports import Credentials
from orderexec.usecases.reconcile_row import Reconciled, Unreconciled
from tests.doubles.exchange import FakeExchange
from tests.doubles.secrets import KEY, ROTATED_KEY
from tests.doubles.steps import at
from tests.doubles.troubles import LOST_ANSWER, LOST_REQUEST, SILENCE, Trouble, late
from tests.usecases.scene import Scene

HIDDEN = Trouble(answer=SILENCE, hidden_ms=1_500)  # executed; its answer is lost, and the first look sees nothing yet


@pytest.fixture
def other(scene: Scene) -> FakeExchange:
    """Another account of the same exchange, which the new key belongs to."""
    account = FakeExchange(scene.time, keys={ROTATED_KEY}, account_id="2002")
    account.on_request = scene.exchange.on_request
    scene.exchange.account_id = "1001"
    scene.elsewhere[ROTATED_KEY] = account
    return account


def in_doubt(scene: Scene, trouble: Trouble) -> None:
    """One delivery; what became of its order is not known, and it is past its fence now."""
    scene.exchange.troubles.append(trouble)
    assert isinstance(scene.deliver(scene.message()), Later)
    assert scene.row.state is State.SENT
    scene.time.advance(45_000)


def replace_key(scene: Scene, *, kept: bool = False, refused: bool = True) -> None:
    """In every container at once; `kept`: the store still has the old value; `refused`: the exchange has deleted it."""
    scene.secrets.replace("main", ROTATED_KEY)
    scene.secrets.get_credentials("main", refetch=True)
    if not kept:
        scene.secrets.before.clear()
    if refused:
        scene.exchange.keys.discard(KEY)


def again(scene: Scene) -> Verdict:
    return scene.deliver(replace(scene.message(), receive_count=2))


def unreconciled(scene: Scene) -> str:
    scene.time.advance(200_000)
    [left] = scene.reconcile_overdue()
    assert isinstance(left, Unreconciled)
    return left.why


def test_the_row_says_for_whom_its_request_was_signed(scene: Scene) -> None:
    scene.deliver(scene.message())

    assert scene.row.signed_for == f"https://fake {KEY.fingerprint}"
    assert KEY.api_key not in scene.row.signed_for


@pytest.mark.parametrize("trouble", [HIDDEN, LOST_REQUEST], ids=["executed", "lost"])
@pytest.mark.parametrize("kept", [True, False])
def test_no_such_order_at_another_account_proves_nothing(
    scene: Scene, other: FakeExchange, trouble: Trouble, kept: bool
) -> None:
    in_doubt(scene, trouble)
    replace_key(scene, kept=kept)
    current = scene.row

    verdict = again(scene)

    assert isinstance(verdict, Later)
    assert "of the exchange account 2002, not 1001" in verdict.why
    assert f"`orderctl close {scene.row.identity.key} --as accepted --order-id ID --why" in verdict.why
    assert "not 1001" in unreconciled(scene)
    kept_facts = ("state", "attempts", "signed_for", "signed_at", "fence", "doubts")
    assert [getattr(scene.row, name) for name in kept_facts] == [getattr(current, name) for name in kept_facts]
    assert (len(scene.exchange.requests), other.requests) == (1, [])


def test_while_the_old_key_is_kept_and_works_the_old_account_is_asked(scene: Scene, other: FakeExchange) -> None:
    in_doubt(scene, HIDDEN)
    replace_key(scene, kept=True, refused=False)

    assert again(scene) == Done(scene.row)
    assert scene.row.state is State.ACCEPTED
    assert (len(scene.orders), other.requests) == (1, [])


def test_a_signal_that_came_to_nothing_at_the_old_account_is_sent_for_the_new_one(
    scene: Scene, other: FakeExchange
) -> None:
    in_doubt(scene, LOST_REQUEST)
    replace_key(scene, kept=True, refused=False)

    assert isinstance(again(scene), Done)
    assert (len(scene.orders), len(other.orders)) == (0, 1)
    assert scene.row.signed_for == f"https://fake {ROTATED_KEY.fingerprint}"


@pytest.mark.parametrize(("trouble", "requests"), [(HIDDEN, 1), (LOST_REQUEST, 2)], ids=["executed", "lost"])
def test_another_key_of_the_same_account_is_as_good_as_the_first(scene: Scene, trouble: Trouble, requests: int) -> None:
    in_doubt(scene, trouble)
    scene.exchange.keys.add(ROTATED_KEY)
    replace_key(scene)

    assert isinstance(again(scene), Done)
    assert (scene.row.state, len(scene.exchange.requests)) == (State.ACCEPTED, requests)
    scene.check()


def test_without_the_old_accounts_id_a_key_that_is_gone_cannot_be_compared(scene: Scene) -> None:
    scene.exchange.account_id = None  # an exchange that tells no ids
    in_doubt(scene, LOST_REQUEST)
    scene.exchange.keys.add(ROTATED_KEY)
    replace_key(scene)

    verdict = again(scene)

    assert isinstance(verdict, Later)
    assert "nothing shows that the new key is of the same exchange account" in verdict.why
    assert len(scene.exchange.requests) == 1


def test_an_order_that_is_found_is_the_signals_whoever_finds_it(scene: Scene) -> None:
    scene.exchange.account_id = None
    in_doubt(scene, HIDDEN)
    scene.exchange.keys.add(ROTATED_KEY)
    replace_key(scene)

    assert again(scene) == Done(scene.row)
    assert scene.row.state is State.ACCEPTED
    scene.check()


def test_an_order_of_that_id_at_another_account_is_not_the_signals(scene: Scene, other: FakeExchange) -> None:
    """Another stack may have executed a signal of the same name there."""
    in_doubt(scene, LOST_REQUEST)
    replace_key(scene)
    [received] = scene.exchange.requests
    other.on_request = lambda _: None
    other.place(replace(received, credentials=ROTATED_KEY, signed_at=other.now()))

    verdict = again(scene)

    assert isinstance(verdict, Later)
    assert "not 1001" in verdict.why
    assert scene.row.state is State.SENT


def test_a_container_that_holds_the_older_key_asks_with_the_newer_one_that_signed(scene: Scene) -> None:
    scene.secrets.stored["main"] = ROTATED_KEY
    scene.exchange.keys.add(ROTATED_KEY)
    in_doubt(scene, HIDDEN)
    scene.secrets._held["main"] = KEY  # another container, whose copy is some minutes old
    scene.exchange.keys.discard(KEY)

    assert again(scene) == Done(scene.row)
    assert scene.secrets._held["main"] == ROTATED_KEY


def test_the_address_of_the_exchange_changes_in_doubt(scene: Scene) -> None:
    in_doubt(scene, LOST_REQUEST)
    scene.address = "https://elsewhere"

    verdict = again(scene)

    assert isinstance(verdict, Later)
    assert "went to https://fake, and the venue's address is https://elsewhere now" in verdict.why
    assert len(scene.exchange.requests) == 1
    scene.address = "https://fake"
    assert isinstance(again(scene), Done)


def test_a_key_that_the_exchange_refused_leaves_no_doubt(scene: Scene, other: FakeExchange) -> None:
    """Certainly not executed: the new key may be anybody's, and the row says whose it is from then on."""
    scene.secrets.get_credentials("main")
    scene.secrets.replace("main", ROTATED_KEY)
    scene.exchange.keys.discard(KEY)

    assert isinstance(scene.deliver(scene.message()), Done)
    assert (len(scene.orders), len(other.orders)) == (0, 1)
    assert scene.row.signed_for == f"https://fake {ROTATED_KEY.fingerprint}"


def test_the_key_changes_between_the_request_and_the_first_look(scene: Scene, other: FakeExchange) -> None:
    scene.exchange.troubles.append(LOST_ANSWER)

    verdict = scene.function(at("after venue.send", lambda: replace_key(scene)))(scene.message())

    assert isinstance(verdict, Later)
    scene.time.advance(45_000)
    assert isinstance(again(scene), Later)
    assert (len(scene.orders), other.requests) == (1, [])


@pytest.mark.parametrize("same", [True, False])
def test_the_audit_asks_the_account_that_was_signed_for(scene: Scene, other: FakeExchange, same: bool) -> None:
    in_doubt(scene, LOST_REQUEST)
    again(scene)
    assert scene.row.doubted
    if same:
        del scene.elsewhere[ROTATED_KEY]
        scene.exchange.keys.add(ROTATED_KEY)
    replace_key(scene)
    scene.time.advance(100_000)

    [left] = scene.reconcile_overdue()

    assert isinstance(left, Reconciled if same else Unreconciled)
    assert scene.row.audits == int(same)


@pytest.mark.parametrize("how", ["another account", "another address"])
def test_an_order_of_another_account_is_out_of_reach_and_that_is_told(
    scene: Scene, other: FakeExchange, how: str
) -> None:
    scene.deliver(scene.message(type="LIMIT", price="60000"))
    scene.learn_account(KEY)
    if how == "another account":
        replace_key(scene)
    else:
        scene.address = "https://elsewhere"
    cancel = scene.message("message-2", id="cancel", action="cancel", target="signal-1", side=None, quantity=None)

    verdict = scene.deliver(cancel)

    assert isinstance(verdict, Done)
    assert (verdict.row.state, verdict.row.reason) == (State.DEAD, Reason.RULES)
    expected = {
        "another account": "it is of the exchange account 1001, and the key of main is of 2002 now",
        "another address": "it is at https://fake, and the venue's address is https://elsewhere now",
    }
    assert expected[how] in str(verdict.row.detail)
    assert scene.orders[0].open


def test_a_row_of_an_older_version_is_asked_about_with_the_present_key(scene: Scene) -> None:
    in_doubt(scene, HIDDEN)
    older: Row = replace(scene.row, signed_for=None)
    scene.ledger.rows[older.identity.key] = older

    assert again(scene) == Done(scene.row)
    assert scene.row.state is State.ACCEPTED


KEYS = {"first": KEY, "same": Credentials("fake-key-3", "s"), "other": ROTATED_KEY}
TROUBLES = [HIDDEN, LOST_ANSWER, LOST_REQUEST, late(3_000), late(4_900, in_engine=9_900)]
STEPS = st.lists(
    st.sampled_from(
        [
            *KEYS,
            "new container",
            "deliver",
            "deliver",
            "reconcile",
            "forget the older",
            "delete the first",
            "wait",
            "address",
        ]
    ),
    min_size=3,
    max_size=14,
)


@given(trouble=st.sampled_from(TROUBLES), steps=STEPS)
@settings(max_examples=300)
def test_however_keys_and_addresses_change_there_is_one_order_over_all_accounts(
    trouble: Trouble, steps: list[str]
) -> None:
    scene = Scene()
    other = FakeExchange(scene.time, keys={ROTATED_KEY})
    scene.elsewhere[ROTATED_KEY] = other
    scene.exchange.keys.add(KEYS["same"])
    scene.exchange.troubles.append(trouble)
    message = scene.message()
    for number, step in enumerate(["deliver", *steps], 1):
        if step in KEYS:
            scene.secrets.replace("main", KEYS[step])
        elif step == "new container":
            scene.secrets._held.clear()
        elif step == "deliver":
            scene.function()(replace(message, receive_count=number))
        elif step == "reconcile":
            scene.reconcile_overdue()
        elif step == "forget the older":
            scene.secrets.before.clear()
        elif step == "delete the first":
            scene.exchange.keys.discard(KEY)
        elif step == "address":
            scene.address = "https://elsewhere" if scene.address == "https://fake" else "https://fake"
        scene.time.advance(25_000)

    orders = len(scene.orders) + len(other.orders)
    assert orders <= 1
    if scene.row.state is not State.SENT:
        scene.time.advance(600_000)
        assert len(scene.orders) + len(other.orders) == (scene.row.state is State.ACCEPTED)
