"""Ask libcoveofds (AGPL-3.0) about packages; run by an interpreter of its own, imports nothing of the project.

Reads {"0.3" or "0.4": [package, ...]} from standard input, writes for each the complaints of the schema in it and, for
a valid one, the types of its additional checks that fail. (Its own wrapper of the schema falls over what is not valid.)
"""

import json
import sys
from pathlib import Path

from jsonschema import Draft202012Validator, FormatChecker
from libcoveofds import schema
from libcoveofds.python_validate import PythonValidate


def answers(version: str, packages: list) -> list:
    """Give the answers of one version."""
    rules = schema.OFDSSchema()
    rules.package_schema_url = Path(schema.__file__).parent / f"data/schema-{version.replace('.', '-')}-0.json"
    judge = Draft202012Validator(rules.get_package_schema(), format_checker=FormatChecker())
    told = [[error.message for error in judge.iter_errors(package)] for package in packages]
    return [
        {"schema": faults, "checks": [] if faults else [c["type"] for c in PythonValidate(rules).validate(package)]}
        for faults, package in zip(told, packages, strict=True)
    ]


json.dump({version: answers(version, packages) for version, packages in json.load(sys.stdin).items()}, sys.stdout)
