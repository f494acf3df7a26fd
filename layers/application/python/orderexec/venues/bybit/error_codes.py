"""THE table of Bybit's codes, for all its products: a code means the same on spot, linear and inverse.

What it means stands where its kind does: of keys and accounts, of contracts, of spot, or of what no order meets.
"""

from . import common_error_codes, derivatives_error_codes, other_error_codes, spot_error_codes

GROUPS = common_error_codes.GROUPS + derivatives_error_codes.GROUPS + spot_error_codes.GROUPS + other_error_codes.GROUPS
CODES = {str(code): known for group in GROUPS for code, known in group.items()}
