from vendors.models.fulfilment import Parcel, ParcelLine, VendorOrder, VendorOrderLine
from vendors.models.imports import ImportJob, ImportRow
from vendors.models.notes import ShopNote
from vendors.models.shop import Application, Member, Standing, Vendor
from vendors.models.token import ApiToken

__all__ = [
    "ApiToken",
    "Application",
    "ImportJob",
    "ImportRow",
    "Member",
    "Parcel",
    "ParcelLine",
    "ShopNote",
    "Standing",
    "Vendor",
    "VendorOrder",
    "VendorOrderLine",
]
