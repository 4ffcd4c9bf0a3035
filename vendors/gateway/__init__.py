from vendors.gateway.carriers import (
    CarrierGateway,
    FakeCarrier,
    NoCarrier,
    SimulatedCarrier,
)

__all__ = ["CarrierGateway", "FakeCarrier", "NoCarrier", "SimulatedCarrier"]
