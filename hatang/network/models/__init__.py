"""The network register: physical things, services on them, who uses whose, and the files they come from."""

from hatang.network.models.coverage import DeclaredCoverage, DeclaredQuerySet, FibreQuerySet, FibreReach
from hatang.network.models.duplicates import DuplicateCase
from hatang.network.models.proposals import Proposal
from hatang.network.models.reports import (
    CLOSED,
    FURTHER,
    OF_OWNER,
    RESTORE_RULES,
    ProblemReport,
    ProblemReportQuerySet,
    ReportAnswer,
    digest,
)
from hatang.network.models.requests import Ground, Party, RequestDocument, RequestState, RequestStep, SharingRequest
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
from hatang.network.models.things import LifeState, LineThing, PointThing, Thing, ThingQuerySet
from hatang.network.models.uploads import HeadingMemory, RegisterUpload, UploadLine
from hatang.network.models.works import BuildingCheck, BuildingProject, JointInterest, JointWork, PublicSite, WorkUpload
from hatang.work.in_force import in_force

__all__ = [
    "CLOSED",
    "FURTHER",
    "KEYS",
    "MOBILE_BROADBAND",
    "OF_OWNER",
    "RESTORE_RULES",
    "SHAREABLE",
    "BuildingCheck",
    "BuildingProject",
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
    "JointInterest",
    "JointWork",
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
    "ProblemReport",
    "ProblemReportQuerySet",
    "Proposal",
    "PublicSite",
    "RegisterUpload",
    "ReportAnswer",
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
    "WorkUpload",
    "digest",
    "height_band",
    "in_force",
]
