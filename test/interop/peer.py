"""Answers requests, one JSON object a line, with Spark or delta-rs."""

import datetime
import decimal
import json
import os
import sys

os.environ["TZ"] = "UTC"
replies = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)


def plain(value):
    if isinstance(value, datetime.datetime):
        if value.tzinfo is not None:
            value = value.astimezone(datetime.timezone.utc)
        return value.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, int) and abs(value) > 2**53:
        return str(value)
    if isinstance(value, decimal.Decimal):
        return str(value)
    if hasattr(value, "asDict"):
        return plain(value.asDict())
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    return value


class Spark:
    def __init__(self, jars, folder):
        from pyspark.sql import SparkSession

        self.session = (
            SparkSession.builder.master("local[2]")
            .config("spark.jars", ",".join(jars))
            .config("spark.driver.memory", "1g")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.ui.enabled", "false")
            .config("spark.sql.session.timeZone", "UTC")
            .config("spark.sql.shuffle.partitions", "1")
            .config("spark.sql.adaptive.enabled", "false")
            .config("spark.sql.warehouse.dir", folder)
            .config("spark.databricks.delta.snapshotPartitions", "1")
            .config("spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension")
            .config(
                "spark.sql.catalog.spark_catalog",
                "org.apache.spark.sql.delta.catalog.DeltaCatalog",
            )
            .getOrCreate()
        )

    def sql(self, text):
        frame = self.session.sql(text)
        return [plain(row) for row in frame.collect()]


class DeltaRs:
    def open(self, path, version=None):
        from deltalake import DeltaTable

        return DeltaTable(path, version=version)

    def rows(self, path, version=None):
        return [plain(r) for r in self.open(path, version).to_pyarrow_table().to_pylist()]

    def filtered(self, path, column, low, high):
        import pyarrow.dataset as ds
        import pyarrow as pa

        dataset = self.open(path).to_pyarrow_dataset()
        kind = dataset.schema.field(column).type
        bounds = [datetime.datetime.fromisoformat(v) if pa.types.is_timestamp(kind) else v for v in (low, high)]
        low, high = [pa.scalar(v, type=kind) for v in bounds]
        table = dataset.to_table(filter=(ds.field(column) >= low) & (ds.field(column) <= high))
        return [plain(r) for r in table.to_pylist()]

    def facts(self, path, app):
        table = self.open(path)
        return {
            "version": table.version(),
            "txn": table.transaction_version(app),
            "files": len(table.file_uris()),
        }

    def row_groups(self, file):
        """Rows of each, and bytes of its largest column; all of them are decoded."""
        import pyarrow.parquet as pq

        parquet = pq.ParquetFile(file)
        groups = [parquet.metadata.row_group(i) for i in range(parquet.num_row_groups)]
        assert all(g.column(0).statistics.has_min_max for g in groups)
        sizes = [max(g.column(i).total_compressed_size for i in range(g.num_columns)) for g in groups]
        assert [parquet.read_row_group(i).num_rows for i in range(len(groups))] == [g.num_rows for g in groups]
        return [[g.num_rows, size] for g, size in zip(groups, sizes)]

    def checkpoint(self, path):
        self.open(path).create_checkpoint()

    def append(self, path):
        """Repeats the rows of the table."""
        from deltalake import write_deltalake

        write_deltalake(path, self.open(path).to_pyarrow_table(), mode="append")


def main():
    peers = {"rs": DeltaRs()}
    for line in sys.stdin:
        request = json.loads(line)
        try:
            if request["peer"] == "spark" and "spark" not in peers:
                peers["spark"] = Spark(request["jars"], request["folder"])
            method = getattr(peers[request["peer"]], request["method"])
            reply = {"result": method(*request["arguments"])}
        except Exception as error:  # the test shows it
            reply = {"error": f"{type(error).__name__}: {error}"[:3000]}
        replies.write(json.dumps(reply) + "\n")
        replies.flush()


main()
