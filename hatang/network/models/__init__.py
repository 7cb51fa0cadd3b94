"""The network register: physical things, services on them, who uses whose, and the files they come from."""

from hatang.network.models.coverage import DeclaredCoverage, DeclaredQuerySet, FibreQuerySet, FibreReach
from hatang.network.models.duplicates import DuplicateCase
from hatang.network.models.proposals import Proposal
from hatang.network.models.requests import (
    Ground,
    Party,
    RequestDocument,
    RequestState,
    RequestStep,
    SharingRequest,
)
from hatang.network.models.routes import (
    CableRoute,
    Chamber,
    Closure,
    Pole,
    PoleKind,
    PoleLine,
    UndergroundKind,
    UndergroundWork,
)
from hatang.network.models.rules import KEYS, RuleKey, RuleUnit, SharingRule
from hatang.network.models.stations import MOBILE_BROADBAND, Cell, Station, StationQuerySet, Technology
from hatang.network.models.structures import HeightBand, House, Mast, MastQuerySet, height_band
from hatang.network.models.tenancies import SHAREABLE, OnThing, Tenancy
from hatang.network.models.things import LifeState, LineThing, PointThing, Thing, ThingQuerySet, in_force
from hatang.network.models.uploads import HeadingMemory, RegisterUpload, UploadLine

__all__ = [
    "KEYS",
    "MOBILE_BROADBAND",
    "SHAREABLE",
    "CableRoute",
    "Cell",
    "Chamber",
    "Closure",
    "DeclaredCoverage",
    "DeclaredQuerySet",
    "DuplicateCase",
    "FibreQuerySet",
    "FibreReach",
    "Ground",
    "HeadingMemory",
    "HeightBand",
    "House",
    "LifeState",
    "LineThing",
    "Mast",
    "MastQuerySet",
    "OnThing",
    "Party",
    "PointThing",
    "Pole",
    "PoleKind",
    "PoleLine",
    "Proposal",
    "RegisterUpload",
    "RequestDocument",
    "RequestState",
    "RequestStep",
    "RuleKey",
    "RuleUnit",
    "SharingRequest",
    "SharingRule",
    "Station",
    "StationQuerySet",
    "Technology",
    "Tenancy",
    "Thing",
    "ThingQuerySet",
    "UndergroundKind",
    "UndergroundWork",
    "UploadLine",
    "height_band",
    "in_force",
]
