"""What the function sees of the exchange, and what it answers a person who asks."""

from typing import Any, cast

from orderexec.bootstrap import Application
from orderexec.questions import answer_questions
from orderexec.usecases.look_at_exchange import Sight, look
from tests.doubles.exchange import REGION
from tests.usecases.scene import Scene


def test_an_exchange_that_answers_is_seen() -> None:
    scene = Scene()
    scene.exchange.skew_ms = -250
    ports = scene.reconciler().ports

    sight = look(ports.venues["binance-spot"], ports.clock)

    assert sight == Sight(offset_ms=-250, took_ms=5, symbols=1)


def test_why_it_does_not_answer_is_seen() -> None:
    scene = Scene()
    scene.exchange.clock_answers.append(REGION)
    ports = scene.reconciler().ports

    assert look(ports.venues["binance-spot"], ports.clock) == Sight(trouble=REGION)
    scene.exchange.rules_reachable = False
    assert look(ports.venues["binance-spot"], ports.clock) == Sight(0, 5, trouble=REGION)


def test_a_handler_answers_the_question_and_does_its_own_work_otherwise() -> None:
    scene = Scene()
    nothing = cast(Any, None)
    execute, reconcile = scene.function(), scene.reconciler()
    app = Application(
        ports=execute.ports,
        execute=execute,
        reconcile=reconcile,
        follow=nothing,
        measure=nothing,
        signals=nothing,
        venues=nothing,
    )

    @answer_questions(lambda: app)
    def handler(event: dict[str, object], context: object) -> str:
        return f"worked on {event}"

    sight = {"offset_ms": 0, "took_ms": 5, "symbols": 1, "trouble": None}
    assert handler({"ask": "exchange"}, None) == {"exchange": {"binance-spot": sight}}
    assert handler({"source": "aws.events"}, None) == "worked on {'source': 'aws.events'}"
    assert handler({"ask": "something else"}, None) == "worked on {'ask': 'something else'}"
