"""Tables of data services: the catalogue, agreements and keys; records of calls and their log; calls of others."""

from hatang.exchange.models.calls import (
    CallCount,
    CallHead,
    CallLeaf,
    CallNode,
    CallRecord,
    KeptAnswer,
    WaitingRecord,
)
from hatang.exchange.models.outgoing import OutsideCall, OutsideService
from hatang.exchange.models.services import (
    AGREE,
    CHANGE,
    REQUEST,
    VIEW,
    Agreement,
    AgreementStep,
    DataService,
    PartnerKey,
    SigningKey,
)

__all__ = [
    "AGREE",
    "CHANGE",
    "REQUEST",
    "VIEW",
    "Agreement",
    "AgreementStep",
    "CallCount",
    "CallHead",
    "CallLeaf",
    "CallNode",
    "CallRecord",
    "DataService",
    "KeptAnswer",
    "OutsideCall",
    "OutsideService",
    "PartnerKey",
    "SigningKey",
    "WaitingRecord",
]
