"""Pages of data services."""

from hatang.exchange.views.agreements import Agreements, agreement, agreement_act, request_new
from hatang.exchange.views.catalogue import Catalogue, offer, openapi, service
from hatang.exchange.views.keys import Keys, key_new, key_revoke, key_rotate

__all__ = [
    "Agreements",
    "Catalogue",
    "Keys",
    "agreement",
    "agreement_act",
    "key_new",
    "key_revoke",
    "key_rotate",
    "offer",
    "openapi",
    "request_new",
    "service",
]
