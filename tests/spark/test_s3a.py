"""A whole run in S3, which the driver reaches through pyarrow and Spark through Hadoop's S3A file system.

The classes of S3A are in no package that a newcomer installs, so pip fetches them here: sagemaker_pyspark (Apache-2.0)
carries hadoop-aws 3.3 and Amazon's library.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tarfile
from pathlib import Path

import boto3
import pytest
from digests import FOLDERS, differences, published
from s3_server import serving

import ftq_spark as ftq
from ftq_spark.runs.run import Run

ROOT = Path(__file__).resolve().parents[2]
SHARD = ROOT / "tests" / "sample" / "shards" / "preferences.jsonl"
PACKAGE = "sagemaker_pyspark==1.4.5"
JARS = ("hadoop-aws-3.3.1.jar", "aws-java-sdk-bundle-1.11.901.jar")
SETTINGS = {"dedup": {"semantic": {"enabled": False}}, "conflict": {"enabled": False}}
# Hadoop's newer defaults are written "60s", which hadoop-aws 3.3 does not read.
NUMBERS = {
    "connection.establish.timeout": 30_000,
    "connection.timeout": 200_000,
    "threads.keepalivetime": 60,
    "multipart.purge.age": 86_400,
}

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def jars(request: pytest.FixtureRequest) -> list[str]:
    """The files of S3A, fetched once a checkout."""
    assert request.config.cache is not None
    folder = Path(request.config.cache.mkdir("s3a"))
    if not all((folder / name).is_file() for name in JARS):
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(folder), PACKAGE]
        done = subprocess.run(pip, capture_output=True, text=True, check=False)
        if done.returncode:
            pytest.skip(f"pip finds no S3A: {done.stderr.strip().splitlines()[-1][:300]}")
        (archive,) = folder.glob("sagemaker_pyspark-*.tar.gz")
        with tarfile.open(archive) as packed:
            for member in packed:
                if Path(member.name).name in JARS and (content := packed.extractfile(member)) is not None:
                    (folder / Path(member.name).name).write_bytes(content.read())
        archive.unlink()
    return [str(folder / name) for name in JARS]


def test_a_run_in_s3_is_the_run_on_a_disk(spark, jars: list[str], tmp_path: Path) -> None:
    with serving("lab") as where:
        endpoint = where["AWS_ENDPOINT_URL"]
        store = boto3.client("s3", endpoint_url=endpoint, region_name=where["AWS_REGION"],
                             aws_access_key_id="testing", aws_secret_access_key="testing")  # fmt: skip
        store.upload_file(str(SHARD), "lab", f"in/{SHARD.name}")
        s3a = {"endpoint": endpoint, "path.style.access": "true", "connection.ssl.enabled": "false", **NUMBERS}
        s3a["aws.credentials.provider"] = "com.amazonaws.auth.EnvironmentVariableCredentialsProvider"
        conf = {"spark.jars": ",".join(jars), **{f"spark.hadoop.fs.s3a.{key}": value for key, value in s3a.items()}}
        (tmp_path / "spark-defaults.conf").write_text("".join(f"{key} {value}\n" for key, value in conf.items()))
        environment = {**os.environ, **where, "SPARK_CONF_DIR": str(tmp_path)}

        def run() -> None:
            shard = f"s3a://lab/in/{SHARD.name}"
            command = [sys.executable, "-m", "ftq_spark", "run", shard, "--out", "s3a://lab/run"]
            command += ["--set=dedup.semantic.enabled=false", "--set=conflict.enabled=false"]
            done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stderr[-3000:]

        def held() -> dict[str, str]:
            pages = store.get_paginator("list_objects_v2").paginate(Bucket="lab", Prefix="run/")
            return {found["Key"]: found["ETag"] for page in pages for found in page["Contents"]}

        run()
        first = held()
        run()
        assert held() == first  # nothing to do, nothing written
        assert not [key for key in first if "_temporary" in key]
        for key in first:
            target = tmp_path / key
            target.parent.mkdir(parents=True, exist_ok=True)
            if not key.endswith("/"):
                store.download_file("lab", key, str(target))
    for folder in FOLDERS:  # a store has no empty ones
        (tmp_path / "run" / folder).mkdir(exist_ok=True)
    local = ftq.audit(str(SHARD), out=tmp_path / "local", settings=SETTINGS, spark=spark)
    distant = Run.open(str(tmp_path / "run"))
    assert json.loads((tmp_path / "run" / "summary.json").read_text())["rows"] == local.summary["rows"]
    assert differences(distant, Run.open(str(tmp_path / "local"))) == []
    assert published(distant) == published(Run.open(str(tmp_path / "local")))
