"""Planning: scenarios of least cost, what could be built for them, fibre plans, prices, packages of the fund."""

from hatang.planning.models.costs import PriceUpload, UnitCost
from hatang.planning.models.fibre import FibreEnd, FibrePlan, FibreStretch, Way
from hatang.planning.models.packages import FundPackage
from hatang.planning.models.scenarios import (
    ADOPT,
    CHANGE,
    SEE,
    Candidate,
    CandidateService,
    Scenario,
    ScenarioBudget,
    ScenarioPlace,
)

__all__ = [
    "ADOPT",
    "CHANGE",
    "SEE",
    "Candidate",
    "CandidateService",
    "FibreEnd",
    "FibrePlan",
    "FibreStretch",
    "FundPackage",
    "PriceUpload",
    "Scenario",
    "ScenarioBudget",
    "ScenarioPlace",
    "UnitCost",
    "Way",
]
