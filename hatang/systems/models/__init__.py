"""Tables: Data centres, cloud, information systems, links and what probes found of them."""

from hatang.systems.models.bodies import GOVERNING, PARTY_AND_STATE, Agency, AgencySort
from hatang.systems.models.centres import DOMESTIC, CloudService, CloudUse, DataCentre, Host
from hatang.systems.models.entries import CHANGE, LIFE, VIEW, Condition, Entry, EntryQuerySet, EntryState, Surveyed
from hatang.systems.models.findings import SEE_FINDING, SUBJECTS, WORK_FINDING, FindingRule, FindingTerms, SystemFinding
from hatang.systems.models.information_systems import (
    HIGH_LEVELS,
    InformationSystem,
    SectorSystem,
    SecurityLevel,
    SystemUse,
)
from hatang.systems.models.links import VIEW_LINK, CdnNode, DataLink, InternetExchange, LoudspeakerStation
from hatang.systems.models.loads import LinkDay, LinkWeek, LoadFile
from hatang.systems.models.probes import PROBE, ProbePlan, SystemProbe
from hatang.systems.models.uploads import SystemsUpload

__all__ = [
    "CHANGE",
    "DOMESTIC",
    "GOVERNING",
    "HIGH_LEVELS",
    "LIFE",
    "PARTY_AND_STATE",
    "PROBE",
    "SEE_FINDING",
    "SUBJECTS",
    "VIEW",
    "VIEW_LINK",
    "WORK_FINDING",
    "Agency",
    "AgencySort",
    "CdnNode",
    "CloudService",
    "CloudUse",
    "Condition",
    "DataCentre",
    "DataLink",
    "Entry",
    "EntryQuerySet",
    "EntryState",
    "FindingRule",
    "FindingTerms",
    "Host",
    "InformationSystem",
    "InternetExchange",
    "LinkDay",
    "LinkWeek",
    "LoadFile",
    "LoudspeakerStation",
    "ProbePlan",
    "SectorSystem",
    "SecurityLevel",
    "Surveyed",
    "SystemFinding",
    "SystemProbe",
    "SystemUse",
    "SystemsUpload",
]
