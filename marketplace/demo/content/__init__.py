"""The demo market as plain values: who sells what, to whom, and what they say."""

from .build import build_market
from .specs import (
    AttributeSpec,
    BuyerSpec,
    CategorySpec,
    Market,
    OfferSpec,
    ProductSpec,
    SellerSpec,
    ShippingSpec,
    ZoneSpec,
)

__all__ = [
    "AttributeSpec",
    "BuyerSpec",
    "CategorySpec",
    "Market",
    "OfferSpec",
    "ProductSpec",
    "SellerSpec",
    "ShippingSpec",
    "ZoneSpec",
    "build_market",
]
