"""Job definitions for other people's clusters, held against the vendors' own models of them."""

from __future__ import annotations

import copy
import json
import re
import shlex
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml

from ftq_spark.cli import app

CONF = Path(__file__).resolve().parents[2] / "conf"
# Every key of Spark's that the definitions may use; a misspelt one is ignored by Spark without a word.
SPARK_KEYS = {
    "spark.archives", "spark.pyspark.python", "spark.pyspark.driver.python", "spark.submit.pyFiles",
    "spark.executor.cores", "spark.executor.memory", "spark.executor.memoryOverhead", "spark.driver.cores",
    "spark.driver.memory", "spark.scheduler.minRegisteredResourcesRatio",
    "spark.scheduler.maxRegisteredResourcesWaitingTime", "spark.sql.shuffle.orderIndependentChecksum.enabled",
    "spark.sql.shuffle.orderIndependentChecksum.enableFullRetryOnMismatch",
    "spark.hadoop.mapreduce.fileoutputcommitter.algorithm.version",
    "spark.sql.execution.pyspark.udf.idleTimeoutSeconds", "spark.sql.execution.pyspark.udf.killOnIdleTimeout",
    "spark.python.worker.reuse", "spark.yarn.dist.archives", "spark.yarn.appMasterEnv.PYSPARK_PYTHON",
    "spark.executorEnv.PYSPARK_PYTHON", "spark.yarn.maxAppAttempts", "spark.kubernetes.container.image",
    "spark.kubernetes.namespace", "spark.kubernetes.authenticate.driver.serviceAccountName",
    "spark.kubernetes.file.upload.path", "spark.emr-serverless.driverEnv.PYSPARK_DRIVER_PYTHON",
    "spark.emr-serverless.driverEnv.PYSPARK_PYTHON", "spark.emr-serverless.executor.disk",
    "spark.executor.resource.gpu.amount", "spark.executor.resource.gpu.discoveryScript",
    "spark.executor.resource.gpu.vendor", "spark.yarn.dist.files", "spark.dynamicAllocation.enabled",
    "spark.dynamicAllocation.shuffleTracking.enabled",
}  # fmt: skip

Change = Callable[[dict[str, Any]], None]


def spark_keys(words: list[str]) -> set[str]:
    return {after.partition("=")[0] for flag, after in pairwise(words) if flag == "--conf"}


def flags(words: list[str]) -> None:
    """The flags of `ftq run` exist."""
    known = set(re.findall(r"--[a-z-]+", (CONF.parent / "docs" / "reference" / "cli.md").read_text(encoding="utf-8")))
    assert {word for word in words if word.startswith("--")} <= known


# ── Databricks ───────────────────────────────────────────────────────────────────────────────────────────────────────


def bundle_jobs() -> dict[str, dict[str, Any]]:
    return dict(yaml.safe_load((CONF / "databricks" / "databricks.yml").read_text())["resources"]["jobs"])


@pytest.fixture
def job_type() -> Any:
    return pytest.importorskip("databricks.bundles.jobs").Job


@pytest.mark.parametrize("name", sorted(bundle_jobs()))
def test_databricks_accepts_the_jobs_of_the_bundle(job_type: Any, name: str) -> None:
    job = job_type.from_dict(bundle_jobs()[name])
    (task,) = job.as_dict()["tasks"]
    wheel = task["python_wheel_task"]
    project = (CONF.parent / "pyproject.toml").read_text(encoding="utf-8")
    assert f'\n{wheel["entry_point"]} = "ftq_spark.cli.app:job"' in project
    assert wheel["parameters"][0] == "run"
    flags(wheel["parameters"])


@pytest.mark.parametrize(
    "change",
    [
        lambda job: job.update(max_concurent_runs=1),
        lambda job: job["tasks"][0].update(python_wheel_taks={}),
        lambda job: job["tasks"][0]["python_wheel_task"].update(params=[]),
        lambda job: job["job_clusters"][0]["new_cluster"].update(data_security_mode="ANY"),
    ],
    ids=["job", "task", "wheel", "value"],
)
def test_databricks_refuses_a_wrong_key(job_type: Any, change: Change) -> None:
    job = copy.deepcopy(bundle_jobs()["ftq_audit"])
    change(job)
    with pytest.raises(Exception, match=r"(?i)unexpected|unknown|not a valid|invalid|unsupported"):
        job_type.from_dict(job)


def test_the_bundle_has_no_other_sections() -> None:
    bundle = yaml.safe_load((CONF / "databricks" / "databricks.yml").read_text())
    assert set(bundle) == {"bundle", "variables", "artifacts", "resources", "targets"}
    used = set(re.findall(r"\$\{var\.(\w+)\}", (CONF / "databricks" / "databricks.yml").read_text()))
    assert used == set(bundle["variables"])


# ── EMR ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

REQUESTS = {
    "serverless": ("emr-serverless", "StartJobRun"),
    "step": ("emr", "AddJobFlowSteps"),
    "schedule": ("scheduler", "CreateSchedule"),
}


def faults(name: str, request: dict[str, Any]) -> str:
    """What AWS's own model says is wrong with a request."""
    session = pytest.importorskip("botocore.session").get_session()
    from botocore.validate import ParamValidator

    service, operation = REQUESTS[name]
    shape = session.get_service_model(service).operation_model(operation).input_shape
    missing = {} if name != "serverless" else {"clientToken": "t"}  # the client adds it
    return str(ParamValidator().validate(request | missing, shape).generate_report())


def request_of(name: str) -> dict[str, Any]:
    return dict(json.loads((CONF / "emr" / f"{name}.json").read_text()))


@pytest.mark.parametrize("name", sorted(REQUESTS))
def test_aws_accepts_the_request(name: str) -> None:
    assert faults(name, request_of(name)) == ""


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("serverless", lambda request: request["jobDriver"]["sparkSubmit"].update(entrypoint="x")),
        ("serverless", lambda request: request.pop("applicationId")),
        ("step", lambda request: request["Steps"][0]["HadoopJarStep"].update(Args="spark-submit")),
        ("schedule", lambda request: request["Target"].update(RetryPolicy={"Attempts": 0})),
    ],
)
def test_aws_refuses_a_wrong_key(name: str, change: Change) -> None:
    request = request_of(name)
    change(request)
    assert faults(name, request) != ""


def test_what_aws_does_not_read_is_right_as_well() -> None:
    driver = request_of("serverless")["jobDriver"]["sparkSubmit"]
    words = shlex.split(driver["sparkSubmitParameters"])
    assert len(words) % 2 == 0 and set(words[::2]) == {"--py-files", "--conf"}
    assert spark_keys(words) <= SPARK_KEYS
    flags(driver["entryPointArguments"])
    arguments = request_of("step")["Steps"][0]["HadoopJarStep"]["Args"]
    assert spark_keys(arguments) <= SPARK_KEYS
    flags(arguments[arguments.index("s3://BUCKET/ftq/pipeline.py") :])


def test_the_schedule_starts_the_same_job() -> None:
    def small(value: Any) -> Any:  # the scheduler writes keys with a capital
        if isinstance(value, dict):
            return {key[0].lower() + key[1:]: small(entry) for key, entry in value.items()}
        return [small(entry) for entry in value] if isinstance(value, list) else value

    started = small(json.loads(request_of("schedule")["Target"]["Input"]))
    assert started.pop("clientToken") == "<aws.scheduler.execution-id>"
    assert started == request_of("serverless")


# ── spark-submit ─────────────────────────────────────────────────────────────────────────────────────────────────────


def properties() -> Iterator[tuple[str, str, str]]:
    for file in sorted((CONF / "spark").glob("*.conf")):
        for line in file.read_text(encoding="utf-8").splitlines():
            if line and not line.startswith("#"):
                key, value = line.split(maxsplit=1)
                yield file.name, key, value


def optional_properties() -> set[str]:
    """Keys of the lines that stand there to be taken in."""
    texts = [file.read_text(encoding="utf-8") for file in (CONF / "spark").glob("*.conf")]
    return {key for text in texts for key in re.findall(r"^# (spark\.\S+) {2,}\S", text, re.MULTILINE)}


def test_properties_are_known_and_stand_once() -> None:
    found = list(properties())
    assert len(optional_properties()) >= 6 and optional_properties() <= SPARK_KEYS
    assert {name for name, _, _ in found} == {"standalone.conf", "yarn.conf", "kubernetes.conf"}
    assert {key for _, key, _ in found} <= SPARK_KEYS
    assert len({(name, key) for name, key, _ in found}) == len(found)


def test_a_job_returns_when_all_is_well(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("sys.argv", ["ftq-job", "--version"])
    assert app.job() is None  # type: ignore[func-returns-value]
    assert capsys.readouterr().out.startswith("ftq ")
    with pytest.raises(SystemExit) as raised:
        app.job(["report", "/no/such/run"])
    assert raised.value.code == 2
