"""A comparison as JUnit XML: one case for each gate, which continuous integration shows as a test."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Mapping
from typing import Any

from ftq_spark.compare.text import drift_line


def junit(found: Mapping[str, Any], name: str) -> str:
    """The XML; the case ``drift`` fails where something drifted."""
    rows = found["drift"]["found"]
    suite = ET.Element("testsuite", name=name, tests="1", failures=str(int(bool(rows))))
    case = ET.SubElement(suite, "testcase", classname="ftq.compare", name="drift")
    if rows:
        failure = ET.SubElement(case, "failure", message=f"{len(rows)} of {found['drift']['n_tested']} drifted")
        failure.text = "\n".join(drift_line(row) for row in rows)
    return ET.tostring(suite, encoding="unicode", xml_declaration=True) + "\n"
