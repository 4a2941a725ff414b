"""Pages that several tests look at, drawn once."""

from pathlib import Path

import pytest
import report_marts

from handoff.report.write import write


@pytest.fixture(scope="session")
def company_marts(tmp_path_factory) -> Path:
    return report_marts.company(tmp_path_factory.mktemp("company") / "marts.duckdb")


@pytest.fixture(scope="session")
def company_page(company_marts) -> Path:
    page = company_marts.with_name("report.html")
    write(company_marts, page)
    return page


@pytest.fixture(scope="session")
def hostile_page(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("hostile")
    page = folder / "report.html"
    write(report_marts.hostile(folder / "marts.duckdb"), page)
    return page
