"""What could be built for a scenario: from the registers and the radio engine, with what it serves and costs."""

from hatang.planning.services.candidates.costs import reprice_candidates
from hatang.planning.services.candidates.making import Made, make_candidates
from hatang.planning.services.candidates.moving import may_move, move_candidate
from hatang.planning.services.candidates.needs import GROUPS
from hatang.planning.services.candidates.spacing import apart_pairs

__all__ = ["GROUPS", "Made", "apart_pairs", "make_candidates", "may_move", "move_candidate", "reprice_candidates"]
