from vendors.models.fulfilment import Parcel, ParcelLine, VendorOrder, VendorOrderLine
from vendors.models.imports import (
    ImportJob,
    ImportPlanRow,
    ImportRow,
    ImportShape,
    ImportUndo,
)
from vendors.models.notes import ShopNote
from vendors.models.shop import Application, Member, Standing, Vendor
from vendors.models.token import ApiToken

__all__ = [
    "ApiToken",
    "Application",
    "ImportJob",
    "ImportPlanRow",
    "ImportRow",
    "ImportShape",
    "ImportUndo",
    "Member",
    "Parcel",
    "ParcelLine",
    "ShopNote",
    "Standing",
    "Vendor",
    "VendorOrder",
    "VendorOrderLine",
]
