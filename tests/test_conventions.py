"""The house rules that a machine can check."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pytest
from django.apps import apps
from django.db import models

ROOT = Path(__file__).parents[1]
ORDER = [
    "config",
    "sample",
    "web",
    "exchange",
    "opendata",
    "plans",
    "indicators",
    "planning",
    "coverage",
    "network",
    "quality",
    "systems",
    "sensors",
    "utilities",
    "work",
    "accounts",
    "places",
    "pages",
]
OURS = [model for model in apps.get_models() if model.__module__.startswith("hatang.")]
SOURCES = [path for path in (ROOT / "hatang").rglob("*.py") if "migrations" not in path.parts]
TEMPLATES = list((ROOT / "hatang").rglob("*.html"))


def is_history(model: type[models.Model]) -> bool:
    return hasattr(model, "history_object")


@pytest.mark.parametrize("model", OURS, ids=lambda m: m.__name__)
def test_relations_point_downward(model: type[models.Model]) -> None:
    """A foreign key never names a model of a package above; only the history may name who changed a row."""
    for field in model._meta.get_fields():
        target = field.related_model
        if not isinstance(field, models.ForeignKey | models.ManyToManyField) or target._meta.app_label not in ORDER:
            continue
        if is_history(model) and field.name == "history_user":
            continue
        assert ORDER.index(target._meta.app_label) >= ORDER.index(model._meta.app_label), field


WITHOUT_HISTORY = {
    "DatasetVersion": "content by hash; a version by itself",
    "AgreementStep": "a history by itself: each step a row, never edited",
    "SigningKey": "a public key as it was made; never edited",
    "CallRecord": "only ever added; the database refuses edits",
    "WaitingRecord": "the machine's own",
    "CallLeaf": "only ever added; the database refuses edits",
    "CallNode": "only ever added; the database refuses edits",
    "CallHead": "only ever added; the database refuses edits",
    "CallCount": "a count of one day",
    "KeptAnswer": "kept for a day, thrown away",
    "OutsideCall": "the machine's own: a call and what became of it",
    "HistoricalLocation": "a history by itself",
    "ObservationChange": "a history by itself",
    "RefusedInput": "a counter of what was refused; its last sample only",
    "SystemProbe": "what a look found; never edited",
    "LinkDay": "samples as files brought them",
    "LinkWeek": "computed from samples",
    "LoadFile": "a file on its way in",
    "OutageFile": "a file on its way in",
    "OutageAct": "a decision by itself, with who and when; never edited",
    "LegalReference": "facts of the law, loaded",
    "PlaceCode": "facts of other registers, loaded",
    "IndicatorSet": "loaded from data/",
    "PlanReading": "a document on its way in; ReadingAct keeps what was done to it",
    "Statement": "ReadingAct keeps every change, before and after",
    "ReadingAct": "a history by itself",
    "PredictedService": "what a run found; never edited",
    "RunRaster": "what a run found; never edited",
    "RunTally": "what a run found; never edited",
    "Calibration": "what a comparison found; never edited",
    "CalibrationRow": "what a comparison found; never edited",
    "AcceptedOffset": "a decision by itself, with who and when; never edited",
    "MeasurementFile": "a file on its way in; what it brought can be taken back whole",
    "Measurement": "a reading; never edited",
    "MeasurementLoad": "a file on its way in; what it brought can be taken back whole",
    "PublishedSpeed": "what a release says; never edited, goes with its file",
    "SpeedStatistic": "worked out from the measurement table; made anew by each computation",
    "StatisticState": "the machine's own",
    "Verification": "a history by itself: each answer a row, never edited",
    "CountedService": "worked out from the evidence, which has its own history",
    "CountingState": "the machine's own",
    "ChallengeStep": "a history by itself",
    "CandidateService": "what a computation found; made anew with its candidate",
    "ScenarioPlace": "what a scenario asked about; made anew by each computation",
    "FibreStretch": "what a computation found; never edited",
    "FibreEnd": "what a computation found; never edited",
    "Boundary": "keeps its own versions: known_from, known_to",
    "BoundaryUpload": "a file on its way in; the boundaries it brings keep their versions",
    "RoadUpload": "a file on its way in; the roads it brings have their history",
    "Baseline": "what a plan states, loaded; nobody edits it",
    "Duty": "what a plan states, loaded; nobody edits it",
    "Value": "keeps its own versions: known_from, known_to",
    "StoredFile": "content by hash; never edited",
    "LogEntry": "only ever added; the database refuses edits",
    "LogNode": "only ever added; the database refuses edits",
    "AccessToken": "made, used and revoked, each with its moment; never edited",
    "Job": "the machine's own",
    "Notice": "told once; only the times of reading and mailing are added",
    "Reminder": "a mark by itself that a reminder was sent",
    "WorkUpload": "a file on its way in; the works it brings have their history",
    "PriceUpload": "a file on its way in; the prices it brings have their history",
    "ReportAnswer": "a history by itself: each step of a report, never edited",
    "Proposal": "a snapshot of a check; never edited",
    "RequestStep": "a history by itself",
    "RequestDocument": "a paper of a step; never edited",
    "RegisterUpload": "a file on its way in; the rows it brings have their history",
    "UploadLine": "what a check found in a file; made anew by each check",
    "HeadingMemory": "what headings mean to an organisation, for its convenience; can be forgotten",
    "ReportTemplate": "points at a stored file",
    "FormItem": "changed only in a draft; a published version is never changed",
    "FormCheck": "changed only in a draft; a published version is never changed",
    "Finding": "what a check found; its reason names who gave it and when",
    "CellNote": "said once; only the time of settling is added",
    "ReturnStep": "a history by itself",
    "SystemsUpload": "a file on its way in; the rows it brings have their history",
    "KeptTest": "what a server measured; never edited",
    "DayKey": "a secret of one day, thrown away",
    "Demand": "a count that only grows",
    "DemandMark": "of one day, thrown away",
    "SavedView": "one person's own; holds no figures",
}


def test_every_register_row_has_a_history() -> None:
    without = {m.__name__ for m in OURS if not is_history(m) and not hasattr(m, "history")}
    assert without == set(WITHOUT_HISTORY)


def test_glossary_names_every_model() -> None:
    glossary = (ROOT / "docs/glossary.md").read_text()
    missing = [m.__name__ for m in OURS if not is_history(m) and f"`{m.__name__}`" not in glossary]
    assert not missing


def test_handbook_lists_every_variable() -> None:
    from hatang.config.environment import VARIABLES

    page = (ROOT / "docs/cai-dat.md").read_text()
    listed = dict(re.findall(r"^\| `(HATANG_\w+)` \| .* \| (.*) \|$", page, re.MULTILINE))
    assert listed == {v.name: v.meaning for v in VARIABLES.values()}


def test_only_the_table_reads_the_environment() -> None:
    """A variable that is read elsewhere would not be in the handbook."""
    readers = [p for p in SOURCES if re.search(r"os\.(environ\.get|getenv)\(", p.read_text())]
    assert [p.name for p in readers] == ["environment.py"]


def functions() -> Iterator[tuple[Path, ast.FunctionDef]]:
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef):
                yield path, node


def test_functions_stay_short() -> None:
    lengths = {f"{p.name}:{f.name}": (f.end_lineno or 0) - f.lineno + 1 for p, f in functions()}
    assert median(lengths.values()) <= 8
    assert {name: n for name, n in lengths.items() if n > 60} == {}


def test_files_stay_readable() -> None:
    long = {str(p): n for p in SOURCES if (n := len(p.read_text().splitlines())) > 600}
    assert long == {}


def test_templates_obey_the_content_security_policy() -> None:
    """Inline scripts, styles and handlers would be refused by the browser."""
    inline = re.compile(r"""<style|\sstyle=|\son\w+=["']|<script(?![^>]*(src=|application/json))|hx-on""")
    guilty = [str(p.relative_to(ROOT)) for p in TEMPLATES if inline.search(p.read_text())]
    assert guilty == []


def test_no_unfinished_business() -> None:
    word = re.compile(r"\b(TO" r"DO|FIX" r"ME|X" r"XX)\b")
    assert [p for p in SOURCES + TEMPLATES if word.search(p.read_text())] == []


def test_lock_files_name_no_host() -> None:
    for name in ("requirements.lock", "package-lock.json"):
        text = (ROOT / name).read_text()
        assert not re.search(r"index-url|resolved\"", text), name
