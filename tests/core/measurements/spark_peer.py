"""Ask Spark for the statistics of a measurement table; run by an interpreter of its own that has pyspark.

Arguments: the folder of the table, and a file for the answers. Of the project it imports the expressions alone: what
runs here is what runs on DuckDB. Two workers of one core each, as processes of their own, share the work.
"""

import json
import sys
from pathlib import Path

import ibis
from pyspark.sql import SparkSession

from hatang.core.measurements.reading import valid_rows
from tests.core.measurements.questions import QUESTIONS

SETTINGS = {
    "spark.master": "local-cluster[2,1,1024]",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.ui.enabled": "false",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.shuffle.partitions": "2",
    "spark.sql.adaptive.enabled": "false",  # to plan each query anew after its stages takes longer than so few rows do
    "spark.sql.codegen.wholeStage": "false",  # so does to compile it
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.executorEnv.PYTHONPATH": ":".join(sys.path),
}


def session() -> SparkSession:
    """Start a cluster of two workers on this machine."""
    builder = SparkSession.builder.appName("hatang")
    for name, value in SETTINGS.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


spark = session()
connection = ibis.pyspark.connect(spark)
rows = valid_rows(Path(sys.argv[1]), connection)
answers = {name: connection.to_pyarrow(ask(rows)).to_pylist() for name, ask in QUESTIONS.items()}
answers["workers"] = spark.sparkContext._jsc.sc().getExecutorMemoryStatus().size() - 1
Path(sys.argv[2]).write_text(json.dumps(answers, default=str))
spark.stop()
