"""How the use cases are wired: once, for the functions, for the tests' stage and for the simulation."""

from dataclasses import dataclass

from .domain.policy import Policy
from .ports import Ports
from .usecases.automatic_halts import AutomaticHalts
from .usecases.conclude import ConcludeDelivery
from .usecases.dead_letter_signal import DeadLetterSignal
from .usecases.end_by_itself import EndByItself
from .usecases.execute_signal import ExecuteSignal
from .usecases.follow_orders import FollowOrders
from .usecases.look_early import LookEarly
from .usecases.reconcile_plan import ReconcilePlan
from .usecases.reconcile_row import ReconcileRow
from .usecases.submit import SubmitAttempt
from .usecases.take_steps import TakeSteps


@dataclass(frozen=True, slots=True)
class UseCases:
    """What a function does: it executes signals, or reconciles rows that nobody has closed and follows orders."""

    execute: ExecuteSignal
    reconcile: ReconcileRow
    follow: FollowOrders


def assemble(ports: Ports, policy: Policy) -> UseCases:
    """Return the use cases, wired with the given ports. Nothing is connected to and nothing is asked."""
    dead_letter = DeadLetterSignal(ports.ledger, ports.dead_letters, ports.clock, ports.randomness)
    halts = AutomaticHalts(ports.board, policy.halt_after_credential_failures, policy.halt_after_rejections)
    conclude = ConcludeDelivery(ports, halts, dead_letter)
    submit = SubmitAttempt(ports)
    take_steps = TakeSteps(ports, submit)
    execute = ExecuteSignal(ports, submit, take_steps, conclude, dead_letter, LookEarly(ports), policy.max_age_ms)
    return UseCases(
        execute=execute,
        reconcile=ReconcileRow(ports, dead_letter, ReconcilePlan(ports, take_steps, conclude)),
        follow=FollowOrders(ports, policy.follow_share, EndByItself(ports, execute.execute)),
    )
