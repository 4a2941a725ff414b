"""The target lists of sales."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from handoff.generate.block import Block
from handoff.generate.clock import DAY, START
from handoff.generate.columns import Words, flags, times, whole
from handoff.generate.draws import SHARE
from handoff.generate.files import Fault
from handoff.generate.origins import POOR
from handoff.generate.tables.common import COUNTRIES, DAMAGED, INDUSTRIES, spoilt
from handoff.generate.tables.names import company_names

_TIERS = Words(("A", "B", "C"))
_SPOILT = (("updated_at", "last week"), ("employee_count", "many"))


def accounts(block: Block, seed: int) -> tuple[pa.Table, tuple[Fault, ...]]:
    """Write the target lists: the first, and what later ones added, dropped or measured anew."""
    del seed
    companies, draws = block.companies, block.extras
    listed = np.flatnonzero(companies.fit < POOR)
    on_list = companies.on_list[listed]
    added = on_list & draws.chance(1_500, len(listed))
    dropped = on_list & ~added & draws.chance(800, len(listed))
    grown = draws.chance(1_000, len(listed))
    again = np.flatnonzero(added | dropped | grown)
    second = START + np.where(added[again], 181 * DAY, 370 * DAY)
    row = np.concatenate([np.arange(len(listed)), again])
    at = np.concatenate([np.full(len(listed), START), second])
    later = np.arange(len(row)) >= len(listed)
    is_target = np.where(later, ~dropped[row] & on_list[row], on_list[row] & ~added[row])
    damaged = len(row) * DAMAGED // SHARE
    row, at, is_target = (np.append(values, values[:damaged]) for values in (row, at, is_target))
    company = listed[row]
    employees = companies.employees[company]
    employees = employees + np.where((at > START) & grown[row], employees // 5, 0)
    tier = np.where(companies.on_list[company], companies.fit[company], 2)
    _names_of, domains = company_names(block)
    domain = domains.take(pa.array(company))
    shouted = pa.array(companies.number[company] % 53 == 0)
    columns = {
        "company_domain": pc.if_else(shouted, pc.utf8_upper(domain), domain),
        "updated_at": times(at),
        "is_target_account": flags(is_target),
        "account_tier": _TIERS.column(tier),
        "industry": INDUSTRIES.column(companies.industry[company]),
        "employee_count": whole(employees),
        "annual_revenue": whole(companies.revenue[company]),
        "country": COUNTRIES.column(companies.country[company]),
    }
    return pa.table(columns), spoilt(len(row), damaged, "company_domain", _SPOILT)
