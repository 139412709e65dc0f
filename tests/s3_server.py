"""An S3 server on this machine, for pyarrow, boto3 and Hadoop's S3A."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pyarrow.fs as pafs
import pytest


@contextmanager
def serving(bucket: str) -> Iterator[dict[str, str]]:
    """Serve an empty bucket; the variables of the environment under which a process finds it."""
    servers = pytest.importorskip("moto.server", reason="needs moto: pip install -e '.[dev]'")
    server = servers.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        keys = {"access_key": "testing", "secret_key": "testing", "region": "us-east-1"}
        here = f"{host}:{port}"
        pafs.S3FileSystem(endpoint_override=here, scheme="http", allow_bucket_creation=True, **keys).create_dir(bucket)
        yield {
            "AWS_ENDPOINT_URL": f"http://{here}",
            "AWS_ACCESS_KEY_ID": keys["access_key"],
            "AWS_SECRET_ACCESS_KEY": keys["secret_key"],
            "AWS_REGION": keys["region"],
            "AWS_EC2_METADATA_DISABLED": "true",
        }
    finally:
        server.stop()
