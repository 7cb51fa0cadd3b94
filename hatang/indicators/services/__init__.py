"""Verbs on figures: compute from the registers, roll up, record, approve, publish; and read them for pages."""

from hatang.indicators.services.beside import beside
from hatang.indicators.services.choosing import (
    REPORTED,
    administered_by,
    choose_formula,
    chosen_formulas,
    may,
    province_answering,
)
from hatang.indicators.services.computing import compute_values, count_again
from hatang.indicators.services.left_out import left_out_of, missing_returns
from hatang.indicators.services.publications import (
    confirm_publication,
    corrections,
    log_published,
    propose_publication,
    ready_in,
    withdraw_publication,
)
from hatang.indicators.services.published_tables import (
    end_of,
    publication_of,
    published_table,
    years_published,
)
from hatang.indicators.services.publishing import approve_values, publish_values
from hatang.indicators.services.reading import (
    WITHHELD_WORDS,
    Line,
    children_of,
    commune_table,
    lacking_in,
    readings_of,
    rows_behind,
    secrecy_words,
    series,
    values_of,
    versions_of,
    withheld_in,
    worst_first,
)
from hatang.indicators.services.recording import Entry, FigureError, record_values
from hatang.indicators.services.recounting import start_recount
from hatang.indicators.services.restating import (
    RestatedFigure,
    RestatedLine,
    RestatedTable,
    read_old_series,
    record_old_series,
    restated_table,
    template_rows,
)
from hatang.indicators.services.rolling import RolledUp, roll_up
from hatang.indicators.services.stated import apart_from_communes, disagreement
from hatang.indicators.services.storing import ROLLED_UP, Counts
from hatang.indicators.services.years import EARLIEST_YEAR, day_of

__all__ = [
    "EARLIEST_YEAR",
    "REPORTED",
    "ROLLED_UP",
    "WITHHELD_WORDS",
    "Counts",
    "Entry",
    "FigureError",
    "Line",
    "RestatedFigure",
    "RestatedLine",
    "RestatedTable",
    "RolledUp",
    "administered_by",
    "apart_from_communes",
    "approve_values",
    "beside",
    "children_of",
    "choose_formula",
    "chosen_formulas",
    "commune_table",
    "compute_values",
    "confirm_publication",
    "corrections",
    "count_again",
    "day_of",
    "disagreement",
    "end_of",
    "lacking_in",
    "left_out_of",
    "log_published",
    "may",
    "missing_returns",
    "propose_publication",
    "province_answering",
    "publication_of",
    "publish_values",
    "published_table",
    "read_old_series",
    "readings_of",
    "ready_in",
    "record_old_series",
    "record_values",
    "restated_table",
    "roll_up",
    "rows_behind",
    "secrecy_words",
    "series",
    "start_recount",
    "template_rows",
    "values_of",
    "versions_of",
    "withdraw_publication",
    "withheld_in",
    "worst_first",
    "years_published",
]
