"""The codes of Bybit that say nothing of a product: keys, accounts, the clock, limits, faults of the exchange itself.

Facts: the page "Error Codes" of the V5 API documentation, sections "UTA" and "WS OE General code", of 2026-07-24. The
names are the exchange's own texts, as that page has them, cut where they go on.
"""

from collections.abc import Mapping

from orderexec.domain.advice import Advice, redrive_after
from orderexec.domain.outcomes import Cause, Meaning
from orderexec.venues.advice import KEY, MAY_EXIST, NOT_OURS, NOTHING, READ, SLOWER, SUPPORT
from orderexec.venues.classifier import Known

Codes = dict[int, Known]

_UNKNOWN, _CREDENTIALS = Meaning.UNKNOWN, Meaning.CREDENTIALS


def share(meaning: Meaning, what: str, do: Advice, texts: Mapping[int, str], cause: Cause | None = None) -> Codes:
    """Return the entries of codes that mean the same; `texts` has the exchange's own text of each."""
    return {code: Known(text, meaning, what, do, cause) for code, text in texts.items()}


# fmt: off
_FAULTS = (
    share(_UNKNOWN, "the exchange's own time limit for the request ran out" + MAY_EXIST, NOTHING, {
        10000: "Server Timeout",
    }),
    share(_UNKNOWN, "the exchange failed while it worked" + MAY_EXIST, NOTHING, {
        10016: "Server error.",
        3400214: "Server error, please try again later",
    }),
    share(_UNKNOWN,
        "the exchange is overloaded; it asks for another try, and does not promise that nothing was executed"
        + MAY_EXIST, NOTHING, {
        429: "The trading service is experiencing a high server load.",
    }),
    share(_UNKNOWN,
        "the exchange says that the request expired inside, and does not promise that nothing was executed" + MAY_EXIST,
        NOTHING, {
        -1: "request expired",
    }),
    share(Meaning.DUPLICATE, "the exchange has had this request before", NOTHING, {
        10014: "Invalid duplicate request.",
    }),
    share(Meaning.REJECT, "a parameter of the request is wrong, for the reason in the exchange's own words", READ, {
        10001: "Request parameter error",
    }),
    share(Meaning.REJECT, "the exchange has no such path at this address", redrive_after("put BybitUrl right"), {
        10017: "Route not found.",
    }),
)
_TIME_AND_LIMITS = (
    share(Meaning.CLOCK,
        "the request arrived outside its receive window: too late, or 1 s or more ahead of the exchange's clock",
        redrive_after("if signals die of it, raise RecvWindowMs"), {
        10002: "The request time exceeds the time window range.",
    }),
    share(Meaning.ORDER_LIMIT, "the account has sent as many requests to this path as it may in one second", SLOWER, {
        10006: "Too many visits. Exceeded the API Rate Limit.",
    }),
    share(Meaning.RATE_LIMIT, "this address has sent more requests than the exchange allows", SLOWER, {
        10018: "Exceeded the IP Rate Limit.",
    }),
)
_KEYS = (
    share(_CREDENTIALS,
        "the exchange does not know the key: it is wrong, or deleted, or of another environment (live, testnet and "
        "demo have keys of their own)",
        redrive_after("store the right key and secret, or set BybitUrl to the environment of the key"), {
        10003: "API key is invalid.",
    }),
    share(_CREDENTIALS, "the signature does not fit: the secret is not that of the key", KEY, {
        10004: "Error sign, please check your signature generation algorithm.",
    }),
    share(_CREDENTIALS, "the key lacks the permission for this request",
        redrive_after("give the key the permission to trade this product at the exchange"), {
        10005: "Permission denied, please check your API key permissions.",
    }),
    share(_CREDENTIALS, "the exchange could not tell whose request this is", KEY, {
        10007: "User authentication failed.",
    }),
    share(_CREDENTIALS, "the key is bound to IP addresses, and this request came from another one",
        redrive_after("bind the address that the function sends from (of its NAT gateway) to the key"), {
        10010: "Unmatched IP, please check your API key's bound IP addresses.",
    }),
    share(_CREDENTIALS, "the key has expired",
        redrive_after("renew the key at the exchange, or store a new one with its secret"), {
        -2015: "(Spot) Your api key has expired",
        33004: "(Derivatives) Your api key has expired",
    }),
    share(_CREDENTIALS, "the list of symbols that the key may trade does not have this one",
        redrive_after("put the symbol on the key's whitelist at the exchange"), {
        10029: "The requested symbol is invalid, please check symbol whitelist",
    }, Cause.ACCOUNT_AND_SYMBOL),
)
_ACCOUNTS = (
    share(_CREDENTIALS, "the exchange has stopped the account, or its mode does not allow this", SUPPORT, {
        10008: "Common banned, please check your account mode",
        10024: "Compliance rules triggered",
        10027: "Transactions are banned.",
        100028: "The API cannot be accessed by unified account users.",
        110018: "User ID is illegal.",
    }),
    share(_CREDENTIALS, "the exchange does not serve the region that the account or the request is from",
        redrive_after(
            "deploy the stack in a region that the exchange serves, or ask the exchange's support what the account may "
            "do"), {
        10009: "Service Restricted: Access is currently unavailable for your region.",
    }),
    share(_CREDENTIALS, "this needs a unified trading account",
        redrive_after("upgrade the account to a unified trading account at the exchange"), {
        10028: "The API can only be accessed by unified account users.",
        110088: "Please Upgrade to UTA to trade",
    }),
    share(_CREDENTIALS, "the account belongs to another site of the exchange, which has an address of its own",
        redrive_after("set BybitUrl to the address of the account's site"), {
        170348: "Please go to (https://www.bybit-tr.com) to proceed.",
    }),
    share(_CREDENTIALS, "the account is in a cooling-off period, in which it may not trade",
        redrive_after("wait until the cooling-off period is over"), {
        110124: "Trading is temporarily restricted due to an active cooling-off period.",
    }),
    share(_CREDENTIALS, "the account has not agreed to the exchange's trading terms",
        redrive_after("agree to them at the exchange"), {
        110123: "You must agree to the Trading Terms",
    }),
)
# Of a connection that this function does not open; answered here after all, they promise nothing.
_OF_WEBSOCKETS = (
    share(_UNKNOWN, "an answer of the WebSocket interface that promises nothing" + MAY_EXIST, NOTHING, {
        10019: "ws trade service is restarting, do not accept new request",
        10403: "exceed IP rate limit. 3000 requests per second per IP",
        10404: "1. op type is not found; 2. `category` is not correct/supported",
        10429: "System level frequency protection",
    }),
    share(Meaning.RATE_LIMIT, "too many requests in one session of the WebSocket interface", NOT_OURS, {
        20003: "Too frequent requests under the same session",
    }),
    share(Meaning.DUPLICATE, "the id of a request was used twice in the WebSocket interface", NOTHING, {
        20006: "reqId is duplicated",
    }),
)
# fmt: on
GROUPS = _FAULTS + _TIME_AND_LIMITS + _KEYS + _ACCOUNTS + _OF_WEBSOCKETS
